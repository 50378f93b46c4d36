// What axe finds in a page, in each of the four themes: nothing. A screenshot of each, to be looked at.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { themes } from '../harness/workbench.ts';
import { setTheme } from './page-host.ts';

export async function hasNoViolation(page: Page, screenshot?: string): Promise<void> {
	for (const theme of themes) {
		await setTheme(page, theme);
		if (screenshot)
			await page.screenshot({ path: `test-results/screens/${screenshot}-${theme}.png`, fullPage: true });
		const axe = new AxeBuilder({ page });
		// Themes differ in their colours and in nothing else.
		if (theme !== themes[0]) axe.withRules(['color-contrast', 'link-in-text-block']);
		const { violations } = await axe.analyze();
		expect(
			violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
		).toEqual([]);
	}
}
