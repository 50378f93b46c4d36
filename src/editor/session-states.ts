// Where the PSCI session in front stands, for the panels that follow it, and when it takes requests.

import * as vscode from 'vscode';
import type { SessionView } from '../session/view.ts';
import { DEBUG_TYPE } from './debugging.ts';

interface Sent {
	readonly type?: string;
	readonly event?: string;
	readonly command?: string;
}

/** Where breakpoints stop is another now: they are marked in the timeline. */
function changesMarks({ type, event, command }: Sent): boolean {
	return event === 'breakpoint' || (type === 'response' && /^set\w*Breakpoints$/.test(command ?? ''));
}

export class SessionStates implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<SessionView | undefined>();
	readonly #disposables: vscode.Disposable[];
	#session: vscode.DebugSession | undefined;
	#view: SessionView | undefined;
	/** sessions that have stopped at least once: they take requests */
	readonly #stopped = new Set<string>();
	readonly #waiting = new Map<string, (() => void)[]>();
	/** counts the states asked for, so that a slow answer never overwrites a newer one */
	#asked = 0;

	/** The session stands somewhere else, has other breakpoints, or there is none any more. */
	readonly onDidChange = this.#changed.event;

	constructor() {
		this.#disposables = [
			this.#changed,
			vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
				createDebugAdapterTracker: (session) => ({
					onDidSendMessage: (message: Sent) => {
						if (message.event === 'stopped') this.#stop(session);
						else if (changesMarks(message) && session === this.#session) this.#changed.fire(this.#view);
					},
				}),
			}),
			vscode.debug.onDidTerminateDebugSession((session) => this.#forget(session)),
			vscode.debug.onDidChangeActiveDebugSession((session) => {
				if (session?.type === DEBUG_TYPE && this.#stopped.has(session.id)) void this.#follow(session);
			}),
		];
	}

	/** The session that the person looks at, as it stood when it stopped last. */
	get session(): vscode.DebugSession | undefined {
		return this.#session;
	}

	get view(): SessionView | undefined {
		return this.#view;
	}

	/** Resolves when the session has stopped for the first time, or after `milliseconds`. */
	async firstStop(session: vscode.DebugSession, milliseconds = 30_000): Promise<void> {
		if (this.#stopped.has(session.id)) return;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, milliseconds);
			const done = () => {
				clearTimeout(timer);
				resolve();
			};
			this.#waiting.set(session.id, [...(this.#waiting.get(session.id) ?? []), done]);
		});
	}

	dispose(): void {
		for (const disposable of this.#disposables) disposable.dispose();
	}

	/** Of several sessions the editor shows one, whichever stops: it tells when that is another. */
	#stop(session: vscode.DebugSession): void {
		this.#stopped.add(session.id);
		for (const done of this.#waiting.get(session.id) ?? []) done();
		this.#waiting.delete(session.id);
		const shown = vscode.debug.activeDebugSession?.id;
		if (shown === session.id || shown === undefined || !this.#stopped.has(shown)) void this.#follow(session);
	}

	async #follow(session: vscode.DebugSession): Promise<void> {
		this.#session = session;
		const asked = ++this.#asked;
		const view = await session.customRequest('psci/state').then(
			(body: SessionView) => body,
			// The session ended meanwhile: there is nothing to show of it.
			() => undefined,
		);
		if (asked !== this.#asked || !view) return;
		this.#view = view;
		this.#changed.fire(view);
	}

	#forget(session: vscode.DebugSession): void {
		this.#stopped.delete(session.id);
		this.#waiting.delete(session.id);
		if (session.id !== this.#session?.id) return;
		this.#asked++;
		this.#session = undefined;
		this.#view = undefined;
		this.#changed.fire(undefined);
	}
}
