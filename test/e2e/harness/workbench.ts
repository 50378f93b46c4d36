// The workbench as a person uses it: files, commands, keys, themes.

import { expect, type Frame, type Locator, type Page } from '@playwright/test';
import { Debugging } from './debugging.ts';
import type { EmbeddedEditor } from './embedded-editor.ts';
import { findWebview } from './webviews.ts';

/** Theme -> its label in the picker, and the file name that the workbench then has in a class. */
const THEMES = {
	light: ['Light Modern', 'light_modern'],
	dark: ['Dark Modern', 'dark_modern'],
	'hc-dark': ['Dark High Contrast', 'hc_black'],
	'hc-light': ['Light High Contrast', 'hc_light'],
} as const;

export type Theme = keyof typeof THEMES;
export const themes = Object.keys(THEMES) as Theme[];

export class Workbench {
	readonly page: Page;
	readonly editor: EmbeddedEditor;
	readonly debug: Debugging;

	constructor(page: Page, editor: EmbeddedEditor) {
		this.page = page;
		this.editor = editor;
		this.debug = new Debugging(this);
	}

	/** Opens the workbench on the folder; `file` names one in it to start with. */
	async open(file?: string): Promise<void> {
		await this.page.goto(this.editor.address(file));
		await expect(this.page.locator('.monaco-workbench')).toBeVisible({ timeout: 30_000 });
		await expect(this.explorerRows.first()).toBeVisible();
		if (file) await this.showsText(file);
	}

	get explorerRows(): Locator {
		return this.page.locator('.explorer-folders-view .monaco-list-row');
	}

	/** Opens a file of the folder with a double click in the explorer. */
	async openFile(name: string): Promise<void> {
		await this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label*="${name}"]`).dblclick();
		await this.showsText(name);
	}

	/** The editor (text area) that shows a file of this name. */
	textEditor(name: string): Locator {
		return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
	}

	private async showsText(name: string): Promise<void> {
		await expect(this.page.locator(`.tab.active[data-resource-name="${name}"]`)).toBeVisible();
		await expect(this.page.locator('.editor-instance .view-line').first()).toBeVisible();
	}

	/** Runs a command by its full title, e.g. `PSCI: Show Session`. */
	async command(title: string): Promise<void> {
		const input = await this.palette(title);
		// Others match too, and the list may still be that of the letters before.
		const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
		await row.click();
		// A command may ask on with the same widget; but the list of commands has gone.
		await expect
			.poll(async () => (await input.isVisible()) && (await input.inputValue()) === `>${title}`)
			.toBe(false);
	}

	/** The command palette with a text typed in. A key is lost where the focus is just moving into a web page. */
	private async palette(text: string): Promise<Locator> {
		const input = this.page.locator('.quick-input-widget input.input');
		await expect(async () => {
			if (!(await input.isVisible())) await this.page.keyboard.press('F1');
			await input.fill(`>${text}`, { timeout: 2000 });
		}).toPass();
		return input;
	}

	/** Command titles that the palette offers for `text`: to prove that one is there, or hidden. */
	async commandsMatching(text: string): Promise<string[]> {
		await this.palette(text);
		const rows = this.page.locator('.quick-input-list .monaco-list-row');
		await expect(rows.first()).toBeVisible();
		const titles = await rows.locator('.label-name').allInnerTexts();
		await this.page.keyboard.press('Escape');
		return titles;
	}

	/** Picks a theme as a person does; a running workbench does not take up a changed settings file. */
	async setTheme(theme: Theme): Promise<void> {
		const [label, file] = THEMES[theme];
		await this.command('Preferences: Color Theme');
		await this.page.locator('.quick-input-widget input.input').fill(label);
		await this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
		await expect(this.page.locator(`.monaco-workbench[class*="themes-${file}-json"]`)).toBeVisible();
	}

	/** The frame of the webview whose text contains `text`. */
	webview(text: string | RegExp): Promise<Frame> {
		return findWebview(this.page, text);
	}

	/** Saves what is on the screen to test-results/screens/NAME.png, to be looked at. */
	async screenshot(name: string): Promise<void> {
		await this.page.screenshot({ path: `test-results/screens/${name}.png`, animations: 'disabled' });
	}
}
