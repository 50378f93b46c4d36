// "Save as Scenario": the session in the debugger, as a text of the language that does the same on the model.

import * as vscode from 'vscode';
import { SCENARIO_LANGUAGE } from './scenario-file.ts';

export async function saveAsScenario(): Promise<void> {
	const session = vscode.debug.activeDebugSession;
	if (session?.type !== 'psci') {
		await vscode.window.showInformationMessage(vscode.l10n.t('Debug a PSCI session first.'));
		return;
	}
	try {
		const { text }: { text: string } = await session.customRequest('psci/scenario', {});
		const document = await vscode.workspace.openTextDocument({ language: SCENARIO_LANGUAGE, content: text });
		await vscode.window.showTextDocument(document);
	} catch (error) {
		await vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
	}
}
