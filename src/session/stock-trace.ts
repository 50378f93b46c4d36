// A scenario's run as a host would have recorded it that has KVM's own tracepoints and no probes: the text of
// tracefs' `trace` file. No argument but x0, no result, nothing of what the VMM does but its interrupts. The same run
// gives the same text.

// Formats: arch/arm64/kvm/{trace_arm,trace_handle_exit}.h, include/trace/events/kvm.h, 7.2.

import { MP_STATE, type RuleId } from '../kvm/index.ts';
import type { Run } from '../scenario/run.ts';
import type { RunStep } from '../scenario/run-step.ts';
import { registersAt, SimulatedEvents, VMM_THREAD } from './simulated-events.ts';
import { drained } from './sliced.ts';

/** Between two events, in microseconds. */
const STEP_US = 10;
/** What is still running at the end goes on for so many seconds, with one tick in each: Linux waits 5 s for a CPU. */
const TAIL_S = 6;
const START_S = 100;
const FIRST_TID = 1000;

export function* stockTrace(run: Run): Generator<string> {
	yield '# tracer: nop';
	yield '#';
	yield '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION';
	yield '#              | |         |   |||||     |         |';
	const writer = new Writer(drained(SimulatedEvents.of(run)), run);
	yield* writer.starts();
	for (let row = 0; row < writer.events.length; row++) yield* writer.row(row);
	yield* writer.tail();
}

/** Of a vCPU that only faults, so many are written; a host records as many as there is time for. */
const FAULTS = 6;
/** A synchronous exception from EL1, with VBAR_EL1 as after a reset: as 5.10 recorded it of a vCPU that is run without memory. */
const VECTOR = 0x200n;

/** From where a CPU_ON sent it; an interrupt that it takes would lead it elsewhere first. */
function spins({ decisions, after }: RunStep): boolean {
	const has = (name: RuleId) => decisions.some(({ rule }) => rule === name);
	const interrupted = after.vcpus.some(({ lines }) => lines !== 0);
	return has('run.guest_spins') && has('reset.cpu_on_state') && !interrupted;
}

class Writer {
	readonly events: SimulatedEvents;
	readonly #run: Run;
	/** by thread: the pc of whoever is in the guest */
	readonly #inGuest = new Map<number, bigint>();
	/** threads asleep in KVM for want of an interrupt */
	readonly #asleep = new Set<number>();
	#us = 0;

	constructor(events: SimulatedEvents, run: Run) {
		this.events = events;
		this.#run = run;
	}

	/** VMMs kick each vCPU once as they set it up; one that is never run afterwards has no thread that would show. */
	*starts(): Generator<string> {
		for (const { index, mpState, resetState } of this.#run.steps.at(-1)?.after.vcpus ?? []) {
			const stranded = mpState === MP_STATE.RUNNABLE && resetState.reset;
			if (!stranded) yield this.#line(index + 1, 'kvm_userspace_exit: reason restart (4)');
		}
	}

	*row(row: number): Generator<string> {
		const { events } = this;
		const step = events.step(row);
		const thread = events.thread(row);
		if (thread === VMM_THREAD) yield* this.#vmm(step);
		else yield* this.#vcpu(row, thread, step);
		if (events.endsStep(row)) yield* this.#kicked(step);
	}

	/** Who is in the guest at the end stays there: a tick now and then. */
	*tail(): Generator<string> {
		for (let second = 0; second < TAIL_S; second++) {
			if (this.#inGuest.size === 0) return;
			this.#us += 1_000_000;
			for (const [thread, pc] of this.#inGuest) {
				yield this.#line(thread, `kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: ${hex16(pc)}`);
				yield this.#line(thread, `kvm_entry: PC: ${hex16(pc)}`);
			}
		}
	}

	*#vmm({ operation, answer }: RunStep): Generator<string> {
		if (operation?.op !== 'irq' || !answer || !('r' in answer) || answer.r !== 0) return;
		const { vcpu, line, level } = operation;
		yield this.#line(
			VMM_THREAD,
			`kvm_irq_line: Inject CPU interrupt (0), vcpu->idx: ${vcpu}, num: ${line}, level: ${level}`,
		);
	}

	*#vcpu(row: number, thread: number, step: RunStep): Generator<string> {
		const detail = this.events.detail(row);
		const vcpu = thread - 1;
		const pc = () => registersAt(step, vcpu, this.events.row(row).from).pc;
		switch (detail.kind) {
			case 'kvm_entry':
				yield* this.#enters(thread, detail.pc);
				if (spins(step)) yield* this.#faults(thread, detail.pc);
				break;
			case 'kvm_hvc_arm64':
				yield* this.#leaves(thread, pc(), `TRAP: HSR_EC: 0x0016 (HVC64), PC: ${hex16(detail.pc)}`);
				yield this.#line(
					thread,
					`kvm_hvc_arm64: HVC at ${hex16(detail.pc)} (r0: ${hex16(detail.r0)}, imm: 0x${detail.imm.toString(16)})`,
				);
				break;
			case 'kvm_exit':
				yield* this.#leaves(
					thread,
					pc(),
					`TRAP: HSR_EC: 0x00${detail.ec?.toString(16)} (${detail.ecName}), PC: ${hex16(detail.pc)}`,
				);
				break;
			case 'kvm_wfx_arm64':
				yield* this.#leaves(thread, pc(), `TRAP: HSR_EC: 0x0001 (WFx), PC: ${hex16(detail.pc)}`);
				yield this.#line(thread, `kvm_wfx_arm64: guest executed wfi at: ${hex16(detail.pc)}`);
				break;
			case 'kvm_userspace_exit':
				// Nobody interrupts a vCPU that is off but a person who has waited.
				if (step.before.vcpus[vcpu]?.mpState === MP_STATE.STOPPED) this.#us += TAIL_S * 1_000_000;
				this.#inGuest.delete(thread);
				yield this.#line(thread, `kvm_userspace_exit: reason ${reasonText(detail)}`);
				break;
			default:
		}
		if (this.events.endsStep(row)) this.#ends(thread, step);
	}

	#ends(thread: number, { answer, after }: RunStep): void {
		const blocked = answer !== undefined && 'outcome' in answer && answer.outcome === 'blocked';
		if (!blocked || this.#inGuest.has(thread)) return;
		if (after.vcpus[thread - 1]?.mpState !== MP_STATE.STOPPED) this.#asleep.add(thread);
	}

	/** Whoever was stopped by somebody else is interrupted, and then sleeps in KVM. */
	*#kicked({ after }: RunStep): Generator<string> {
		for (const [thread, pc] of this.#inGuest) {
			if (after.vcpus[thread - 1]?.mpState !== MP_STATE.STOPPED) continue;
			this.#inGuest.delete(thread);
			yield this.#line(thread, `kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: ${hex16(pc)}`);
		}
	}

	*#enters(thread: number, pc: bigint): Generator<string> {
		if (this.#inGuest.has(thread)) return;
		if (this.#asleep.delete(thread))
			yield this.#line(thread, 'kvm_vcpu_wakeup: wait time 10000 ns, polling valid');
		this.#inGuest.set(thread, pc);
		yield this.#line(thread, `kvm_entry: PC: ${hex16(pc)}`);
	}

	/** No memory is behind its first instruction, nor behind the vector of the abort that KVM gives it for that. */
	*#faults(thread: number, entry: bigint): Generator<string> {
		for (const pc of [entry, ...Array<bigint>(FAULTS).fill(VECTOR)]) {
			const hex = (value: bigint) => `0x${value.toString(16)}`;
			yield this.#line(thread, `kvm_exit: TRAP: HSR_EC: 0x0020 (IABT_LOW), PC: ${hex16(pc)}`);
			yield this.#line(
				thread,
				`kvm_guest_fault: ipa ${hex(pc & ~0xfffn)}, hsr 0x82000005, hxfar ${hex(pc)}, pc ${hex16(pc)}`,
			);
			yield this.#line(thread, `kvm_entry: PC: ${hex16(VECTOR)}`);
		}
		this.#inGuest.set(thread, VECTOR);
	}

	*#leaves(thread: number, from: bigint, exit: string): Generator<string> {
		yield* this.#enters(thread, from);
		this.#inGuest.delete(thread);
		yield this.#line(thread, `kvm_exit: ${exit}`);
	}

	#line(thread: number, text: string): string {
		this.#us += STEP_US;
		const vcpu = thread - 1;
		const comm = thread === VMM_THREAD ? 'qemu-system-aar' : `CPU ${vcpu}/KVM`;
		const us = String(this.#us % 1_000_000).padStart(6, '0');
		const time = `${START_S + Math.floor(this.#us / 1_000_000)}.${us}`;
		const cpu = String(Math.max(0, vcpu)).padStart(3, '0');
		return `${`${comm}-${FIRST_TID + thread}`.padStart(22)}  [${cpu}] d....   ${time}: ${text}`;
	}
}

function reasonText({
	reason,
	reasonName,
}: {
	readonly reason: number;
	readonly reasonName: string;
}): string {
	return `${reasonName} (${reason})`;
}

function hex16(value: bigint): string {
	return `0x${value.toString(16).padStart(16, '0')}`;
}
