// A page's outline. Vacuous if headings alone were listed: clauses and rules are named.

import { expect, it } from 'vitest';
import { type OutlineNode, pageOutline } from '../../../src/spec/index.ts';

const text = [
	'# CPU_ON',
	'words',
	'## Clauses',
	'- `CPU_ON.use` (F.b 5.6.1): starts.',
	'## What KVM does',
	'### 0.2',
	'- `cpu_on.target_stopped`: starts.',
	'```',
	'# no heading',
	'```',
	'## Sources',
	'x',
].join('\n');

const drawn = (nodes: readonly OutlineNode[], depth = 0): string[] =>
	nodes.flatMap(({ kind, name, detail, line, endLine, children }) => [
		`${'  '.repeat(depth)}${kind} ${name}${detail && ` (${detail})`} ${line}-${endLine}`,
		...drawn(children, depth + 1),
	]);

it('has clauses and rules under their headings', () => {
	expect(drawn(pageOutline('psci/CPU_ON.md', text))).toEqual([
		'heading CPU_ON 1-12',
		'  heading Clauses 3-4',
		'    clause CPU_ON.use (F.b 5.6.1) 4-4',
		'  heading What KVM does 5-10',
		'    heading 0.2 6-10',
		'      rule cpu_on.target_stopped 7-7',
		'  heading Sources 11-12',
	]);
});

it('of a text without headings is empty, or its rules', () => {
	expect(pageOutline('x.md', '')).toEqual([]);
	expect(pageOutline('x.md', 'words\n```\n# no')).toEqual([]);
});
