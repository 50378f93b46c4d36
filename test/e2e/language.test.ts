// What the editor knows of a trace and of the documents without a debug session. Vacuous if a session ran: none
// is started, but in the last test, which says so.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { ROOT } from '../../scripts/project.mjs';
import { expect, test } from './harness/fixtures.ts';
import { pointAt } from './harness/text-position.ts';
import type { Workbench } from './harness/workbench.ts';

const REBOOT = 'linux-guest-hotplug-reboot.report.txt';
const CPU_ON_LINE = 148;
/** In the recording with the wrong MPIDR: the CPU_ON that is refused; the one on line 154 is not. */
const REFUSED_LINE = 163;
/** A part of that line, and a word of it. */
const CALL = ['0x00000000c4000003', 'kvm_hvc_arm64'] as const;
/** The packaged page is a copy of this one. */
const CLAUSE_LINE =
	readFileSync(path.join(ROOT, 'spec/psci/CPU_ON.md'), 'utf8')
		.split('\n')
		.findIndex((line) => line.startsWith('- `CPU_ON.use`')) + 1;

/** The lens above a line, by a part of its text; it comes once the trace is read and the lens in view. */
const lens = (page: Page, text: string) => page.locator('.codelens-decoration', { hasText: text });

/** What the editor shows at a word of a line: the text of the hover that holds `expected`. */
async function hoverOn(workbench: Workbench, line: string, word: string, expected: string): Promise<string> {
	const { page } = workbench;
	const row = page.locator('.editor-instance .view-line', { hasText: line }).first();
	const hover = page.locator('.monaco-hover:not(.hidden) .hover-contents', { hasText: expected });
	await expect(async () => {
		const { x, y } = await pointAt(row, word);
		await page.mouse.move(x, 2);
		await page.mouse.move(x, y);
		await page.mouse.move(x + 1, y);
		await expect(hover.first()).toBeVisible({ timeout: 4000 });
	}).toPass({ timeout: 30_000 });
	return (await page.locator('.monaco-hover:not(.hidden)').first().textContent()) ?? '';
}

test('pointing at a call decodes it, with its result, clauses and rules', async ({ workbench }) => {
	await workbench.open(REBOOT);
	await workbench.goToLine(CPU_ON_LINE);
	const hover = await hoverOn(workbench, ...CALL, 'Decided by');
	for (const said of [
		'The guest made a hypercall by HVC',
		'CPU_ON (0xc4000003, SMC64, HVC)',
		'vCPU 1',
		'Result: SUCCESS (0)',
		'CPU_ON.use (DEN0022 F.b 5.6.1)',
		'cpu_on.target_stopped',
	])
		expect(hover).toContain(said);
	await workbench.screenshot('language-hover');
	// The link of the clause leads to its line. A hover goes when the pointer leaves it or the text under it changes.
	const page = workbench.page.locator('.tab.active[data-resource-name="CPU_ON.md"]');
	await expect(async () => {
		if (await page.isVisible()) return;
		const clause = workbench.page.locator('.monaco-hover a', { hasText: 'CPU_ON.use' });
		if (await clause.isHidden()) await hoverOn(workbench, ...CALL, 'Decided by');
		await clause.click({ timeout: 3000 });
		await expect(page).toBeVisible({ timeout: 5000 });
	}).toPass();
	await expect(
		workbench.page.locator('.statusbar-item', { hasText: new RegExp(`Ln ${CLAUSE_LINE}, Col`) }),
	).toBeVisible();
});

test('a lens above a call names its result and clause and opens the page; a hint decodes it', async ({
	workbench,
}) => {
	const { page } = workbench;
	await workbench.open(REBOOT);
	await workbench.goToLine(CPU_ON_LINE);
	const cpuOn = lens(page, 'CPU_ON → SUCCESS · DEN0022 F.b 5.6.1 · vCPU 1');
	await expect(cpuOn).toBeVisible();
	await page.keyboard.press('End');
	await expect(
		page.locator('.view-line', {
			hasText: /CPU_ON.vCPU.1.0x41f12498.0x0.→.SUCCESS/,
		}),
	).toBeVisible();
	await workbench.screenshot('language-hint');
	await page.keyboard.press('Home');
	await workbench.screenshot('language-lens');
	await openByLens(page, cpuOn);
});

/** A lens that is drawn anew under the pointer does nothing; it is clicked again. */
async function openByLens(page: Page, cpuOn: Locator): Promise<void> {
	await expect(async () => {
		await cpuOn.locator('a').first().click();
		await expect(page.locator('.tab.active[data-resource-name="CPU_ON.md"]')).toBeVisible({ timeout: 3000 });
	}).toPass();
}

test('the lenses can be switched off', async ({ workbench, editor }) => {
	editor.setSettings({ 'psci.codeLens': false });
	await workbench.open(REBOOT);
	await workbench.goToLine(CPU_ON_LINE);
	await expect(workbench.page.locator('.view-line', { hasText: /CPU_ON.vCPU.1/ })).toBeAttached();
	await expect(workbench.page.locator('.codelens-decoration')).toHaveCount(0);
});

test('go to definition on a number leads to the page, references on a clause list its calls', async ({
	workbench,
}) => {
	const { page } = workbench;
	await workbench.open(REBOOT);
	await workbench.goToLine(CPU_ON_LINE, 110);
	// Once the lens is there the extension is awake and has read the trace.
	await expect(lens(page, 'CPU_ON → SUCCESS').first()).toBeVisible();
	await expect(async () => {
		await page.keyboard.press('F12');
		await expect(page.locator('.tab.active[data-resource-name="CPU_ON.md"]')).toBeVisible({ timeout: 5000 });
	}).toPass();

	await workbench.goToLine(CLAUSE_LINE, 6);
	const list = page.locator('.reference-zone-widget .ref-tree');
	await expect(async () => {
		await page.keyboard.press('Shift+F12');
		await expect(list).toBeVisible({ timeout: 5000 });
	}).toPass();
	// One that was open before as an installed example may be listed too.
	await list.locator('.monaco-list-row', { hasText: REBOOT }).first().click();
	await expect(list).toContainText('kvm_hvc_arm64');
	await workbench.screenshot('language-references');
});

test('the outline shows the calls by vCPU, and the clauses of a page', async ({ workbench }) => {
	const { page } = workbench;
	await workbench.open(REBOOT);
	const rows = page.locator('.quick-input-list .monaco-list-row');
	await workbench.quickInput('Control+Shift+O');
	await expect(rows.filter({ hasText: 'vCPU 0' }).first()).toBeVisible();
	await expect(rows.filter({ hasText: 'PSCI_VERSION → 1.3' }).first()).toBeVisible();
	await workbench.screenshot('language-outline');
	await page.keyboard.press('Escape');

	await workbench.goToLine(CPU_ON_LINE);
	await openByLens(page, lens(page, 'CPU_ON → SUCCESS · DEN0022 F.b 5.6.1 · vCPU 1'));
	await expect(page.locator('.breadcrumbs-control', { hasText: 'CPU_ON.use' }).first()).toBeVisible();
	await workbench.quickInput('Control+Shift+O', '@cpu_on.target');
	await expect(rows.filter({ hasText: 'cpu_on.target_stopped' }).first()).toBeVisible();
	await workbench.screenshot('language-outline-page');
});

test('a refused call stands out in colour, and what each vCPU does folds', async ({ workbench }) => {
	const { page } = workbench;
	await workbench.open('linux-guest-wrong-mpidr.report.txt');
	await workbench.goToLine(REFUSED_LINE);
	const colourOf = (time: string) =>
		page
			.locator('.editor-instance .view-line', { hasText: time })
			.locator('span span', { hasText: '0x00000000c4000003' })
			.last()
			.evaluate((number) => getComputedStyle(number).color);
	await expect
		.poll(async () => (await colourOf('162.286930')) === (await colourOf('162.174366')))
		.toBe(false);
	await workbench.screenshot('language-colours');
	const lines = page.locator('.editor-instance .margin .line-numbers');
	const numbers = async () => (await lines.allTextContents()).map(Number).sort((a, b) => a - b);
	const gaps = async () =>
		(await numbers()).filter((line, at, all) => at > 0 && line - (all[at - 1] ?? 0) > 1);
	expect(await gaps()).toEqual([]);
	await workbench.command('Fold All');
	await expect.poll(async () => (await gaps()).length).toBeGreaterThan(5);
	await workbench.screenshot('language-folded');
});
