// The page of a recording that is no text, in a browser, on a real trace.dat of 63,000 events. Vacuous if the rows did
// not come from the recording: the last one is looked for after a jump to the end.

import { expect, test } from '@playwright/test';
import { hasNoViolation } from './no-violation.ts';
import { openPage, send } from './page-host.ts';
import { openRecording, ShownSession } from './shown-session.ts';

const DAT = 'test/data/traces/guest-hibernate.dat';

class TracePage extends ShownSession {
	override readonly script = 'trace-editor';
	override readonly styles = ['session-panel.css', 'timeline.css', 'trace-editor.css'];
	override readonly root = 'page';
	lines: number[] = [];

	override state(): unknown {
		const { view } = this;
		const lane = view.vcpus.findIndex(({ current }) => current);
		const { lines: breakpoints, row } = this;
		const { length } = this.session;
		return { type: 'trace', length, row, elapsed: view.elapsed, lane, debugged: false, breakpoints };
	}

	override async receive(message: unknown): Promise<readonly unknown[]> {
		const { type, line } = message as Readonly<Record<string, unknown>>;
		if (type !== 'breakpoint') return super.receive(message);
		this.lines = this.lines.includes(Number(line)) ? [] : [Number(line)];
		this.breakpoints = this.lines.map((each) => this.session.trace.events.rowAtOrAfterLine(each));
		return [this.state()];
	}
}

test('rows come as they are scrolled to, a filter leaves those that it names, a click goes there', async ({
	page,
}) => {
	const trace = new TracePage(await openRecording(DAT));
	const complaints = await openPage(page, trace);
	const rows = page.locator('.rows .event');
	await expect(rows.filter({ hasText: 'PSCI_VERSION' }).first()).toBeVisible();
	await expect(page.locator('.rows .event.here')).toHaveCount(1);
	await rows.first().click();
	await page.keyboard.press('End');
	await expect(rows.last()).toContainText(`${trace.session.length}`);
	await page.locator('.filter').fill('CPU_OFF');
	await expect(page.locator('#filter-said')).toContainText('of 63871 events');
	await expect(rows.first()).toContainText('CPU_OFF');
	await page.locator('.filter').fill('event == kvm_userspace_exit && vcpu == 2');
	await expect(rows.first()).toContainText('kvm_userspace_exit');
	await page.locator('.filter').fill('vcpu == ');
	await expect(page.locator('.problem')).not.toBeEmpty();
	await page.locator('.filter').fill('');
	await page.keyboard.press('Tab');
	expect(complaints).toEqual([]);
});

test('the gutter sets a breakpoint and clears it', async ({ page }) => {
	const trace = new TracePage(await openRecording(DAT));
	await openPage(page, trace);
	const gutter = page.locator('.rows .event').nth(3).locator('button.breakpoint');
	await gutter.click();
	await expect(gutter).toHaveClass(/set/);
	await gutter.click();
	await expect(gutter).not.toHaveClass(/set/);
});

test('says why there is nothing to show', async ({ page }) => {
	const trace = new TracePage(await openRecording(DAT));
	await openPage(page, trace);
	await send(page, { type: 'problem', text: 'the file ends inside a record' });
	await expect(page.getByRole('alert')).toHaveText('the file ends inside a record');
});

test('has no violation that axe knows of', async ({ page }) => {
	await page.setViewportSize({ width: 1200, height: 900 });
	await openPage(page, new TracePage(await openRecording(DAT)));
	await expect(page.locator('.rows .event.here')).toBeVisible();
	await hasNoViolation(page, 'page-trace');
});
