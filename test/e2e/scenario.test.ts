// Scenarios in the real editor: written from nothing with completion, mended by a quick fix, debugged, changed live,
// and run as tests. Vacuous if the file were not empty at first: it is added as an empty one.

import type { Page } from '@playwright/test';
import { expect, test } from './harness/fixtures.ts';
import type { Workbench } from './harness/workbench.ts';

const suggestion = (page: Page, name: string) =>
	page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: name }).first();

/** Types a part of a word, waits for the whole one to be offered, and takes it. */
async function complete(page: Page, typed: string, name: string, look?: () => Promise<void>): Promise<void> {
	await page.keyboard.type(typed, { delay: 30 });
	const wanted = suggestion(page, name);
	await expect(async () => {
		if (await wanted.isHidden()) await page.keyboard.press('Control+Space');
		await expect(wanted).toBeVisible({ timeout: 5000 });
	}).toPass({ timeout: 60_000 });
	await look?.();
	await wanted.click();
	await expect(wanted).toBeHidden();
}

const line = (page: Page, text: RegExp) => page.locator('.editor-instance .view-line', { hasText: text });

async function typeLine(page: Page, text: string): Promise<void> {
	await page.keyboard.insertText(text);
	await page.keyboard.press('Escape');
	await page.keyboard.press('Enter');
}

/** A new scenario in the folder, open and with the cursor in it. */
async function open(workbench: Workbench, name: string, text: string): Promise<void> {
	workbench.editor.addFile(name, text);
	await workbench.open(name);
	await workbench.textEditor(name).click();
}

test('from nothing: completion, an error with its quick fix, F5, a live statement, a saved branch', async ({
	workbench,
	page,
}) => {
	await open(workbench, 'mine.psci', '');
	await complete(page, 'mach', 'machine');
	await page.keyboard.press('Enter');
	await complete(page, 'vcp', 'vcpus');
	await typeLine(page, ' 2');
	await page.keyboard.press('Shift+Tab');
	await complete(page, 'vcpu', 'vcpu0');
	await complete(page, ' CPU_O', 'CPU_ON');
	await complete(page, ' ', 'target');
	await complete(page, 'vcp', 'vcpu1');
	await complete(page, ' ent', 'entry');
	await complete(page, 'pa', 'pad0');
	await page.keyboard.insertText(' => ');
	await complete(page, '', 'SUCCESS', () => workbench.screenshot('scenario-completion'));
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	await expect(line(page, /vcpu0.CPU_ON.target=vcpu1.entry=pad0.=>.SUCCESS/)).toBeVisible();

	await typeLine(page, 'vcpu0 CPU_OM target=vcpu1 => ALREADY_ON');
	await expect(page.locator('.squiggly-error').first()).toBeVisible();
	await workbench.goToLine(4, 9);
	const fix = page.locator('.action-widget .monaco-list-row', { hasText: "Change to 'CPU_ON'" });
	await expect(async () => {
		if (await fix.isHidden()) await page.keyboard.press('Control+.');
		await expect(fix).toBeVisible({ timeout: 5000 });
	}).toPass({ timeout: 60_000 });
	await workbench.screenshot('scenario-quick-fix');
	await fix.click();
	await expect(line(page, /CPU_ON.target=vcpu1.=>.ALREADY_ON/)).toBeVisible();
	await expect(page.locator('.squiggly-error')).toHaveCount(0);
	await page.keyboard.press('Control+s');
	await expect(page.locator('.tab.active.dirty')).toHaveCount(0);

	await workbench.debug.start();
	await workbench.debug.isAt(3, 'mine.psci');
	await workbench.debug.stepOver();
	await workbench.debug.isAt(4, 'mine.psci');
	const answer = await workbench.debug.console.evaluate('run vcpu1');
	expect(answer).toBeTruthy();
	await expect.poll(async () => (await workbench.debug.console.rows()).join('\n')).toContain('run vcpu1');
	// The frame that VS Code looked at is none any more: no complaint about it stays.
	const variables = page.locator('.debug-variables');
	await expect(variables).toContainText('Arguments');
	await expect(variables).not.toContainText('no stack frame');
	await workbench.screenshot('scenario-live');
	await workbench.command('PSCI: Save as Scenario');
	await expect(line(page, /run.vcpu1/).last()).toBeVisible();
	await workbench.screenshot('scenario-saved');
});

const RIGHT =
	'scenario "the second CPU_ON is refused"\nmachine\n  vcpus 2\nvcpu0 CPU_ON target=vcpu1 => SUCCESS\nvcpu0 CPU_ON target=vcpu1 => ALREADY_ON\n';
const WRONG =
	'scenario "the second CPU_ON waits"\nmachine\n  vcpus 2\nvcpu0 CPU_ON target=vcpu1 => SUCCESS\nvcpu0 CPU_ON target=vcpu1 => ON_PENDING\n';

test('the Test Explorer runs scenarios, and shows a failure at its line with the deciding rule', async ({
	workbench,
	page,
}) => {
	workbench.editor.addFile('right.psci', RIGHT);
	await open(workbench, 'wrong.psci', WRONG);
	await workbench.command('PSCI: Run Scenario');
	// What came of each line stands at its end.
	await expect(line(page, /ON_PENDING.*✗/)).toBeVisible();
	await workbench.command('Test: Run All Tests');
	await workbench.command('Testing: Focus on Test Explorer View');
	// The examples are tests too, more than the list shows at once.
	await page.keyboard.type('the second CPU_ON');
	const row = (name: string) => page.locator('.test-explorer .monaco-list-row', { hasText: name });
	await expect(row('the second CPU_ON waits')).toHaveAttribute('aria-label', /Failed/);
	await expect(row('the second CPU_ON is refused')).toHaveAttribute('aria-label', /Passed/);
	await workbench.screenshot('scenario-tests');
	// The message at the line, and in the list of results with what was expected and what came.
	await expect(page.getByText('ALREADY_ON (-4) != ON_PENDING')).toBeVisible();
	const result = page.getByRole('treeitem', {
		name: '=> ON_PENDING: expected ON_PENDING, got ALREADY_ON (-4)',
	});
	await expect(result).toBeVisible();
	await workbench.screenshot('scenario-test-message');

	// Switched on, saving runs it again.
	await workbench.command('Test: Start Continuous Run');
	const profile = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Run' });
	await profile.first().getByRole('checkbox').check({ force: true });
	await page.getByRole('button', { name: 'OK', exact: true }).click();
	await workbench.textEditor('wrong.psci').click();
	await workbench.goToLine(5, 1);
	await page.keyboard.press('End');
	await page.keyboard.press('Control+Backspace');
	await page.keyboard.insertText('ALREADY_ON');
	await page.keyboard.press('Control+s');
	await expect(row('the second CPU_ON waits')).toHaveAttribute('aria-label', /Passed/);
	await workbench.command('Test: Stop Continuous Run');

	await workbench.command('Test: Debug Test at Cursor');
	await workbench.debug.isAt(4, 'wrong.psci');
	await workbench.screenshot('scenario-test-debug');
});

test('a line that calls a library program is stepped over, or into the text that cites its source', async ({
	workbench,
	page,
}) => {
	const text = 'machine\n  vcpus 2\nvcpu0 use linux.boot_secondaries\nvcpu0 PSCI_VERSION => 1.3\n';
	await open(workbench, 'boots.psci', text);
	await workbench.debug.start();
	await workbench.debug.isAt(3, 'boots.psci');
	await workbench.debug.stepOver();
	await workbench.debug.isAt(4, 'boots.psci');
	await workbench.debug.stepBack();
	await workbench.debug.isAt(3, 'boots.psci');
	await workbench.debug.stepIntoAsFarAs({ file: 'linux.psci' });
	await expect(line(page, /arch.arm64.kernel.psci.c:.cpu_psci_cpu_boot,.called.by.smp_init/)).toBeVisible();
	await workbench.screenshot('scenario-library');
});
