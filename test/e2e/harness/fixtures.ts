// `test` of the end-to-end tests: one editor for a worker, a fresh page (so a fresh workbench) for a test.

import { test as base } from '@playwright/test';
import { type EmbeddedEditor, startEmbeddedEditor } from './embedded-editor.ts';
import { Workbench } from './workbench.ts';

interface PerTest {
	/** Not opened yet: `workbench.open()`. */
	workbench: Workbench;
}

interface PerWorker {
	editor: EmbeddedEditor;
}

export { expect } from '@playwright/test';

export const test = base.extend<PerTest, PerWorker>({
	editor: [
		// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from here.
		async ({}, use) => {
			const editor = await startEmbeddedEditor();
			await use(editor);
			await editor.close();
		},
		{ scope: 'worker', timeout: 300_000 },
	],
	workbench: async ({ page, editor }, use, info) => {
		editor.setSettings({});
		await use(new Workbench(page, editor));
		if (info.status !== info.expectedStatus) await info.attach('editor server', { body: editor.output() });
	},
});
