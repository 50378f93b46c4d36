// `test` of the end-to-end tests: one editor and one page for a worker's tests. `workbench.open()` puts the workbench
// back to how a load leaves it, and loads the page anew only where that fails or a test wants it.
// After a failed test Playwright starts a new worker, and so a new editor.

import { test as base } from '@playwright/test';
import { type EmbeddedEditor, startEmbeddedEditor } from './embedded-editor.ts';
import { Workbench } from './workbench.ts';

interface PerTest {
	/** To be opened first: `workbench.open()`. */
	workbench: Workbench;
}

interface PerWorker {
	editor: EmbeddedEditor;
	sharedWorkbench: Workbench;
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
	sharedWorkbench: [
		async ({ browser, editor }, use, { project }) => {
			const context = await browser.newContext({ viewport: project.use.viewport ?? null });
			await use(new Workbench(await context.newPage(), editor));
			await context.close();
		},
		{ scope: 'worker' },
	],
	workbench: async ({ sharedWorkbench, editor }, use, info) => {
		await use(sharedWorkbench);
		editor.tidy();
		if (info.status !== info.expectedStatus) await info.attach('editor server', { body: editor.output() });
	},
	page: ({ sharedWorkbench }, use) => use(sharedWorkbench.page),
});
