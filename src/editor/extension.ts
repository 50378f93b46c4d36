// The extension: the debug adapter inside the editor, the session panel, and what leads to them. One
// entry for the Node extension host and for the browser's.

import * as vscode from 'vscode';
import { registerDebugging } from './debugging.ts';
import { registerExamples } from './examples.ts';
import { exportReport } from './export-report.ts';
import { registerGuidePanel } from './guide-panel.ts';
import { DocumentSessions } from './language/document-session.ts';
import { registerOtherVms } from './language/other-vms.ts';
import { registerLanguageFeatures } from './language/register.ts';
import { registerLargeTraces } from './large-traces.ts';
import { recogniseTraces } from './recognise.ts';
import { registerRequests } from './requests.ts';
import { registerScenarios } from './scenarios/register.ts';
import { registerSessionPanel } from './session-panel.ts';
import { SessionStates } from './session-states.ts';
import { registerSideBar } from './side-bar.ts';
import { registerSpecificationPanel } from './specification-panel.ts';
import { registerStatusBar } from './status-bar.ts';
import { Subjects } from './subjects.ts';
import { registerTraceEditor } from './trace-editor.ts';
import { registerWhy } from './why.ts';

export function activate(context: vscode.ExtensionContext): void {
	registerDebugging(context);
	const states = new SessionStates();
	const documents = new DocumentSessions();
	const subjects = new Subjects(states, documents);
	context.subscriptions.push(states, documents, subjects);
	registerSessionPanel(context, states, subjects);
	registerSpecificationPanel(context, subjects);
	registerTraceEditor(context, states, subjects);
	registerSideBar(context, subjects);
	registerStatusBar(context, states);
	registerLargeTraces(context);
	registerOtherVms(context, documents, subjects);
	registerExamples(context);
	registerGuidePanel(context, states);
	recogniseTraces(context);
	registerRequests(context);
	registerLanguageFeatures(context, documents);
	registerScenarios(context);
	registerWhy(context, subjects, documents);
	context.subscriptions.push(vscode.commands.registerCommand('psci.exportReport', exportReport(documents)));
}

export function deactivate(): void {}
