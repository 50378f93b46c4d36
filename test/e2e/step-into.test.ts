// Stepping into a call in the real editor: the page of the specification opens at the deciding line, and a
// breakpoint on that line stops there again. Vacuous if the page were opened by hand: only the debugger does.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/project.mjs';
import { expect, test } from './harness/fixtures.ts';

const PAGE = 'CPU_ON.md';
const lineOf = (rule: string) =>
	readFileSync(path.join(ROOT, 'spec/psci', PAGE), 'utf8')
		.split('\n')
		.findIndex((line) => line.startsWith(`- \`${rule}\``)) + 1;
const SCENARIO = 'scenario-psci-0.2.trace.txt';
/** Lines of the scenario's CPU_ONs for a vCPU that is on. */
const ALREADY_ON_LINES = [63, 117] as const;

test('into a CPU_ON that fails with ALREADY_ON; a breakpoint on the rule hits twice', async ({
	workbench,
}) => {
	await workbench.open(SCENARIO);
	const { debug } = workbench;
	await debug.start();
	const panel = await workbench.webview('vCPUs');
	const [first, second] = ALREADY_ON_LINES;
	await workbench.goToLine(first);
	await debug.toggleBreakpoint(SCENARIO, first);
	await debug.click('continue');
	await debug.isAt(first, SCENARIO);
	await debug.toggleBreakpoint(SCENARIO, first);
	const decisions = panel.locator('.decisions li');
	await expect(decisions.last()).toContainText('cpu_on.target_not_stopped');
	// To the handler's entry, then through the rules to the last.
	await debug.press('F11');
	await expect(panel.locator('h1')).toContainText("KVM's handler is entered");
	await debug.stepThroughDecisions(panel);
	const rule = lineOf('cpu_on.target_not_stopped');
	await debug.isAt(rule, PAGE);
	await expect.poll(() => debug.variables.value('Decision', 'outcome')).toBe('ALREADY_ON (modelled)');
	await workbench.screenshot('already-on');
	await debug.toggleBreakpoint(PAGE, rule);
	await debug.click('continue');
	await expect(panel.locator('.where')).toContainText(`line ${second + 1}`);
	await debug.isAt(rule, PAGE);
	await debug.click('reverseContinue');
	await expect(panel.locator('.where')).toContainText(`line ${first + 1}`);
	await debug.isAt(rule, PAGE);
});
