// Findings in the Problems panel: each at the line of the trace that one goes to first, with its evidence as related
// places. Found once for each version of a document, in slices, while the person reads.

import * as vscode from 'vscode';
import { findFindings } from '../../session/findings/find.ts';
import type { FindingTree, Severity } from '../../session/findings/finding.ts';
import { openScenario } from '../../session/open-scenario.ts';
import type { Session } from '../../session/session.ts';
import { TRACE_LANGUAGE } from '../recognise.ts';
import { includedBy, SCENARIO_LANGUAGE } from '../scenarios/scenario-file.ts';
import type { DocumentSessions } from './document-session.ts';
import type { SpecDocuments } from './spec-documents.ts';

const SEVERITY: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
	error: vscode.DiagnosticSeverity.Error,
	warning: vscode.DiagnosticSeverity.Warning,
	note: vscode.DiagnosticSeverity.Information,
};

/** How long a person must have stopped typing before a scenario is run. */
const REST_MS = 500;

export class FindingDiagnostics implements vscode.Disposable {
	readonly #sessions: DocumentSessions;
	readonly #pages: SpecDocuments;
	readonly #shown = vscode.languages.createDiagnosticCollection('psci');
	/** the session that a document's problems were found in: each is gone through once */
	readonly #done = new WeakMap<vscode.TextDocument, Session>();
	readonly #ran = new WeakMap<vscode.TextDocument, { readonly version: number; readonly session: Session }>();
	readonly #subscriptions = [
		vscode.workspace.onDidOpenTextDocument((document) => this.#update(document)),
		vscode.workspace.onDidChangeTextDocument(({ document }) => this.#update(document)),
		vscode.workspace.onDidCloseTextDocument((document) => this.#shown.delete(document.uri)),
		// Its launch configuration may name another kernel.
		vscode.debug.onDidChangeActiveDebugSession(() => this.#updateAll()),
		vscode.workspace.onDidChangeConfiguration((change) => {
			if (change.affectsConfiguration('psci.findings')) this.#updateAll();
		}),
	];

	constructor(sessions: DocumentSessions, pages: SpecDocuments) {
		this.#sessions = sessions;
		this.#pages = pages;
		this.#updateAll();
	}

	dispose(): void {
		for (const subscription of this.#subscriptions) subscription.dispose();
		this.#shown.dispose();
	}

	#updateAll(): void {
		for (const document of vscode.workspace.textDocuments) this.#update(document);
	}

	/** The run of a scenario, once nobody has typed for a while; undefined where it is none, or was typed into again. */
	async #run(document: vscode.TextDocument): Promise<Session | undefined> {
		const { version } = document;
		const before = this.#ran.get(document);
		if (before?.version === version) return before.session;
		await new Promise((resolve) => setTimeout(resolve, REST_MS));
		if (document.isClosed || document.version !== version) return this.#done.get(document);
		const name = document.uri.path.split('/').at(-1) ?? '';
		// What is wrong with the text, the language server says.
		const session = await openScenario(document.getText(), name, includedBy(document.uri)).catch(
			() => undefined,
		);
		if (session) this.#ran.set(document, { version, session });
		return session;
	}

	async #update(document: vscode.TextDocument): Promise<void> {
		const scenario = document.languageId === SCENARIO_LANGUAGE;
		if (!scenario && document.languageId !== TRACE_LANGUAGE) return;
		if (!vscode.workspace.getConfiguration('psci', document).get('findings', true)) {
			this.#done.delete(document);
			this.#shown.delete(document.uri);
			return;
		}
		const session = scenario ? await this.#run(document) : await this.#sessions.of(document);
		if (this.#done.get(document) === session) return;
		if (!session) {
			this.#shown.delete(document.uri);
			return;
		}
		this.#done.set(document, session);
		const { roots } = await findFindings(session);
		const spec = await this.#pages.load();
		const pageOf = (finding: FindingTree) => {
			const place = finding.rule && spec.index.rule(finding.rule);
			return place ? this.#pages.uri(place.page.name).with({ fragment: `L${place.line}` }) : undefined;
		};
		if (!document.isClosed && this.#done.get(document) === session)
			this.#shown.set(document.uri, [...diagnosticsOf(document, session, roots, pageOf)]);
	}
}

/** A scenario shows what it was written to show: that is no error of its text, and what it expects is not even odd. */
function severityOf({ severity, row }: FindingTree, session: Session): vscode.DiagnosticSeverity {
	if (session.isExpected?.(row)) return vscode.DiagnosticSeverity.Information;
	return session.kind === 'simulated' && severity === 'error'
		? vscode.DiagnosticSeverity.Warning
		: SEVERITY[severity];
}

/** Of a line of a scenario the function: what a person wrote is not wrong from end to end. */
function calledOn(line: vscode.TextLine, { kind }: Session): vscode.Range {
	const name = kind === 'simulated' ? /\b[A-Z][A-Z0-9_]{2,}\b/.exec(line.text) : undefined;
	if (!name) return line.range;
	const { lineNumber } = line;
	return new vscode.Range(lineNumber, name.index, lineNumber, name.index + name[0].length);
}

/** Of a finding that is one possible cause of several: the others too, and what would tell them apart. */
function possibilitiesOf({ possibilities = [] }: FindingTree): string {
	return possibilities
		.map(({ cause, toldBy }) => `\n• ${vscode.l10n.t('perhaps {0}; told by {1}', cause, toldBy)}`)
		.join('');
}

function* diagnosticsOf(
	document: vscode.TextDocument,
	session: Session,
	findings: readonly FindingTree[],
	pageOf: (finding: FindingTree) => vscode.Uri | undefined,
	cause?: FindingTree,
): Generator<vscode.Diagnostic> {
	const lineOf = (row: number) =>
		document.lineAt(Math.min(session.trace.events.line(row), document.lineCount) - 1);
	for (const finding of findings) {
		const line = lineOf(finding.row);
		const start = new vscode.Position(line.lineNumber, line.firstNonWhitespaceCharacterIndex);
		const prints = finding.prints ? `\n${vscode.l10n.t('The guest prints: {0}', finding.prints)}` : '';
		const found = new vscode.Diagnostic(
			new vscode.Range(start, line.range.end).intersection(calledOn(line, session)) ?? line.range,
			`${finding.cause}${prints}${possibilitiesOf(finding)}\n${finding.advice}`,
			cause ? vscode.DiagnosticSeverity.Information : severityOf(finding, session),
		);
		const target = pageOf(finding);
		found.source = 'PSCI';
		found.code = target ? { value: finding.code, target } : finding.code;
		found.relatedInformation = [
			...(cause ? [{ row: cause.row, text: vscode.l10n.t('caused by: {0}', cause.cause) }] : []),
			...finding.evidence,
		].map(
			({ row, text }) =>
				new vscode.DiagnosticRelatedInformation(new vscode.Location(document.uri, lineOf(row).range), text),
		);
		yield found;
		yield* diagnosticsOf(document, session, finding.effects, pageOf, cause ?? finding);
	}
}
