// variablesReference numbers of one stop. They grow for ever, so that a reference from before a stop
// never names something else after it.

export class References<T> {
	#next = 1000;
	#held = new Map<number, T>();

	add(thing: T): number {
		const reference = this.#next++;
		this.#held.set(reference, thing);
		return reference;
	}

	get(reference: number): T | undefined {
		return this.#held.get(reference);
	}

	/** Forgets all: what was handed out is no longer valid. */
	clear(): void {
		this.#held = new Map();
	}
}
