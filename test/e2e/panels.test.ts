// The panels in the real editor: the timeline moves the debugger, a panel follows an open trace without a session,
// trace.dat opens as a table and is debugged from there, trees and status bar say the same. The pages themselves are
// tested without an editor in pages/. Vacuous if a page only kept what it showed first: each test moves.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { twoVms } from '../unit/session/two-vms.ts';
import { expect, test } from './harness/fixtures.ts';
import { themes } from './harness/workbench.ts';
import { pixelsInAxis } from './pages/pixels-in-axis.ts';

const REBOOT = 'linux-guest-hotplug-reboot.report.txt';
const DAT = 'linux-guest-hibernate.dat';

test('Enter on a call of the timeline moves the debugger there', async ({ workbench }) => {
	await workbench.open(REBOOT);
	await workbench.debug.start();
	const panel = await workbench.webview('vCPUs');
	await workbench.debug.isAt(88, REBOOT);
	await panel.locator('.plot canvas[aria-busy=false]').focus();
	await workbench.page.keyboard.press('.');
	await workbench.page.keyboard.press('.');
	await expect(panel.locator('.said')).toContainText('calls');
	await workbench.page.keyboard.press('Enter');
	await expect(panel.locator('h1')).not.toHaveText('PSCI_VERSION');
	await expect(workbench.page.locator('.statusbar-item', { hasText: 'vCPU 0: event' })).toBeVisible();
	// A search lights up what it found, and Enter goes to the first of it.
	await panel.locator('.search input').fill('CPU_ON target_cpu=0x1');
	await expect(panel.locator('.search [role=status]')).toContainText('found');
	await panel.locator('.search input').press('Enter');
	await workbench.debug.isAt(148, REBOOT);
	await expect(panel.locator('h1')).toContainText('CPU_ON target_cpu=0x1');
	for (const theme of themes) {
		await workbench.setTheme(theme);
		// The page follows the theme by itself: its text must stand out from its ground.
		await expect.poll(() => panel.evaluate(contrastOfBody), { message: theme }).toBeGreaterThan(7);
		await workbench.screenshot(`panels-${theme}`);
	}
});

test('without a debug session the panel follows the cursor in the trace', async ({ workbench }) => {
	await workbench.open(REBOOT);
	await workbench.command('PSCI: Show Session Panel');
	const panel = await workbench.webview('not being debugged');
	await expect(panel.locator('.vcpus tbody tr')).toHaveCount(4);
	await workbench.textEditor(REBOOT).click();
	await workbench.goToLine(148);
	await expect(panel.locator('h1')).toContainText('CPU_ON target_cpu=0x1');
	await expect(panel.locator('.plot canvas')).toBeVisible();
});

test('a double click on a trace.dat opens its events; they are debugged from there', async ({
	workbench,
}) => {
	await workbench.open();
	await workbench.explorerRow(DAT).dblclick();
	const table = await workbench.webview('what it says');
	const here = table.locator('.rows .event.here');
	await expect(here).toContainText('PSCI_VERSION', { timeout: 60_000 });
	await table.locator('.filter').fill('CPU_OFF');
	await expect(table.locator('.rows .event').first()).toContainText('CPU_OFF');
	await table.locator('.rows .event').first().locator('button.breakpoint').click();
	// The timeline above the table has a mark for it.
	await expect.poll(() => pixelsInAxis(table, '--vscode-debugIcon-breakpointForeground')).toBeGreaterThan(20);
	await table.locator('button', { hasText: 'Debug' }).click();
	await workbench.debug.isStopped();
	await workbench.debug.click('continue');
	const panel = await workbench.webview('System events');
	await expect(panel.locator('h1')).toContainText('CPU_OFF');
	await workbench.screenshot('trace-editor');
});

test('an open scenario has its run in the panel, an error in words, and is debugged with the same panel', async ({
	workbench,
	editor,
	page,
}) => {
	const lines = [
		'machine',
		'  vcpus 2',
		'vcpu0 CPU_ON target=vcpu1 entry=pad0 => SUCCESS',
		'vcpu1 PSCI_VERSION',
	];
	editor.addFile('mine.psci', `${[...lines, 'vcpu0 SYSTEM_RESET => exit SYSTEM_EVENT/RESET'].join('\n')}\n`);
	await workbench.open('mine.psci');
	await workbench.command('PSCI: Show Session Panel');
	const panel = await workbench.webview('modelled unless marked');
	await expect(panel.locator('.where')).toContainText('follows the cursor in the scenario');
	await expect(panel.locator('.exits')).toContainText('RESET by vCPU 0');
	await workbench.textEditor('mine.psci').click();
	await workbench.goToLine(4);
	await expect(panel.locator('.where button')).toHaveText('line 4');
	await page.keyboard.press('Home');
	await page.keyboard.type('x');
	await expect(panel.getByRole('alert')).toContainText('mine.psci:4');
	await workbench.screenshot('panels-scenario-wrong');
	await page.keyboard.press('Backspace');
	await expect(panel.locator('.vcpus tbody tr')).toHaveCount(2);
	await page.keyboard.press('Control+s');
	await workbench.debug.start();
	await workbench.debug.isAt(3, 'mine.psci');
	await expect(panel.locator('h1')).toContainText('CPU_ON');
	await panel.locator('.exits button.link', { hasText: 'RESET' }).click();
	await workbench.debug.isAt(5, 'mine.psci');
	await expect(panel.locator('.vcpus tr.current')).toContainText('vCPU 0');
	await panel.evaluate(() => window.scrollTo(0, 0));
	for (const theme of themes) {
		await workbench.setTheme(theme);
		await workbench.screenshot(`panels-scenario-${theme}`);
	}
});

test('two machines: trees in the side bar lead to their events, the other one is dimmed, the table is offered', async ({
	workbench,
	editor,
	page,
}) => {
	const report = readFileSync(path.join(editor.folder, REBOOT), 'utf8');
	editor.addFile('two.report.txt', twoVms(report));
	editor.setSettings({ 'psci.offerTableFrom': 0.01 });
	await workbench.open('two.report.txt');
	await workbench.debug.start();
	const item = page.locator('.statusbar-item', { hasText: 'VM 2 vCPU 0: event' });
	await expect(item).toBeVisible();
	const opacities = () =>
		page
			.locator('.editor-instance .view-line > span > span')
			.evaluateAll((spans) => [...new Set(spans.map((span) => getComputedStyle(span).opacity))]);
	await expect.poll(async () => (await opacities()).toSorted()).toEqual(['0.45', '1']);

	const view = (name: string) =>
		page.locator('.pane', { has: page.locator(`.pane-header[aria-label^="${name}"]`) });
	const unfold = async (name: string) => {
		const header = view(name).locator('.pane-header');
		await expect(async () => {
			if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
			await expect(header).toHaveAttribute('aria-expanded', 'true', { timeout: 2000 });
		}).toPass();
	};
	await unfold('PSCI System Events');
	const exits = view('PSCI System Events').locator('.monaco-list-row');
	await expect(exits.first()).toHaveAttribute('aria-label', /RESET by VM 2 vCPU 0/);
	await workbench.screenshot('side-bar');
	const before = await item.textContent();
	await exits.first().click();
	await expect.poll(() => item.textContent()).not.toBe(before);
	await unfold('PSCI vCPUs');
	const vcpus = view('PSCI vCPUs').locator('.monaco-list-row');
	// The current one is unfolded: its call is a place to go to, some events back.
	const there = await item.textContent();
	await vcpus.filter({ hasText: 'SYSTEM_RESET' }).click();
	await expect.poll(() => item.textContent()).not.toBe(there);
	await expect(vcpus.filter({ hasText: 'whereabouts' })).toBeVisible();
	await workbench.screenshot('side-bar-vcpus');

	await workbench.command('Notifications: Show Notifications');
	const offer = page.locator('.notifications-center .notification-list-item', { hasText: 'two.report.txt' });
	await expect(offer).toContainText('is too large for the features of a text');
	await offer.hover();
	await offer.getByText('Open as Event Table').click();
	const table = await workbench.webview('what it says');
	await expect(table.locator('.rows .event.here')).toBeVisible();
});

test('a .dat that is no recording goes back to the editor that would have opened it', async ({
	workbench,
	editor,
}) => {
	editor.addFile('table.dat', 'x y\n1 2\n3 4\n');
	await workbench.open();
	await workbench.openFile('table.dat');
	await expect(workbench.textEditor('table.dat')).toContainText('x y');
});

/** In the page: the contrast ratio of the body's text to its ground (WCAG 2). */
function contrastOfBody(): number {
	const { color, backgroundColor } = getComputedStyle(document.body);
	const luminance = (css: string) => {
		const [r = 0, g = 0, b = 0] = (css.match(/[\d.]+/g) ?? []).slice(0, 3).map((text) => {
			const c = Number(text) / 255;
			return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const [low, high] = [luminance(color), luminance(backgroundColor)].sort((a, b) => a - b);
	return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}
