// Getting Started: the walkthrough leads from an example to a session. Vacuous if an example were open
// before: the workbench starts empty.

import { expect, test } from './harness/fixtures.ts';

test('the walkthrough opens an example, and starts a session from its own tab', async ({ workbench }) => {
	await workbench.open();
	const { page } = workbench;
	await workbench.command('Welcome: Open Walkthrough...');
	await workbench.quickRow('Step through PSCI calls').click();
	const steps = page.locator('.gettingStartedContainer .getting-started-step');
	await expect(steps).toHaveCount(8);
	await page.getByRole('button', { name: 'Open an Example' }).click();
	await workbench.quickRow('wrong-mpidr').click();
	await expect(page.locator('.tab.active', { hasText: 'linux-guest-wrong-mpidr' })).toBeVisible();
	await page.locator('.tab', { hasText: /Welcome|Walkthrough/ }).click();
	await steps.filter({ hasText: 'Press F5' }).click();
	await workbench.webview('No launch.json needed');
	await workbench.screenshot('walkthrough');
	await page.getByRole('button', { name: 'Debug the Open Trace' }).click();
	await workbench.debug.isStopped();
	await workbench.debug.isAt(88, 'linux-guest-wrong-mpidr.report.txt');
});
