// The specification in the real editor: its page opens at the deciding line, its panel follows, and a breakpoint on
// the line stops there again. Vacuous if one page were shown whatever happened: marks and values are asked for at each stop.

import type { Frame } from '@playwright/test';
import { expect, test } from './harness/fixtures.ts';
import { themes, type Workbench } from './harness/workbench.ts';

const REBOOT = 'linux-guest-hotplug-reboot.report.txt';
const PAGE = 'CPU_ON.md';

const marked = (panel: Frame, id: string) => panel.locator(`li[data-anchor="${id}"]`);

/** Stands at the first CPU_ON of the recording, with the specification beside it. */
async function atCpuOn(workbench: Workbench): Promise<Frame> {
	await workbench.open(REBOOT);
	await workbench.debug.start();
	const session = await workbench.webview('vCPUs');
	await session.getByRole('button', { name: 'Open the specification' }).click();
	const panel = await workbench.webview(/Follow the session|PSCI_VERSION of vCPU 0/);
	await workbench.page.locator('.tab', { hasText: REBOOT }).click();
	await workbench.goToLine(148);
	await workbench.debug.toggleBreakpoint(REBOOT, 148);
	await workbench.debug.click('continue');
	await workbench.debug.isAt(148, REBOOT);
	await expect(panel.locator('.following')).toContainText('CPU_ON of vCPU 0');
	return panel;
}

test('into a CPU_ON: page, panel and values at the deciding rule; a breakpoint on it stops there again', async ({
	workbench,
}) => {
	const panel = await atCpuOn(workbench);
	const { debug } = workbench;
	await expect(panel.locator('article h1')).toHaveText('CPU_ON');
	await expect(marked(panel, 'cpu_on.target_stopped').locator('.mark')).toHaveText('◆ decides: SUCCESS');
	await expect(marked(panel, 'cpu_on.target_stopped')).toBeInViewport();
	await expect(marked(panel, 'CPU_ON.use').locator('.mark')).toContainText(
		'◆ decides: cpu_on.target_stopped',
	);
	await expect(marked(panel, 'cpu_on.no_such_target').locator('.mark')).toHaveCount(0);
	await workbench.screenshot('specification-call');
	await panel.locator('a[data-href="#where-it-departs-from-the-specification"]').first().click();
	await expect(panel.getByRole('heading', { name: 'Where it departs' })).toBeInViewport();
	await panel.getByRole('button', { name: 'Follow the session' }).click();
	await expect(marked(panel, 'cpu_on.target_stopped')).toBeInViewport();

	const here = panel.locator('li[data-anchor="cpu_on.target_stopped"][data-mark="here"]');
	const line = Number(await marked(panel, 'cpu_on.target_stopped').getAttribute('data-line'));
	await debug.stepIntoAsFarAs({ line, file: PAGE });
	await expect.poll(() => debug.variables.value('Decision', 'rule')).toBe('cpu_on.target_stopped (modelled)');
	await expect.poll(() => debug.variables.value('Decision', 'target')).toMatch(/^1 \(modelled\)/);
	// As inline values beside the line, too.
	await expect(
		workbench.page.locator('.view-line', { hasText: /→.SUCCESS.·.target_cpu=0x1/ }).first(),
	).toBeVisible();
	await workbench.screenshot('step-into');
	await expect(here).toBeVisible();
	await expect(here.locator('.mark')).toHaveText('➤ decided here: SUCCESS');
	await expect(marked(panel, 'cpu_on.target_stopped')).toHaveAttribute('aria-current', 'step');
	await expect(marked(panel, 'cpu_on.target_stopped')).toBeInViewport();
	for (const theme of themes) {
		await workbench.setTheme(theme);
		await workbench.screenshot(`specification-${theme}`);
	}
	await debug.toggleBreakpoint(PAGE, line);
	for (const target of [2, 3]) {
		await debug.click('continue');
		await expect
			.poll(() => debug.variables.value('Decision', 'target'))
			.toMatch(new RegExp(`^${target} \\(modelled\\)`));
		await debug.isAt(line, PAGE);
	}
	await workbench.screenshot('rule-breakpoint');
	const rule = marked(panel, 'cpu_on.target_not_stopped');
	const source = await rule.getAttribute('data-line');
	await rule.locator('button.source').click();
	await expect(workbench.page.locator('.tab.active', { hasText: PAGE })).toBeVisible();
	await expect(workbench.page.locator('.statusbar-item', { hasText: `Ln ${source},` })).toBeVisible();
});
