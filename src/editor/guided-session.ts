// The session that a guide drives: an example, stood at a line, and stepped.

import * as vscode from 'vscode';
import type { Step } from '../panels/guide-link.ts';
import { DEBUG_TYPE } from './debugging.ts';
import { exampleUri } from './examples.ts';
import { programOf } from './files.ts';
import type { SessionStates } from './session-states.ts';

export class GuidedSession {
	readonly #states: SessionStates;
	#session: vscode.DebugSession | undefined;

	constructor(states: SessionStates) {
		this.#states = states;
	}

	/** Debugs an example, unless that is what runs, and stands at a line of it. */
	async open(file: string, line: number): Promise<void> {
		const session = await this.#running(file);
		if (!session) return;
		const source = { path: programOf(exampleUri(file)) };
		const { targets } = (await session.customRequest('gotoTargets', { source, line })) as {
			readonly targets: readonly { readonly id: number }[];
		};
		await session.customRequest('goto', { threadId: 1, targetId: targets[0]?.id });
	}

	/** One step of the session in front, whoever started it. */
	async step(step: Step): Promise<void> {
		const session = this.#states.session;
		if (session) await session.customRequest(step, { threadId: 1 });
		else
			await vscode.window.showInformationMessage(
				vscode.l10n.t('Open the session first: the link above does it.'),
			);
	}

	async #running(file: string): Promise<vscode.DebugSession | undefined> {
		const program = programOf(exampleUri(file));
		const current = this.#states.session;
		if (current?.configuration.program === program) return current;
		// The guide's session before this one would only be in the way; a session of the person's own stays.
		if (this.#session) await vscode.debug.stopDebugging(this.#session);
		this.#session = undefined;
		await vscode.window.showTextDocument(exampleUri(file), {
			viewColumn: vscode.ViewColumn.One,
			preserveFocus: true,
			preview: false,
		});
		let started: vscode.DebugSession | undefined;
		const listening = vscode.debug.onDidStartDebugSession((session) => {
			if (session.configuration.program === program) started = session;
		});
		try {
			const name = vscode.l10n.t('Guide: {0}', file);
			const configuration = { type: DEBUG_TYPE, request: 'launch', name, program };
			if (!(await vscode.debug.startDebugging(undefined, configuration))) return undefined;
		} finally {
			listening.dispose();
		}
		if (!started) return undefined;
		this.#session = started;
		await this.#states.firstStop(started);
		return started;
	}
}
