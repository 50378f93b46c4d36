// What the protocol lacks, as commands: each is a request of the adapter's own (`docs/dap.md`), shown only while a
// session is debugged.

import * as vscode from 'vscode';
import type { KernelComparison } from '../session/compare-kernels.ts';
import { KERNEL_NAMES } from '../session/settings.ts';

export function registerRequests(context: vscode.ExtensionContext): void {
	const command = (name: string, run: (session: vscode.DebugSession) => Promise<void>) =>
		vscode.commands.registerCommand(name, async () => {
			const session = vscode.debug.activeDebugSession;
			if (session?.type !== 'psci') return;
			await run(session).catch((error: unknown) => {
				void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
			});
		});
	context.subscriptions.push(
		command('psci.compareKernels', compareKernels),
		command('psci.nextEventOfVcpu', nextEventOfVcpu),
		command('psci.stepOutBackwards', async (session) => session.customRequest('psci/stepOutBackwards')),
		command('psci.setBookmark', setBookmark),
		command('psci.goToBookmark', goToBookmark),
	);
}

/** Every call that two kernels answer otherwise; choosing one goes there. */
async function compareKernels(session: vscode.DebugSession): Promise<void> {
	const kernels = await vscode.window.showQuickPick([...KERNEL_NAMES], {
		canPickMany: true,
		title: vscode.l10n.t('Compare Kernels'),
		placeHolder: vscode.l10n.t('Two kernels or more'),
	});
	if (!kernels || kernels.length === 0) return;
	// The adapter itself reports the progress of a long comparison, and takes its cancelling.
	const found: KernelComparison = await session.customRequest('psci/compare', { kernels });
	const { differences, compared, undecided } = found;
	const left = undecided > 0 ? vscode.l10n.t(', {0} left out for want of arguments', undecided) : '';
	const title = vscode.l10n.t('{0} of {1} calls differ{2}', differences.length, compared, left);
	if (differences.length === 0) {
		void vscode.window.showInformationMessage(title);
		return;
	}
	const items = differences.map(({ row, line, vcpu, text, outcomes }) => ({
		label: text,
		description: vscode.l10n.t('vCPU {0}, line {1}', vcpu, line),
		detail: outcomes
			.map(({ kernel, outcome, rule }) => `${kernel}: ${outcome}${rule ? ` (${rule})` : ''}`)
			.join(' · '),
		row,
	}));
	const chosen = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
	if (chosen) await goTo(session, String(chosen.row));
}

async function nextEventOfVcpu(session: vscode.DebugSession): Promise<void> {
	const { threads }: { threads: readonly { id: number; name: string }[] } =
		await session.customRequest('threads');
	const items = threads.map(({ id, name }) => ({ label: name, id }));
	const chosen = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t('Run to the Next Event of'),
	});
	if (chosen) await session.customRequest('psci/nextEvent', { threadId: chosen.id });
}

async function setBookmark(session: vscode.DebugSession): Promise<void> {
	const name = await vscode.window.showInputBox({
		title: vscode.l10n.t('Bookmark this Position'),
		prompt: vscode.l10n.t('A name to come back by'),
	});
	if (name) await session.customRequest('psci/setBookmark', { name });
}

async function goToBookmark(session: vscode.DebugSession): Promise<void> {
	const answer: { bookmarks: readonly { name: string; line: number; text: string }[] } =
		await session.customRequest('psci/bookmarks');
	if (answer.bookmarks.length === 0) {
		void vscode.window.showInformationMessage(vscode.l10n.t('No position has a bookmark yet.'));
		return;
	}
	const items = answer.bookmarks.map(({ name, line, text }) => ({
		label: name,
		description: vscode.l10n.t('line {0}', line),
		detail: text,
	}));
	const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Go to Bookmark') });
	if (chosen) await goTo(session, chosen.label);
}

async function goTo(session: vscode.DebugSession, place: string): Promise<void> {
	await session.customRequest('psci/goto', { place });
}
