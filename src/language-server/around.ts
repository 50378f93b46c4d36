// What a completion needs to know of the text around its line, read from the tree as it is, however broken.

import type { LangiumDocument } from 'langium';
import type { FunctionInfo } from '../psci/function-info.ts';
import type { Item, Scenario } from '../scenario/language/generated/ast.ts';
import type { Around } from './words-at.ts';
import { calledOn } from './words-at.ts';

/** `connected`: all documents of the scenario, this one among them. */
export function aroundLine(
	document: LangiumDocument,
	line: number,
	connected: readonly LangiumDocument[],
): Around {
	const lines = document.textDocument.getText().split(/\r\n?|\n/);
	const definitions = new Map<string, readonly string[]>();
	let vcpus = 1;
	let inProgram = false;
	for (const item of connected.flatMap(itemsOf)) {
		if (item.$type === 'Definition' && item.name)
			definitions.set(
				item.name,
				item.parameters.map((parameter) => parameter.name),
			);
		if (item.$type === 'Machine')
			for (const setting of item.settings)
				if (setting.$type === 'VcpusSetting') vcpus = Number(setting.count) || vcpus;
	}
	for (const item of itemsOf(document)) {
		const range = item.$cstNode?.range;
		if ((item.$type === 'Definition' || item.$type === 'Task') && range)
			inProgram ||= range.start.line < line && line <= range.end.line && /^\s/.test(lines[line] ?? '');
	}
	return { vcpus, inProgram, definitions, last: lastCalled(lines, line) };
}

export function itemsOf({ parseResult }: LangiumDocument): readonly Item[] {
	const { items = [] } = parseResult.value as Partial<Scenario>;
	return items;
}

/** The call on the nearest line above. */
function lastCalled(lines: readonly string[], line: number): FunctionInfo | undefined {
	for (let at = line - 1; at >= 0 && line - at < 200; at--) {
		const fn = calledOn(lines[at] ?? '');
		if (fn) return fn;
	}
	return undefined;
}
