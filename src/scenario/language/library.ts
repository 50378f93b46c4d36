// The libraries: programs of guest behaviour, written in the language itself. Each cites in its text the guest
// source that it follows.

import { LINUX } from '../library/linux.ts';
import type { Defined } from './compilation.ts';
import { Diagnostics } from './diagnostic.ts';
import { parseSource } from './parse.ts';

export class Library {
	readonly name: string;
	readonly text: string;
	#definitions: ReadonlyMap<string, Defined> | undefined;

	constructor(name: string, text: string) {
		this.name = name;
		this.text = text;
	}

	/** What places in it are called. */
	get file(): string {
		return `psci-library:/${this.name}.psci`;
	}

	names(): string[] {
		return [...this.#read().keys()].map((name) => `${this.name}.${name}`);
	}

	/** Of `linux.boot_secondaries`; empty for what is no program of this library. */
	parameters(name: string): readonly string[] {
		const [library, definition = ''] = name.split('.');
		if (library !== this.name) return [];
		return this.definition(definition)?.node.parameters.map((parameter) => parameter.name) ?? [];
	}

	definition(name: string): Defined | undefined {
		return this.#read().get(name);
	}

	#read(): ReadonlyMap<string, Defined> {
		if (!this.#definitions) {
			const { scenario, broken, file } = parseSource(this.text, this.file, new Diagnostics());
			const found = scenario.items.filter((item) => item.$type === 'Definition');
			this.#definitions = new Map(found.map((node) => [node.name, { node, file, broken }]));
		}
		return this.#definitions;
	}
}

export const LIBRARIES: readonly Library[] = [new Library('linux', LINUX)];

/** `linux.boot_secondaries`. */
export function libraryDefinition(name: string): Defined | undefined {
	const [library, definition] = name.split('.');
	return LIBRARIES.find((known) => known.name === library)?.definition(definition ?? '');
}
