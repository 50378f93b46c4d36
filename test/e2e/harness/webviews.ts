// A webview's page is two frames down, and nothing outside says which webview it is. So look inside.

import { expect, type Frame, type Page } from '@playwright/test';

export async function findWebview(page: Page, text: string | RegExp): Promise<Frame> {
	let found: Frame | undefined;
	await expect(async () => {
		found = undefined;
		for (const frame of page.frames()) {
			if (await contains(frame, text)) found = frame;
		}
		expect(found, `a webview that shows ${text}`).toBeDefined();
	}).toPass({ intervals: [100], timeout: 30_000 });
	// The line above leaves it set.
	return found as Frame;
}

async function contains(frame: Frame, text: string | RegExp): Promise<boolean> {
	// The content of a webview is always in an iframe of this name, inside VS Code's own.
	if (!frame.parentFrame()?.url().includes('/webview/')) return false;
	// A frame may go away while it is read: then it was not the one.
	const content = await frame.evaluate(() => document.body.textContent ?? '').catch(() => '');
	return typeof text === 'string' ? content.includes(text) : text.test(content);
}
