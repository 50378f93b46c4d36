// One test of the Test Explorer: the scenario on its own kernel or on every one; failures at their lines with
// what was expected, what came, and the rule that decided it.

import * as vscode from 'vscode';
import { isRuleId, ruleOf } from '../../kvm/index.ts';
import type { Outcome } from '../../scenario/check.ts';
import { withoutArrow } from '../../scenario/line-results.ts';
import { outermost } from '../../scenario/place.ts';
import { type Run, runScenario } from '../../scenario/run.ts';
import { waitingText } from '../../scenario/waiting.ts';
import { KERNEL_NAMES } from '../../session/settings.ts';
import type { LastRuns } from '../scenarios/last-runs.ts';
import { locationOf, readScenario } from '../scenarios/scenario-file.ts';

export async function runTest(
	run: vscode.TestRun,
	item: vscode.TestItem,
	everyKernel: boolean,
	runs: LastRuns,
): Promise<void> {
	const { uri } = item;
	if (!uri) return;
	run.started(item);
	const began = performance.now();
	try {
		const { program } = await readScenario(uri);
		const own = runScenario(program);
		runs.keep(uri, own);
		const made = everyKernel ? KERNEL_NAMES.map((kernel) => runScenario(program, { kernel })) : [own];
		for (const one of made) run.appendOutput(`${line(one, program.title)}\r\n`, undefined, item);
		const messages = made
			.filter(({ green }) => !green)
			.flatMap((failed) => messagesOf(failed, uri, everyKernel));
		const took = performance.now() - began;
		if (messages.length > 0) run.failed(item, messages, took);
		else run.passed(item, took);
	} catch (error) {
		const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
		run.errored(item, message, performance.now() - began);
	}
}

function line({ profile, green, mustFail, outcomes, steps }: Run, title: string): string {
	const { l10n } = vscode;
	const verdict = green ? (mustFail ? l10n.t('lacks it') : l10n.t('ok')) : l10n.t('FAILED');
	const met = outcomes.filter((outcome) => outcome.met).length;
	return l10n.t(
		'Linux {0}: {1}: {2} ({3} of {4} expectations met, {5} steps)',
		profile.name,
		title,
		verdict,
		met,
		outcomes.length,
		steps.length,
	);
}

function messagesOf(run: Run, uri: vscode.Uri, everyKernel: boolean): vscode.TestMessage[] {
	const { l10n } = vscode;
	const where = everyKernel ? `Linux ${run.profile.name}: ` : '';
	const unmet = run.outcomes.filter(({ met }) => !met);
	if (run.mustFail)
		return [
			new vscode.TestMessage(
				where + l10n.t('all came out as expected, though the scenario needs a newer kernel'),
			),
		];
	const stuck = run.waiting.map((waiting) => {
		const message = new vscode.TestMessage(where + waitingText(waiting));
		message.location = locationOf(uri, outermost(waiting.place));
		return message;
	});
	const endless =
		run.ended === 'limit'
			? [new vscode.TestMessage(where + l10n.t('the run does not end: there were too many steps'))]
			: [];
	return [...unmet.map((outcome) => messageOf(outcome, uri, where)), ...stuck, ...endless];
}

function messageOf(
	{ place, text, expected, got, rule }: Outcome,
	uri: vscode.Uri,
	where: string,
): vscode.TestMessage {
	const { l10n } = vscode;
	const says =
		rule !== undefined && isRuleId(rule) ? l10n.t('Decided by {0}: {1}', rule, ruleOf(rule).says) : '';
	const inLibrary = place.caller ? l10n.t(' ({0}, line {1})', place.file, place.line) : '';
	const said = l10n.t('expected {0}, got {1}{2}', withoutArrow(expected), withoutArrow(got), inLibrary);
	const message = new vscode.TestMessage(`${where}${text}: ${said}${says ? `\n${says}` : ''}`);
	message.expectedOutput = withoutArrow(expected);
	message.actualOutput = withoutArrow(got);
	message.location = locationOf(uri, outermost(place));
	return message;
}
