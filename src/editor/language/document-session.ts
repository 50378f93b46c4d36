// The recording in an open document, read once for each version of it and shared by every language feature.
// Nothing is read on the event path: whoever asks gets a promise. A document that is edited is read again
// when the person has paused; one that is closed is forgotten; one that is no trace, or too large to read
// unasked, has no session.

import * as vscode from 'vscode';
import { RecordedSession } from '../../session/recorded-session.ts';
import { kernelNamed } from '../../session/settings.ts';
import { bytesInMemory } from '../../trace/byte-source.ts';
import { openTrace } from '../../trace/open.ts';
import { DEBUG_TYPE } from '../debugging.ts';
import { uriOf } from '../files.ts';
import { TRACE_LANGUAGE } from '../recognise.ts';

/** In characters. Debugging has no such limit: there, one asked for it. */
const LARGEST = 20_000_000;
/** How long the person must have paused in typing. */
const PAUSE_MS = 400;

interface Entry {
	readonly version: number;
	/** as a launch configuration names it */
	readonly kernel: string | undefined;
	readonly abort: AbortController;
	readonly session: Promise<RecordedSession | undefined>;
}

export class DocumentSessions implements vscode.Disposable {
	readonly #entries = new Map<vscode.TextDocument, Entry>();
	readonly #subscriptions: vscode.Disposable[] = [
		vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
	];

	/** Undefined where the document is no trace, is too large, or changes before it was read. */
	of(document: vscode.TextDocument): Promise<RecordedSession | undefined> {
		const known = this.#entries.get(document);
		const { version } = document;
		const kernel = kernelOf(document);
		if (known?.version === version && known.kernel === kernel) return known.session;
		known?.abort.abort();
		const abort = new AbortController();
		const edited = known !== undefined && known.version !== version;
		const session = open(document, kernel, edited ? PAUSE_MS : 0, abort.signal).catch(() => undefined);
		this.#entries.set(document, { version, kernel, abort, session });
		return session;
	}

	/** The open documents that may hold a trace, and the one that is being debugged. */
	async documents(): Promise<vscode.TextDocument[]> {
		const open = vscode.workspace.textDocuments.filter((document) => document.languageId === TRACE_LANGUAGE);
		const debugged = await debuggedDocument();
		return debugged && !open.includes(debugged) ? [...open, debugged] : open;
	}

	dispose(): void {
		for (const subscription of this.#subscriptions) subscription.dispose();
		for (const document of [...this.#entries.keys()]) this.#forget(document);
	}

	#forget(document: vscode.TextDocument): void {
		this.#entries.get(document)?.abort.abort();
		this.#entries.delete(document);
	}
}

async function debuggedDocument(): Promise<vscode.TextDocument | undefined> {
	const config = vscode.debug.activeDebugSession?.configuration;
	if (config?.type !== DEBUG_TYPE || typeof config.program !== 'string') return undefined;
	// A binary trace is no document.
	return vscode.workspace.openTextDocument(uriOf(config.program)).then(
		(document) => document,
		() => undefined,
	);
}

/** The kernel to follow with the model: the one that the document is being debugged with. */
function kernelOf(document: vscode.TextDocument): string | undefined {
	const config = vscode.debug.activeDebugSession?.configuration;
	if (config?.type !== DEBUG_TYPE || typeof config.program !== 'string') return undefined;
	if (typeof config.kernel !== 'string') return undefined;
	return uriOf(config.program).toString() === document.uri.toString() ? config.kernel : undefined;
}

async function open(
	document: vscode.TextDocument,
	kernel: string | undefined,
	pause: number,
	signal: AbortSignal,
): Promise<RecordedSession | undefined> {
	// The length without the text: joining the lines of a huge document would cost before it is refused.
	const end = document.lineAt(document.lineCount - 1).range.end;
	if (document.offsetAt(end) > LARGEST) return undefined;
	await new Promise((resolve) => setTimeout(resolve, pause));
	signal.throwIfAborted();
	const bytes = new TextEncoder().encode(document.getText());
	const trace = await openTrace(bytesInMemory(document.fileName, bytes), { signal });
	return RecordedSession.open(trace, kernel === undefined ? undefined : kernelNamed(kernel), signal);
}
