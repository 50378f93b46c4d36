// 'Why?' wherever one meets a value, and the report of what is wrong: in one test each, as all of it is one walk.
// Vacuous if a chain led nowhere, or the page had no picture: each place that is chosen is arrived at.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './harness/fixtures.ts';
import { pointAt } from './harness/text-position.ts';

const picks = '.quick-input-list .monaco-list-row';
const REBOOT = 'linux-guest-hotplug-reboot.report.txt';

test('why: from the hover of a call, the menu of its line, a variable and the session panel, each step a place to go to', async ({
	workbench,
	page,
}) => {
	const chosen = (text: string) => page.locator(picks, { hasText: text }).first();
	const cursor = (line: number) =>
		page.locator('.statusbar-item', { hasText: new RegExp(`Ln ${line}, Col`) });
	await workbench.open(REBOOT);
	await workbench.goToLine(280);
	// The second CPU_ON of vCPU 1: its target was off by a CPU_OFF.
	const row = page.locator('.editor-instance .view-line', { hasText: '182.102286' }).first();
	const link = page.locator('.monaco-hover:not(.hidden) a', { hasText: 'Why?' });
	await expect(async () => {
		const { x, y } = await pointAt(row, 'kvm_hvc_arm64');
		await page.mouse.move(x, 2);
		await page.mouse.move(x, y);
		await page.mouse.move(x + 1, y);
		await expect(link.first()).toBeVisible({ timeout: 4000 });
		await workbench.screenshot('why-hover');
		await link.first().click({ timeout: 3000 });
		await expect(chosen('mp_state STOPPED')).toBeVisible({ timeout: 5000 });
	}).toPass();
	await workbench.screenshot('why');
	await chosen('mp_state STOPPED').click();
	await expect(cursor(249)).toBeVisible();
	await workbench.debug.start();
	await workbench.debug.isAt(88);
	await workbench.command('PSCI: Why?');
	const input = page.locator('.quick-input-widget input.input');
	await expect(input).toHaveValue('vcpu[0].mp_state');
	await input.fill('vcpu[1].mp_state');
	await input.press('Enter');
	await expect(chosen('STOPPED')).toBeVisible();
	await page.keyboard.press('Escape');
	// From the menu of the editor: the event under the cursor, and nothing is asked.
	await workbench.goToLine(283);
	const reset = page.locator('.editor-instance .view-line', { hasText: '182.102945' }).first();
	await workbench.contextMenu(reset, 'Why?');
	await chosen('reset: line 283').click();
	await workbench.debug.isAt(283);
	await expect.poll(() => workbench.debug.variables.value('vCPU', 'mp_state')).toMatch(/^STOPPED/);
	const variable = page.locator('.debug-variables .monaco-list-row', { hasText: 'mp_state' }).first();
	await workbench.contextMenu(variable, 'Why?');
	await chosen('STOPPED: line 249').click();
	await workbench.debug.isAt(249);
	const panel = await workbench.webview('vCPUs');
	await panel.locator('.vcpus tbody tr').nth(1).locator('button.why').first().click();
	await expect(chosen('RUNNABLE: line')).toBeVisible();
	await workbench.screenshot('why-panel');
});

test('exporting a report writes the page and its pictures where one says, and shows it', async ({
	workbench,
	editor,
	page,
}) => {
	await workbench.open('linux-guest-wrong-mpidr.report.txt');
	const file = path.join(editor.folder, 'mine.md');
	await workbench.command('PSCI: Export Report');
	const input = page.locator('.quick-input-widget input.input');
	await expect(input).toHaveValue(/findings\.md$/);
	await input.fill(file);
	await input.press('Enter');
	try {
		const preview = await workbench.webview('no vCPU has');
		await expect(preview.locator('img')).toBeVisible();
		await expect.poll(() => preview.locator('img').evaluate((img) => img.clientWidth)).toBeGreaterThan(300);
		await workbench.screenshot('report-preview');
		expect(readFileSync(file, 'utf8')).toContain('](mine-1.svg)');
		expect(existsSync(path.join(editor.folder, 'mine-1.svg'))).toBe(true);
	} finally {
		for (const name of ['mine.md', 'mine-1.svg']) rmSync(path.join(editor.folder, name), { force: true });
	}
});
