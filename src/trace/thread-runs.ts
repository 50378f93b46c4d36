// Follows every thread from KVM_RUN to KVM_RUN and gives the events of a run to the vCPU that a probe
// inside it names. Rows before the first such probe wait for it, until the run ends. Takes rows as they come:
// what it says of a thread is what the rows so far show.

import { EventKind } from './event.ts';
import { Attributed, type EventColumns, unknown } from './event-columns.ts';
import { isOfTheThread } from './events-of-the-thread.ts';
import type { LoadedVcpu } from './loaded-vcpus.ts';

/** Probes that only ever fire inside KVM_RUN, on the vCPU's own thread, and name it. */
const insideRun: ReadonlySet<number> = new Set<EventKind>([
	EventKind.call,
	EventKind.ret,
	EventKind.cpu_on,
	EventKind.system_event,
	EventKind.wfi,
]);

/** Who a thread is known to have run: nobody yet, one vCPU, or `several`. */
export interface ThreadRecord {
	vm: number;
	vcpu: number;
	/** names more than one vCPU */
	several: boolean;
	/** names more than one VM */
	severalVms: boolean;
	/** row of its first event that is a vCPU's, `unknown` where it has none */
	firstRow: number;
	/** events that are a vCPU's and belong to no run that names it */
	loose: number;
	/** vCPUs that it names without their VM */
	readonly withoutVm: Set<number>;
}

interface Run extends ThreadRecord {
	/** vCPU that this run is known to be of */
	runVm: number;
	runVcpu: number;
	/** vCPU last loaded, or given a reset that was owed: of this run, unless a probe inside says otherwise */
	likelyVm: number;
	likelyVcpu: number;
	/** the guest has been entered since the last userspace exit */
	entered: boolean;
	/** VM last named */
	lastVm: number;
	waiting: number[];
	cpu: number;
	/** gaps of `cpu` when this thread was last seen there */
	gaps: number;
}

export class ThreadRuns {
	/** vCPUs named together with their VM, by VM */
	readonly vcpus: Set<number>[] = [];
	readonly #columns: EventColumns;
	readonly #threads: (Run | undefined)[] = [];
	readonly #gaps = new Map<number, number>();
	readonly #changed: (row: number) => void;
	#lastVm = unknown;
	#lastVcpu = unknown;

	/** `changed`: told each row that was given to a vCPU after it had been taken. */
	constructor(columns: EventColumns, changed: (row: number) => void = () => undefined) {
		this.#columns = columns;
		this.#changed = changed;
	}

	record(thread: number): ThreadRecord | undefined {
		return this.#threads[thread];
	}

	/** Rows in time order. `mayBeNamed`: something in the recording names a vCPU, so that waiting may be worth it. */
	take(row: number, mayBeNamed: boolean): void {
		const columns = this.#columns;
		const kind = columns.kind[row] ?? 0;
		const cpu = columns.cpu[row] ?? 0;
		const thread = columns.thread[row] ?? unknown;
		if (kind === EventKind.lost) {
			this.#gaps.set(cpu, (this.#gaps.get(cpu) ?? 0) + 1);
			return;
		}
		const run = this.#runOf(thread, cpu);
		const how = columns.attribution[row];
		if (how === Attributed.event || how === Attributed.owedReset) {
			this.#named(run, row, kind, how === Attributed.owedReset);
		} else if (isOfTheThread(kind)) {
			if (run.firstRow === unknown) {
				run.firstRow = row;
			}
			if (run.runVcpu !== unknown) {
				columns.attribute(row, run.runVm, run.runVcpu, Attributed.run);
			} else {
				if (mayBeNamed) {
					run.waiting.push(row);
				}
				if (how === Attributed.none) {
					run.loose++;
				} else {
					this.#seen(run, columns.vm[row] ?? unknown, columns.vcpu[row] ?? unknown);
				}
			}
			if (kind === EventKind.kvm_userspace_exit) {
				this.#end(run);
			} else {
				run.entered = true;
			}
		}
	}

	/** `thread` has loaded `vcpu`, of a VM that is not said. */
	load({ thread, vcpu }: LoadedVcpu): void {
		const run = this.#runOf(thread, this.#threads[thread]?.cpu ?? 0);
		if (run.entered && run.likelyVcpu !== unknown && run.likelyVcpu !== vcpu) {
			this.#end(run);
		}
		const vm = run.severalVms ? run.lastVm : run.vm;
		this.#know(run, vm, vcpu);
		run.likelyVm = vm;
		run.likelyVcpu = vcpu;
	}

	finish(): void {
		for (const run of this.#threads) {
			if (run !== undefined) {
				this.#end(run);
			}
		}
	}

	#named(run: Run, row: number, kind: number, owed: boolean): void {
		const columns = this.#columns;
		const vm = columns.vm[row] ?? unknown;
		const vcpu = columns.vcpu[row] ?? unknown;
		columns.attribution[row] = Attributed.event;
		this.#know(run, vm, vcpu);
		this.#seen(run, vm, vcpu);
		const inside = insideRun.has(kind) || (run.entered && (owed || kind === EventKind.power_off));
		if (inside && (run.runVcpu !== vcpu || run.runVm !== vm)) {
			run.runVm = vm;
			run.runVcpu = vcpu;
			this.#settle(run, vm, vcpu);
		} else if (owed) {
			run.likelyVm = vm;
			run.likelyVcpu = vcpu;
		}
	}

	#know(run: Run, vm: number, vcpu: number): void {
		run.lastVm = vm === unknown ? run.lastVm : vm;
		run.vm = run.vm === unknown ? vm : run.vm;
		run.severalVms ||= vm !== unknown && vm !== run.vm;
		run.several ||= run.severalVms || (run.vcpu !== unknown && run.vcpu !== vcpu);
		run.vcpu = run.vcpu === unknown ? vcpu : run.vcpu;
	}

	#seen(run: Run, vm: number, vcpu: number): void {
		if (vm === this.#lastVm && vcpu === this.#lastVcpu && vm !== unknown) {
			return;
		}
		if (vcpu !== unknown && vm === unknown) {
			run.withoutVm.add(vcpu);
		} else if (vcpu !== unknown) {
			this.#lastVm = vm;
			this.#lastVcpu = vcpu;
			while (this.vcpus.length <= vm) {
				this.vcpus.push(new Set());
			}
			this.vcpus[vm]?.add(vcpu);
		}
	}

	#runOf(thread: number, cpu: number): Run {
		let run = this.#threads[thread];
		if (run === undefined) {
			run = newRun();
			this.#threads[thread] = run;
		} else if (run.gaps !== (this.#gaps.get(run.cpu) ?? 0)) {
			// What was lost on its CPU may have been the end of its run.
			this.#end(run);
		}
		run.cpu = cpu;
		run.gaps = this.#gaps.get(cpu) ?? 0;
		return run;
	}

	#settle(run: Run, vm: number, vcpu: number): void {
		const columns = this.#columns;
		for (const row of run.waiting) {
			run.loose -= columns.attribution[row] === Attributed.none ? 1 : 0;
			columns.attribute(row, vm, vcpu, Attributed.run);
			this.#changed(row);
		}
		if (run.waiting.length > 0) {
			this.#seen(run, vm, vcpu);
			run.waiting = [];
		}
	}

	#end(run: Run): void {
		if (run.likelyVcpu !== unknown) {
			this.#settle(run, run.likelyVm, run.likelyVcpu);
		}
		run.waiting = [];
		run.runVm = unknown;
		run.runVcpu = unknown;
		run.likelyVm = unknown;
		run.likelyVcpu = unknown;
		run.entered = false;
	}
}

function newRun(): Run {
	return {
		vm: unknown,
		vcpu: unknown,
		several: false,
		severalVms: false,
		firstRow: unknown,
		loose: 0,
		withoutVm: new Set(),
		runVm: unknown,
		runVcpu: unknown,
		likelyVm: unknown,
		likelyVcpu: unknown,
		entered: false,
		lastVm: unknown,
		waiting: [],
		cpu: 0,
		gaps: 0,
	};
}
