// How a debug session comes about: from a launch configuration, from F5 on an open trace with no
// launch.json at all, and from "Debug PSCI Session" on a file.

import * as vscode from 'vscode';
import { LiveScenarios } from '../adapter/live-scenarios.ts';
import { PsciDebugSession } from '../adapter/psci-debug-session.ts';
import { editorFiles, programOf, uriOf } from './files.ts';
import { TRACE_LANGUAGE } from './recognise.ts';
import { extensionSpec } from './spec-files.ts';

export const DEBUG_TYPE = 'psci';

export function registerDebugging(context: vscode.ExtensionContext): void {
	const spec = extensionSpec(context.extensionUri);
	const scenarios = new LiveScenarios();
	context.subscriptions.push(
		vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, configurations),
		vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
			createDebugAdapterDescriptor: () =>
				new vscode.DebugAdapterInlineImplementation(
					// Structurally the same; the two packages declare the message type apart.
					new PsciDebugSession(editorFiles, spec, scenarios) as unknown as vscode.DebugAdapter,
				),
		}),
		vscode.commands.registerCommand('psci.debugFile', (resource?: vscode.Uri) => debugFile(resource)),
	);
}

const configurations: vscode.DebugConfigurationProvider = {
	resolveDebugConfiguration(folder, given) {
		// The panel says more than an empty console would: it opens only where the person asks for it.
		const config: vscode.DebugConfiguration = { internalConsoleOptions: 'neverOpen', ...given };
		// F5 without a launch.json arrives empty: it means the trace in front of the person.
		if (!given.type && !given.request && !given.name) {
			const uri = activeDocument();
			if (!uri) return undefined;
			return { ...config, type: DEBUG_TYPE, request: 'launch', name: nameFor(uri), program: programOf(uri) };
		}
		if (typeof config.program !== 'string' || config.program === '') {
			const uri = activeDocument();
			if (uri) return { ...config, program: programOf(uri) };
		} else if (folder && !isAbsolute(config.program)) {
			return { ...config, program: programOf(vscode.Uri.joinPath(folder.uri, config.program)) };
		}
		return config;
	},
	// `${file}` is only known now. In a remote or virtual workspace it is a path without its scheme.
	resolveDebugConfigurationWithSubstitutedVariables(folder, config) {
		if (typeof config.program !== 'string' || /^[a-z][a-z0-9+.-]+:/i.test(config.program)) return config;
		if (folder && folder.uri.scheme !== 'file')
			return { ...config, program: programOf(folder.uri.with({ path: config.program })) };
		return config;
	},
};

function isAbsolute(program: string): boolean {
	return /^(\/|\\|[a-z]:[\\/]|[a-z][a-z0-9+.-]+:|\$\{)/i.test(program);
}

function activeDocument(): vscode.Uri | undefined {
	const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
	if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
	return vscode.window.activeTextEditor?.document.uri;
}

/** A trace in any tab: what is meant where the tab in front is no file, as the walkthrough is. */
function openTrace(): vscode.Uri | undefined {
	return vscode.window.tabGroups.all
		.flatMap((group) => group.tabs)
		.map(({ input }) => (input instanceof vscode.TabInputText ? input.uri : undefined))
		.find((uri) =>
			vscode.workspace.textDocuments.some(
				(document) => document.languageId === TRACE_LANGUAGE && document.uri.toString() === uri?.toString(),
			),
		);
}

function nameFor(uri: vscode.Uri): string {
	return vscode.l10n.t('PSCI session of {0}', uri.path.split('/').at(-1) ?? '');
}

async function debugFile(resource?: vscode.Uri): Promise<void> {
	const uri = resource ?? activeDocument() ?? openTrace();
	if (!uri) {
		await vscode.window.showInformationMessage(
			vscode.l10n.t('Open a recorded trace first, then run "Debug PSCI Session".'),
		);
		return;
	}
	await debugUri(uri);
}

/** A session of this trace or scenario, without a launch configuration. */
export function debugUri(uri: vscode.Uri): Thenable<boolean> {
	return vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
		type: DEBUG_TYPE,
		request: 'launch',
		name: nameFor(uri),
		program: programOf(uri),
	});
}

/** Opens the trace of a session at a 1-based line. */
export async function revealLine(program: string, line: number): Promise<void> {
	const at = new vscode.Position(line - 1, 0);
	await vscode.window.showTextDocument(uriOf(program), { selection: new vscode.Range(at, at) });
}
