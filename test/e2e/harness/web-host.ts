// `test` for the extension in the web worker extension host, as on a VS Code that has no server: there the
// browser bundle runs, without Node. The extension is not installed; the page is told to load it over http.

import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test as base } from '@playwright/test';
import { SERVED_FOLDER } from '../../../scripts/embedded-editor.mjs';
import { type EmbeddedEditor, startEmbeddedEditor, unpackExtension } from './embedded-editor.ts';
import { Workbench } from './workbench.ts';

export { expect } from '@playwright/test';

interface Location {
	scheme: string;
	authority: string;
	path: string;
}

export const test = base.extend<
	{ workbench: Workbench },
	{ editor: EmbeddedEditor; extensionAddress: Location }
>({
	editor: [
		// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from here.
		async ({}, use) => {
			const editor = await startEmbeddedEditor({ extension: false });
			await use(editor);
			await editor.close();
		},
		{ scope: 'worker', timeout: 300_000 },
	],
	extensionAddress: [
		async ({ editor }, use) => {
			// The page may only load from where it came from, which serves this folder and follows links.
			const name = `extension-${process.pid}`;
			const link = path.join(SERVED_FOLDER, name);
			rmSync(link, { force: true });
			symlinkSync(await unpackExtension(editor.home), link);
			await use({ scheme: 'http', authority: new URL(editor.url).host, path: `/_static/src/${name}` });
			rmSync(link, { force: true });
		},
		{ scope: 'worker' },
	],
	page: async ({ page, extensionAddress }, use) => {
		await page.addInitScript(developExtension, extensionAddress);
		await use(page);
	},
	workbench: ({ page, editor }, use) => use(new Workbench(page, editor)),
});

/** In the page, before it reads its own configuration: adds the extension to it. */
function developExtension(location: Location): void {
	if (window !== window.top) return;
	const observer = new MutationObserver(() => {
		const element = document.getElementById('vscode-workbench-web-configuration');
		if (!element) return;
		observer.disconnect();
		const configuration = JSON.parse(element.getAttribute('data-settings') ?? '{}');
		configuration.developmentOptions = { ...configuration.developmentOptions, extensions: [location] };
		element.setAttribute('data-settings', JSON.stringify(configuration));
	});
	observer.observe(document, { childList: true, subtree: true });
}
