// The pages of text, specification and guide, in a browser, with axe in all four themes. Vacuous if a page stayed
// empty: a heading of the document is looked for first.

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { hasNoViolation } from './no-violation.ts';
import { openPage } from './page-host.ts';

const STYLES = ['session-panel.css', 'page.css'];

const SPECIFICATION = {
	type: 'specification',
	pages: ['psci/CPU_ON.md', 'psci/CPU_OFF.md'],
	page: 'psci/CPU_ON.md',
	text: readFileSync('spec/psci/CPU_ON.md', 'utf8'),
	marks: [{ id: 'cpu_on.target_stopped', kind: 'here', text: 'SUCCESS' }],
	focus: 'cpu_on.target_stopped',
	following: 'CPU_ON of vCPU 0',
	away: true,
};

const GUIDE = {
	type: 'guide',
	name: 'bring-up',
	text: readFileSync('examples/guides/bring-up.md', 'utf8'),
	at: 'line 148: CPU_ON',
};

test('the specification has no violation that axe knows of', async ({ page }) => {
	const complaints = await openPage(page, {
		script: 'specification',
		styles: STYLES,
		root: 'page',
		receive: (message) => ((message as { type: string }).type === 'ready' ? [SPECIFICATION] : []),
	});
	await expect(page.locator('article h1')).toHaveText('CPU_ON');
	await expect(page.locator('.mark').first()).toContainText('decided here');
	await hasNoViolation(page);
	expect(complaints).toEqual([]);
});

test('a guide has no violation that axe knows of', async ({ page }) => {
	const complaints = await openPage(page, {
		script: 'guide',
		styles: STYLES,
		root: 'page',
		receive: (message) => ((message as { type: string }).type === 'ready' ? [GUIDE] : []),
	});
	await expect(page.locator('article h1')).toBeVisible();
	await hasNoViolation(page);
	expect(complaints).toEqual([]);
});
