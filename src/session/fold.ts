// One event applied to the machine. What the event says is recorded; what KVM's code must have done
// for the event to happen is inferred, with the reason. Facts about the events: docs of the probes in
// the README ("Recording"), facts about KVM: arch/arm64/kvm/{psci,arm,reset}.c, Linux 7.2.

import { MP_STATE } from '../kvm/index.ts';
import type { EventDetail } from '../trace/event.ts';
import type { Trace } from '../trace/trace.ts';
import {
	type CallTable,
	CPU_OFF_IDS,
	CPU_ON_IDS,
	KVM_EXIT_SYSTEM_EVENT,
	SYSTEM_SUSPEND_IDS,
} from './calls.ts';
import { fwRegisterName, SYSTEM_EVENT, vcpuIdOfMpidr } from './kvm-names.ts';
import {
	type Known,
	type MachineState,
	type PendingRequest,
	type Provenance,
	type SystemEventExit,
	type VcpuState,
	vcpuOf,
	type Whereabouts,
	withVcpu,
	withVm,
} from './state.ts';
import { endingOf } from './what-came-next.ts';

const PSCI_VERSION_ID = 0x84000000;

/** The system event that a function makes, where it makes one (arch/arm64/kvm/psci.c, 7.2). */
const EVENT_OF: ReadonlyMap<number, number> = new Map([
	[0x84000008, SYSTEM_EVENT.SHUTDOWN],
	[0x84000009, SYSTEM_EVENT.RESET],
	[0x84000012, SYSTEM_EVENT.RESET],
	[0xc4000012, SYSTEM_EVENT.RESET],
	[0x84000015, SYSTEM_EVENT.SHUTDOWN],
	[0xc4000015, SYSTEM_EVENT.SHUTDOWN],
	...[...SYSTEM_SUSPEND_IDS].map((id): [number, number] => [id, SYSTEM_EVENT.SUSPEND]),
]);

/** SYSTEM_RESET2, SYSTEM_OFF2: their events have bit 0 of data[0] set. */
const FLAGGED: ReadonlySet<number> = new Set([0x84000012, 0xc4000012, 0x84000015, 0xc4000015]);

/** The machine after the event at `row`. */
export function applyEvent(state: MachineState, trace: Trace, calls: CallTable, row: number): MachineState {
	const { events } = trace;
	const detail = events.detail(row);
	const vm = events.vm(row);
	if (detail.kind === 'lost') return applyLost(state, vm, detail.count, row);
	const id = events.vcpu(row);
	const before = vcpuOf(state, vm, id);
	if (!before) return state;
	const step = new Step(state, row, vm, before, calls, trace);
	// ioctls that the VMM makes on a vCPU come from any of its threads; only what runs the vCPU says which is its own.
	step.change(IOCTLS.has(detail.kind) ? { lastRow: row } : { lastRow: row, thread: events.thread(row) });
	step.apply(detail);
	return step.state;
}

const IOCTLS: ReadonlySet<EventDetail['kind']> = new Set([
	'set_mp_state',
	'set_fw_reg',
	'reset',
	'kvm_irq_line',
]);

function applyLost(state: MachineState, vm: number, count: number | undefined, row: number): MachineState {
	let next = state;
	for (const machine of state.vms) {
		if (vm >= 0 && machine.vm !== vm) continue;
		const lost = machine.lost ?? { gaps: 0, events: 0 };
		next = withVm(next, machine.vm, {
			lost: { gaps: lost.gaps + 1, events: lost.events + (count ?? 0), row },
		});
	}
	return next;
}

/** The effects of one event, gathered. Lives for one call of applyEvent. */
class Step {
	state: MachineState;
	readonly #row: number;
	readonly #vm: number;
	readonly #id: number;
	readonly #calls: CallTable;
	readonly #trace: Trace;

	constructor(state: MachineState, row: number, vm: number, vcpu: VcpuState, calls: CallTable, trace: Trace) {
		this.#trace = trace;
		this.state = state;
		this.#row = row;
		this.#vm = vm;
		this.#id = vcpu.id;
		this.#calls = calls;
	}

	change(change: Partial<VcpuState>, id = this.#id): void {
		this.state = withVcpu(this.state, this.#vm, id, change);
	}

	apply(detail: EventDetail): void {
		switch (detail.kind) {
			case 'kvm_entry':
				this.#enters();
				this.#runs('kvm_entry');
				this.change({ pc: this.#recorded(detail.pc), whereabouts: this.#recorded<Whereabouts>('guest') });
				break;
			case 'kvm_exit':
				this.change({ pc: this.#recorded(detail.pc), whereabouts: this.#recorded<Whereabouts>('KVM') });
				this.#takeCall();
				break;
			case 'kvm_hvc_arm64':
				this.#runs('a call by the guest');
				this.change({ pc: this.#recorded(detail.pc), x: this.#registers([detail.r0]) });
				this.#takeCall();
				this.#calledWithoutProbes();
				break;
			case 'call':
				this.#runs('a call by the guest');
				this.#takeCall();
				if (detail.pc !== undefined) this.change({ pc: this.#recorded(detail.pc) });
				this.change({ x: this.#registers(detail.x), whereabouts: this.#recorded<Whereabouts>('KVM') });
				break;
			case 'kvm_wfx_arm64':
				this.change({ pc: this.#recorded(detail.pc) });
				break;
			case 'wfi':
				this.change({ whereabouts: this.#recorded<Whereabouts>('waiting') });
				break;
			case 'kvm_vcpu_wakeup':
				this.change({ whereabouts: this.#recorded<Whereabouts>('KVM') });
				break;
			case 'cpu_on_ret':
				this.#cpuOnReturned(detail.ret);
				break;
			case 'power_off':
				this.#stop(this.#id, 'recorded', 'kvm_arm_vcpu_power_off ran for it');
				break;
			case 'system_event':
				this.#systemEvent(detail.type, detail.flags);
				break;
			case 'ret':
				this.#returned(detail.x, detail.ret);
				break;
			case 'reset':
				this.#reset(detail.pending, detail.pc, detail.r0, detail.be);
				break;
			case 'set_mp_state':
				this.#setMpState(detail.state);
				break;
			case 'set_fw_reg':
				if (fwRegisterName(detail.id) === 'KVM_REG_ARM_PSCI_VERSION')
					this.#vmChange({ psciVersion: undefined });
				break;
			case 'kvm_userspace_exit':
				this.#userspaceExit(detail.reason);
				break;
			default:
		}
	}

	#recorded<T>(value: T): Known<T> {
		return { value, provenance: 'recorded', row: this.#row };
	}

	#inferred<T>(value: T, why: string): Known<T> {
		return { value, provenance: 'inferred', row: this.#row, why };
	}

	#vcpu(id = this.#id): VcpuState | undefined {
		return vcpuOf(this.state, this.#vm, id);
	}

	#vmChange(change: Parameters<typeof withVm>[2]): void {
		this.state = withVm(this.state, this.#vm, change);
	}

	#registers(x: readonly (bigint | undefined)[]): VcpuState['x'] {
		const before = this.#vcpu()?.x ?? [];
		return [0, 1, 2, 3].map((n) => {
			const value = x[n];
			return value === undefined ? before[n] : this.#recorded(value);
		});
	}

	#takeCall(): void {
		const call = this.#calls.around(this.#vm, this.#id, this.#row);
		if (call >= 0) this.change({ call });
	}

	/** The vCPU got into the guest: it is RUNNABLE, and what KVM serves before each entry has been served. */
	#runs(shownBy: string): void {
		const vcpu = this.#vcpu();
		if (!vcpu) return;
		const change: { -readonly [K in keyof VcpuState]?: VcpuState[K] } = {};
		if (vcpu.requests.length > 0) change.requests = [];
		if (vcpu.resetState?.value.reset) {
			const why = `${shownBy}: a reset that is owed is carried out before the vCPU enters the guest`;
			change.resetState = this.#inferred({ ...vcpu.resetState.value, reset: false }, why);
		}
		if (vcpu.mpState?.value !== MP_STATE.RUNNABLE)
			change.mpState = this.#inferred(MP_STATE.RUNNABLE, `${shownBy}: only a RUNNABLE vCPU enters the guest`);
		if (Object.keys(change).length > 0) this.change(change);
	}

	/** The entry that ends a call, or begins what a CPU_ON asked for: x0 is no longer what was recorded. */
	#enters(): void {
		const vcpu = this.#vcpu();
		const reset = vcpu?.resetState?.value;
		if (reset?.reset) {
			const why = 'kvm_reset_vcpu clears x1 and above';
			const zero = this.#inferred(0n, why);
			const context =
				reset.r0 === undefined ? undefined : this.#inferred(reset.r0, 'the context_id of its CPU_ON');
			this.change({ x: [context, zero, zero, zero] });
			return;
		}
		const call = this.#calls.at(vcpu?.call ?? -1);
		if (vcpu && call && call.ret < 0 && call.next === this.#row)
			this.change({ x: [undefined, ...vcpu.x.slice(1)] });
	}

	/** A call of which no probe told: what it did follows from what came next. */
	#calledWithoutProbes(): void {
		const call = this.#calls.at(this.#vcpu()?.call ?? -1);
		if (!call || call.site !== this.#row || call.entry >= 0) return;
		if (CPU_OFF_IDS.has(call.functionId) && endingOf(this.#trace, this.#calls, call) === 'does not return') {
			const why = 'its CPU_OFF does not return to it';
			this.change({
				mpState: this.#inferred<number>(MP_STATE.STOPPED, why),
				whereabouts: this.#inferred<Whereabouts>('waiting', why),
			});
		}
		if (call.started < 0 || !call.startIsSure) return;
		const { events } = this.#trace;
		const entry = events.detail(call.started);
		const why = `CPU_ON by vCPU ${this.#id} succeeded: the vCPU starts after it`;
		const id = events.vcpu(call.started);
		this.change({ mpState: this.#inferred<number>(MP_STATE.RUNNABLE, why) }, id);
		if (entry.kind !== 'kvm_entry') return;
		// context_id is not known, and nothing will show it.
		this.change(
			{ resetState: this.#inferred({ reset: true, pc: entry.pc, r0: undefined, be: undefined }, why) },
			id,
		);
		this.#request(id, 'KVM_REQ_VCPU_RESET', 'inferred', why);
	}

	#request(id: number, name: string, provenance: Provenance, why: string): void {
		const vcpu = this.#vcpu(id);
		if (!vcpu || vcpu.requests.some((r) => r.name === name)) return;
		const request: PendingRequest = { name, row: this.#row, provenance, why };
		this.change({ requests: [...vcpu.requests, request] }, id);
	}

	#stop(id: number, provenance: 'recorded' | 'inferred', why: string): void {
		const mpState: Known<number> =
			provenance === 'recorded'
				? this.#recorded<number>(MP_STATE.STOPPED)
				: this.#inferred<number>(MP_STATE.STOPPED, why);
		this.change({ mpState }, id);
		this.#request(id, 'KVM_REQ_SLEEP', 'inferred', `${why}; that makes the request`);
	}

	/** The target of the CPU_ON in progress, as far as the recorded arguments tell. */
	#cpuOnTarget(): { id: number; entry: bigint; context: bigint } | undefined {
		const vcpu = this.#vcpu();
		const call = this.#calls.at(vcpu?.call ?? -1);
		if (!vcpu || !call || call.entry < 0 || !CPU_ON_IDS.has(call.functionId)) return undefined;
		const [, x1, x2, x3] = vcpu.x;
		if (!x1 || !x2 || !x3) return undefined;
		// The SMC32 form takes the low halves only (kvm_psci_narrow_to_32bit); its id has bit 30 clear.
		const narrow = (value: bigint) => (call.functionId & 0x40000000 ? value : value & 0xffffffffn);
		const id = vcpuIdOfMpidr(narrow(x1.value));
		return this.#vcpu(id) ? { id, entry: narrow(x2.value), context: narrow(x3.value) } : undefined;
	}

	#cpuOnReturned(ret: bigint | undefined): void {
		const target = this.#cpuOnTarget();
		if (!target || ret !== 0n) return;
		const vcpu = this.#vcpu(target.id);
		// With several host threads the target's reset is often logged before the caller's return: then it is done.
		const call = this.#calls.at(this.#vcpu()?.call ?? -1);
		const done = vcpu?.resetState && call && vcpu.resetState.row > call.site && !vcpu.resetState.value.reset;
		if (done) return;
		const why = `CPU_ON by vCPU ${this.#id} succeeded with these arguments`;
		const reset = { reset: true, pc: target.entry, r0: target.context, be: undefined };
		this.change(
			{ resetState: this.#inferred(reset, why), mpState: this.#inferred<number>(MP_STATE.RUNNABLE, why) },
			target.id,
		);
		this.#request(target.id, 'KVM_REQ_VCPU_RESET', 'inferred', why);
	}

	#reset(pending: boolean, pc: bigint, r0: bigint, be: boolean): void {
		const vcpu = this.#vcpu();
		if (!vcpu) return;
		const zero = (why: string) => this.#inferred(0n, why);
		if (!pending) {
			const why = 'KVM_ARM_VCPU_INIT clears the registers and forgets a reset that was owed';
			this.change({
				x: [zero(why), zero(why), zero(why), zero(why)],
				pc: zero(why),
				resetState: this.#recorded({ reset: false, pc, r0, be }),
				requests: vcpu.requests.filter((r) => r.name !== 'KVM_REQ_VCPU_RESET'),
				// RUNNABLE, or STOPPED with KVM_ARM_VCPU_POWER_OFF: the event does not say which.
				mpState: undefined,
				call: -1,
			});
			return;
		}
		const why = 'kvm_reset_vcpu clears x1 and above';
		this.change({
			x: [this.#recorded(r0), zero(why), zero(why), zero(why)],
			pc: this.#recorded(pc),
			resetState: this.#recorded({ reset: false, pc, r0, be }),
			requests: vcpu.requests.filter((r) => r.name !== 'KVM_REQ_VCPU_RESET'),
		});
		if (vcpu.mpState?.value === MP_STATE.STOPPED)
			this.change({
				mpState: this.#inferred(
					MP_STATE.RUNNABLE,
					'the CPU_ON whose reset is carried out here made it RUNNABLE',
				),
			});
	}

	#setMpState(mpState: number): void {
		this.change({ mpState: this.#recorded(mpState) });
		if (mpState === MP_STATE.STOPPED)
			this.#request(this.#id, 'KVM_REQ_SLEEP', 'inferred', 'KVM_SET_MP_STATE to STOPPED makes the request');
		if (mpState === MP_STATE.SUSPENDED)
			this.#request(
				this.#id,
				'KVM_REQ_SUSPEND',
				'inferred',
				'KVM_SET_MP_STATE to SUSPENDED makes the request',
			);
	}

	#systemEvent(type: number, flags: bigint | undefined): void {
		this.#stopAll();
		const lastExit: SystemEventExit = {
			vcpu: this.#id,
			type: this.#recorded(type),
			flags: flags === undefined ? undefined : this.#recorded(flags),
			row: this.#row,
			delivered: undefined,
		};
		this.#vmChange({ lastExit });
	}

	#stopAll(): void {
		const why = `kvm_prepare_system_event by vCPU ${this.#id} stops every vCPU of the VM`;
		for (const vcpu of this.state.vcpus) if (vcpu.vm === this.#vm) this.#stop(vcpu.id, 'inferred', why);
	}

	#returned(x: readonly (bigint | undefined)[], goesOn: number | undefined): void {
		this.change({ x: this.#registers(x) });
		this.#takeCall();
		const vcpu = this.#vcpu();
		const call = this.#calls.at(vcpu?.call ?? -1);
		if (goesOn === 1) this.#goesOn(vcpu);
		const x0 = x[0];
		// Where KVM_RUN exits instead (a forwarded call), x0 still holds the function ID.
		const answered = goesOn !== 0 && x0 !== undefined;
		if (call?.functionId === PSCI_VERSION_ID && answered && BigInt.asIntN(64, x0) >= 0n)
			this.#vmChange({ psciVersion: this.#recorded(Number(x0 & 0xffffffffn)) });
	}

	/** The handler returned 1: KVM's run loop serves the requests and enters the guest, or sleeps where it must not. */
	#goesOn(vcpu: VcpuState | undefined): void {
		if (vcpu?.mpState?.value !== MP_STATE.STOPPED) {
			const why = 'the handler returned 1, so KVM goes back into the guest';
			this.change({ whereabouts: this.#inferred<Whereabouts>('guest', why) });
			return;
		}
		const why = 'KVM_REQ_SLEEP is served before the next entry, and a STOPPED vCPU then sleeps in KVM';
		this.change({
			whereabouts: this.#inferred<Whereabouts>('waiting', why),
			requests: vcpu.requests.filter((r) => r.name !== 'KVM_REQ_SLEEP'),
		});
	}

	#userspaceExit(reason: number): void {
		this.change({ whereabouts: this.#recorded<Whereabouts>('VMM') });
		if (reason !== KVM_EXIT_SYSTEM_EVENT) return;
		const machine = this.state.vms.find((v) => v.vm === this.#vm);
		const pending = machine?.lastExit;
		if (pending && pending.vcpu === this.#id && pending.delivered === undefined) {
			this.#vmChange({ lastExit: { ...pending, delivered: this.#row } });
			return;
		}
		const call = this.#calls.at(this.#calls.around(this.#vm, this.#id, this.#row));
		const type = call ? EVENT_OF.get(call.functionId) : this.#wakeup();
		const why = call
			? 'the call that ended in this exit makes such an event'
			: 'without a call only a suspended vCPU with something to wake for leaves with an event';
		if (type === SYSTEM_EVENT.SHUTDOWN || type === SYSTEM_EVENT.RESET) this.#stopAll();
		// As kernels have them since 5.18: before, there was no call that has one.
		const flags = type === SYSTEM_EVENT.SUSPEND || !call ? undefined : FLAGGED.has(call.functionId) ? 1n : 0n;
		this.#vmChange({
			lastExit: {
				vcpu: this.#id,
				type: type === undefined ? undefined : this.#inferred(type, why),
				flags: flags === undefined ? undefined : this.#inferred(flags, why),
				row: this.#row,
				delivered: this.#row,
			},
		});
	}

	/** kvm_vcpu_suspend, arch/arm64/kvm/arm.c, 7.2. */
	#wakeup(): number | undefined {
		const latest = this.#calls.at(this.#calls.latest(this.#vm, this.#id, this.#row));
		const suspended =
			this.#vcpu()?.mpState?.value === MP_STATE.SUSPENDED || SYSTEM_SUSPEND_IDS.has(latest?.functionId ?? -1);
		return suspended ? SYSTEM_EVENT.WAKEUP : undefined;
	}
}
