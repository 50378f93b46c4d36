// The machine of a simulated session, row by row. What the rules changed is taken from their effects, as
// each event happens; at the end of a step it is the model's VM. Every value names the row that last wrote it.

import {
	type Decision,
	FEATURE,
	MP_STATE_NAMES,
	requestNames,
	ruleOf,
	type Vcpu,
	type Vm,
} from '../kvm/index.ts';
import { EventKind } from '../trace/event.ts';
import type { CallTable } from './calls.ts';
import type { SimulatedEvents } from './simulated-events.ts';
import {
	type Known,
	type MachineState,
	type PendingRequest,
	type ResetState,
	type VcpuState,
	type Whereabouts,
	withVcpu,
	withVm,
} from './state.ts';

/** The machine after the event at `row`. */
export function applyRow(
	before: MachineState,
	events: SimulatedEvents,
	calls: CallTable,
	row: number,
): MachineState {
	const step = events.step(row);
	const { vcpus } = step.after;
	let state = before;
	for (const decision of events.decisions(row)) state = applyEffects(state, decision, vcpus, row);
	if (events.endsStep(row)) state = reconciled(state, step.before, step.after, row);
	const id = events.vcpu(row);
	if (id < 0) return state;
	const where = whereabouts(events, row);
	const runs = events.thread(row) > 0;
	const call = runs ? calls.around(0, id, row) : -1;
	state = withVcpu(state, 0, id, {
		lastRow: row,
		...(runs ? { thread: events.thread(row) } : {}),
		...(where ? { whereabouts: modelled(where, row) } : {}),
		...(call >= 0 ? { call } : {}),
	});
	return withExit(state, events, row);
}

function modelled<T>(value: T, row: number): Known<T> {
	return { value, provenance: 'modelled', row };
}

function applyEffects(
	state: MachineState,
	{ effects, rule }: Decision,
	vcpus: readonly Vcpu[],
	row: number,
): MachineState {
	let next = state;
	for (const { vcpu: index, field, after } of effects) {
		const id = index === undefined ? undefined : vcpus[index]?.id;
		const vcpu = next.vcpus.find((v) => v.id === id);
		if (id === undefined || !vcpu) continue;
		const change = effectOn(vcpu, field, after, rule, row);
		if (change) next = withVcpu(next, 0, id, change);
	}
	return next;
}

function effectOn(
	vcpu: VcpuState,
	field: string,
	after: Decision['effects'][number]['after'],
	rule: Decision['rule'],
	row: number,
): Partial<VcpuState> | undefined {
	if (field === 'mp_state' && typeof after === 'string')
		return { mpState: modelled(MP_STATE_NAMES.indexOf(after), row) };
	if (field === 'requests' && typeof after === 'string')
		return { requests: pending(vcpu.requests, after, `${rule}: ${ruleOf(rule).says}`, row) };
	if (typeof after === 'bigint' && field === 'pc') return { pc: modelled(after, row) };
	if (typeof after === 'bigint' && /^x[0-3]$/.test(field))
		return { x: vcpu.x.with(Number(field[1]), modelled(after, row)) };
	const part = /^reset_state\.(pc|r0|be|reset)$/.exec(field)?.[1];
	if (part === undefined || after === undefined) return undefined;
	const old: ResetState = vcpu.resetState?.value ?? { pc: 0n, r0: 0n, be: false, reset: false };
	return { resetState: modelled({ ...old, [part]: after }, row) };
}

function pending(
	before: readonly PendingRequest[],
	names: string,
	why: string,
	row: number,
): readonly PendingRequest[] {
	return names
		.split(' ')
		.filter(Boolean)
		.map((short) => {
			const name = `KVM_REQ_${short}`;
			return before.find((r) => r.name === name) ?? { name, row, provenance: 'modelled', why };
		});
}

/** What the effects do not tell (a vCPU made, registers read back) is taken from the VM itself. */
function reconciled(state: MachineState, before: Vm, after: Vm, row: number): MachineState {
	let next = state;
	for (const vcpu of after.vcpus) {
		if (before.vcpus[vcpu.index] === vcpu) continue;
		const known = next.vcpus.find((v) => v.id === vcpu.id);
		if (known) next = withVcpu(next, 0, vcpu.id, agreed(known, vcpu, row));
	}
	const version = shownVersion(after);
	if (version !== undefined && next.vms[0]?.psciVersion?.value !== version)
		next = withVm(next, 0, { psciVersion: modelled(version, row) });
	return next;
}

function agreed(known: VcpuState, vcpu: Vcpu, row: number): Partial<VcpuState> {
	const keep = <T>(old: Known<T> | undefined, value: T): Known<T> =>
		old?.value === value ? old : modelled(value, row);
	const { reset, pc, r0, be } = vcpu.resetState;
	const old = known.resetState?.value;
	const same = old && old.reset === reset && old.pc === pc && old.r0 === r0 && old.be === be;
	return {
		mpState: keep(known.mpState, vcpu.mpState),
		pc: keep(known.pc, vcpu.registers.pc),
		mpidr: keep(known.mpidr, vcpu.registers.mpidr),
		x: [0, 1, 2, 3].map((n) => keep(known.x[n], vcpu.registers.x[n] ?? 0n)),
		resetState: same ? known.resetState : modelled({ reset, pc, r0, be }, row),
		requests: pending(known.requests, requestNames(vcpu.requests), 'the model has it pending', row),
		whereabouts: known.whereabouts ?? modelled<Whereabouts>('VMM', row),
	};
}

/** The version that the first vCPU's guest is shown; undefined before it is initialised. */
function shownVersion({ vcpus, features, psciVersion, profile }: Vm): number | undefined {
	const first = vcpus[0];
	if (!first?.initialized) return undefined;
	if (!((features ?? first.features) & FEATURE.PSCI_0_2)) return 1;
	return Number(psciVersion || (profile.behaviours.psciVersions.at(-1) ?? 1n));
}

/** Where the vCPU's thread is after the event. */
function whereabouts(events: SimulatedEvents, row: number): Whereabouts | undefined {
	const { answer, operation } = events.step(row);
	if (operation?.op !== 'call' && operation?.op !== 'run') return undefined;
	if (events.row(row).vmm) return 'VMM';
	if (!events.endsStep(row) && !events.row(row + 1).vmm)
		return events.kind(row) === EventKind.kvm_entry ? 'guest' : 'KVM';
	if (!answer || !('outcome' in answer)) return 'KVM';
	if (answer.outcome === 'return') return 'guest';
	if (answer.outcome !== 'blocked') return 'VMM';
	const spins = events.step(row).decisions.some(({ rule }) => rule === 'run.guest_spins');
	return spins ? 'guest' : 'waiting';
}

function withExit(state: MachineState, events: SimulatedEvents, row: number): MachineState {
	const { answer } = events.step(row);
	const left = events.kind(row) === EventKind.kvm_userspace_exit;
	if (!left || !answer || !('outcome' in answer) || answer.outcome !== 'system_event') return state;
	return withVm(state, 0, {
		lastExit: {
			vcpu: events.vcpu(row),
			type: modelled(answer.type, row),
			flags: modelled(answer.data0, row),
			row,
			delivered: row,
		},
	});
}
