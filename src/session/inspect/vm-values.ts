// What is known of a virtual machine, as values; what nothing tells is what the session takes it for.

import { systemEventFlags, systemEventName } from '../kvm-names.ts';
import type { Session } from '../session.ts';
import { machineSettings, type Setting } from '../settings.ts';
import type { MachineState, VmState } from '../state.ts';
import { hex, leaf, type Origin, originOf, UNKNOWN, type Value } from './value.ts';

export function vmPath(state: MachineState, vm: number): string {
	return state.vms.length > 1 ? `vm[${vm}]` : 'vm';
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
