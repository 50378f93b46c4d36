// The outline: the machine, constants, definitions, programs, and the lines in them.

import type { AstNode, LangiumDocument } from 'langium';
import type { DocumentSymbolProvider } from 'langium/lsp';
import { type DocumentSymbol, type Range, SymbolKind } from 'vscode-languageserver';
import type { Block, Item, Line, Scenario, Setting } from '../scenario/language/generated/ast.ts';

const KINDS: Readonly<Partial<Record<Item['$type'], SymbolKind>>> = {
	Machine: SymbolKind.Module,
	Constant: SymbolKind.Constant,
	Definition: SymbolKind.Function,
	Task: SymbolKind.Class,
	Include: SymbolKind.File,
	Title: SymbolKind.String,
	Needs: SymbolKind.Boolean,
	ScheduleLine: SymbolKind.Enum,
};
/** A file of more lines has an outline of the first ones. */
const MOST = 2000;

export class ScenarioOutline implements DocumentSymbolProvider {
	getSymbols(document: LangiumDocument): DocumentSymbol[] {
		const { items = [] } = document.parseResult.value as Partial<Scenario>;
		return items.slice(0, MOST).flatMap((item) => symbolOf(item));
	}
}

function symbolOf(node: Item | Line | Setting): DocumentSymbol[] {
	const { $cstNode } = node;
	if (!$cstNode) return [];
	const head = $cstNode.text.split(/[\r\n]/, 1)[0]?.trim() ?? '';
	const labelled = node.$type === 'Statement' && node.label !== undefined;
	const kind = labelled ? SymbolKind.Key : (KINDS[node.$type as Item['$type']] ?? SymbolKind.Event);
	const range = trimmed($cstNode.range, $cstNode.text);
	return [
		{
			name: head.slice(0, 120) || node.$type,
			kind,
			range,
			selectionRange: { start: range.start, end: range.start },
			children: childrenOf(node).flatMap(symbolOf),
		},
	];
}

function childrenOf(node: AstNode & { $type: string }): readonly (Line | Setting)[] {
	const {
		settings = [],
		body,
		otherwise,
	} = node as { settings?: Setting[]; body?: Block; otherwise?: Block };
	return [...settings, ...(body?.lines ?? []), ...(otherwise?.lines ?? [])];
}

/** Without the line ends that the grammar counts to a line. */
function trimmed(range: Range, text: string): Range {
	return /[\r\n]$/.test(text)
		? { start: range.start, end: { line: range.end.line, character: Math.max(0, range.end.character) } }
		: range;
}
