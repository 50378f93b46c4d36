// Guides in the real editor: their links start a session on an example, stand at a line and step it. Vacuous
// if the session stood there anyway: no link here leads to where a session begins.

import type { Frame } from '@playwright/test';
import { expect, test } from './harness/fixtures.ts';
import type { Workbench } from './harness/workbench.ts';

const REBOOT = 'linux-guest-hotplug-reboot.report.txt';
const WRONG = 'linux-guest-wrong-mpidr.report.txt';

async function openGuide(workbench: Workbench, title: string): Promise<Frame> {
	await workbench.open();
	await workbench.command('PSCI: Open Guide');
	await workbench.quickRow(title).click();
	const guide = await workbench.webview('No session yet');
	await expect(guide.locator('article h1')).toHaveText(title);
	return guide;
}

const link = (guide: Frame, href: string) => guide.locator(`[data-href="${href}"]`).first();

test('the links of a guide start a session, stand at a line, and step it there and back', async ({
	workbench,
}) => {
	const guide = await openGuide(workbench, 'Bringing up the secondaries');
	const { debug } = workbench;
	await link(guide, `session:${REBOOT}?line=148`).click();
	await debug.isAt(148, REBOOT);
	const following = guide.locator('.following');
	await expect(following).toContainText('Line 148: CPU_ON target_cpu=0x1');
	const session = await workbench.webview('mp_state');
	await expect(session.locator('h1')).toContainText('CPU_ON target_cpu=0x1');
	await workbench.screenshot('guide');

	await link(guide, `session:${REBOOT}?line=151`).click();
	await debug.isAt(151, REBOOT);
	await link(guide, 'step:next').click();
	await debug.isAt(154, REBOOT);
	await link(guide, 'step:stepBack').click();
	await debug.isAt(151, REBOOT);
	await expect(following).toContainText('Line 151');
	await guide.getByRole('button', { name: 'Step back' }).click();
	await expect(following).toContainText('Line 148');
});

test('another example replaces the first; stepping in opens the document beside the guide', async ({
	workbench,
}) => {
	const guide = await openGuide(workbench, 'A CPU that never comes up');
	await link(guide, `session:${WRONG}?line=163`).click();
	await workbench.debug.isAt(163, WRONG);
	await expect(guide.locator('.following')).toContainText('target_cpu=0x102');
	await workbench.debug.stepIntoAsFarAs({ file: 'CPU_ON.md' }, () => link(guide, 'step:stepIn').click());
	await expect(workbench.page.locator('.tab', { hasText: 'CPU_ON.md' })).toBeVisible();
	// The guide is still there to be read.
	await expect(guide.locator('article h1')).toBeVisible();
	await link(guide, 'spec:cpu_on.no_such_target').click();
	const specification = await workbench.webview('Page');
	await expect(specification.locator('li[data-anchor="cpu_on.no_such_target"]')).toBeInViewport();
	await workbench.screenshot('guide-specification');
	await guide.locator('select').selectOption('bring-up');
	await link(guide, `session:${REBOOT}?line=157`).click();
	await workbench.debug.isAt(157, REBOOT);
});

test('an installed example cannot be edited', async ({ workbench }) => {
	await workbench.open();
	await workbench.command('PSCI: Open Example Recording');
	await workbench.quickRow(WRONG).click();
	const editor = workbench.textEditor(WRONG);
	await expect(editor.locator('.view-line').first()).toContainText('cpus=2');
	// The message goes by itself after a while.
	await expect(async () => {
		await editor.locator('.view-line').first().click();
		await workbench.page.keyboard.type('x');
		const message = workbench.page.locator('.monaco-editor-overlaymessage');
		await expect(message).toContainText(/read-only/, { timeout: 3000 });
	}).toPass();
	await workbench.debug.start();
	await workbench.debug.isAt(88, WRONG);
});
