// Which line an editor highlights. A decoration does not carry its line number, but the margin shows
// one at the same height; so what is read is what a person sees.

import type { Page } from '@playwright/test';

export interface HighlightedLine {
	readonly file: string;
	readonly line: number;
}

export function highlightedLines(page: Page, decoration: string): Promise<HighlightedLine[]> {
	return page.evaluate((decoration) => {
		const found: { file: string; line: number }[] = [];
		for (const editor of document.querySelectorAll('.editor-instance .monaco-editor[data-uri]')) {
			const file = decodeURIComponent(editor.getAttribute('data-uri')?.split('/').pop() ?? '');
			const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')];
			for (const highlight of editor.querySelectorAll(`.view-overlays .${decoration}`)) {
				const top = highlight.getBoundingClientRect().top;
				const number = numbers.find((n) => Math.abs(n.getBoundingClientRect().top - top) < 2);
				if (number) found.push({ file, line: Number(number.textContent) });
			}
		}
		return found;
	}, decoration);
}
