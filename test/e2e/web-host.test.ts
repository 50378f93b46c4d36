// The extension without Node: in the web worker extension host, from the bundle for browsers. Vacuous if a
// Node host ran it after all: it is not installed there, and the worker is seen to load that bundle.

import { FIRST_EXAMPLE } from '../../scripts/project.mjs';
import { expect, test } from './harness/web-host.ts';

test('steps forwards and backwards in the web extension host', async ({ workbench, page }) => {
	const loaded: string[] = [];
	page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
	await workbench.open(FIRST_EXAMPLE);
	const { debug } = workbench;
	await debug.start();
	await expect.poll(() => debug.currentLine()).toMatchObject({ file: FIRST_EXAMPLE });
	const first = await debug.currentLine();
	await debug.stepOver();
	await expect.poll(async () => (await debug.currentLine())?.line).not.toBe(first?.line);
	await debug.stepBack();
	await debug.isAt(first?.line ?? 0, FIRST_EXAMPLE);
	expect(loaded.filter((path) => path.includes('/dist/web/extension.'))).not.toEqual([]);
	await workbench.screenshot('web-host');
});

test('checks, completes and runs a scenario in the web extension host', async ({
	workbench,
	page,
	editor,
}) => {
	editor.addFile('mine.psci', 'machine\n  vcpus 2\nvcpu0 CPU_OM target=vcpu1 => SUCCESS\n');
	await workbench.open('mine.psci');
	await expect(page.locator('.squiggly-error').first()).toBeVisible({ timeout: 60_000 });
	await workbench.goToLine(3, 13);
	await page.keyboard.press('Backspace');
	await page.keyboard.type('N', { delay: 30 });
	await expect(page.locator('.squiggly-error')).toHaveCount(0);
	await page.keyboard.press('Escape');
	await workbench.command('PSCI: Run Scenario');
	await expect(page.locator('.view-line', { hasText: /SUCCESS.*✓/ })).toBeVisible();
	await workbench.screenshot('web-host-scenario');
});
