// What is known of a vCPU, as values.

import { mpidrOf } from '../../kvm/index.ts';
import { AFFINITY_BITS } from '../../psci/mpidr.ts';
import { mpStateName } from '../kvm-names.ts';
import { type RecordedCall, recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import type { Known, MachineState, VcpuState } from '../state.ts';
import { hex, leaf, UNKNOWN, type Value } from './value.ts';

/** `vcpu[1]`, or `vm[0].vcpu[1]` where the trace has several VMs. */
export function vcpuPath(state: MachineState, vcpu: { vm: number; id: number }): string {
	return state.vms.length > 1 ? `vm[${vcpu.vm}].vcpu[${vcpu.id}]` : `vcpu[${vcpu.id}]`;
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

function requestText(vcpu: VcpuState): string {
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

/** The vCPU's call in progress at `row`, else its last one; undefined where there is none yet. */
export function callOfVcpu(session: Session, vcpu: VcpuState, row: number): RecordedCall | undefined {
	const { events } = session.trace;
	const here = row < session.length && events.vm(row) === vcpu.vm && events.vcpu(row) === vcpu.id;
	const starting = here ? session.calls.around(vcpu.vm, vcpu.id, row) : -1;
	return recordedCall(session, starting >= 0 ? starting : vcpu.call);
}
