// The life of a session: from initialize to disconnect.

import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Growth } from '../session/growing-session.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { callLog } from './call-log.ts';
import type { Capabilities } from './capabilities.ts';
import { checkedArguments } from './checked-arguments.ts';
import { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { Debuggee } from './debuggee.ts';
import { ended, launchedTwice, loadCancelled, nobodyDebugs } from './errors.ts';
import type { LaunchArguments } from './launch-arguments.ts';
import type { LiveScenarios } from './live-scenarios.ts';
import { isScenario } from './open-scenario-file.ts';
import { openSession } from './open-session.ts';
import { following } from './progress.ts';
import type { Answer, Handler } from './request-server.ts';
import { Sources } from './sources.ts';
import { loadSpec, type SpecLibrary } from './spec-library.ts';

/** What only the server of the requests can do. */
export interface Server {
	readonly capabilities: Capabilities;
	/** The client should not wait for what is done ahead. */
	isBusy(): boolean;
	/** Aborts a request that is not answered yet. */
	cancel(request: number): void;
	/** The client has taken its leave. */
	end(): void;
}

export function lifeRequests(
	conversation: Conversation,
	scenarios: LiveScenarios,
	server: Server,
): Record<string, Handler> {
	const life = new Life(conversation, scenarios, server);
	return {
		initialize: (args: DebugProtocol.InitializeRequestArguments) => {
			conversation.client = new Client(args);
			conversation.progress.enabled = conversation.client.showsProgress;
			return { body: server.capabilities };
		},
		launch: (args: LaunchArguments, signal) => life.launch(args, 'launch', signal),
		attach: (args: LaunchArguments, signal) => life.launch(args, 'attach', signal),
		configurationDone: () => life.configured(),
		restart: (args: DebugProtocol.RestartArguments, signal) =>
			life.restart(args.arguments as LaunchArguments | undefined, signal),
		terminate: () => {
			conversation.launched('terminate');
			return { after: () => conversation.terminate() };
		},
		disconnect: async () => {
			await life.abandon();
			return { after: () => server.end() };
		},
		cancel: ({ requestId, progressId }: DebugProtocol.CancelArguments) => {
			if (requestId !== undefined) server.cancel(requestId);
			if (progressId !== undefined) conversation.progress.cancel(progressId);
			return undefined;
		},
	};
}

class Life {
	readonly #conversation: Conversation;
	readonly #scenarios: LiveScenarios;
	readonly #server: Server;
	#arguments: LaunchArguments = {};
	#request: 'launch' | 'attach' = 'launch';
	#warming: AbortController | undefined;
	#spec: SpecLibrary | undefined;
	/** gives back the file that the session reads details from */
	#close: (() => Promise<void>) | undefined;

	constructor(conversation: Conversation, scenarios: LiveScenarios, server: Server) {
		this.#scenarios = scenarios;
		this.#server = server;
		this.#conversation = conversation;
	}

	async launch(args: LaunchArguments, request: 'launch' | 'attach', signal: AbortSignal): Promise<Answer> {
		if (this.#conversation.debuggee) throw launchedTwice();
		this.#arguments = checkedArguments(args);
		this.#request = request;
		const debuggee = await this.#load(signal);
		if (args.noDebug)
			return {
				after: () => {
					for (const output of callLog(this.#conversation, debuggee))
						this.#conversation.emit('output', output);
					this.#conversation.terminate();
				},
			};
		return {
			after: () => {
				this.#conversation.announce();
				this.#conversation.emit('initialized');
			},
		};
	}

	/** The breakpoints are set: the first stop. */
	configured(): Answer {
		this.#conversation.launched('configurationDone');
		if (this.#conversation.begun) return {};
		return { after: () => this.#begin() };
	}

	/** Reads the program again, which may have grown, or another one. */
	async restart(args: LaunchArguments | undefined, signal: AbortSignal): Promise<Answer> {
		this.#conversation.launched('restart');
		if (this.#conversation.over) throw ended('restart');
		const changed = checkedArguments({ ...this.#arguments, ...args });
		this.#conversation.run?.abort('restart');
		this.#warming?.abort();
		this.#arguments = changed;
		await this.#load(signal);
		return {
			after: () => {
				this.#conversation.announce();
				this.#begin();
			},
		};
	}

	async abandon(): Promise<void> {
		this.#conversation.depart();
		this.#conversation.run?.abort('disconnect');
		this.#conversation.progress.abandon();
		this.#conversation.breakpoints.abandon();
		this.#warming?.abort();
		await this.#close?.();
		this.#close = undefined;
	}

	/** The first stop. What later jumps need is made ready while the person looks. */
	#begin(): void {
		const debuggee = this.#conversation.launched('begin');
		this.#conversation.begun = true;
		this.#conversation.stopped('entry');
		this.#warming = new AbortController();
		const { signal } = this.#warming;
		debuggee
			.reach(debuggee.session.length, signal, { isBusy: () => this.#server.isBusy() })
			.catch(() => undefined);
	}

	#load(signal: AbortSignal): Promise<Debuggee> {
		const isLive = this.#request === 'attach' && isScenario(this.#arguments.program ?? '');
		return isLive ? this.#join() : this.#open(signal);
	}

	/** Debugs a scenario that another client debugs. */
	async #join(): Promise<Debuggee> {
		const conversation = this.#conversation;
		const { files } = conversation;
		const { program = '', startAt } = this.#arguments;
		this.#spec ??= await loadSpec(conversation.spec);
		const scenario = this.#scenarios.find((other) => files.same(other, program));
		if (!scenario) throw nobodyDebugs(program);
		const sources = new Sources(files, program, scenario.debuggee.session.trace, this.#spec);
		const debuggee = conversation.join(scenario, sources);
		if (startAt === 'firstEvent') debuggee.cursor.goto(0);
		await this.#close?.();
		this.#close = undefined;
		return debuggee;
	}

	async #open(signal: AbortSignal): Promise<Debuggee> {
		const conversation = this.#conversation;
		const { files, progress } = conversation;
		const { program = '', startAt } = this.#arguments;
		const controller = following(signal);
		try {
			const { session, growth, close } = await progress.during(
				`Loading ${files.baseName(program)}`,
				controller,
				(report) =>
					openSession(this.#request, this.#arguments, files, { signal: controller.signal, progress: report }),
			);
			await this.#close?.();
			this.#close = close;
			this.#spec ??= await loadSpec(conversation.spec);
			const sources = new Sources(files, program, session.trace, this.#spec);
			const start = startAt === 'firstEvent' ? { row: 0, decision: 0 } : undefined;
			if (conversation.scenario && !files.same(conversation.scenario.program, program))
				conversation.unshare();
			const debuggee = conversation.debug(new Debuggee(session, sources, start, { growth }));
			if (isScenario(program) && !conversation.scenario)
				conversation.share(this.#scenarios.add(program, debuggee));
			if (this.#arguments.noDebug) await growth?.finished;
			else if (growth) this.#follow(debuggee, growth);
			return debuggee;
		} catch (error) {
			throw controller.signal.aborted ? loadCancelled(program) : error;
		}
	}

	/** What comes after the first stop: cancelled, what is there stays. */
	#follow(debuggee: Debuggee, growth: Growth): void {
		const { files, progress } = this.#conversation;
		const controller = new AbortController();
		if (!growth.follows) {
			controller.signal.addEventListener('abort', () => void growth.stop(), { once: true });
			const title = `Loading the rest of ${files.baseName(this.#arguments.program ?? '')}`;
			const reading = progress.during(title, controller, (report) => {
				growth.onProgress = report;
				return growth.finished;
			});
			reading.catch(() => undefined);
		}
		growth.onGrow((grown) => this.#conversation.grown(debuggee, grown));
		const say = (text: string) => {
			if (debuggee === this.#conversation.debuggee && !this.#conversation.over)
				this.#conversation.emit('output', { category: 'important', output: `${text}\n` });
		};
		growth.finished
			.then(() => {
				const damage = refusal(growth.session.trace);
				if (damage) say(damage.message);
				if (growth.isCutShort && controller.signal.reason === 'cancel')
					say(`Only the first ${growth.session.length} events were loaded. Restart to load all.`);
			})
			.catch((error: unknown) =>
				say(`No more is read: ${error instanceof Error ? error.message : String(error)}`),
			);
	}
}
