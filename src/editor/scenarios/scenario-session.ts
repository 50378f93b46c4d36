// An open scenario's run, as F5 would begin it: for the panels while it is not debugged.

import * as vscode from 'vscode';
import { runScenario } from '../../scenario/run.ts';
import type { Session } from '../../session/session.ts';
import { SimulatedSession } from '../../session/simulated-session.ts';
import { readScenario } from './scenario-file.ts';

/** How long the person must have paused in typing. */
const PAUSE_MS = 400;
/** In characters. Debugging has another limit: there, one asked for it. */
const LONGEST = 200_000;

interface Entry {
	readonly version: number;
	/** the run, or why there is none */
	readonly session: Promise<Session | Error>;
}

export class ScenarioSessions implements vscode.Disposable {
	readonly #entries = new Map<vscode.TextDocument, Entry>();
	readonly #subscription = vscode.workspace.onDidCloseTextDocument((document) =>
		this.#entries.delete(document),
	);

	/** Undefined where the text has changed meanwhile. */
	async of(document: vscode.TextDocument): Promise<Session | Error | undefined> {
		const { version } = document;
		const known = this.#entries.get(document);
		if (known?.version === version) return known.session;
		if (known) {
			// It is being edited: what stands there halfway is no scenario yet.
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
			if (document.version !== version) return undefined;
		}
		const session = open(document).catch((error: unknown) =>
			error instanceof Error ? error : new Error(String(error)),
		);
		this.#entries.set(document, { version, session });
		return session;
	}

	dispose(): void {
		this.#subscription.dispose();
	}
}

/** A run ends by itself at the most steps that a scenario may take. */
async function open(document: vscode.TextDocument): Promise<Session> {
	const { length } = document.getText();
	if (length > LONGEST)
		throw new Error(
			vscode.l10n.t(
				'{0} has {1} characters: run it with F5; by itself only one of up to {2} is run.',
				document.fileName.split(/[\\/]/).at(-1) ?? '',
				length,
				LONGEST,
			),
		);
	const { text, program } = await readScenario(document.uri);
	return new SimulatedSession(runScenario(program), text);
}
