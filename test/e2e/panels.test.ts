// The panels in the real editor: the timeline moves the debugger, a panel follows an open trace without a session,
// trace.dat opens as a table and is debugged from there, trees and status bar say the same. The pages themselves are
// tested without an editor in pages/. Vacuous if a page only kept what it showed first: each test moves.

import { expect, test } from './harness/fixtures.ts';
import { themes } from './harness/workbench.ts';

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
	await table.locator('button', { hasText: 'Debug' }).click();
	await workbench.debug.isStopped();
	await workbench.debug.click('continue');
	const panel = await workbench.webview('System events');
	await expect(panel.locator('h1')).toContainText('CPU_OFF');
	await workbench.screenshot('trace-editor');
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
