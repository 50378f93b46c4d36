// Everything that a run is at one moment, as a value: to go on from there, as often and as differently as
// one likes.

import type { Vm } from '../kvm/index.ts';
import type { Machine } from '../vmm/index.ts';
import type { TaskCode } from './code.ts';
import type { Thread } from './thread.ts';

export interface RunState {
	readonly vm: Vm;
	readonly machine: Machine;
	readonly main: Thread;
	/** the programs that run side by side now; empty: the main one runs */
	readonly tasks: readonly TaskState[];
	/** of the tasks, the one whose turn was last */
	readonly last: number;
	/** turns of tasks so far */
	readonly turns: number;
	/** state of the seeded generator */
	readonly random: number;
	/** labels of the statements that were begun, sorted */
	readonly reached: readonly string[];
	/** a shutdown or reset that no policy treats has left KVM since the tasks began */
	readonly down: boolean;
	/** restarts of the machine before the tasks began: a restart ends the guest's programs */
	readonly restarts: number;
}

export interface TaskState extends Thread {
	readonly code: TaskCode;
}
