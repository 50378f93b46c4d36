// Formatting: the whole document, also where a part was asked for, since a line's depth depends on those above.

import type { LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type { DocumentRangeFormattingParams, Range, TextEdit } from 'vscode-languageserver';
import { formatScenario } from '../scenario/language/format.ts';

export class ScenarioFormatter implements Formatter {
	readonly formatOnTypeOptions = undefined;

	formatDocument(document: LangiumDocument): TextEdit[] {
		return edits(document);
	}

	formatDocumentRange(document: LangiumDocument, { range }: DocumentRangeFormattingParams): TextEdit[] {
		return edits(document, range);
	}

	formatDocumentOnType(): TextEdit[] {
		return [];
	}
}

/** One edit for each line that changes, so that cursors and breakpoints stay where they are. */
function edits(document: LangiumDocument, within?: Range): TextEdit[] {
	const text = document.textDocument.getText();
	const before = text.split(/\r\n?|\n/);
	const after = formatScenario(text).split(/\r\n|\n/);
	return before.flatMap((line, n): TextEdit[] => {
		const wanted = after[n] ?? '';
		if (line === wanted || (within && (n < within.start.line || n > within.end.line))) return [];
		return [
			{
				range: { start: { line: n, character: 0 }, end: { line: n, character: line.length } },
				newText: wanted,
			},
		];
	});
}
