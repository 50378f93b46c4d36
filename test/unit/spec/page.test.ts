// What makes a line of a page stand for a rule or a clause. Vacuous if no page had such a line: documents.test.ts.

import { describe, expect, it } from 'vitest';
import { parsePage, specIndex } from '../../../src/spec/index.ts';

const PAGE = [
	'# CPU_ON',
	'',
	'- `not.an_anchor`: outside a section that holds any',
	'## Clauses',
	'- `CPU_ON.caller` (F.b 5.6.2; informative): errors.',
	'text with `CPU_ON.use` in it',
	'## What KVM does',
	'### 0.2 and later',
	'- `cpu_on.target_stopped`: starts.',
	'```',
	'- `cpu_on.in_a_fence`: no.',
	'```',
	'## Sources',
	'- `psci.c`: a file',
].join('\n');

describe('a page', () => {
	it('gives its title and the lines that stand for clauses and rules', () => {
		const page = parsePage('psci/CPU_ON.md', PAGE);
		expect(page.title).toBe('CPU_ON');
		expect(page.anchors).toEqual([
			{ kind: 'clause', id: 'CPU_ON.caller', line: 5, note: 'F.b 5.6.2; informative', text: 'errors.' },
			{ kind: 'rule', id: 'cpu_on.target_stopped', line: 9, note: '', text: 'starts.' },
		]);
	});

	it('counts lines alike whatever ends them', () => {
		const lines = (end: string) => parsePage('x', PAGE.split('\n').join(end)).anchors.map((a) => a.line);
		expect(lines('\r\n')).toEqual(lines('\n'));
		expect(lines('\r')).toEqual(lines('\n'));
	});

	it('may be any text at all', () => {
		for (const text of [
			'',
			'\0',
			'```',
			'## Clauses',
			'- `',
			'# ',
			'## Clauses\n- `a.b` (: x',
			'\n'.repeat(9),
		])
			expect(parsePage('x.md', text)).toEqual({ name: 'x.md', title: 'x.md', anchors: [] });
	});
});

describe('a text of any kind', () => {
	it('is parsed in a time that grows with its length', () => {
		const parts = [
			'## Clauses\n',
			'# ',
			'- `',
			'a.b',
			'`',
			' (',
			'): ',
			'\n',
			'```',
			'#',
			' ',
			'\u{1f600}',
			'\r',
		];
		let seed = 7;
		const next = (below: number) => {
			seed = (seed * 1103515245 + 12345) % 2147483648;
			return seed % below;
		};
		for (let n = 0; n < 300; n++) {
			const text = Array.from({ length: next(60) }, () => parts[next(parts.length)]).join('');
			const lines = text.split(/\r\n|\n|\r/).length;
			for (const { line } of parsePage('x.md', text).anchors) expect(line).toBeLessThanOrEqual(lines);
		}
		for (const part of parts) parsePage('x.md', `## Clauses\n- \`a.b\` (${part.repeat(200_000)}x`);
		for (const part of parts) parsePage('x.md', `# ${part.repeat(200_000)}x`);
	});
});

describe('the index', () => {
	const index = specIndex([parsePage('a.md', PAGE), parsePage('b.md', `\n${PAGE}`)]);

	it('finds rules and clauses by id, the first where there are two', () => {
		expect(index.rule('cpu_on.target_stopped')).toMatchObject({ page: { name: 'a.md' }, line: 9 });
		expect(index.clause('CPU_ON.caller')).toMatchObject({ page: { name: 'a.md' }, line: 5 });
		expect(index.rule('CPU_ON.caller')).toBeUndefined();
		expect(index.clause('toString')).toBeUndefined();
	});

	it('finds what stands on a line', () => {
		expect(index.at('b.md', 10)?.anchor.id).toBe('cpu_on.target_stopped');
		expect(index.at('b.md', 9)).toBeUndefined();
		expect(index.at('c.md', 10)).toBeUndefined();
	});
});
