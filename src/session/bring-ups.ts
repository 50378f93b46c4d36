// Which CPU_ON started which vCPU, where the trace does not have the call's arguments: a vCPU that first enters
// the guest, or enters it anew after its CPU_OFF, was started by a CPU_ON that came before. Fed row by row; keeps
// a few numbers per vCPU and per CPU_ON that waits for its vCPU.

// Facts: arch/arm64/kvm/psci.c (kvm_psci_vcpu_on, kvm_psci_vcpu_off, kvm_prepare_system_event), 7.2.

/** A start of a vCPU, and the CPU_ON that made it. */
export interface Start {
	/** of the vCPU's first event in the guest: its kvm_entry where those are recorded */
	readonly row: number;
	readonly vcpu: number;
	/** the call that it is given to, -1 where none can have made it */
	readonly call: number;
	/** no other CPU_ON can have made it, and this vCPU was seen to be off or never to have run */
	readonly sure: boolean;
}

interface Waiting {
	readonly call: number;
	readonly thread: number;
	/** another vCPU started meanwhile that may have been this call's */
	doubtful: boolean;
}

/** `off`: by its CPU_OFF; `stopped`: with all others, by a shutdown or reset. */
type Seen = 'running' | 'off' | 'stopped';

/** What shows a vCPU in the guest: kvm_entry itself, an exit from there, or that it slept there. */
export type Shown = 'entry' | 'exit' | 'wakeup';

/** More CPU_ONs than this wait for nothing: a guest in a loop. The oldest is given up. */
const MOST_WAITING = 16;

export class BringUps {
	readonly #starts = new Map<number, Start[]>();
	readonly #waiting = new Map<number, Waiting[]>();
	/** by VM and vCPU; absent: no event in the guest yet */
	readonly #seen = new Map<number, Seen>();
	/** a vCPU that is running, as most events are about one that was seen just before */
	#lastRunning = -1;
	#entriesRecorded = false;
	#gaps = false;

	/** The starts of a VM's vCPUs, in order. */
	starts(vm: number): readonly Start[] {
		return this.#starts.get(vm) ?? [];
	}

	/** The CPU_ONs whose vCPU has not been seen to start. */
	*waiting(): Generator<number> {
		for (const calls of this.#waiting.values()) for (const { call } of calls) yield call;
	}

	/** A CPU_ON whose arguments are not recorded. */
	cpuOn(vm: number, call: number, thread: number): void {
		if (vm < 0) return;
		const waiting = this.#waiting.get(vm) ?? [];
		this.#waiting.set(vm, waiting);
		if (waiting.length >= MOST_WAITING) waiting.shift();
		waiting.push({ call, thread, doubtful: false });
	}

	/** The arguments of the latest CPU_ON are recorded after all: nothing needs to be found out. */
	argumentsRecorded(vm: number, call: number): void {
		const waiting = this.#waiting.get(vm);
		if (waiting?.at(-1)?.call === call) waiting.pop();
	}

	cpuOff(vm: number, vcpu: number): void {
		this.#set(vm, vcpu, 'off');
	}

	/** A CPU_OFF that came back to its guest: it was refused. */
	stillOn(vm: number, vcpu: number): void {
		this.#set(vm, vcpu, 'running');
	}

	/** A shutdown or reset: every vCPU is stopped, and the VMM starts the first one anew without a CPU_ON. */
	systemEvent(vm: number): void {
		this.#waiting.delete(vm);
		this.#lastRunning = -1;
		for (const key of this.#seen.keys())
			if (key >= keyOf(vm, 0) && key < keyOf(vm + 1, 0)) this.#seen.set(key, 'stopped');
	}

	/** Events are missing here: what a vCPU does next says nothing of what it was. */
	gap(): void {
		this.#gaps = true;
		this.#waiting.clear();
		for (const key of this.#seen.keys()) this.#seen.set(key, 'running');
	}

	/** An event that shows the vCPU in the guest. The start, if it is one. */
	inGuest(vm: number, vcpu: number, thread: number, row: number, shown: Shown): Start | undefined {
		if (shown === 'entry') this.#entriesRecorded = true;
		const key = keyOf(vm, vcpu);
		if (key === this.#lastRunning || vm < 0 || vcpu < 0) return undefined;
		const before = this.#seen.get(key);
		if (before === 'running') {
			this.#lastRunning = key;
			return undefined;
		}
		// Where entries are recorded each start has one; a vCPU that shows otherwise first ran before the recording.
		if (this.#entriesRecorded && shown !== 'entry') {
			if (before === undefined) this.#set(vm, vcpu, 'running');
			return undefined;
		}
		// What was stopped while it slept in the guest wakes up for that.
		if (before === 'stopped' && shown === 'wakeup') return undefined;
		this.#set(vm, vcpu, 'running');
		const evident =
			before === undefined ? shown === 'entry' && !this.#gaps : shown === 'entry' || before === 'off';
		return this.#start(vm, vcpu, thread, row, evident);
	}

	#start(vm: number, vcpu: number, thread: number, row: number, evident: boolean): Start {
		const waiting = this.#waiting.get(vm) ?? [];
		// No vCPU starts itself.
		const possible = waiting.filter((call) => call.thread !== thread);
		const taken = possible.at(-1);
		if (taken) waiting.splice(waiting.indexOf(taken), 1);
		const sure = evident && possible.length === 1 && taken?.doubtful === false;
		if (possible.length > 1) for (const call of possible) call.doubtful = true;
		const start = { row, vcpu, call: taken?.call ?? -1, sure };
		const starts = this.#starts.get(vm);
		if (starts) starts.push(start);
		else this.#starts.set(vm, [start]);
		return start;
	}

	#set(vm: number, vcpu: number, seen: Seen): void {
		this.#lastRunning = -1;
		this.#seen.set(keyOf(vm, vcpu), seen);
	}
}

/** Both are 16-bit numbers. */
function keyOf(vm: number, vcpu: number): number {
	return vm * 0x1_0000 + vcpu;
}
