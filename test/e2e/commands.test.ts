// Commands that ask about a whole session: exploring a scenario and opening what was found, comparing kernels and
// going to a difference, and what the Problems panel says of a trace. Vacuous if a list were empty: one is chosen.

import { expect, test } from './harness/fixtures.ts';

const picks = '.quick-input-list .monaco-list-row';

test('exploring a scenario finds orders that differ; choosing one opens it as a session', async ({
	workbench,
	page,
}) => {
	await workbench.open('scenarios/race-for-a-third.psci');
	await workbench.command('PSCI: Explore Scenario');
	const order = page.locator(picks, { hasText: 'order' }).first();
	await expect(order).toBeVisible();
	await workbench.screenshot('explore');
	await order.click();
	await workbench.debug.isStopped();
});

test('comparing kernels lists the calls that they answer otherwise, and goes to one', async ({
	workbench,
	page,
}) => {
	await workbench.open('linux-guest-hibernate.report.txt');
	await workbench.debug.start();
	await workbench.command('PSCI: Compare Kernels');
	for (const kernel of ['6.1', '7.2'])
		await page.getByRole('checkbox', { name: kernel, exact: true }).first().check({ force: true });
	await page.getByRole('button', { name: 'OK', exact: true }).click();
	const difference = page.locator(picks, { hasText: 'SYSTEM_OFF2' }).first();
	await expect(difference).toBeVisible();
	await workbench.screenshot('compare-kernels');
	await difference.click();
	await workbench.debug.isStopped();
});

test('the Problems panel says what is wrong in a trace', async ({ workbench, page }) => {
	await workbench.open('linux-guest-wrong-mpidr.report.txt');
	await workbench.command('Problems: Focus on Problems View');
	const problem = page.locator('.markers-panel', { hasText: 'affinity 0x102, which no vCPU has' });
	await expect(problem).toBeVisible();
	await workbench.screenshot('problems');
});
