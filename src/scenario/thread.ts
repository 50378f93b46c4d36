// Where one program of a scenario stands: the main one, or one of those that run side by side. A value.

import {
	type Answer,
	type HypercallExit,
	MP_STATE,
	SYSTEM_EVENT,
	type SystemEvent,
	type Vcpu,
} from '../kvm/index.ts';

export type Exit = SystemEvent | HypercallExit;

/** What the last statement that acted gave: what an expectation that stands alone looks at. */
export interface Given {
	readonly answer: Answer;
	/** exits to the VMM on the way to that answer */
	readonly exits: readonly Exit[];
	/** x0..x3, where the guest went on */
	readonly result: readonly bigint[] | undefined;
	/** the rule that decided the answer */
	readonly rule: string | undefined;
}

/** A guest call (or run) that has not come back: the vCPU is off, waits, or spins. */
export interface Sleep {
	/** `waits`: in WFI or CPU_SUSPEND; `off`: not RUNNABLE; `spins`: in guest code that leads nowhere */
	readonly how: 'waits' | 'off' | 'spins';
	/** the vCPU when it fell asleep */
	readonly vcpu: Vcpu;
	readonly exits: readonly Exit[];
	/** its expectations were looked at already, as none of them waits for a result */
	readonly checked: boolean;
}

export interface Thread {
	/** position in the code; its length: done */
	readonly at: number;
	/** rounds of each loop so far */
	readonly rounds: readonly number[];
	readonly variables: Readonly<Record<string, bigint>>;
	readonly result: readonly bigint[];
	readonly given: Given | undefined;
	readonly sleep: Sleep | undefined;
}

export function newThread(variables: Thread['variables'] = {}): Thread {
	return { at: 0, rounds: [], variables, result: [], given: undefined, sleep: undefined };
}

/** Whether a reset or the VMM has moved the vCPU away from where it fell asleep: the call never comes back. */
export function isElsewhere(sleep: Sleep, now: Vcpu): boolean {
	return now.resetState.reset || now.registers.pc !== sleep.vcpu.registers.pc;
}

/** Whether a vCPU that fell asleep can go on in its call. */
export function isAwake(sleep: Sleep, now: Vcpu): boolean {
	if (now.mpState === MP_STATE.SUSPENDED) {
		// KVM would report the same wake-up again and again to a VMM that ignores it: once is enough.
		const last = sleep.exits.at(-1);
		const told = last?.outcome === 'system_event' && last.type === SYSTEM_EVENT.WAKEUP;
		return now.lines !== 0 && !(told && sleep.vcpu.lines === now.lines);
	}
	if (now.mpState !== MP_STATE.RUNNABLE) return false;
	if (sleep.how === 'waits') return now.lines !== 0;
	return sleep.how === 'off';
}
