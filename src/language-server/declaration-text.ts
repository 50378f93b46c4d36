// What a declaration of the text says of itself: its lines as they are written, with the comment above them.

import { type AstNode, AstUtils } from 'langium';

/** Lines of a program that a hover shows. */
const MOST_LINES = 20;

export function declarationText(node: AstNode): string | undefined {
	// A label, a variable or a parameter is shown by its line.
	const whole = /^(Constant|Definition|Statement|For)$/;
	const shown = AstUtils.getContainerOfType(node, (found): found is AstNode => whole.test(found.$type));
	const cst = shown?.$cstNode;
	if (!cst) return undefined;
	const before = cst.root.fullText.slice(0, cst.offset).split(/\r\n?|\n/);
	const indent = before.pop() ?? '';
	const comment: string[] = [];
	for (let line = before.pop(); line?.trim().startsWith('#'); line = before.pop()) comment.unshift(line);
	const lines = `${indent}${cst.text.trimEnd()}`.split(/\r\n?|\n/);
	const body = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines;
	return `\`\`\`psci\n${[...comment, ...body].join('\n')}\n\`\`\``;
}
