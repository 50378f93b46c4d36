// Attaching to a recording that is still being written, by a launch configuration; and a second session at the same
// time. Vacuous if the file had been whole from the start: the highlight stands at its end before it grows.

import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EXAMPLES } from '../../scripts/project.mjs';
import { expect, test } from './harness/fixtures.ts';

const LIVE = 'live.report.txt';
const OTHER = 'kernel-selftest-psci_test.trace.txt';

test('attached by launch.json to a file that grows, with a second session beside it', async ({
	editor,
	workbench,
	page,
}) => {
	const lines = readFileSync(path.join(EXAMPLES, 'linux-guest-hotplug-reboot.report.txt'), 'utf8').split(
		'\n',
	);
	const file = editor.addFile(LIVE, `${lines.slice(0, 150).join('\n')}\n`);
	const program = '$' + '{workspaceFolder}/live.report.txt';
	const configurations = [{ type: 'psci', request: 'attach', name: 'Follow the recording', program }];
	editor.addFile('.vscode/launch.json', JSON.stringify({ version: '0.2.0', configurations }));
	await workbench.open(OTHER);
	await workbench.openFile(LIVE);
	const { debug } = workbench;
	await debug.start();
	await debug.isAt(88, LIVE);
	const panel = await workbench.webview('vCPUs');
	const button = debug.toolbar.locator('a.codicon-debug-pause');
	// Again where not all that was written had been read by then.
	const pause = (line: number) =>
		expect(async () => {
			await button.click({ timeout: 3000 });
			await debug.isStopped();
			const arrived = await expect
				.poll(() => debug.currentLine(), { intervals: [100], timeout: 4000 })
				.toMatchObject({ line, file: LIVE })
				.then(
					() => true,
					() => false,
				);
			if (!arrived) await debug.click('continue');
			expect(arrived, `at line ${line}`).toBe(true);
		}).toPass({ timeout: 90_000 });
	await debug.click('continue');
	await pause(150);
	await expect(panel.locator('.where')).toContainText('line 150');
	await debug.click('continue');
	appendFileSync(file, lines.slice(150, 250).join('\n').concat('\n'));
	await pause(250);
	await workbench.screenshot('attached-and-grown');

	await page.locator(`.tab[data-resource-name="${OTHER}"]`).click();
	await workbench.command('PSCI: Debug PSCI Session');
	const callStack = page.locator('.debug-call-stack .monaco-list-row');
	await callStack.filter({ hasText: OTHER }).first().click();
	await debug.isAt(67, OTHER);
	await expect(panel.locator('.where')).toContainText('line 67');
	await debug.stepOver();
	const there = (await debug.currentLine())?.line ?? 0;
	expect(there).toBeGreaterThan(67);
	await expect(panel.locator('.where')).toContainText(`line ${there}`);
	await workbench.screenshot('two-sessions');
	// The other one stands where it stood, and goes its own way. (That neither moves the other: test/adapter/two-recordings.)
	await callStack.filter({ hasText: 'Follow the recording' }).first().click();
	await expect(panel.locator('.where')).toContainText('line 250');
	await debug.stepBack();
	await expect(panel.locator('.where')).not.toContainText('line 250');
});
