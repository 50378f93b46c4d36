// What is known of a scenario while it is compiled: problems so far, definitions, and its vCPUs.

import { type KernelProfile, mpidrOf, profileForRelease, profileNamed } from '../../kvm/index.ts';
import { AFFINITY_BITS } from '../../psci/mpidr.ts';
import { nearestName } from '../../psci/nearest-name.ts';
import { DEFAULT_KERNEL } from '../machine-setup.ts';
import type { Place } from '../place.ts';
import type { DeviceTreePsci, Machine } from '../program.ts';
import type { Statement } from '../statement.ts';
import type { Diagnostics, Fix } from './diagnostic.ts';
import { Names } from './frame.ts';
import type { Definition } from './generated/ast.ts';

/** Statements that loops and library programs may grow to. */
const MOST_STATEMENTS = 100_000;
/** Names of a kind that are told where one of them is meant. */
const MOST_NAMES = 20;

/** A definition with where it was read. */
export interface Defined {
	readonly node: Definition;
	readonly file: string;
	readonly broken: ReadonlySet<number>;
}

export class Compilation {
	readonly diagnostics: Diagnostics;
	readonly definitions = new Map<string, Defined>();
	machine: Machine;
	/** MPIDR_EL1 by position, as the scenario sets it up or changes it */
	readonly mpidrs = new Map<number, bigint>();
	/** lines make vCPUs or change what they show: then the text does not tell what is served */
	remade = false;
	/** labels of the scenario, wherever they stand */
	readonly labels = new Set<string>();
	/** capabilities that the machine or a line so far has enabled */
	readonly enabled: string[] = [];
	/** the scenario's own constants, which its definitions see too */
	constants = new Names();
	#statements = 0;
	#calls = 0;
	/** where the machine block names its kernel */
	kernelPlace: Place | undefined;
	/** answers of the model that were asked for before (served.ts) */
	readonly served = new Map<string, boolean>();
	readonly #wanted = new Map<number, bigint>();

	constructor(diagnostics: Diagnostics, machine: Machine) {
		this.diagnostics = diagnostics;
		this.machine = machine;
		machine.vcpus.forEach(({ id }, index) => {
			this.mpidrs.set(index, mpidrOf(id));
		});
	}

	/** The kernel that the text is checked against: the scenario's, else the newest. */
	get profile(): KernelProfile {
		const named = this.machine.kernel === undefined ? undefined : kernelNamed(this.machine.kernel);
		const newest = profileNamed(DEFAULT_KERNEL);
		if (!newest) throw new Error('there is a kernel');
		return named ?? newest;
	}

	get deviceTree(): DeviceTreePsci {
		return this.machine.deviceTree;
	}

	affinity(vcpu: number): bigint {
		return (this.mpidrs.get(vcpu) ?? mpidrOf(vcpu)) & AFFINITY_BITS;
	}

	thirtyTwoBit(vcpu: number): boolean {
		return this.machine.vcpus[vcpu]?.features.includes('EL1_32BIT') ?? false;
	}

	/** A vCPU that a statement makes. */
	created(vcpu: number, id: number): void {
		this.mpidrs.set(vcpu, this.#wanted.get(vcpu) ?? mpidrOf(id));
	}

	/** The constants that a definition sees: a library has none. */
	constantsOf(found: Defined): Names | undefined {
		return this.definitions.get(found.node.name) === found ? this.constants : undefined;
	}

	/** What makes an MPIDR that no vcpu_id gives, before the first statement. */
	setUp(): Statement[] {
		return this.machine.vcpus.flatMap(({ id, place }, vcpu): Statement[] => {
			const value = this.#wanted.get(vcpu);
			if (value === undefined || (mpidrOf(id) & AFFINITY_BITS) === (value & AFFINITY_BITS)) return [];
			const operation = { op: 'set_reg', vcpu, reg: 'MPIDR_EL1', value: { kind: 'number', value } } as const;
			return [{ kind: 'operation', place, operation, text: `set vcpu${vcpu}.MPIDR_EL1`, expect: [] }];
		});
	}

	/** The machine block gives a vCPU this affinity. */
	placedAt(vcpu: number, mpidr: bigint): void {
		this.#wanted.set(vcpu, mpidr);
		this.mpidrs.set(vcpu, mpidr);
	}

	/** Counts a statement; false where there are too many already. */
	room(place: Place): boolean {
		if (this.#statements++ < MOST_STATEMENTS) return true;
		this.diagnostics.error(
			'too-much',
			place,
			`a scenario has at most ${MOST_STATEMENTS} statements, loops written out`,
		);
		return false;
	}

	/** What makes the variables of one more library program its own. */
	nextPrefix(): string {
		return `${++this.#calls}.`;
	}

	unknown(place: Place, what: string, name: string, candidates: Iterable<string>): void {
		const known = [...new Set(candidates)];
		// One number is as near as another.
		const near = /[a-z]/i.test(name) ? nearestName(name, known) : undefined;
		const fixes: Fix[] = near === undefined ? [] : [{ title: `Change to '${near}'`, place, text: near }];
		const all = known.length > 0 && known.length <= MOST_NAMES ? `; there are ${known.join(', ')}` : '';
		const hint = near === undefined ? all : `. Did you mean '${near}'?`;
		this.diagnostics.error('unknown-name', place, `there is no ${what} '${name}'${hint}`, fixes);
	}
}

export function kernelNamed(name: string): KernelProfile | undefined {
	return profileNamed(name) ?? profileForRelease(name);
}

/** A release after the newest that is modelled. */
export function isNewer(name: string): boolean {
	const [major = 0, minor = 0] = name.split('.').map((part) => Number.parseInt(part, 10));
	const [last = 0, of = 0] = DEFAULT_KERNEL.split('.').map(Number);
	return major > last || (major === last && minor > of);
}
