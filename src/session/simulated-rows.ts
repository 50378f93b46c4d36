// The events of a simulated session: what a trace of the run would show, row by row. A step of the run is one
// row, or, where KVM_RUN is called, several in the order of RECORDING: the trap, the handler's call and ret,
// the entry or the exit to the VMM. Each row has a share of the step's decisions: what one steps into there.

import type { RunStep } from '../scenario/run-step.ts';
import { EventKind } from '../trace/event.ts';

/** One row: its step, its share of the step's decisions, and what event it is. */
export interface SimulatedRow {
	readonly step: number;
	readonly from: number;
	readonly to: number;
	readonly kind: EventKind;
	/** what the VMM decided about the exit that the step ended with */
	readonly vmm: boolean;
}

const HANDLER = /^(hvc|smc)\./;
const LOOP = /^(request|run)\./;
const OWED_RESET: ReadonlySet<string> = new Set(['request.vcpu_reset', 'one_reg.owed_reset']);

export function rowsOf(step: RunStep, index: number): readonly SimulatedRow[] {
	const { operation, decisions, vmm } = step;
	const runs = operation?.op === 'call' || operation?.op === 'run' || operation?.op === 'run_immediate';
	const kinds = runs ? runKinds(step) : [{ at: 0, kind: plainKind(step) }];
	const rows = kinds.map(({ at, kind }, n) => ({
		step: index,
		from: at,
		to: kinds[n + 1]?.at ?? decisions.length,
		kind,
		vmm: false,
	}));
	if (vmm.length === 0) return rows;
	const end = decisions.length;
	return [...rows, { step: index, from: end, to: end, kind: EventKind.operation, vmm: true }];
}

function plainKind({ operation, answer }: RunStep): EventKind {
	const worked = answer !== undefined && 'r' in answer && answer.r === 0;
	if (!worked) return EventKind.operation;
	if (operation?.op === 'vcpu_init') return EventKind.reset;
	if (operation?.op === 'set_mp_state') return EventKind.set_mp_state;
	if (operation?.op === 'set_reg' && /PSCI_VERSION|WORKAROUND|BMAP/.test(operation.reg))
		return EventKind.set_fw_reg;
	return EventKind.operation;
}

interface Start {
	readonly at: number;
	readonly kind: EventKind;
}

/** Where each event of a KVM_RUN begins among the decisions. */
function runKinds({ operation, answer, decisions }: RunStep): readonly Start[] {
	const starts: Start[] = [];
	let inHandler = false;
	/** the entry at which the guest makes the call is one event with it, not two */
	let atSite = false;
	const begin = (at: number, kind: EventKind) => {
		if (starts.length === 0 && at > 0) starts.push({ at: 0, kind });
		else starts.push({ at, kind });
	};
	decisions.forEach(({ rule }, at) => {
		if (inHandler && LOOP.test(rule)) {
			inHandler = false;
			begin(at, EventKind.ret);
		}
		if (OWED_RESET.has(rule)) begin(at, EventKind.reset);
		else if (rule === 'call.registers_written') {
			begin(at, siteKind(operation));
			atSite = true;
		} else if (rule === 'run.enters_guest') {
			if (!atSite) begin(at, EventKind.kvm_entry);
		} else if (HANDLER.test(rule) && !inHandler) {
			const kind = rule.startsWith('smc') ? EventKind.kvm_exit : EventKind.kvm_hvc_arm64;
			if (!atSite) begin(at, kind);
			begin(at, EventKind.call);
			inHandler = true;
			atSite = false;
		} else if (rule.startsWith('wait.')) atSite = false;
	});
	if (inHandler) begin(decisions.length, EventKind.ret);
	if (starts.length === 0) starts.push({ at: 0, kind: EventKind.operation });
	const leaves = answer !== undefined && 'outcome' in answer && LEAVES.has(answer.outcome);
	if (leaves) begin(decisions.length, EventKind.kvm_userspace_exit);
	return starts;
}

const LEAVES: ReadonlySet<string> = new Set(['system_event', 'hypercall', 'error']);

function siteKind(operation: RunStep['operation']): EventKind {
	if (operation?.op !== 'call') return EventKind.operation;
	if (operation.conduit === 'hvc') return EventKind.kvm_hvc_arm64;
	if (operation.conduit === 'smc') return EventKind.kvm_exit;
	return operation.conduit === 'wfi' ? EventKind.kvm_wfx_arm64 : EventKind.operation;
}
