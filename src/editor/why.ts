// 'Why?' of a value: the events that made it what it is, each a place to go to. From the Variables view for the value
// pointed at, from the command palette for any that is typed.

import * as vscode from 'vscode';
import type { WhyChain } from '../session/why.ts';

/** What VS Code gives a command of the Variables view: the variable as the adapter sent it. */
interface FromVariables {
	readonly variable?: { readonly evaluateName?: string };
}

export async function whyValue(from?: FromVariables): Promise<void> {
	const session = vscode.debug.activeDebugSession;
	if (session?.type !== 'psci') return;
	const expression = from?.variable?.evaluateName ?? (await askForValue());
	if (!expression) return;
	const chain: WhyChain | undefined = await session
		.customRequest('psci/why', { expression })
		.then(undefined, (error: unknown) => {
			void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
			return undefined;
		});
	if (!chain) return;
	if (chain.links.length === 0) {
		void vscode.window.showInformationMessage(chain.text);
		return;
	}
	const items = chain.links.map((link) => ({
		label: vscode.l10n.t('{0}: line {1}', link.value, link.line),
		description: link.call?.text ?? link.event,
		detail: [link.provenance, link.why, link.rule].filter(Boolean).join(' · '),
		row: link.row,
	}));
	const chosen = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t('Why is {0} {1}?', chain.path, chain.value),
		placeHolder: vscode.l10n.t('The last event that wrote it comes first; choose one to go there'),
		matchOnDescription: true,
		matchOnDetail: true,
	});
	if (chosen) await session.customRequest('psci/goto', { place: String(chosen.row) });
}

function askForValue(): Thenable<string | undefined> {
	return vscode.window.showInputBox({
		title: vscode.l10n.t('Why?'),
		prompt: vscode.l10n.t('A value of the session: vcpu[1].mp_state, x0, vcpu[1].reset_state.pc'),
		value: 'vcpu[0].mp_state',
	});
}
