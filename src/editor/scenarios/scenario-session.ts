// An open scenario's run, as F5 would begin it: for the panels while it is not debugged.

import * as vscode from 'vscode';
import { runScenario } from '../../scenario/run.ts';
import type { Session } from '../../session/session.ts';
import { SimulatedSession } from '../../session/simulated-session.ts';
import { readScenario } from './scenario-file.ts';

/** How long the person must have paused in typing. */
const PAUSE_MS = 400;
/** What is run unasked, while one types: some tenths of a second at most. Debugging has other limits. */
const MOST_CHARACTERS = 200_000;
const MOST_STEPS = 5000;

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

async function open(document: vscode.TextDocument): Promise<Session> {
	if (document.getText().length > MOST_CHARACTERS) throw tooLong(document);
	const { text, program } = await readScenario(document.uri);
	const run = runScenario(program, { mostSteps: MOST_STEPS });
	if (run.ended === 'limit') throw tooLong(document);
	return new SimulatedSession(run, text);
}

function tooLong({ fileName }: vscode.TextDocument): Error {
	return new Error(
		vscode.l10n.t(
			'{0} is too long to be run by itself: debug it with F5.',
			fileName.split(/[\\/]/).at(-1) ?? '',
		),
	);
}
