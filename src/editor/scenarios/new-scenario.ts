// "New Scenario": an untitled document with a machine and a first call, which runs as it stands.

import * as vscode from 'vscode';
import { SCENARIO_LANGUAGE } from './scenario-file.ts';

const FIRST = `scenario "\${1:One vCPU switches another one on}"

machine
  kernel 7.2
  vcpus 2

vcpu0 CPU_ON target=vcpu1 entry=pad0 context=7 => SUCCESS
run vcpu1                                      => returns
expect vcpu1.X0 == 7
$0`;

export async function newScenario(): Promise<void> {
	const document = await vscode.workspace.openTextDocument({ language: SCENARIO_LANGUAGE, content: '' });
	const editor = await vscode.window.showTextDocument(document);
	await editor.insertSnippet(new vscode.SnippetString(FIRST));
}
