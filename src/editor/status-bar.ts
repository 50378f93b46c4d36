// Where the session in front stands, in the status bar; a click shows the panel.

import * as vscode from 'vscode';
import type { SessionView } from '../session/view.ts';
import type { SessionStates } from './session-states.ts';

export function registerStatusBar(context: vscode.ExtensionContext, states: SessionStates): void {
	const item = vscode.window.createStatusBarItem('psci.position', vscode.StatusBarAlignment.Left, 50);
	item.name = vscode.l10n.t('PSCI Position');
	item.command = 'psci.showSessionPanel';
	const show = (view: SessionView | undefined) => {
		if (!view) {
			item.hide();
			return;
		}
		const current = view.vcpus.find((vcpu) => vcpu.current);
		const place = view.atEnd
			? vscode.l10n.t('end of the recording')
			: vscode.l10n.t('event {0} of {1}', view.row + 1, view.length);
		item.text = `$(pulse) ${[current?.name, place].filter(Boolean).join(': ')}`;
		item.tooltip = vscode.l10n.t(
			'{0}\n{1} at {2}. Shows the session panel.',
			view.file,
			view.event,
			view.time,
		);
		item.show();
	};
	show(states.view);
	context.subscriptions.push(item, states.onDidChange(show));
}
