// 'Why?' of a value, an event or a call: what led there, each step a place to go to. From the hover and the menu of a
// trace for what is under the pointer, from the Variables view and the session panel for the value chosen, from the
// command palette for any that is typed.

import * as vscode from 'vscode';
import { rowOnLine } from '../session/call-lines.ts';
import { type WhyChain, why } from '../session/why.ts';
import { whyEvent } from '../session/why-event.ts';
import { DEBUG_TYPE, revealLine } from './debugging.ts';
import { programOf, uriOf } from './files.ts';
import type { DocumentSessions } from './language/document-session.ts';
import { DebuggedSubject, type Subject } from './subject.ts';
import type { Subjects } from './subjects.ts';

const WHY = 'psci.why';

/** A chain, and how one gets to a row of its session. */
interface Told {
	readonly chain: WhyChain;
	readonly goto: (row: number) => PromiseLike<unknown>;
}

export function registerWhy(
	context: vscode.ExtensionContext,
	subjects: Subjects,
	documents: DocumentSessions,
): void {
	context.subscriptions.push(
		vscode.commands.registerCommand(WHY, async (from?: unknown, line?: unknown) => {
			try {
				const told = await asked(subjects, documents, from, line);
				if (told) await show(told);
			} catch (error) {
				void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
			}
		}),
	);
}

export async function whyOfSubject(subject: Subject, of: string | number): Promise<void> {
	await show({ chain: await subject.why(of), goto: (row) => subject.goto(row) });
}

/** For a hover: a link that asks about the event on a 1-based line. */
export function whyLink(uri: vscode.Uri, line: number): vscode.MarkdownString {
	const args = encodeURIComponent(JSON.stringify([uri.toString(), line]));
	const markdown = new vscode.MarkdownString(`[${vscode.l10n.t('Why?')}](command:${WHY}?${args})`);
	markdown.isTrusted = { enabledCommands: [WHY] };
	return markdown;
}

/** `from` is what VS Code gives: the variable of its view, the file of a menu; or what a link of a hover has. */
async function asked(
	subjects: Subjects,
	documents: DocumentSessions,
	from: unknown,
	line: unknown,
): Promise<Told | undefined> {
	const subject = subjects.current;
	const ofSubject = async (of: string): Promise<Told | undefined> =>
		subject && { chain: await subject.why(of), goto: (row) => subject.goto(row) };
	const variable = expressionOf(from);
	if (variable !== undefined) return ofSubject(variable);
	if (typeof from === 'string' && typeof line === 'number')
		return onLine(documents, vscode.Uri.parse(from), line);
	const editor = vscode.window.activeTextEditor;
	if (from instanceof vscode.Uri && editor?.document.uri.toString() === from.toString()) {
		const { document, selection } = editor;
		const range = document.getWordRangeAtPosition(selection.active);
		const word = range && document.getText(range);
		return onLine(documents, from, selection.active.line + 1, word);
	}
	const typed = subject && (await askForValue());
	return typed ? ofSubject(typed) : undefined;
}

/** The value that `word` names there, else the event on the line. */
async function onLine(
	documents: DocumentSessions,
	uri: vscode.Uri,
	line: number,
	word?: string,
): Promise<Told | undefined> {
	const debugged = debuggedAt(uri);
	if (debugged) {
		const place = `line ${line}`;
		const ask = (expression?: string): Thenable<WhyChain> =>
			debugged.customRequest('psci/why', expression === undefined ? { place } : { place, expression });
		const value = word === undefined ? undefined : await ask(word).then(written, () => undefined);
		const subject = new DebuggedSubject(debugged);
		return { chain: value ?? (await ask()), goto: (row) => subject.goto(row) };
	}
	const session = await documents.of(await vscode.workspace.openTextDocument(uri));
	const row = session && rowOnLine(session, line);
	if (!session || row === undefined) throw new RangeError(vscode.l10n.t('There is no event on this line.'));
	const value = word === undefined ? undefined : written(why(session, { row, decision: 0 }, word));
	const chain = value ?? whyEvent(session, row);
	const goto = (to: number) => revealLine(programOf(uri), session.trace.events.line(to));
	return chain && { chain, goto };
}

/** A name that explains itself, or a value that nothing wrote, has no story. */
function written(chain: WhyChain | undefined): WhyChain | undefined {
	return chain && chain.links.length > 0 ? chain : undefined;
}

function debuggedAt(uri: vscode.Uri): vscode.DebugSession | undefined {
	const session = vscode.debug.activeDebugSession;
	if (session?.type !== DEBUG_TYPE || typeof session.configuration.program !== 'string') return undefined;
	return uriOf(session.configuration.program).toString() === uri.toString() ? session : undefined;
}

/** Of what VS Code gives a command of the Variables view: the variable as the adapter sent it. */
function expressionOf(from: unknown): string | undefined {
	if (typeof from !== 'object' || from === null || !('variable' in from)) return undefined;
	const { variable } = from;
	if (typeof variable !== 'object' || variable === null || !('evaluateName' in variable)) return undefined;
	return typeof variable.evaluateName === 'string' ? variable.evaluateName : undefined;
}

async function show({ chain, goto }: Told): Promise<void> {
	if (chain.links.length === 0) {
		void vscode.window.showInformationMessage(`${chain.path}: ${chain.text}`);
		return;
	}
	const items = chain.links.map((link) => ({
		label: vscode.l10n.t('{0}: line {1}', link.value, link.line),
		description: link.call?.text ?? link.event,
		detail: [link.provenance, link.why, link.rule, link.says].filter(Boolean).join(' · '),
		row: link.row,
	}));
	const chosen = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t('Why? {0}: {1}', chain.path, chain.value),
		placeHolder: vscode.l10n.t('What led to it, the latest first; choose one to go there'),
		matchOnDescription: true,
		matchOnDetail: true,
	});
	if (chosen) await goto(chosen.row);
}

function askForValue(): Thenable<string | undefined> {
	return vscode.window.showInputBox({
		title: vscode.l10n.t('Why?'),
		prompt: vscode.l10n.t('A value of the session: vcpu[1].mp_state, x0, vcpu[1].reset_state.pc'),
		value: 'vcpu[0].mp_state',
	});
}
