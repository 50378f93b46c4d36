// Which programs must be given the next turn so that no result is missed: a persistent set (Godefroid,
// Partial-Order Methods for the Verification of Concurrent Systems, chapter 4). All others can wait, because
// nothing that they may ever do touches what these do next.

import { affinityOf, type Vcpu } from '../kvm/index.ts';
import type { Scene } from './acting.ts';
import { canGoOn, guestIsOver } from './can-go-on.ts';
import type { Code, TaskCode } from './code.ts';
import {
	conflict,
	EVERYTHING,
	type Footprint,
	footprintOf,
	NOTHING,
	type Surroundings,
	union,
} from './footprint.ts';
import type { RunState } from './run-state.ts';

/** Of each instruction of a program: its own footprint, and that of all that may follow it. */
interface TaskFootprints {
	readonly next: readonly Footprint[];
	readonly future: readonly Footprint[];
}

export class PersistentSets {
	readonly #scene: Scene;
	/** by what the footprints rest on */
	readonly #known = new Map<string, ReadonlyMap<TaskCode, TaskFootprints>>();
	#tasks: ReadonlyMap<TaskCode, TaskFootprints> = new Map();

	constructor(scene: Scene) {
		this.#scene = scene;
	}

	/** Those of `able` that suffice. */
	of(state: RunState, able: readonly number[]): readonly number[] {
		this.#look(state);
		let best = able;
		for (const seed of able) {
			if (best.length === 1) break;
			const chosen = this.#closure(state, seed).filter((task) => canGoOn(state, this.#scene.main, task));
			if (chosen.length < best.length) best = chosen;
		}
		return best;
	}

	/** The footprints of the programs that run in this state. Only statements that touch everything change what they rest on. */
	#look({ vm, main, tasks }: RunState): void {
		const mpidrs = vm.vcpus.map((v) => v.registers.mpidr);
		const strays = vm.vcpus.some(mayStray);
		const key = [main.at, vm.observe, vm.filter !== undefined, strays, mpidrs].join(' ');
		let known = this.#known.get(key);
		if (!known) {
			const codes = tasks.map(({ code }) => code);
			// Two vCPUs of one MPIDR: which of them is meant depends on who ran first.
			const plain = new Set(vm.vcpus.map(affinityOf)).size === vm.vcpus.length;
			const strayCalls = strays || codes.some(mayStartAtStub);
			const around = { vm, policy: this.#scene.policy !== undefined, strayCalls };
			known = new Map(codes.map((code) => [code, plain ? footprints(code, around) : everything(code)]));
			this.#known.set(key, known);
		}
		this.#tasks = known;
	}

	#closure(state: RunState, seed: number): readonly number[] {
		const chosen = [seed];
		for (let n = 0; n < chosen.length; n++) {
			const next = this.#next(state, chosen[n] ?? seed);
			state.tasks.forEach((_, other) => {
				if (!chosen.includes(other) && conflict(this.#future(state, other), next)) chosen.push(other);
			});
		}
		return chosen;
	}

	#next(state: RunState, who: number): Footprint {
		const task = state.tasks[who];
		if (!task) return NOTHING;
		return this.#tasks.get(task.code)?.next[task.at] ?? NOTHING;
	}

	#future(state: RunState, who: number): Footprint {
		const task = state.tasks[who];
		if (!task || guestIsOver(state, task)) return NOTHING;
		return this.#tasks.get(task.code)?.future[task.at] ?? NOTHING;
	}
}

/** The pages of stubs, whose first instruction is a call (kvm/guest-code.ts). */
function isStub(pc: bigint): boolean {
	return (pc >= 0x40000000n && pc < 0x40000200n) || (pc >= 0x40000800n && pc < 0x40000a00n);
}

/** The vCPU stands, or will start, at a call that no statement of the scenario makes. */
function mayStray({ registers, resetState }: Vcpu): boolean {
	if (isStub(registers.pc) && registers.pc % 0x40n === 0n) return true;
	return resetState.reset && isStub(resetState.pc);
}

function mayStartAtStub({ code }: TaskCode): boolean {
	return code.some((instruction) => {
		if (instruction.do !== 'act' || instruction.statement.kind !== 'operation') return false;
		const { operation } = instruction.statement;
		if (operation.op === 'set_reg') return operation.reg === 'PC';
		const entry = operation.op === 'call' ? operation.x[2] : undefined;
		return entry !== undefined && (entry.kind !== 'number' || isStub(entry.value));
	});
}

function everything({ code }: TaskCode): TaskFootprints {
	const all = code.map(() => EVERYTHING);
	return { next: all, future: all };
}

function footprints({ code, task }: TaskCode, around: Surroundings): TaskFootprints {
	const next = code.map((instruction) => footprintOf(instruction, around, task.vcpu));
	// Backwards until nothing is added: loops jump back.
	const future = next.slice();
	for (let changed = true; changed; ) {
		changed = false;
		for (let at = code.length - 1; at >= 0; at--) {
			const all = after(code, at).reduce((sum, to) => union(sum, future[to] ?? NOTHING), next[at] ?? NOTHING);
			const old = future[at];
			if (old?.reads === all.reads && old.writes === all.writes) continue;
			future[at] = all;
			changed = true;
		}
	}
	return { next, future };
}

function after(code: Code, at: number): readonly number[] {
	const instruction = code[at];
	switch (instruction?.do) {
		case 'jump':
			return [instruction.to];
		case 'unless':
			return [at + 1, instruction.to];
		case 'round':
			return [at + 1, instruction.end];
		default:
			return [at + 1];
	}
}
