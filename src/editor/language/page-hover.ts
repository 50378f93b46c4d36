// Pointing at a name in a page of the specification.

import * as vscode from 'vscode';
import { linkTo, markdownWithPages, type SpecDocuments } from './spec-documents.ts';
import { WORD, wordMarkdown } from './word-text.ts';

export function pageHover(pages: SpecDocuments): vscode.HoverProvider {
	return {
		async provideHover(document, position) {
			if (pages.pageOf(document) === undefined) return undefined;
			const range = document.getWordRangeAtPosition(position, WORD);
			if (!range) return undefined;
			const spec = await pages.load();
			const text = wordMarkdown(document.getText(range), spec.index, linkTo(spec), true);
			return text === undefined ? undefined : new vscode.Hover(markdownWithPages(text), range);
		},
	};
}
