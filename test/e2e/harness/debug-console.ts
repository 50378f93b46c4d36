// The Debug Console: expressions in, results out.

import { expect, type Page } from '@playwright/test';

export class DebugConsole {
	private readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	async show(): Promise<void> {
		const input = this.page.locator('.repl-input-wrapper .monaco-editor');
		await expect(async () => {
			if (await input.isHidden()) await this.page.keyboard.press('Control+Shift+Y');
			await expect(input).toBeVisible({ timeout: 5000 });
		}).toPass({ timeout: 60_000 });
	}

	/** Evaluates an expression and returns the text of its answer. */
	async evaluate(expression: string): Promise<string> {
		await this.show();
		const before = (await this.rows()).length;
		await this.page.locator('.repl-input-wrapper .monaco-editor').click();
		await this.page.keyboard.insertText(expression);
		await this.page.keyboard.press('Enter');
		// Two rows more: the expression, and its answer.
		await expect.poll(async () => (await this.rows()).length).toBeGreaterThanOrEqual(before + 2);
		return (await this.rows()).at(-1) ?? '';
	}

	/** The rows that it shows, top to bottom; empty strings for those scrolled out of view. */
	async rows(): Promise<string[]> {
		const shown = await this.page.locator('.repl-tree .monaco-list-row').evaluateAll((elements) =>
			elements.map((row) => ({
				index: Number(row.getAttribute('data-index')),
				text: (row.textContent ?? '').trim(),
			})),
		);
		const rows: string[] = [];
		for (const { index, text } of shown) rows[index] = text;
		return Array.from(rows, (text) => text ?? '');
	}
}
