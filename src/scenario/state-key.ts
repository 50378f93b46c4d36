// A run's state as a short text that is the same for equal states and different for others. Parts are
// numbered as they are met: a state is a handful of numbers, and what did not change keeps its number.

import type { Vcpu, Vm } from '../kvm/index.ts';
import type { RunState } from './run-state.ts';
import type { Thread } from './thread.ts';

export class StateKeys {
	readonly #numbers = new Map<string, number>();
	readonly #known = new WeakMap<object, number>();

	/** Whose turn was last, and how many there were, is no part of the state. */
	of({ vm, machine, main, tasks, reached, down, restarts }: RunState): string {
		return [
			...vm.vcpus.map((vcpu) => this.#number(vcpu, () => vcpuText(vcpu))),
			'/',
			this.#vm(vm),
			this.#number(machine, () =>
				text({ ...machine, resumes: machine.resumes.toSorted((a, b) => a.vcpu - b.vcpu) }),
			),
			`${restarts}${down ? 'd' : ''}${reached}`,
			'/',
			this.#number(main, () => this.#thread(main)),
			...tasks.map((task) => this.#number(task, () => this.#thread(task))),
		].join(' ');
	}

	#vm({
		psciVersion,
		features,
		width,
		ranOnce,
		capabilities,
		filter,
		bitmaps,
		mpidrTable,
		observe,
	}: Vm): number {
		const parts = [capabilities, filter, bitmaps, mpidrTable].map((part) =>
			part ? this.#number(part, () => text(part)) : '-',
		);
		return this.#numberOf([psciVersion, features, width, ranOnce, observe, ...parts].join(' '));
	}

	#thread({ at, rounds, variables, result, given, sleep }: Thread): string {
		const asleep = sleep && [
			sleep.how,
			sleep.checked,
			text(sleep.exits),
			this.#number(sleep.vcpu, () => vcpuText(sleep.vcpu)),
		];
		return `thread ${at} ${rounds} ${text(variables)} ${result} ${text(given ?? null)} ${asleep}`;
	}

	#number(part: object, write: () => string): number {
		const known = this.#known.get(part);
		if (known !== undefined) return known;
		const number = this.#numberOf(write());
		this.#known.set(part, number);
		return number;
	}

	#numberOf(written: string): number {
		const known = this.#numbers.get(written);
		if (known !== undefined) return known;
		this.#numbers.set(written, this.#numbers.size);
		return this.#numbers.size - 1;
	}
}

function vcpuText({ registers, resetState, stolenTime, ...rest }: Vcpu): string {
	return `vcpu ${text(rest)} ${Object.values(registers)} ${Object.values(resetState)} ${stolenTime}`;
}

function text(value: unknown): string {
	return (
		JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `0x${v.toString(16)}` : v)) ?? '-'
	);
}
