// The Test Explorer: every scenario with expectations is a test. It runs as written, on every kernel, or in the
// debugger, and again whenever its file is saved.

import * as vscode from 'vscode';
import { debugUri } from '../debugging.ts';
import type { LastRuns } from '../scenarios/last-runs.ts';
import { readScenario, SCENARIO_LANGUAGE } from '../scenarios/scenario-file.ts';
import { expectationsIn } from './expectations.ts';
import { runTest } from './run-test.ts';

const FILES = '**/*.psci';
/** A workspace with more scenarios shows the first ones. */
const MOST_FILES = 2000;

export class ScenarioTests implements vscode.Disposable {
	readonly #controller: vscode.TestController;
	readonly #runs: LastRuns;
	readonly #usual: vscode.TestRunProfile;
	readonly #subscriptions: vscode.Disposable[] = [];

	constructor(runs: LastRuns) {
		this.#runs = runs;
		const { l10n, workspace } = vscode;
		this.#controller = vscode.tests.createTestController('psci.scenarios', l10n.t('PSCI scenarios'));
		this.#controller.resolveHandler = async (item) => {
			if (item) await this.#describe(item);
			else await this.#discover();
		};
		this.#controller.refreshHandler = () => this.#discover();
		this.#usual = this.#profile(l10n.t('Run'), vscode.TestRunProfileKind.Run, false, true);
		this.#profile(l10n.t('Run on Every Kernel'), vscode.TestRunProfileKind.Run, true, false);
		this.#controller.createRunProfile(l10n.t('Debug'), vscode.TestRunProfileKind.Debug, (request, token) =>
			this.#debug(request, token),
		);
		const watcher = workspace.createFileSystemWatcher(FILES);
		this.#subscriptions.push(
			this.#controller,
			watcher,
			watcher.onDidCreate((uri) => this.#offer(uri)),
			watcher.onDidDelete((uri) => this.#controller.items.delete(uri.toString())),
			workspace.onDidOpenTextDocument((document) => this.#opened(document)),
			workspace.onDidChangeTextDocument(({ document }) => this.#opened(document)),
		);
		for (const document of workspace.textDocuments) this.#opened(document);
	}

	/** Runs one scenario as its test, whether the Test Explorer has seen it or not. */
	async runFile(uri: vscode.Uri): Promise<void> {
		const item = await this.#offer(uri, true);
		const request = new vscode.TestRunRequest(item ? [item] : [], undefined, this.#usual);
		await this.#run(request, new vscode.CancellationTokenSource().token, false);
	}

	dispose(): void {
		vscode.Disposable.from(...this.#subscriptions).dispose();
	}

	#profile(
		name: string,
		kind: vscode.TestRunProfileKind,
		everyKernel: boolean,
		usual: boolean,
	): vscode.TestRunProfile {
		const handler = (request: vscode.TestRunRequest, token: vscode.CancellationToken) =>
			request.continuous
				? this.#runOnSave(request, token, everyKernel)
				: this.#run(request, token, everyKernel);
		return this.#controller.createRunProfile(name, kind, handler, usual, undefined, true);
	}

	async #discover(): Promise<void> {
		const uris = await vscode.workspace.findFiles(FILES, '**/node_modules/**', MOST_FILES);
		await Promise.all(uris.map((uri) => this.#offer(uri)));
	}

	#opened(document: vscode.TextDocument): void {
		if (document.languageId !== SCENARIO_LANGUAGE || document.uri.scheme === 'git') return;
		void this.#offer(document.uri);
	}

	/** A test for this file, where it expects something or `anyway`; none where it no longer does. */
	async #offer(uri: vscode.Uri, anyway = false): Promise<vscode.TestItem | undefined> {
		const id = uri.toString();
		const known = this.#controller.items.get(id);
		const item = known ?? this.#controller.createTestItem(id, uri.path.split('/').at(-1) ?? id, uri);
		const wanted = await this.#describe(item);
		if (wanted || anyway) this.#controller.items.add(item);
		else if (known) this.#controller.items.delete(id);
		return wanted || anyway ? item : undefined;
	}

	/** Its title, place and what is wrong with its text. Whether it is a test. */
	async #describe(item: vscode.TestItem): Promise<boolean> {
		if (!item.uri) return false;
		try {
			const { program, text } = await readScenario(item.uri);
			const first = text.split(/\r\n?|\n/).findIndex((line) => /^\s*[^\s#]/.test(line));
			item.label = program.title;
			item.description = program.title === program.file ? '' : program.file;
			item.range = new vscode.Range(Math.max(first, 0), 0, Math.max(first, 0), 0);
			item.error = '';
			return expectationsIn(program) > 0;
		} catch (error) {
			item.error = error instanceof Error ? error.message : String(error);
			// Half-written is no reason to vanish.
			return this.#controller.items.get(item.id) !== undefined;
		}
	}

	async #run(
		request: vscode.TestRunRequest,
		token: vscode.CancellationToken,
		everyKernel: boolean,
	): Promise<void> {
		if (!request.include) await this.#discover();
		const run = this.#controller.createTestRun(request);
		try {
			const asked = this.#asked(request);
			for (const item of asked) run.enqueued(item);
			for (const item of asked) {
				if (token.isCancellationRequested) run.skipped(item);
				else await runTest(run, item, everyKernel, this.#runs);
			}
		} finally {
			run.end();
		}
	}

	#asked({ include, exclude = [] }: vscode.TestRunRequest): vscode.TestItem[] {
		const all: vscode.TestItem[] = [];
		for (const [, item] of this.#controller.items) all.push(item);
		return (include ?? all).filter((item) => !exclude.includes(item));
	}

	/** Until it is switched off: what is saved runs again. */
	async #runOnSave(
		request: vscode.TestRunRequest,
		token: vscode.CancellationToken,
		everyKernel: boolean,
	): Promise<void> {
		const saved = vscode.workspace.onDidSaveTextDocument((document) => {
			const item = this.#asked(request).find((asked) => asked.id === document.uri.toString());
			if (item)
				void this.#run(
					new vscode.TestRunRequest([item], undefined, request.profile, true),
					token,
					everyKernel,
				);
		});
		token.onCancellationRequested(() => saved.dispose());
	}

	async #debug(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
		const run = this.#controller.createTestRun(request);
		try {
			for (const item of this.#asked(request)) {
				if (token.isCancellationRequested || !item.uri) break;
				await runTest(run, item, false, this.#runs);
				await debugUri(item.uri);
			}
		} finally {
			run.end();
		}
	}
}
