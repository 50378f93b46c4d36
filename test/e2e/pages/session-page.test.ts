// The session panel's page in a browser, under its own security policy, on a real recording and on a scenario's run.
// Vacuous if the page drew nothing: every test looks for what only that session can have put there.

import { expect, test } from '@playwright/test';
import { hasNoViolation } from './no-violation.ts';
import { openPage, send } from './page-host.ts';
import { openRecording, openRun, ShownSession } from './shown-session.ts';

const REBOOT = 'examples/linux-guest-hotplug-reboot.report.txt';
const SUSPEND = 'examples/scenarios/system-suspend.psci';

test('shows the timeline, the vCPUs, the call and the system events of a recording; axe finds nothing', async ({
	page,
}) => {
	await page.setViewportSize({ width: 1200, height: 1100 });
	const complaints = await openPage(page, new ShownSession(await openRecording(REBOOT), 146));
	await expect(page.locator('.plot canvas')).toBeVisible();
	await expect(page.locator('.vcpus tbody tr')).toHaveCount(4);
	await expect(page.locator('.vcpus tbody tr').nth(1)).toContainText('0x1');
	await expect(page.locator('.exits li')).toHaveCount(1);
	await expect(page.locator('.exits li')).toContainText('RESET by vCPU 0');
	await expect(page.locator('.exits li')).toContainText('Userspace carries it out itself');
	await expect(page.locator('.findings details')).not.toHaveCount(0);
	await page.locator('details.requests summary').click();
	await expect(page.locator('.requests tbody tr').first()).toContainText('KVM_REQ_');
	await page.locator('details.as-table summary').click();
	await expect(page.locator('[role=grid] td').first()).toBeVisible();
	await hasNoViolation(page, 'page-session');
	expect(complaints).toEqual([]);
});

test("shows a scenario's run as what it is: modelled, counted in events; axe finds nothing", async ({
	page,
}) => {
	const run = new ShownSession(await openRun(SUSPEND), 8);
	const complaints = await openPage(page, run);
	await expect(page.locator('.where')).toContainText('event 9 of');
	await expect(page.locator('.vcpus')).toContainText('modelled unless marked');
	await expect(page.locator('.vcpus tbody tr').first()).toContainText('1 event');
	await expect(page.locator('.exits')).toContainText('3 in the run');
	await expect(page.locator('.exits li').first()).toContainText('decides SUSPENDED (vmm.suspend_honoured)');
	await expect(page.locator('body')).not.toContainText('recorded');
	await page.locator('details.requests summary').click();
	await expect(page.locator('.requests tbody tr').first()).toContainText(/\d events?/);
	await hasNoViolation(page, 'page-session-simulated');
	// A system event is a place to go to.
	await page.locator('.exits button.link', { hasText: 'WAKEUP' }).click();
	await expect(page.locator('h1')).toContainText('SYSTEM_EVENT');
	await page.setViewportSize({ width: 420, height: 1000 });
	await page.screenshot({ path: 'test-results/screens/page-session-narrow.png' });
	// Nothing sticks out of a narrow column.
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
	expect(complaints).toEqual([]);
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
	await values.nth(2).click();
	await page.getByRole('region', { name: 'Call' }).getByRole('button', { name: 'Why?' }).click();
	const asked = () =>
		recorded.received.flatMap((message) => (Object(message).type === 'why' ? [Object(message).of] : []));
	await expect.poll(asked).toEqual(['vcpu[1].mp_state', 'vcpu[1].reset_state', recorded.view.call?.row]);
});

test('says what to do where there is nothing to show, and why there is nothing', async ({ page }) => {
	const shown = new ShownSession(await openRun(SUSPEND));
	await openPage(page, shown);
	await send(page, { type: 'empty', problem: "mine.psci:4:7: there is no 'CPU_OM'" });
	await expect(page.getByRole('alert')).toHaveText("mine.psci:4:7: there is no 'CPU_OM'");
	await expect(page.locator('.empty')).toContainText('F5');
	await hasNoViolation(page, 'page-session-empty');
	await page.getByRole('button', { name: 'Debug the open file' }).click();
	await expect.poll(() => shown.received).toContainEqual({ type: 'start' });
});
