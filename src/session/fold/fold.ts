// Events applied to the machine. What an event says is recorded; what KVM's code must have done for the event to
// happen is inferred, with the reason. Facts about the events: docs of the probes in the README ("Recording"), facts
// about KVM: arch/arm64/kvm/{psci,arm,reset}.c, Linux 7.2.

import type { EventDetail } from '../../trace/event.ts';
import type { Trace } from '../../trace/trace.ts';
import type { CallTable } from '../calls.ts';
import { fwRegisterName } from '../kvm-names.ts';
import type { MachineState, Whereabouts } from '../state.ts';
import { calledWithoutProbes, cpuOnReturned } from './cpu-on.ts';
import { enters, goesOn, runs } from './in-guest.ts';
import { leavesToVmm, systemEvent } from './leaving.ts';
import { MachineDraft } from './machine-draft.ts';
import { reset, setMpState } from './reset.ts';
import { Step } from './step.ts';

export const PSCI_VERSION_ID = 0x84000000;

/** ioctls that the VMM makes on a vCPU come from any of its threads; only what runs the vCPU says which is its own. */
const IOCTLS: ReadonlySet<EventDetail['kind']> = new Set([
	'set_mp_state',
	'set_fw_reg',
	'reset',
	'kvm_irq_line',
]);

export class Fold {
	readonly #machine: MachineDraft;
	readonly #trace: Trace;
	readonly #calls: CallTable;

	constructor(state: MachineState, trace: Trace, calls: CallTable) {
		this.#machine = new MachineDraft(state);
		this.#trace = trace;
		this.#calls = calls;
	}

	/** The machine after all events that were applied. */
	get state(): MachineState {
		return this.#machine.take();
	}

	apply(row: number): void {
		const { events } = this.#trace;
		const detail = events.detail(row);
		const vm = events.vm(row);
		if (detail.kind === 'lost') {
			this.#lost(vm, detail.count, row);
			return;
		}
		const vcpu = this.#machine.vcpu(vm, events.vcpu(row));
		if (!vcpu) return;
		vcpu.lastRow = row;
		if (!IOCTLS.has(detail.kind)) vcpu.thread = events.thread(row);
		happens(new Step(this.#machine, this.#trace, this.#calls, row, vcpu), detail);
	}

	#lost(vm: number, count: number | undefined, row: number): void {
		for (const machine of this.#machine.vms) {
			if (vm >= 0 && machine.vm !== vm) continue;
			const lost = machine.lost ?? { gaps: 0, events: 0 };
			this.#machine.changeVm(machine.vm, {
				lost: { gaps: lost.gaps + 1, events: lost.events + (count ?? 0), row },
			});
		}
	}
}

function happens(step: Step, detail: EventDetail): void {
	const { vcpu } = step;
	switch (detail.kind) {
		case 'kvm_entry':
			enters(step);
			runs(step, 'kvm_entry');
			vcpu.pc = step.recorded(detail.pc);
			vcpu.whereabouts = step.recorded<Whereabouts>('guest');
			break;
		case 'kvm_exit':
			vcpu.pc = step.recorded(detail.pc);
			vcpu.whereabouts = step.recorded<Whereabouts>('KVM');
			step.takeCall();
			break;
		case 'kvm_hvc_arm64':
			runs(step, 'a call by the guest');
			vcpu.pc = step.recorded(detail.pc);
			vcpu.x = step.registers([detail.r0]);
			step.takeCall();
			calledWithoutProbes(step);
			break;
		case 'call':
			runs(step, 'a call by the guest');
			step.takeCall();
			if (detail.pc !== undefined) vcpu.pc = step.recorded(detail.pc);
			vcpu.x = step.registers(detail.x);
			vcpu.whereabouts = step.recorded<Whereabouts>('KVM');
			break;
		case 'kvm_wfx_arm64':
			vcpu.pc = step.recorded(detail.pc);
			break;
		case 'wfi':
			vcpu.whereabouts = step.recorded<Whereabouts>('waiting');
			break;
		case 'kvm_vcpu_wakeup':
			vcpu.whereabouts = step.recorded<Whereabouts>('KVM');
			break;
		case 'cpu_on_ret':
			cpuOnReturned(step, detail.ret);
			break;
		case 'power_off':
			step.stop(vcpu, 'recorded', 'kvm_arm_vcpu_power_off ran for it');
			break;
		case 'system_event':
			systemEvent(step, detail.type, detail.flags);
			break;
		case 'ret':
			returned(step, detail.x, detail.ret);
			break;
		case 'reset':
			reset(step, detail);
			break;
		case 'set_mp_state':
			setMpState(step, detail.state);
			break;
		case 'set_fw_reg':
			if (fwRegisterName(detail.id) === 'KVM_REG_ARM_PSCI_VERSION')
				step.machine.changeVm(step.vm, { psciVersion: undefined });
			break;
		case 'kvm_userspace_exit':
			leavesToVmm(step, detail.reason);
			break;
		default:
	}
}

function returned(step: Step, x: readonly (bigint | undefined)[], ret: number | undefined): void {
	step.vcpu.x = step.registers(x);
	const call = step.takeCall();
	if (ret === 1) goesOn(step);
	const x0 = x[0];
	// Where KVM_RUN exits instead (a forwarded call), x0 still holds the function ID.
	const answered = ret !== 0 && x0 !== undefined;
	if (step.calls.functionId(call) === PSCI_VERSION_ID && answered && BigInt.asIntN(64, x0) >= 0n)
		step.machine.changeVm(step.vm, { psciVersion: step.recorded(Number(x0 & 0xffffffffn)) });
}
