// What the handlers of all requests share: the client at the other end, the session that it debugs, its
// breakpoints, and what the numbers mean that were handed out at this stop.

import type { ExceptionFilterId } from '../session/exceptions.ts';
import type { NumberBase } from '../session/expression.ts';
import type { SessionGrowth } from '../session/growing-session.ts';
import type { Position } from '../session/position.ts';
import type { Session } from '../session/session.ts';
import { Breakpoints } from './breakpoints.ts';
import { Client } from './client.ts';
import { Debuggee } from './debuggee.ts';
import { ended, noBranch, notLaunched, running } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import type { Frame } from './frames.ts';
import type { Listing } from './listing.ts';
import type { LiveScenario } from './live-scenarios.ts';
import { type Emit, Progress } from './progress.ts';
import { References } from './references.ts';
import { mirrored, samePlace } from './shared-debuggee.ts';
import type { Sources } from './sources.ts';
import type { SpecFiles } from './spec-library.ts';
import type { Thread } from './threads.ts';

/** Does something between two requests, never between one and its answer. */
type InTurn = (work: () => void) => void;

export class Conversation {
	readonly files: FileAccessor;
	readonly spec: SpecFiles | undefined;
	readonly emit: Emit;
	readonly #inTurn: InTurn;
	readonly progress: Progress;
	readonly breakpoints: Breakpoints;
	readonly values = new References<Listing>();
	readonly frames = new References<Frame>();
	/** where a client may ask to go */
	readonly targets = new References<Position>();
	/** positions by the names that the person gave them */
	readonly bookmarks = new Map<string, Position>();
	client = new Client({ adapterID: 'psci' });
	debuggee: Debuggee | undefined;
	/** filters of exceptions that are set */
	exceptions: readonly ExceptionFilterId[] = [];
	/** how numbers are shown, where the client does not say */
	numbers: NumberBase | undefined;
	/** ends the run that goes on, if one does; its reason is what the stop says */
	run: AbortController | undefined;
	#changeable = false;
	/** the scenario that is debugged, where others may debug it, too */
	scenario: LiveScenario | undefined;
	#departed = false;
	/** the first stop was told */
	begun = false;
	/** `terminated` was sent: nothing moves any more */
	over = false;

	constructor(files: FileAccessor, spec: SpecFiles | undefined, emit: Emit, inTurn: InTurn) {
		this.files = files;
		this.spec = spec;
		this.emit = emit;
		this.#inTurn = inTurn;
		this.progress = new Progress(emit);
		this.breakpoints = new Breakpoints(({ answer }) =>
			emit('breakpoint', { reason: 'changed', breakpoint: answer }),
		);
	}

	/** What is debugged; an error to the client where nothing is yet. */
	launched(command: string): Debuggee {
		if (!this.debuggee) throw notLaunched(command);
		return this.debuggee;
	}

	/** What is debugged, and stands still. */
	standing(command: string): Debuggee {
		const debuggee = this.launched(command);
		if (this.run) throw running(command);
		return debuggee;
	}

	/** What is debugged, and can move. */
	movable(command: string): Debuggee {
		if (this.over) throw ended(command);
		return this.standing(command);
	}

	/**
	 * Says that, and why, one stands where the cursor is; about `thread`, where only that one was to move. What was
	 * handed out before is void from here on.
	 */
	stopped(
		reason: string,
		more: { description?: string; text?: string; hitBreakpointIds?: number[] } = {},
		thread?: Thread,
	): void {
		this.#returnFromBranch();
		const debuggee = this.launched('stop');
		this.forget();
		debuggee.follow(thread);
		if (this.over) return;
		this.emit('stopped', { reason, ...more, threadId: debuggee.threadId, allThreadsStopped: true });
	}

	/** Frames and values that were handed out are no longer valid. */
	forget(): void {
		this.values.clear();
		this.frames.clear();
		this.targets.clear();
	}

	/** From here on this is debugged. */
	debug(debuggee: Debuggee): Debuggee {
		this.debuggee = debuggee;
		this.forget();
		this.breakpoints.attach(debuggee.session);
		this.scenario?.goTo(debuggee, this);
		return debuggee;
	}

	/** From here on this is debugged together with whoever else does. */
	share(scenario: LiveScenario): void {
		if (scenario === this.scenario || this.#departed) return;
		this.unshare();
		this.scenario = scenario;
		scenario.join(this);
	}

	/** The others go on without this client. */
	unshare(): void {
		this.scenario?.leave(this);
		this.scenario = undefined;
	}

	/** They do for good: the client has left, or ended its session. */
	depart(): void {
		this.#departed = true;
		this.unshare();
	}

	/** Debugs what the others do, beginning where the one stands who changed it last. */
	join(scenario: LiveScenario, sources: Sources): Debuggee {
		this.share(scenario);
		return this.debug(mirrored(scenario.debuggee, undefined, sources));
	}

	/** Another client has changed the scenario. */
	follow(): void {
		this.#inTurn(() => {
			const [theirs, mine] = [this.scenario?.debuggee, this.debuggee];
			if (!theirs || !mine || theirs.session === mine.session) return;
			const { row, decision } = samePlace(theirs, mine);
			const wasRunning = this.run !== undefined;
			this.run?.abort('changed');
			this.run = undefined;
			const debuggee = this.debug(mirrored(theirs, mine, mine.sources));
			debuggee.cursor.goto(row, decision);
			debuggee.previousRow = debuggee.cursor.row;
			this.announce();
			if (!this.begun) return;
			if (!wasRunning) this.emit('continued', { threadId: debuggee.threadId, allThreadsContinued: true });
			this.stopped('goto', { description: 'The scenario was changed by another client' });
		});
	}

	/** Goes on in a branch of the session, from `position`; from its beginning where none is given. */
	enter(branch: Session, position: Position | undefined): void {
		const original = this.standing('branch');
		this.debug(new Debuggee(branch, original.sources.of(branch.trace), position, { original }));
		this.announce();
	}

	/** Back to the session that this one is a branch of, where one stood in it. */
	leave(): void {
		const { original } = this.standing('branch');
		if (!original) throw noBranch('This is no branch.');
		this.debug(original);
		this.announce();
	}

	/** Who steps back to before the statements that made a branch has undone them; other clients only look. */
	#returnFromBranch(): void {
		for (let here = this.debuggee; here; here = this.debuggee) {
			const { session, cursor, original } = here;
			if (!session.branch || !original || here.isOthers || cursor.row > session.branch.row) return;
			original.cursor.goto(cursor.row, cursor.decision);
			original.previousRow = here.previousRow;
			this.debug(original);
		}
	}

	/** The session has got more events: breakpoints and threads may have, too. */
	grown(debuggee: Debuggee, { changedFrom, newVcpus, vcpusRenumbered }: SessionGrowth): void {
		debuggee.changed(changedFrom);
		if (debuggee !== this.debuggee) return;
		this.breakpoints.attach(debuggee.session);
		if (!vcpusRenumbered)
			for (const vcpu of newVcpus) this.emit('thread', { reason: 'started', threadId: vcpu + 1 });
		if (!this.client.invalidates) return;
		if (vcpusRenumbered) this.emit('invalidated', { areas: ['threads'] });
		if (changedFrom <= debuggee.cursor.row && !this.run)
			this.emit('invalidated', { areas: ['stacks', 'variables'] });
	}

	/** What the client can do with this session and not with every one. */
	announce(): void {
		const changeable = this.debuggee?.session.setValue !== undefined;
		if (changeable === this.#changeable) return;
		this.#changeable = changeable;
		const capabilities = { supportsSetVariable: changeable, supportsSetExpression: changeable };
		this.emit('capabilities', { capabilities });
	}

	terminate(): void {
		if (this.over) return;
		this.run?.abort('terminate');
		this.over = true;
		this.depart();
		this.emit('terminated');
	}
}
