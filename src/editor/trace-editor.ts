// Recordings that are no text, trace.dat above all, opened by a double click: read-only, as a timeline and a table of
// events. A file of such a name that is no recording goes back to the editor that would have opened it.

import * as vscode from 'vscode';
import { fromTraceEditor, type ToTraceEditor } from '../panels/trace-editor-messages.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { openTrace } from '../trace/open.ts';
import { TraceError } from '../trace/trace-error.ts';
import { editorFiles, programOf } from './files.ts';
import { type PanelPage, panelOptions, panelPage } from './panel-page.ts';
import { answerOf } from './session-panel.ts';
import type { SessionStates } from './session-states.ts';
import { OpenedSubject } from './subject.ts';
import type { Subjects } from './subjects.ts';
import { linesWithBreakpoints, toggleBreakpoint } from './trace-breakpoints.ts';

export const TRACE_EDITOR = 'psci.traceEditor';

const PAGE: PanelPage = {
	script: 'trace-editor',
	styles: ['session-panel.css', 'timeline.css', 'trace-editor.css'],
	root: 'page',
	title: vscode.l10n.t('PSCI recording'),
};

/** What every trace.dat begins with (trace-cmd.dat(5)): 0x17 0x08 0x44 and `tracing`. */
const DAT_MAGIC = [0x17, 0x08, 0x44, ...new TextEncoder().encode('tracing')];
/** gzip (RFC 1952) and zstd (RFC 8878). */
const PACKED_MAGICS = [
	[0x1f, 0x8b],
	[0x28, 0xb5, 0x2f, 0xfd],
];

export function registerTraceEditor(
	context: vscode.ExtensionContext,
	states: SessionStates,
	subjects: Subjects,
): void {
	context.subscriptions.push(
		vscode.window.registerCustomEditorProvider(
			TRACE_EDITOR,
			new TraceEditorProvider(context.extensionUri, states, subjects),
			{ supportsMultipleEditorsPerDocument: true, webviewOptions: { retainContextWhenHidden: false } },
		),
		vscode.commands.registerCommand('psci.openAsTable', async (given?: vscode.Uri) => {
			const uri = given ?? vscode.window.activeTextEditor?.document.uri;
			if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, TRACE_EDITOR);
		}),
	);
}

/** A recording, read once for all editors of it. */
class TraceDocument implements vscode.CustomDocument {
	readonly uri: vscode.Uri;
	/** how far reading has come, 0 to 1 */
	fraction = 0;
	readonly #progress = new vscode.EventEmitter<number>();
	readonly onProgress = this.#progress.event;
	readonly #abort = new AbortController();
	/** what it is, or the reason why it is nothing to show */
	readonly opened: Promise<OpenedSubject | Error>;

	constructor(uri: vscode.Uri, moved: (document: TraceDocument) => void) {
		this.uri = uri;
		this.opened = this.#open(moved).catch((error: unknown) =>
			error instanceof Error ? error : new Error(String(error)),
		);
	}

	get program(): string {
		return programOf(this.uri);
	}

	dispose(): void {
		this.#abort.abort();
		this.#progress.dispose();
		void this.opened.then((opened) => {
			if (opened instanceof OpenedSubject) opened.dispose();
		});
	}

	async #open(moved: (document: TraceDocument) => void): Promise<OpenedSubject> {
		const source = await editorFiles.open(this.program);
		const { signal } = this.#abort;
		const progress = (fraction: number) => {
			this.fraction = fraction;
			this.#progress.fire(fraction);
		};
		const trace = await openTrace(source, { signal, progress });
		const refused = refusal(trace);
		if (refused) throw refused;
		const session = await RecordedSession.open(trace, undefined, signal);
		const subject: OpenedSubject = new OpenedSubject(session, this.uri.toString(), this.program, (row) => {
			subject.stand(row);
			moved(this);
		});
		return subject;
	}
}

class TraceEditorProvider implements vscode.CustomReadonlyEditorProvider<TraceDocument> {
	readonly #extension: vscode.Uri;
	readonly #states: SessionStates;
	readonly #subjects: Subjects;
	readonly #moved = new vscode.EventEmitter<TraceDocument>();

	constructor(extension: vscode.Uri, states: SessionStates, subjects: Subjects) {
		this.#extension = extension;
		this.#states = states;
		this.#subjects = subjects;
	}

	openCustomDocument(uri: vscode.Uri): TraceDocument {
		return new TraceDocument(uri, (document) => this.#moved.fire(document));
	}

	async resolveCustomEditor(document: TraceDocument, panel: vscode.WebviewPanel): Promise<void> {
		const { webview } = panel;
		const post = (message: ToTraceEditor) => void webview.postMessage(message);
		webview.options = panelOptions(this.#extension);
		const listening = [
			webview.onDidReceiveMessage((message: unknown) => this.#receive(document, message, post)),
			document.onProgress((fraction) => post({ type: 'loading', fraction })),
			this.#moved.event((moved) => {
				if (moved === document) void this.#send(document, post);
			}),
			this.#states.onDidChange(() => void this.#send(document, post)),
			vscode.debug.onDidChangeBreakpoints(() => void this.#send(document, post)),
			panel.onDidChangeViewState(() => {
				if (panel.active) void this.#toFront(document);
			}),
		];
		panel.onDidDispose(() => {
			for (const each of listening) each.dispose();
			void document.opened.then((opened) => {
				if (opened instanceof OpenedSubject) this.#subjects.withdraw(opened);
			});
		});
		webview.html = panelPage(webview, this.#extension, PAGE);
		const opened = await document.opened;
		if (opened instanceof TraceError && !(await looksBinary(document.uri)))
			await giveBack(document.uri, panel);
		else if (panel.active) await this.#toFront(document);
	}

	async #toFront(document: TraceDocument): Promise<void> {
		const opened = await document.opened;
		if (opened instanceof OpenedSubject) await this.#subjects.present(opened);
	}

	/** What the page shows: the recording, or why there is none. */
	async #send(document: TraceDocument, post: (message: ToTraceEditor) => void): Promise<void> {
		const opened = await document.opened;
		if (opened instanceof Error) {
			post({ type: 'problem', text: opened.message });
			return;
		}
		const debugged = this.#debugged(document);
		const view = debugged && this.#states.view ? this.#states.view : await opened.view();
		post({
			type: 'trace',
			length: opened.session.length,
			row: view.atEnd ? opened.session.length : view.row,
			elapsed: view.elapsed,
			lane: view.vcpus.findIndex(({ current }) => current),
			debugged,
			breakpoints: linesWithBreakpoints(document.uri),
		});
	}

	/** The session in front is of this recording. */
	#debugged(document: TraceDocument): boolean {
		const program: unknown = this.#states.session?.configuration.program;
		return typeof program === 'string' && editorFiles.same(program, document.program);
	}

	async #receive(
		document: TraceDocument,
		raw: unknown,
		post: (message: ToTraceEditor) => void,
	): Promise<void> {
		const message = fromTraceEditor(raw);
		if (message?.type === 'ready') {
			post({ type: 'loading', fraction: document.fraction });
			await this.#send(document, post);
			return;
		}
		const opened = await document.opened;
		if (opened instanceof Error) return;
		switch (message?.type) {
			case 'start':
				await vscode.commands.executeCommand('psci.debugFile', document.uri);
				break;
			case 'breakpoint':
				toggleBreakpoint(document.uri, message.line);
				break;
			case 'goto': {
				const current = this.#debugged(document) ? this.#subjects.current : undefined;
				await (current?.debugged ? current : opened).goto(message.row);
				if (!current?.debugged) await this.#toFront(document);
				break;
			}
			case 'ask': {
				const answer = await answerOf(message, opened);
				if (answer.type === 'answer' || answer.type === 'failure') post(answer);
				break;
			}
			default:
		}
	}
}

/** Whether the file begins as recordings that are no text do; then what is wrong with it is worth telling. */
async function looksBinary(uri: vscode.Uri): Promise<boolean> {
	const head = await vscode.workspace.fs.readFile(uri).then(
		(bytes) => bytes.subarray(0, DAT_MAGIC.length),
		() => new Uint8Array(),
	);
	return [DAT_MAGIC, ...PACKED_MAGICS].some((magic) => magic.every((byte, i) => head[i] === byte));
}

/** To the editor that the file would have been opened with, were it not for its name. */
async function giveBack(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
	const column = panel.viewColumn ?? vscode.ViewColumn.Active;
	panel.dispose();
	await vscode.commands.executeCommand('vscode.openWith', uri, 'default', column);
}
