// Traces that the editor does not treat as text any more, or without its language features: the event table is
// offered, once for each.

import * as vscode from 'vscode';
import { TRACE_LANGUAGE } from './recognise.ts';
import { TRACE_EDITOR } from './trace-editor.ts';

/** In megabytes: beyond, VS Code's own features of a text are off (20 MB: tokens), and it hands none to extensions. */
const LARGE = 20;

export function registerLargeTraces(context: vscode.ExtensionContext): void {
	const offered = new Set<string>();
	const look = async (tab: vscode.Tab | undefined) => {
		if (!(tab?.input instanceof vscode.TabInputText)) return;
		const { uri } = tab.input;
		if (offered.has(uri.toString())) return;
		const settings = vscode.workspace.getConfiguration('psci', uri);
		if (!settings.get('offerTable', true)) return;
		if (!(await isLargeTrace(uri, settings.get('offerTableFrom', LARGE) * 1e6))) return;
		offered.add(uri.toString());
		const open = vscode.l10n.t('Open as Event Table');
		const chosen = await vscode.window.showInformationMessage(
			vscode.l10n.t('{0} is too large for the features of a text. The event table has them all.', tab.label),
			open,
		);
		if (chosen === open) await vscode.commands.executeCommand('vscode.openWith', uri, TRACE_EDITOR);
	};
	void look(vscode.window.tabGroups.activeTabGroup.activeTab);
	context.subscriptions.push(
		vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
			for (const tab of opened) void look(tab);
		}),
	);
}

async function isLargeTrace(uri: vscode.Uri, large: number): Promise<boolean> {
	const size = await vscode.workspace.fs.stat(uri).then(
		(stat) => stat.size,
		() => 0,
	);
	if (size < large) return false;
	const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
	if (open) return open.languageId === TRACE_LANGUAGE;
	// No document: VS Code keeps it from extensions. A name that traces have is then all there is to go by.
	return /\.(trace|ftrace|report)(\.txt)?$|^trace.*\.txt$/.test(uri.path.split('/').at(-1) ?? '');
}
