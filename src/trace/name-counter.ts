// Event names by their bytes: which are events of ours, and how often the others came. Looking a name up
// makes no string, so ten million lines of no interest cost ten million short hashes.

import { latin1, sameBytes } from './byte-text.ts';
import { EventKind, type EventName } from './event.ts';

export interface NamedEvent {
	readonly name: string;
	readonly bytes: Uint8Array;
	/** undefined for an event of no interest */
	readonly known: EventName | undefined;
	/** `kvm_get_timer_map`, which is skipped but tells which vCPU its thread has loaded */
	readonly tellsVcpu: boolean;
	/** times it was skipped */
	skipped: number;
	next: NamedEvent | undefined;
}

/** A kernel has some 2,000 events; more names than this are damage and counted together. */
const mostNames = 8192;
const longestName = 128;

export class NameCounter {
	readonly #byHash = new Map<number, NamedEvent>();
	readonly #all: NamedEvent[] = [];
	readonly #others: NamedEvent = {
		name: '(other names)',
		bytes: new Uint8Array(),
		known: undefined,
		tellsVcpu: false,
		skipped: 0,
		next: undefined,
	};

	constructor() {
		for (const name of Object.keys(EventKind) as EventName[]) {
			if (name !== 'lost') {
				this.#add(new TextEncoder().encode(name), name, name);
			}
		}
	}

	find(bytes: Uint8Array, start: number, end: number): NamedEvent {
		if (end - start > longestName) {
			return this.#others;
		}
		let entry = this.#byHash.get(hash(bytes, start, end));
		while (entry !== undefined && !sameBytes(entry.bytes, bytes, start, end)) {
			entry = entry.next;
		}
		if (entry !== undefined) {
			return entry;
		}
		if (this.#all.length >= mostNames) {
			return this.#others;
		}
		return this.#add(bytes.slice(start, end), latin1(bytes, start, end), undefined);
	}

	/** The skipped events by name, the most frequent first. */
	skipped(): ReadonlyMap<string, number> {
		const seen = [...this.#all, this.#others].filter((entry) => entry.skipped > 0);
		return new Map(seen.sort((a, b) => b.skipped - a.skipped).map((entry) => [entry.name, entry.skipped]));
	}

	#add(bytes: Uint8Array, name: string, known: EventName | undefined): NamedEvent {
		const key = hash(bytes, 0, bytes.length);
		const tellsVcpu = name === 'kvm_get_timer_map';
		const entry = { name, bytes, known, tellsVcpu, skipped: 0, next: this.#byHash.get(key) };
		this.#byHash.set(key, entry);
		this.#all.push(entry);
		return entry;
	}
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
	let value = 0x811c9dc5;
	for (let at = start; at < end; at++) {
		value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
	}
	return value;
}
