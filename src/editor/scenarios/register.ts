// Scenarios in the editor. What needs the language (parser, server, model of a run) is loaded with the first one.

import * as vscode from 'vscode';
import { ScenarioTests } from '../tests/scenario-tests.ts';
import { LastRuns } from './last-runs.ts';
import { LIBRARY_SCHEME, libraryDefinition, libraryDocuments } from './library-documents.ts';
import { newScenario } from './new-scenario.ts';
import { resultHints } from './result-hints.ts';
import { saveAsScenario } from './save-as-scenario.ts';
import { isScenario, SCENARIO_LANGUAGE } from './scenario-file.ts';

export function registerScenarios(context: vscode.ExtensionContext): void {
	const runs = new LastRuns();
	const tests = new ScenarioTests(runs);
	const { commands, languages, workspace } = vscode;
	context.subscriptions.push(
		runs,
		tests,
		startLanguage(),
		workspace.registerTextDocumentContentProvider(LIBRARY_SCHEME, libraryDocuments),
		languages.registerDefinitionProvider({ language: SCENARIO_LANGUAGE }, libraryDefinition),
		languages.registerInlayHintsProvider({ language: SCENARIO_LANGUAGE }, resultHints(runs)),
		commands.registerCommand('psci.newScenario', newScenario),
		commands.registerCommand('psci.saveAsScenario', saveAsScenario),
		commands.registerCommand('psci.runScenario', (uri?: vscode.Uri) =>
			withScenario(uri, (found) => tests.runFile(found)),
		),
		commands.registerCommand('psci.exploreScenario', (uri?: vscode.Uri) =>
			withScenario(uri, async (found) => (await import('./explore-scenario.ts')).exploreScenario(found)),
		),
	);
}

/** Starts the language server with the first scenario that is opened. */
function startLanguage(): vscode.Disposable {
	const open = ({ languageId }: vscode.TextDocument) => languageId === SCENARIO_LANGUAGE;
	let client: Promise<vscode.Disposable> | undefined;
	const start = async () => {
		client ??= import('./language-client.ts').then(({ startLanguageClient }) => startLanguageClient());
		await client;
	};
	const failed = (error: unknown) => void vscode.window.showErrorMessage(errorText(error));
	if (vscode.workspace.textDocuments.some(open)) start().catch(failed);
	const watcher = vscode.workspace.onDidOpenTextDocument((document) => {
		if (open(document)) start().catch(failed);
	});
	return vscode.Disposable.from(watcher, {
		dispose: () => void client?.then((started) => started.dispose()),
	});
}

/** The scenario that is meant: the one given, or the one in front. What goes wrong is shown. */
async function withScenario(
	given: vscode.Uri | undefined,
	act: (uri: vscode.Uri) => Promise<void>,
): Promise<void> {
	const front = vscode.window.activeTextEditor?.document;
	const uri = given ?? (front?.languageId === SCENARIO_LANGUAGE ? front.uri : undefined);
	if (!uri || !(isScenario(uri) || front?.uri.toString() === uri.toString())) {
		await vscode.window.showInformationMessage(vscode.l10n.t('Open a scenario (.psci) first.'));
		return;
	}
	try {
		await act(uri);
	} catch (error) {
		await vscode.window.showErrorMessage(errorText(error));
	}
}

function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
