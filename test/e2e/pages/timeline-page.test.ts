// The timeline by pointer and keyboard, on a real recording in a browser. Vacuous if it summed up or marked anything else
// than the recording has: counts are compared with the session's own, marks with the pixels of their colour.

import { expect, type Page, test } from '@playwright/test';
import { openScenario } from '../../../src/session/open-scenario.ts';
import { openPage } from './page-host.ts';
import { pixelsInAxis } from './pixels-in-axis.ts';
import { openRecording, ShownSession } from './shown-session.ts';

const REBOOT = 'examples/linux-guest-hotplug-reboot.report.txt';
/** Names of the lanes are left of it, marks of no lane above. */
const [GUTTER, AXIS] = [92, 34];

async function open(page: Page): Promise<ShownSession> {
	const shown = new ShownSession(await openRecording(REBOOT));
	await openPage(page, shown);
	await page.locator('.plot canvas[aria-busy=false]').waitFor();
	return shown;
}

test('dragging selects a range and sums it up; Escape clears it', async ({ page }) => {
	const { session } = await open(page);
	await page.getByRole('button', { name: 'Show all (0)' }).click();
	const box = await page.locator('.plot canvas').boundingBox();
	if (!box) throw new Error('the picture is not in view');
	const y = box.y + AXIS + 20;
	await page.mouse.move(box.x + GUTTER + 1, y);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2, y);
	await page.mouse.move(box.x + box.width - 2, y);
	await page.mouse.up();
	const summary = page.locator('.selection');
	await expect(summary.locator('p')).toContainText(
		`${session.length} events, ${session.calls.length} calls, 1 system event`,
	);
	const ofVcpu1 = session.calls.of(session.vcpus[1]?.vm ?? -1, 1).length;
	await expect(summary.locator('tbody tr').nth(1).locator('td').last()).toHaveText(`${ofVcpu1}`);
	await expect(summary.locator('thead')).toContainText('STOPPED');
	// What stood STOPPED first did so for some ten seconds.
	await expect(summary.locator('tbody tr').nth(1)).toContainText(/1\d\.\d s/);
	await page.screenshot({ path: 'test-results/screens/page-selection.png' });
	await page.locator('.plot canvas').focus();
	await page.keyboard.press('Escape');
	await expect(summary).toBeHidden();
});

test('what a search finds lights up, and Enter goes from one to the next', async ({ page }) => {
	const shown = await open(page);
	expect(await pixelsInAxis(page, '--vscode-editorOverviewRuler-findMatchForeground')).toBe(0);
	await page.locator('.search input').fill('CPU_OFF');
	await expect(page.locator('.search [role=status]')).toContainText('found');
	await expect
		.poll(() => pixelsInAxis(page, '--vscode-editorOverviewRuler-findMatchForeground'))
		.toBeGreaterThan(10);
	await page.screenshot({ path: 'test-results/screens/page-search.png' });
	await page.locator('.search input').press('Enter');
	await expect(page.locator('h1')).toContainText('CPU_OFF');
	const first = shown.row;
	await page.locator('.search input').press('Enter');
	await expect.poll(() => shown.row).toBeGreaterThan(first);
});

test('breakpoints are marked, and as soon as they are set', async ({ page }) => {
	const shown = await open(page);
	const red = '--vscode-debugIcon-breakpointForeground';
	const before = await pixelsInAxis(page, red);
	shown.breakpoints = [shown.session.calls.site(20)];
	await page.evaluate((state) => window.postMessage(state, '*'), shown.state());
	await expect.poll(() => pixelsInAxis(page, red)).toBeGreaterThan(before + 20);
});

test('a click on a call goes there, and so does Enter', async ({ page }) => {
	const shown = await open(page);
	await page.locator('.plot canvas').focus();
	// The second mark in view of the first lane, and Enter.
	await page.keyboard.press('.');
	await page.keyboard.press('.');
	await expect(page.locator('.said')).toContainText('calls');
	await page.keyboard.press('Enter');
	await expect.poll(() => shown.row).not.toBe(shown.session.calls.site(0));
});

test('the table says the same, and is walked by keyboard', async ({ page }) => {
	const shown = await open(page);
	await page.locator('details.as-table summary').focus();
	await page.keyboard.press('Enter');
	const cell = (lane: number, interval: number) =>
		page.locator(`[data-lane="${lane}"][data-interval="${interval}"]`);
	await expect(cell(0, 0)).toBeVisible();
	await page.keyboard.press('Tab');
	await expect(cell(0, 0)).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowRight');
	await expect(cell(1, 1)).toBeFocused();
	await expect(cell(1, 1)).toContainText('in guest');
	await expect(cell(1, 0)).toContainText('STOPPED');
	await page.keyboard.press('End');
	await expect(cell(1, 7)).toBeFocused();
	await expect(cell(1, 7)).toContainText('call');
	await page.keyboard.press('Enter');
	await expect.poll(() => shown.row).toBeGreaterThan(shown.session.calls.site(0));
});

test('nothing moves by itself', async ({ page }) => {
	await open(page);
	const moving = await page.evaluate(
		() =>
			[...document.querySelectorAll('*')].filter((element) => {
				const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
				return transitionDuration !== '0s' || animationName !== 'none' || scrollBehavior !== 'auto';
			}).length,
	);
	expect(moving).toBe(0);
	expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('of more lanes than fit the current one is in view, and the axis stays', async ({ page }) => {
	const bringUp = Array.from(
		{ length: 39 },
		(_, n) => `vcpu0 CPU_ON target=vcpu${n + 1} entry=pad0\nvcpu${n + 1} PSCI_VERSION`,
	);
	const session = await openScenario(
		`machine\n  vcpus 40\n${bringUp.join('\n')}\n`,
		'many.psci',
		async () => undefined,
	);
	const shown = new ShownSession(session);
	await openPage(page, shown);
	const plot = page.locator('.plot');
	await expect(plot.locator('canvas.axis')).toBeVisible();
	expect(await plot.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
	await page.evaluate((state) => window.postMessage(state, '*'), shown.stop(session.length - 1));
	await expect.poll(() => plot.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(500);
	await expect(plot.locator('canvas.axis')).toBeInViewport();
	await expect(page.locator('.vcpus tr.current')).toBeVisible();
});
