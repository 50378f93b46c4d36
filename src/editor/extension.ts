// The extension: the debug adapter inside the editor, the session panel, and what leads to them. One
// entry for the Node extension host and for the browser's.

import type * as vscode from 'vscode';
import { registerDebugging } from './debugging.ts';
import { registerExamples } from './examples.ts';
import { registerGuidePanel } from './guide-panel.ts';
import { registerLanguageFeatures } from './language/register.ts';
import { recogniseTraces } from './recognise.ts';
import { registerScenarios } from './scenarios/register.ts';
import { registerSessionPanel } from './session-panel.ts';
import { SessionStates } from './session-states.ts';
import { registerSpecificationPanel } from './specification-panel.ts';

export function activate(context: vscode.ExtensionContext): void {
	registerDebugging(context);
	registerSessionPanel(context);
	const states = new SessionStates();
	context.subscriptions.push(states);
	registerSpecificationPanel(context, states);
	registerExamples(context);
	registerGuidePanel(context, states);
	recogniseTraces(context);
	registerLanguageFeatures(context);
	registerScenarios(context);
}

export function deactivate(): void {}
