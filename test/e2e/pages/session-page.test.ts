// The session panel's page in a browser, under its own security policy, on real recordings. Vacuous if the page drew
// nothing: every test looks for what only the recording can have put there.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { themes } from '../harness/workbench.ts';
import { openPage } from './page-host.ts';
import { openRecording, ShownSession } from './shown-session.ts';

const REBOOT = 'examples/linux-guest-hotplug-reboot.report.txt';

const canvas = (page: import('@playwright/test').Page) => page.locator('.plot canvas');

test('shows the timeline, the vCPUs, the call and the system events', async ({ page }) => {
	const recorded = new ShownSession(await openRecording(REBOOT));
	const complaints = await openPage(page, recorded);
	await expect(canvas(page)).toBeVisible();
	await expect(page.locator('.vcpus tbody tr')).toHaveCount(4);
	await expect(page.locator('.exits li')).toHaveCount(1);
	await expect(page.locator('.exits li')).toContainText('RESET by vCPU 0');
	await expect(page.locator('.exits li')).toContainText('Userspace carries it out itself');
	await page.locator('details.requests summary').click();
	await expect(page.locator('.requests tbody tr').first()).toContainText('KVM_REQ_');
	expect(complaints).toEqual([]);
});

test('a click on a call goes there, and so does Enter', async ({ page }) => {
	const recorded = new ShownSession(await openRecording(REBOOT));
	await openPage(page, recorded);
	await page.locator('.plot canvas[aria-busy=false]').focus();
	// The second mark in view of the first lane, and Enter.
	await page.keyboard.press('.');
	await page.keyboard.press('.');
	await expect(page.locator('.said')).toContainText('calls');
	await page.keyboard.press('Enter');
	await expect.poll(() => recorded.row).not.toBe(recorded.session.calls.site(0));
	await expect(page.locator('h1')).not.toHaveText('');
});

test('each value of a vCPU asks why it is so, by the keyboard too, and so does the call', async ({
	page,
}) => {
	const recorded = new ShownSession(await openRecording(REBOOT), 146);
	await openPage(page, recorded);
	const values = page.locator('.vcpus tbody tr').nth(1).locator('button.why');
	await expect(values).toHaveCount(3);
	await values.first().focus();
	await page.keyboard.press('Enter');
	await values.nth(1).click();
	await page.getByRole('region', { name: 'Call' }).getByRole('button', { name: 'Why?' }).click();
	const asked = () =>
		recorded.received.flatMap((message) => (Object(message).type === 'why' ? [Object(message).of] : []));
	await expect.poll(asked).toEqual(['vcpu[1].mp_state', 'vcpu[1].reset_state', recorded.view.call?.row]);
});

for (const theme of themes)
	test(`has no violation that axe knows of: ${theme}`, async ({ page }) => {
		const recorded = new ShownSession(await openRecording(REBOOT), 146);
		await page.setViewportSize({ width: 1200, height: 1100 });
		await openPage(page, recorded, theme);
		await expect(page.locator('.exits li')).toHaveCount(1);
		await page.locator('details.requests summary').click();
		await page.locator('details.as-table summary').click();
		await expect(page.locator('[role=grid] td').first()).toBeVisible();
		await page.screenshot({ path: `test-results/screens/page-session-${theme}.png`, fullPage: true });
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
			[],
		);
	});
