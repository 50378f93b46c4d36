// The scenarios that are debugged in this process, each by one client or several: the first launched it, the others
// attached to it. Each has its own cursor, breakpoints and frames; what one of them makes of the scenario (a
// statement, a value) all of them see.

import type { Debuggee } from './debuggee.ts';

/** A client of a scenario. */
export interface Member {
	/** Another one has taken the scenario to where `scenario.debuggee` is. */
	follow(): void;
}

export class LiveScenario {
	readonly program: string;
	readonly #members = new Set<Member>();
	#debuggee: Debuggee;

	constructor(program: string, debuggee: Debuggee) {
		this.program = program;
		this.#debuggee = debuggee;
	}

	/** What is debugged now, as who changed it last sees it. Stays when that client leaves. */
	get debuggee(): Debuggee {
		return this.#debuggee;
	}

	get isDebugged(): boolean {
		return this.#members.size > 0;
	}

	join(member: Member): void {
		this.#members.add(member);
	}

	leave(member: Member): void {
		this.#members.delete(member);
	}

	/** `member` debugs this now; where that is another session than before, the others follow. */
	goTo(debuggee: Debuggee, member: Member): void {
		if (debuggee.session === this.#debuggee.session) return;
		this.#debuggee = debuggee;
		for (const other of this.#members) if (other !== member) other.follow();
	}
}

export class LiveScenarios {
	#all: readonly LiveScenario[] = [];

	/** A scenario that was launched. */
	add(program: string, debuggee: Debuggee): LiveScenario {
		const scenario = new LiveScenario(program, debuggee);
		this.#all = [...this.#all.filter(({ isDebugged }) => isDebugged), scenario];
		return scenario;
	}

	/** The one that was launched last of those that somebody debugs under this name. */
	find(isMeant: (program: string) => boolean): LiveScenario | undefined {
		return this.#all.findLast(({ program, isDebugged }) => isDebugged && isMeant(program));
	}
}
