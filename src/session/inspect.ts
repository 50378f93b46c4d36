// The state as a tree of named values, each with its provenance and a path that evaluates to it. The
// debug adapter's scopes, its evaluate request and the panels all show this one tree.

import { mpidrOf } from '../kvm/index.ts';
import type { DecodedArgument } from '../psci/call.ts';
import { AFFINITY_BITS } from '../psci/mpidr.ts';
import type { DecodedResult } from '../psci/result.ts';
import type { Operand } from './expression/operand.ts';
import { mpStateName, systemEventFlags, systemEventName } from './kvm-names.ts';
import { type RecordedCall, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';
import { machineSettings, type Setting } from './settings.ts';
import type { Known, MachineState, Provenance, VcpuState, VmState } from './state.ts';

export interface Value {
	readonly name: string;
	/** as a person reads it; `?` where nothing has shown it yet */
	readonly text: string;
	/** expression that evaluates to this value */
	readonly path: string;
	/** for conditions: what the text stands for; absent where nothing is known */
	readonly raw?: Operand;
	/** undefined for what is only a heading */
	readonly origin?: Origin;
	readonly children?: readonly Value[];
}

export interface Origin {
	/** `configured` by the launch configuration or `assumed` for want of it: settings of the model */
	readonly provenance: Provenance | 'configured' | 'assumed' | 'unknown';
	/** row of the event that last wrote the value */
	readonly row?: number;
	readonly why?: string;
}

const UNKNOWN: Origin = { provenance: 'unknown', why: 'no event up to here shows it' };

export const hex = (value: bigint) => `0x${value.toString(16)}`;

function originOf(known: Known<unknown>): Origin {
	return { provenance: known.provenance, row: known.row, ...(known.why ? { why: known.why } : {}) };
}

function leaf<T>(name: string, path: string, known: Known<T> | undefined, text: (value: T) => string): Value {
	if (!known) return { name, path, text: '?', origin: UNKNOWN };
	const shown = text(known.value);
	return { name, path, text: shown, raw: rawOf(known.value, shown), origin: originOf(known) };
}

/** A value for comparing: its number, and the name that it is shown by where that is one. */
function rawOf(value: unknown, shown: string): Operand {
	const name = /^[A-Za-z_]\w*$/.test(shown) ? { name: shown } : {};
	if (typeof value === 'bigint') return { number: value, ...name };
	if (typeof value === 'number') return { number: BigInt(value), ...name };
	return { name: shown };
}

/** `vcpu[1]`, or `vm[0].vcpu[1]` where the trace has several VMs. */
export function vcpuPath(state: MachineState, vcpu: { vm: number; id: number }): string {
	return state.vms.length > 1 ? `vm[${vcpu.vm}].vcpu[${vcpu.id}]` : `vcpu[${vcpu.id}]`;
}

export function vmPath(state: MachineState, vm: number): string {
	return state.vms.length > 1 ? `vm[${vm}]` : 'vm';
}

export function registerValues(vcpu: VcpuState, path: string): Value[] {
	return [
		leaf('pc', `${path}.pc`, vcpu.pc, hex),
		...vcpu.x.map((x, n) => leaf(`x${n}`, `${path}.x${n}`, x, hex)),
	];
}

/** Affinity as PSCI names a vCPU by. A recording has no registers: there it is what a reset gives. */
export function mpidrValue(vcpu: VcpuState, path: string): Value {
	const { mpidr = resetMpidr(vcpu) } = vcpu;
	return leaf('MPIDR', `${path}.mpidr`, mpidr, (value) => hex(value & AFFINITY_BITS));
}

function resetMpidr({ id, lastRow }: VcpuState): Known<bigint> {
	const why = `what KVM's reset gives vCPU ${id}; a VMM may have written another, which no event shows`;
	return { value: mpidrOf(id), provenance: 'inferred', row: Math.max(0, lastRow), why };
}

export function requestText(vcpu: VcpuState): string {
	return vcpu.requests.length === 0 ? 'none' : vcpu.requests.map((r) => r.name).join(', ');
}

export function vcpuValues(session: Session, vcpu: VcpuState, path: string): Value[] {
	const reset = vcpu.resetState;
	const thread = session.trace.threads[vcpu.thread];
	return [
		leaf('mp_state', `${path}.mp_state`, vcpu.mpState, mpStateName),
		{
			...leaf('reset_state', `${path}.reset_state`, reset, (r) =>
				r.reset ? `owed: pc=${hex(r.pc)} r0=${r.r0 === undefined ? '?' : hex(r.r0)}` : 'none owed',
			),
			...(reset
				? {
						children: [
							leaf('reset', `${path}.reset_state.reset`, reset, (r) => String(r.reset)),
							leaf('pc', `${path}.reset_state.pc`, reset, (r) => hex(r.pc)),
							leaf('r0', `${path}.reset_state.r0`, reset, (r) => (r.r0 === undefined ? '?' : hex(r.r0))),
							leaf('be', `${path}.reset_state.be`, reset, (r) => (r.be === undefined ? '?' : String(r.be))),
						],
					}
				: {}),
		},
		{
			name: 'requests',
			path: `${path}.requests`,
			text: requestText(vcpu),
			...(vcpu.requests.length > 0
				? {
						children: vcpu.requests.map((r) => ({
							name: r.name,
							path: `${path}.requests.${r.name}`,
							text: 'pending',
							origin: { provenance: r.provenance, row: r.row, why: r.why },
						})),
					}
				: {}),
		},
		leaf('whereabouts', `${path}.whereabouts`, vcpu.whereabouts, String),
		{
			name: 'thread',
			path: `${path}.thread`,
			text: thread ? `${thread.comm} (${thread.tid})` : '?',
			origin: thread ? { provenance: 'recorded', row: vcpu.lastRow } : UNKNOWN,
		},
	];
}

/** Arguments and result of a call. */
export function callValues(call: RecordedCall, row: number, path: string): Value[] {
	const { rows, provenance } = call;
	const from: Origin = { provenance, row: rows.entry >= 0 ? rows.entry : rows.site };
	const missing: Origin = {
		provenance: 'unknown',
		why: 'kvm_hvc_arm64 records the function ID only; the call and ret probes record the rest',
	};
	const values: Value[] = [
		{
			name: 'function',
			path: `${path}.function`,
			text: call.call ? `${call.call.name} (${hex(BigInt(call.call.functionId))})` : '?',
			...(call.call ? { raw: { name: call.call.name, number: BigInt(call.call.functionId) } } : {}),
			origin: call.call ? from : missing,
		},
		{
			name: 'conduit',
			path: `${path}.conduit`,
			text: call.conduit,
			origin: { provenance, row: rows.site },
		},
	];
	for (const argument of call.call?.arguments ?? [])
		values.push(
			argument.value === undefined
				? inferredArgument(call, argument, path, missing)
				: {
						name: argument.name,
						path: `${path}.${argument.name}`,
						text: argument.text,
						raw: { number: argument.value },
						origin: from,
					},
		);
	values.push(
		call.result || call.goesOn !== undefined
			? recordedResult(call, row, path)
			: inferredResult(call, path, missing),
	);
	return values;
}

function recordedResult(call: RecordedCall, row: number, path: string): Value {
	const { ret } = call.rows;
	const ahead = `still to come: the ${call.provenance === 'modelled' ? 'run' : 'recording'} shows it further on`;
	return {
		name: 'result',
		path: `${path}.result`,
		text: resultText(call),
		...(call.result && call.goesOn !== 0 ? { raw: rawResult(call.result) } : {}),
		origin: {
			provenance: call.provenance,
			row: ret,
			...(ret >= row ? { why: ahead } : {}),
		},
	};
}

const rawResult = ({ value, name }: DecodedResult): Operand => ({ number: value, ...(name ? { name } : {}) });

/** An argument that was not recorded. What is uncertain has no value to compare with. */
function inferredArgument(
	call: RecordedCall,
	{ name, register }: DecodedArgument,
	path: string,
	missing: Origin,
): Value {
	const inferred = call.inferred?.arguments.find((argument) => argument.register === register);
	const decoded = call.inferred?.call.arguments.find((argument) => argument.register === register);
	if (!inferred || !decoded) {
		const targets = register === 1 ? (call.inferred?.targets ?? []) : [];
		const why = `one of the vCPUs ${targets.join(', ')}, which start after it`;
		return {
			name,
			path: `${path}.${name}`,
			text: '?',
			origin: targets.length > 0 ? { ...missing, why } : missing,
		};
	}
	const { row, why, sure, value } = inferred;
	return {
		name,
		path: `${path}.${name}`,
		text: sure ? decoded.text : `probably ${decoded.text}`,
		...(sure ? { raw: { number: value } } : {}),
		origin: { provenance: 'inferred', row, why: sure ? why : `uncertain: ${why}` },
	};
}

function inferredResult(call: RecordedCall, path: string, missing: Origin): Value {
	const inferred = call.inferred?.result;
	if (!inferred) return { name: 'result', path: `${path}.result`, text: '?', origin: missing };
	const { likely, sure, why, row, provenance } = inferred;
	// Where it comes from stands in the origin already.
	const text = resultText(call).replace(/ \((?:inferred|modelled)\)$/, '');
	return {
		name: 'result',
		path: `${path}.result`,
		text,
		...(sure && likely ? { raw: rawResult(likely) } : {}),
		origin: { provenance, ...(row === undefined ? {} : { row }), why: sure ? why : `uncertain: ${why}` },
	};
}

export function vmValues(session: Session, vm: VmState, path: string): Value[] {
	const traceVm = session.trace.vms[vm.vm];
	const exit = vm.lastExit;
	return [
		{
			name: 'kvm',
			path: `${path}.kvm`,
			text: traceVm?.kvm === undefined ? '?' : hex(traceVm.kvm),
			origin: traceVm?.kvm === undefined ? UNKNOWN : { provenance: 'recorded' },
		},
		{
			name: 'kernel',
			path: `${path}.kernel`,
			text: session.kernel.profile.name,
			origin: kernelOrigin(session),
		},
		versionValue(session, vm, path),
		capabilitiesValue(session, vm, path),
		{ name: 'vcpus', path: `${path}.vcpus`, text: String(traceVm?.vcpus.length ?? 0) },
		{
			name: 'system_event',
			path: `${path}.system_event`,
			text: exit
				? `${exit.type ? systemEventName(exit.type.value) : '?'} by vCPU ${exit.vcpu}${exit.delivered === undefined ? ', on its way to the VMM' : ''}`
				: 'none',
			...(exit
				? {
						origin: exit.type ? originOf(exit.type) : UNKNOWN,
						children: [
							leaf('type', `${path}.system_event.type`, exit.type, systemEventName),
							leaf(
								'flags',
								`${path}.system_event.flags`,
								exit.flags,
								(f) => systemEventFlags(exit.type?.value ?? 0, f) || '0',
							),
							{
								name: 'vcpu',
								path: `${path}.system_event.vcpu`,
								text: String(exit.vcpu),
								origin: { provenance: toldBy(session), row: exit.row },
							},
						],
					}
				: {}),
		},
		{
			name: 'lost_events',
			path: `${path}.lost_events`,
			text: vm.lost
				? `${vm.lost.events || 'unknown number of'} in ${vm.lost.gaps} ${vm.lost.gaps === 1 ? 'gap' : 'gaps'}`
				: 'none',
			...(vm.lost ? { origin: { provenance: 'recorded', row: vm.lost.row } } : {}),
		},
	];
}

/** What the last PSCI_VERSION answered; before it, what the session takes the version for. */
function versionValue(session: Session, vm: VmState, path: string): Value {
	const text = (version: number) => `${version >>> 16}.${version & 0xffff}`;
	if (vm.psciVersion) return leaf('psci_version', `${path}.psci_version`, vm.psciVersion, text);
	const { psciVersion: setting } = machineSettings(session, vm.vm);
	return {
		name: 'psci_version',
		path: `${path}.psci_version`,
		text: text(setting.value),
		raw: { number: BigInt(setting.value), name: text(setting.value) },
		origin: settingOrigin(session, setting),
	};
}

function capabilitiesValue(session: Session, vm: VmState, path: string): Value {
	const { capabilities: setting } = machineSettings(session, vm.vm);
	const text = setting.value.join(', ') || 'none';
	return {
		name: 'capabilities',
		path: `${path}.capabilities`,
		text,
		origin: settingOrigin(session, setting),
	};
}

/** What the events of a session are. */
function toldBy({ kind }: Session): 'recorded' | 'modelled' {
	return kind === 'simulated' ? 'modelled' : 'recorded';
}

function settingOrigin(session: Session, { origin, row, why }: Setting<unknown>): Origin {
	const provenance = {
		recorded: toldBy(session),
		'launch configuration': 'configured',
		default: 'assumed',
	} as const;
	return { provenance: provenance[origin], ...(row === undefined ? {} : { row }), ...(why ? { why } : {}) };
}

function kernelOrigin(session: Session): Origin {
	const { origin, profile } = session.kernel;
	const proof = profile.proof === 'proven' ? '' : 'its behaviour is not proven on a real kernel';
	if (origin === 'recorded' && session.kind === 'simulated')
		return { provenance: 'configured', why: ['the scenario names it', proof].filter(Boolean).join('; ') };
	const told = { recorded: 'recorded', 'launch configuration': 'configured' } as const;
	if (origin !== 'default') return { provenance: told[origin], ...(proof ? { why: proof } : {}) };
	return { provenance: 'assumed', why: '"kernel" in the launch configuration says which one it was' };
}

/** The vCPU's call in progress at `row`, else its last one; undefined where there is none yet. */
export function callOfVcpu(session: Session, vcpu: VcpuState, row: number): RecordedCall | undefined {
	const { events } = session.trace;
	const here = row < session.length && events.vm(row) === vcpu.vm && events.vcpu(row) === vcpu.id;
	const starting = here ? session.calls.around(vcpu.vm, vcpu.id, row) : -1;
	return recordedCall(session, starting >= 0 ? starting : vcpu.call);
}

/** `recorded, line 107`: what to show beside a value. */
export function originText(session: Session, origin: Origin | undefined): string {
	if (!origin) return '';
	if (origin.provenance === 'unknown') return origin.why ?? 'unknown';
	const line =
		origin.row !== undefined && origin.row < session.length
			? `, line ${session.trace.events.line(origin.row)}`
			: '';
	return `${origin.provenance}${line}`;
}
