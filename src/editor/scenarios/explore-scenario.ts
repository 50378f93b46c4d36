// "Explore Scenario": every interleaving of a scenario's programs, with progress and cancel. What was found is
// offered, and each finding opens as a session that one steps through.

import * as vscode from 'vscode';
import { RULE_IDS } from '../../kvm/index.ts';
import { type Exploration, explore, MOST_STATES } from '../../scenario/explore.ts';
import type { Finding } from '../../scenario/findings.ts';
import { withoutArrow } from '../../scenario/line-results.ts';
import { outermost } from '../../scenario/place.ts';
import type { Program } from '../../scenario/program.ts';
import { breathe } from '../../trace/breathe.ts';
import { programOf } from '../files.ts';
import { readScenario } from './scenario-file.ts';

export async function exploreScenario(uri: vscode.Uri): Promise<void> {
	const { program } = await readScenario(uri);
	const found = await withProgress(program);
	const { l10n } = vscode;
	const orders =
		found.interleavings === undefined ? '' : l10n.t(', {0} interleavings', String(found.interleavings));
	const seen = l10n.t(
		'{0} states, {1} turns{2}; {3} of {4} rules decided something',
		found.states,
		found.turns,
		orders,
		found.rules.length,
		RULE_IDS.length,
	);
	const limited = found.complete
		? ''
		: l10n.t(' Not all was explored: it was given up, or there are more than {0} states.', MOST_STATES);
	if (found.findings.length === 0) {
		await vscode.window.showInformationMessage(
			l10n.t('Nothing goes wrong in any order: {0}.{1}', seen, limited),
		);
		return;
	}
	const chosen = await vscode.window.showQuickPick(found.findings.flatMap(itemsOf), {
		title: l10n.t('{0} found ({1}).{2}', found.findings.length, seen, limited),
		placeHolder: l10n.t('Choose one to step through'),
		matchOnDetail: true,
	});
	if (chosen) await debugFinding(uri, chosen);
}

function withProgress(program: Program): Thenable<Exploration> {
	const { l10n } = vscode;
	const options = {
		location: vscode.ProgressLocation.Notification,
		title: l10n.t('Exploring {0}', program.title),
		cancellable: true,
	};
	return vscode.window.withProgress(options, async (progress, token) => {
		const given = new AbortController();
		token.onCancellationRequested(() => given.abort());
		const pass = explore(program, { signal: given.signal });
		for (;;) {
			const { done, value } = pass.next();
			if (done) return value;
			progress.report({ message: l10n.t('{0} states', value) });
			await breathe();
		}
	});
}

const NAMES: Readonly<Record<Finding['kind'], string>> = {
	deadlock: vscode.l10n.t('deadlock'),
	'lost wake-up': vscode.l10n.t('lost wake-up'),
	expectation: vscode.l10n.t('expectation'),
	order: vscode.l10n.t('order'),
};

const ICONS: Readonly<Record<Finding['kind'], string>> = {
	deadlock: 'debug-pause',
	'lost wake-up': 'bell-slash',
	expectation: 'error',
	order: 'list-ordered',
};

interface FindingItem extends vscode.QuickPickItem {
	readonly found: Finding['kind'];
	/** the schedule that shows it */
	readonly turns: readonly number[];
}

/** Of a result that depends on the order one for either result. */
function itemsOf({ kind, place, text, turns, other, results }: Finding): FindingItem[] {
	const { l10n } = vscode;
	const { line } = outermost(place);
	const first = {
		label: `$(${ICONS[kind]}) ${NAMES[kind]}`,
		description: l10n.t('line {0}', line),
		detail: text,
		found: kind,
		turns,
	};
	if (!other || !results) return [first];
	const [here = '', there = ''] = results.map(withoutArrow);
	const gives = (one: string, another: string) => l10n.t('{0}, where another order gives {1}', one, another);
	return [
		{ ...first, detail: gives(here, there) },
		{ ...first, detail: gives(there, here), turns: other },
	];
}

async function debugFinding(uri: vscode.Uri, { found, turns }: FindingItem): Promise<void> {
	await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
		type: 'psci',
		request: 'launch',
		name: vscode.l10n.t('{0} in {1}', found, uri.path.split('/').at(-1) ?? ''),
		program: programOf(uri),
		schedule: `turns ${turns.join(' ')}`,
	});
}
