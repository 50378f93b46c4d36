// Where a node of the tree stands in its file, and what is written there.

import { type AstNode, AstUtils, type CstNode, GrammarAST, GrammarUtils, isCompositeCstNode } from 'langium';
import type { Place } from '../place.ts';

/** The place of a node, or of one of its properties where that is written. */
export function placeIn(file: string, node: AstNode, property?: string): Place {
	const cst = node.$cstNode;
	const part =
		cst && property !== undefined
			? (GrammarUtils.findNodeForProperty(cst, property) ?? partOf(cst, property, node))
			: undefined;
	const range = (part ?? cst)?.range;
	if (!range) return { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
	return {
		file,
		line: range.start.line + 1,
		column: range.start.character + 1,
		endLine: range.end.line + 1,
		endColumn: range.end.character + 1,
	};
}

/**
 * The part of an operand: Langium ascribes it to a node for an infix expression that is thrown away where there is
 * only one operand, so that only the grammar tells which part it is.
 */
function partOf(cst: CstNode, property: string, owner: AstNode): CstNode | undefined {
	for (const child of isCompositeCstNode(cst) ? cst.content : []) {
		const assignment = AstUtils.getContainerOfType(child.grammarSource, GrammarAST.isAssignment);
		if (assignment?.feature === property) return child;
		const isOwn = child.astNode === owner || !child.astNode.$container;
		const found = isOwn ? partOf(child, property, owner) : undefined;
		if (found) return found;
	}
	return undefined;
}

/** The text of a node as it is written, without comments. */
export function textOf(node: AstNode | undefined): string {
	return node?.$cstNode?.text ?? '';
}
