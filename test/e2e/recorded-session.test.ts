// A recorded session in the real editor, from the packaged extension: F5 with no launch.json, steps there
// and back, and at each stop the highlighted line, the Variables view and the panel agree. Vacuous if the
// views kept their first values: every step here expects others.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from '@playwright/test';
import { FIRST_EXAMPLE } from '../../scripts/project.mjs';
import { expect, test } from './harness/fixtures.ts';
import type { Workbench } from './harness/workbench.ts';

const REBOOT = 'linux-guest-hotplug-reboot.report.txt';
const SELFTEST = 'kernel-selftest-psci_test.trace.txt';

/** The cells of a vCPU's row in the panel. */
const row = async (panel: Frame, vcpu: number) => {
	const cells = await panel
		.locator('.vcpus tbody tr', { hasText: `vCPU ${vcpu}` })
		.locator('th, td')
		.allInnerTexts();
	return cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim());
};

async function start(workbench: Workbench, file: string): Promise<Frame> {
	await workbench.open(file);
	await workbench.debug.start();
	return workbench.webview('vCPUs');
}

async function debugFromExplorer(workbench: Workbench, name: string): Promise<void> {
	await workbench.contextMenu(workbench.explorerRow(name), 'Debug PSCI Session');
}

test('F5 on the trace that `npm start` opens, with no launch.json, stands on the first guest call', async ({
	workbench,
}) => {
	// The address that it prints is the one that is loaded here.
	await workbench.open(FIRST_EXAMPLE, { fresh: true });
	const { debug } = workbench;
	await debug.start();
	const panel = await workbench.webview('vCPUs');
	await debug.isAt(88, REBOOT);
	await expect.poll(() => debug.variables.value('vCPU', 'mp_state')).toBe('RUNNABLE (recorded, line 60)');
	await expect.poll(() => debug.variables.value('Arguments', 'result')).toBe('1.3 (recorded, line 90)');
	await expect(panel.locator('h1')).toHaveText('PSCI_VERSION');
	expect(await row(panel, 0)).toMatchObject({ 0: '➤vCPU 0', 2: '▶ RUNNABLE recorded' });
	expect(await row(panel, 1)).toMatchObject({ 0: 'vCPU 1', 2: '■ STOPPED recorded', 5: 'KVM_REQ_SLEEP' });
	const stack = (await debug.callStack()).join('\n');
	for (const n of [0, 1, 2, 3]) expect(stack).toContain(`vCPU ${n}`);
	await workbench.screenshot('first-stop');
});

test('steps forwards and backwards: line, Variables and panel agree at every stop', async ({ workbench }) => {
	const panel = await start(workbench, REBOOT);
	const { debug } = workbench;
	const stops = [
		{ line: 91, call: 'MIGRATE_INFO_TYPE', result: 'MP_OR_NONE (2) (recorded, line 93)' },
		{ line: 94, call: 'PSCI_FEATURES', result: /^0x0 \(recorded, line 96\)/ },
		{ line: 97, call: 'SMCCC_VERSION', result: '1.1 (recorded, line 99)' },
		{ line: 100, call: 'TRNG_VERSION', result: '1.0 (recorded, line 102)' },
	];
	for (const stop of stops) {
		await debug.stepOver();
		await debug.isAt(stop.line, REBOOT);
		await expect(panel.locator('h1')).toContainText(stop.call);
		await expect
			.poll(() => debug.variables.value('Arguments', 'result'))
			.toEqual(typeof stop.result === 'string' ? stop.result : expect.stringMatching(stop.result));
	}
	for (const stop of stops.slice(0, -1).reverse()) {
		await debug.stepBack();
		await debug.isAt(stop.line, REBOOT);
		await expect(panel.locator('h1')).toContainText(stop.call);
	}
	// In, through the events of the call, and out of it.
	await debug.press('F11');
	await debug.isAt(92, REBOOT);
	await expect.poll(() => debug.callStack()).toContainEqual(expect.stringContaining('MIGRATE_INFO_TYPE'));
	await debug.press('Shift+F11');
	await debug.isAt(94, REBOOT);
});

test('a CPU_ON: breakpoint on its line, the target before and after, and back', async ({ workbench }) => {
	const panel = await start(workbench, REBOOT);
	const { debug } = workbench;
	await workbench.goToLine(148);
	await debug.toggleBreakpoint(REBOOT, 148);
	await debug.click('continue');
	await debug.isAt(148, REBOOT);
	await expect(panel.locator('h1')).toContainText('CPU_ON target_cpu=0x1');
	await expect.poll(() => row(panel, 1)).toMatchObject({ 2: '■ STOPPED recorded' });
	await expect.poll(() => debug.variables.value('Arguments', 'entry_point_address')).toMatch(/^0x41f12498/);
	await workbench.screenshot('cpu-on');

	await debug.stepOver();
	await debug.isAt(151, REBOOT);
	await expect(panel.locator('h1')).toContainText('the reset owed by a CPU_ON is carried out');
	await debug.stepOver();
	await debug.isAt(154, REBOOT);
	await expect.poll(() => row(panel, 1)).toMatchObject({ 0: '➤vCPU 1', 2: '▶ RUNNABLE inferred' });
	await expect.poll(() => debug.variables.value('vCPU', 'mp_state')).toMatch(/^RUNNABLE \(inferred/);
	await workbench.screenshot('cpu-on-after');

	await debug.stepBack();
	await debug.stepBack();
	await debug.isAt(148, REBOOT);
	await expect.poll(() => row(panel, 1)).toMatchObject({ 2: '■ STOPPED recorded' });
});

test('hover and console answer; continue stops at the end, a place like any other; reverse goes to the start', async ({
	workbench,
}) => {
	const panel = await start(workbench, REBOOT);
	const { debug } = workbench;
	expect(await debug.console.evaluate('vcpu[1].mp_state')).toContain('STOPPED (recorded, line 69)');
	expect(await debug.console.evaluate('0xc4000003')).toContain('CPU_ON (SMC64)');
	expect(await debug.console.evaluate('nonsense')).toContain('names nothing here');
	expect(await debug.hover('kvm_hvc_arm64')).toContain('The guest made a hypercall by HVC');
	await debug.click('continue');
	await expect(panel.locator('h1')).toHaveText('end of the recording');
	await debug.isAt(327, REBOOT);
	await expect(panel.getByRole('region', { name: 'System events' }).getByRole('listitem')).toContainText(
		'RESET by vCPU 0',
	);
	for (const n of [0, 1, 2, 3]) expect(await row(panel, n)).toMatchObject({ 2: '■ STOPPED inferred' });
	await workbench.screenshot('end');
	await debug.click('reverseContinue');
	await debug.isAt(2, REBOOT);
});

test('the panel survives being hidden and shown', async ({ workbench }) => {
	const panel = await start(workbench, REBOOT);
	await expect(panel.locator('h1')).toHaveText('PSCI_VERSION');
	// Another editor in the panel's group hides the page, which is then thrown away.
	await workbench.page.locator('.tab', { hasText: 'PSCI Session' }).click();
	await workbench.command('File: New Untitled Text File');
	await expect(workbench.page.locator('.tab.active', { hasText: 'Untitled' })).toBeVisible();
	await workbench.debug.stepOver();
	await workbench.page.locator('.tab', { hasText: 'PSCI Session' }).click();
	const again = await workbench.webview('vCPUs');
	await expect(again.locator('h1')).toHaveText('MIGRATE_INFO_TYPE');
});

// Before the test that wants a fresh load: a launch.json that has gone wants one, too.
test('a launch configuration names the trace, the kernel and where to start', async ({
	workbench,
	editor,
}) => {
	const configuration = {
		type: 'psci',
		request: 'launch',
		name: 'from launch.json',
		program: `\${workspaceFolder}/${REBOOT}`,
		kernel: '6.12',
		startAt: 'firstEvent',
	};
	editor.addFile(
		'.vscode/launch.json',
		JSON.stringify({ version: '0.2.0', configurations: [configuration] }),
	);
	await workbench.open(SELFTEST);
	await workbench.debug.start();
	await workbench.debug.isAt(2, REBOOT);
	await expect
		.poll(() => workbench.debug.variables.value('Virtual machine', 'kernel'))
		.toBe('6.12 (configured)');
});

test('"Debug PSCI Session" in the explorer menu starts a session', async ({ workbench }) => {
	// With no trace seen before, it is the menu that wakes the extension.
	await workbench.open(undefined, { fresh: true });
	await debugFromExplorer(workbench, REBOOT);
	await workbench.debug.isStopped();
	await workbench.debug.isAt(88, REBOOT);
});

test("the button in the title of a trace starts a session: the kernel's selftest, one thread, two vCPUs", async ({
	workbench,
}) => {
	await workbench.open(SELFTEST);
	const button = workbench.page.locator('.editor-actions [aria-label*="Debug PSCI Session"]');
	await expect(async () => {
		if (await workbench.debug.toolbar.isHidden()) await button.click();
		await expect(workbench.debug.toolbar).toBeVisible({ timeout: 10_000 });
	}).toPass();
	await workbench.debug.stepOver();
	await expect((await workbench.webview('vCPUs')).locator('.vcpus tbody tr')).toHaveCount(2);
	await workbench.screenshot('selftest');
});

test('a plain text file that is a trace is recognised by its content', async ({ workbench, editor }) => {
	editor.addFile('from-a-colleague.txt', readFileSync(path.join(editor.folder, SELFTEST)));
	await workbench.open('from-a-colleague.txt');
	await expect(workbench.page.locator('.statusbar-item', { hasText: 'KVM trace (ftrace)' })).toBeVisible();
	await workbench.debug.start();
	await expect((await workbench.webview('vCPUs')).locator('.vcpus tbody tr')).toHaveCount(2);
});

test('files that are no session are refused in words', async ({ workbench, editor }) => {
	const bytes = readFileSync(path.join(editor.folder, REBOOT));
	const refused: [string, string | Uint8Array, RegExp][] = [
		['empty.trace.txt', '', /empty/],
		['binary.trace.txt', Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) & 0xff), /byte/],
		['cut.trace.txt', bytes.subarray(0, bytes.lastIndexOf('kvm_userspace_exit') + 5), /line 327/],
		[
			'other.trace.txt',
			'       bash-1   [000] d..2.    1.345678: sched_switch: prev_comm=bash\n',
			/sched_switch/,
		],
	];
	for (const [name, content] of refused) editor.addFile(name, content);
	await workbench.open();
	for (const [name, , says] of refused) {
		await debugFromExplorer(workbench, name);
		const dialog = workbench.page.locator('.monaco-dialog-box');
		await expect(dialog).toContainText(name);
		await expect(dialog).toContainText(says);
		await expect(dialog).toContainText('Expected');
		if (name.startsWith('cut')) await workbench.screenshot('refused');
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await expect(dialog).toBeHidden();
	}
});
