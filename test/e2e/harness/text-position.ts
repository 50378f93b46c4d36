// Where a word of an editor's line is on the screen, scrolled into view sideways where it is not.

import type { Locator } from '@playwright/test';

/** Nearer to an editor's edge than this, a word counts as out of view. */
const MARGIN = 30;

/** The middle of `word` within a rendered line (`.view-line`). */
export async function pointAt(line: Locator, word: string): Promise<{ x: number; y: number }> {
	const page = line.page();
	// As wide as the text that shows; the line itself is as wide as its text.
	const pane = line.locator('xpath=ancestor::*[contains(@class, "lines-content")]/..');
	for (let tries = 0; tries < 20; tries++) {
		const point = await line.evaluate(middleOf, word);
		const box = await pane.boundingBox();
		if (!box) throw new Error(`the editor with '${word}' is not visible`);
		const left = box.x + MARGIN;
		const right = box.x + box.width - MARGIN;
		if (point.x > left && point.x < right) return point;
		await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
		await page.mouse.wheel(point.x - (box.x + box.width / 2), 0);
		await page.waitForTimeout(50);
	}
	throw new Error(`'${word}' could not be scrolled into view`);
}

/** In the page. */
function middleOf(line: Element, word: string): { x: number; y: number } {
	// A line is many spans, and its spaces are rendered as no-break spaces.
	const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
	const texts: Text[] = [];
	while (walker.nextNode()) texts.push(walker.currentNode as Text);
	const whole = texts.map((text) => text.data).join('');
	let offset = whole.replaceAll('\u00a0', ' ').indexOf(word) + Math.floor(word.length / 2);
	for (const text of texts) {
		if (offset < text.length) {
			const range = document.createRange();
			range.setStart(text, offset);
			range.setEnd(text, offset + 1);
			const box = range.getBoundingClientRect();
			return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
		}
		offset -= text.length;
	}
	throw new Error(`'${word}' is not in the line`);
}
