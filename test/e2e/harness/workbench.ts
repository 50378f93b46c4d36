// The workbench as a person uses it: files, commands, keys, themes.

import path from 'node:path';
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
	private loaded = false;

	constructor(page: Page, editor: EmbeddedEditor) {
		this.page = page;
		this.editor = editor;
		this.debug = new Debugging(this);
	}

	/**
	 * The workbench on the folder, with nothing open but the file that is named. A page that is loaded already is put
	 * back to that; `fresh` loads it anew, for what is about the very start: then no extension has run yet.
	 */
	async open(file?: string, { fresh = false } = {}): Promise<void> {
		const reusable = this.loaded && !fresh && !this.editor.outdated;
		if (!reusable || !(await this.reset(file))) await this.load(file);
		await this.shows(file);
	}

	private async shows(file?: string): Promise<void> {
		await expect(this.explorerRows.first()).toBeVisible();
		if (file) await this.showsText(file);
	}

	private async load(file?: string): Promise<void> {
		await this.forget();
		this.editor.beforeLoad();
		await this.page.goto(this.editor.address(file), { waitUntil: 'commit' });
		await expect(this.page.locator('.monaco-workbench')).toBeVisible({ timeout: 60_000 });
		// Not before: a file that opens takes the focus.
		await this.shows(file);
		await this.knowsItsExtensions();
		this.loaded = true;
	}

	/** Menus, keys and languages of an extension are there only after this, and an early key does something else. */
	private async knowsItsExtensions(): Promise<void> {
		if (this.editor.host) await this.editor.host.runs();
		else await expect.poll(() => this.commandsMatching('Debug: Start D')).toContain('Debug: Start Debugging');
	}

	/** A workbench remembers views and choices in the browser's storage; what is in its cache may stay. */
	private async forget(): Promise<void> {
		await this.page.goto('about:blank');
		const browser = await this.page.context().newCDPSession(this.page);
		await browser.send('Storage.clearDataForOrigin', { origin: this.editor.url, storageTypes: 'all' });
		await browser.detach();
	}

	/** Whether the loaded workbench could be put back; whatever stands in the way, loading it anew does it too. */
	private async reset(file?: string): Promise<boolean> {
		try {
			await this.page.mouse.move(0, 0);
			for (let tries = 0; tries < 5 && (await this.inTheWay.count()) > 0; tries++)
				await this.page.keyboard.press('Escape');
			await this.editor.host?.reset(this.editor.settingsToChange());
			await expect(this.page.locator('.debug-toolbar, .tab').filter({ visible: true })).toHaveCount(0, {
				timeout: 5000,
			});
			if (file) await this.editor.host?.open(path.join(this.editor.folder, file));
			return true;
		} catch (error) {
			console.warn(`the workbench is loaded anew: ${error}`);
			return false;
		}
	}

	/** What takes the keys, or lies over the rest. */
	private get inTheWay(): Locator {
		return this.page
			.locator('.monaco-menu, .monaco-dialog-box, .quick-input-widget')
			.filter({ visible: true });
	}

	get explorerRows(): Locator {
		return this.page.locator('.explorer-folders-view .monaco-list-row');
	}

	/** Opens a file of the folder with a double click in the explorer. */
	async openFile(name: string): Promise<void> {
		await expect(async () => {
			await this.explorerRow(name).dblclick({ timeout: 5000 });
			await this.showsText(name, 5000);
		}).toPass({ timeout: 60_000 });
	}

	/** Picks an item of the menu that the right mouse button opens on `target`. */
	async contextMenu(target: Locator, label: string): Promise<void> {
		const item = this.page.locator('.monaco-menu .action-item').filter({ hasText: label });
		let clicked = false;
		// A menu is closed again by a focus that still moves, and passes over clicks for a moment after it has come up,
		// so that none is by accident.
		await expect(async () => {
			if (clicked && (await item.isHidden())) return;
			if (await item.isHidden()) {
				await this.page.keyboard.press('Escape');
				await target.click({ button: 'right', timeout: 5000 });
				await expect(item).toBeVisible({ timeout: 3000 });
			}
			await item.click({ timeout: 2000 });
			clicked = true;
			await expect(item).toBeHidden({ timeout: 500 });
		}).toPass({ timeout: 60_000 });
	}

	/** The row of a file in the explorer. */
	explorerRow(name: string): Locator {
		return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label*="${name}"]`);
	}

	/** The editor (text area) that shows a file of this name. */
	textEditor(name: string): Locator {
		return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
	}

	private async showsText(name: string, timeout = 30_000): Promise<void> {
		const tab = `.tab.active[data-resource-name="${name.split('/').at(-1)}"]`;
		await expect(this.page.locator(tab)).toBeVisible({ timeout });
		await expect(this.textEditor(name).locator('.view-line').first()).toBeVisible({ timeout });
	}

	/** Runs a command by its full title, e.g. `PSCI: Show Session`. */
	async command(title: string): Promise<void> {
		// Others match too, and the list may still be that of the letters before.
		const row = this.quickRow(title);
		// Again if need be: the list goes where the focus is just moving.
		await expect(async () => {
			const input = await this.palette(title);
			await row.click({ timeout: 5000 });
			// A command may ask on with the same widget; but the list of commands has gone.
			await expect
				.poll(async () => (await input.isVisible()) && (await input.inputValue()) === `>${title}`, {
					timeout: 5000,
				})
				.toBe(false);
		}).toPass({ timeout: 60_000 });
	}

	/** A row of the list that a command or the palette shows, by a part of its text. */
	quickRow(text: string): Locator {
		return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
	}

	private palette(text: string): Promise<Locator> {
		return this.quickInput('F1', `>${text}`);
	}

	/** The input that a key opens, with a text typed in. A key is lost where the focus is just moving into a web page. */
	async quickInput(key: string, text?: string): Promise<Locator> {
		const input = this.page.locator('.quick-input-widget input.input');
		await expect(async () => {
			if (!(await input.isVisible())) await this.page.keyboard.press(key);
			if (text === undefined) await expect(input).toBeVisible({ timeout: 2000 });
			else await input.evaluate(fillIfShown, text, { timeout: 5000 });
		}).toPass({ timeout: 60_000 });
		return input;
	}

	/** Command titles that the palette offers for `text`: to prove that one is there, or hidden. */
	async commandsMatching(text: string): Promise<string[]> {
		const rows = this.page.locator('.quick-input-list .monaco-list-row');
		let titles: string[] = [];
		await expect(async () => {
			await this.palette(text);
			await expect(rows.first()).toBeVisible({ timeout: 5000 });
			titles = await rows.locator('.label-name').allInnerTexts();
		}).toPass({ timeout: 60_000 });
		await this.page.keyboard.press('Escape');
		return titles;
	}

	/** Puts the cursor of the active editor there, with Ctrl+G. */
	async goToLine(line: number, column = 1): Promise<void> {
		const place = new RegExp(`Ln ${line}, Col ${column}\\b`);
		// Again if need be: a page that is still opening takes the focus, and the key with it.
		await expect(async () => {
			const input = await this.quickInput('Control+G', `:${line},${column}`);
			await input.press('Enter', { timeout: 2000 });
			await expect(input).toBeHidden({ timeout: 2000 });
			await expect(this.page.locator('.statusbar-item', { hasText: place })).toBeVisible({ timeout: 2000 });
		}).toPass({ timeout: 60_000 });
	}

	/** Picks a theme as a person does; a running workbench does not take up a changed settings file. */
	async setTheme(theme: Theme): Promise<void> {
		const [label, file] = THEMES[theme];
		const themed = this.page.locator(`.monaco-workbench[class*="themes-${file}-json"]`);
		await expect(async () => {
			await this.command('Preferences: Color Theme');
			await this.page
				.locator('.quick-input-widget input.input')
				.evaluate(fillIfShown, label, { timeout: 5000 });
			await this.quickRow(label).click({ timeout: 5000 });
			await expect(themed).toBeVisible({ timeout: 5000 });
		}).toPass({ timeout: 60_000 });
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

/** In the page, in one go: `fill()` types into whatever has the focus by then, and if the list has closed, into the file. */
function fillIfShown(element: Element, text: string): void {
	const input = element as HTMLInputElement;
	if (!input.offsetParent) throw new Error('the list has closed again');
	input.value = text;
	input.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
