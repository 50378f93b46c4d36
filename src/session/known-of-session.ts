// What was found out about a session, once for as long as it does not grow.

import type { Session } from './session.ts';

export class KnownOfSession<T extends object> {
	readonly #known = new WeakMap<Session, { readonly generation: number; readonly value: T }>();

	/** What is known of the session as it is now; `find` where that is nothing yet. */
	of(session: Session, find: () => T): T {
		const generation = session.generation ?? 0;
		const known = this.#known.get(session);
		if (known?.generation === generation) return known.value;
		const value = find();
		this.#known.set(session, { generation, value });
		return value;
	}

	forget(session: Session): void {
		this.#known.delete(session);
	}
}
