// The life of a session: from initialize to disconnect.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { callLog } from './call-log.ts';
import { CAPABILITIES } from './capabilities.ts';
import { Client } from './client.ts';
import type { Conversation } from './conversation.ts';
import { Debuggee } from './debuggee.ts';
import { loadCancelled } from './errors.ts';
import type { LaunchArguments } from './launch-arguments.ts';
import { LoadProgress } from './load-progress.ts';
import { checkedArguments, openSession } from './open-session.ts';
import type { Answer, Handler } from './request-server.ts';
import { Sources } from './sources.ts';
import { loadSpec, type SpecLibrary } from './spec-library.ts';

/** `end`: the client is gone. */
export function lifeRequests(conversation: Conversation, end: () => void): Record<string, Handler> {
	const life = new Life(conversation);
	return {
		initialize: (args: DebugProtocol.InitializeRequestArguments) => {
			conversation.client = new Client(args);
			return { body: CAPABILITIES };
		},
		launch: (args: LaunchArguments) => life.launch(args),
		configurationDone: () => (conversation.debuggee ? { after: () => life.begin() } : {}),
		restart: () => life.restart(),
		terminate: () => ({ after: () => conversation.emit('terminated') }),
		disconnect: () => {
			life.abandon();
			return { after: end };
		},
		cancel: (args: DebugProtocol.CancelArguments) => life.cancel(args),
	};
}

class Life {
	readonly #conversation: Conversation;
	#arguments: LaunchArguments = {};
	#loading: LoadProgress | undefined;
	#warming: AbortController | undefined;
	#warm: Promise<void> | undefined;
	#spec: SpecLibrary | undefined;

	constructor(conversation: Conversation) {
		this.#conversation = conversation;
	}

	async launch(args: LaunchArguments): Promise<Answer> {
		this.#arguments = checkedArguments(args);
		const { session } = await this.#load();
		const { emit } = this.#conversation;
		if (!args.noDebug) return { after: () => emit('initialized') };
		return {
			after: () => {
				for (const output of callLog(session)) emit('output', { category: 'stdout', output });
				emit('terminated');
			},
		};
	}

	/** The first stop; what later jumps need is then made ready while the person looks. */
	begin(): void {
		const { session } = this.#conversation.launched('begin');
		this.#conversation.stopped('entry');
		this.#warming = new AbortController();
		this.#warm = session.warm?.(this.#warming.signal);
	}

	async restart(): Promise<Answer> {
		this.#conversation.launched('restart');
		this.#warming?.abort();
		await this.#warm;
		await this.#load();
		return { after: () => this.begin() };
	}

	cancel({ progressId }: DebugProtocol.CancelArguments): Answer {
		if (progressId === undefined || progressId === LoadProgress.id) this.#loading?.cancel();
		return {};
	}

	abandon(): void {
		this.#loading?.cancel();
		this.#warming?.abort();
	}

	async #load(): Promise<Debuggee> {
		const { emit, client, files } = this.#conversation;
		const program = this.#arguments.program ?? '';
		const progress = new LoadProgress(emit, client.showsProgress, files.baseName(program));
		this.#loading = progress;
		try {
			const session = await openSession(this.#arguments, files, {
				signal: progress.signal,
				progress: (fraction) => progress.report(fraction),
			});
			this.#spec ??= await loadSpec(this.#conversation.spec);
			const sources = new Sources(files, program, session.trace, this.#spec);
			const debuggee = new Debuggee(session, sources, this.#arguments.startAt ?? 'firstCall');
			this.#conversation.debuggee = debuggee;
			return debuggee;
		} catch (error) {
			throw progress.signal.aborted ? loadCancelled(program) : error;
		} finally {
			progress.end();
			this.#loading = undefined;
		}
	}
}
