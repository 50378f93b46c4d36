// The renderer of our own pages. Vacuous if it escaped everything and made nothing of it: each construct
// must come out as its element, and the real pages must leave no Markdown behind.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown, slugOf } from '../../../src/panels/markdown.ts';
import { pageLink } from '../../../src/panels/spec-link.ts';
import { pageNames, parsePage } from '../../../src/spec/index.ts';

const all = (href: string) => href;
const html = (text: string) => renderMarkdown(text, all);
const pages = pageNames.map((name) => ({
	name,
	text: readFileSync(new URL(`../../../spec/${name}`, import.meta.url), 'utf8'),
}));

describe('constructs', () => {
	it.each([
		['# A `b` c', '<h1 id="a-b-c">A <code>b</code> c</h1>'],
		['one\ntwo\n\nthree', '<p>one\ntwo</p>\n<p>three</p>'],
		['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
		['- a\n  more\n- b', '<ul><li>a\nmore</li><li>b</li></ul>'],
		['- a\n  - b\n- c', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>'],
		['- a\n\n- b', '<ul><li>a</li><li>b</li></ul>'],
		['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
		['```sh\na < b\n# c\n```\nd', '<pre><code>a &lt; b\n# c</code></pre>\n<p>d</p>'],
		['> a\n> b', '<blockquote><p>a\nb</p></blockquote>'],
		['a\n\n---\n\nb', '<p>a</p>\n<hr>\n<p>b</p>'],
		['**a `b`** and *c*', '<p><strong>a <code>b</code></strong> and <em>c</em></p>'],
		['KVM_REQ_SLEEP * 2 * 3', '<p>KVM_REQ_SLEEP * 2 * 3</p>'],
		['`` a`b ``', '<p><code>a`b</code></p>'],
		['\\*a\\*', '<p>*a*</p>'],
	])('%j', (text, expected) => {
		expect(html(text)).toBe(expected);
	});

	it('tables, with code that holds a bar, escaped bars and empty cells', () => {
		expect(html('| a | b |\n|---|:-:|\n| `x|y` | |\n| p\\|q | **r** |\nafter')).toBe(
			'<div class="scroll"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody>' +
				'<tr><td><code>x|y</code></td><td></td></tr><tr><td>p|q</td><td><strong>r</strong></td></tr></tbody></table></div>\n<p>after</p>',
		);
	});

	it('a table with an empty heading has none', () => {
		expect(html('| | |\n|---|---|\n| a | b |')).toBe(
			'<div class="scroll"><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table></div>',
		);
	});

	it('items that stand for a rule or clause carry its id and line', () => {
		const text = '## Clauses\n\n- `CPU_ON.use` (F.b 5.6.1): Asks.\n- `x`: no.';
		expect(html(text)).toContain('<li data-anchor="CPU_ON.use" data-line="3"><code>CPU_ON.use</code> (F.b');
		expect(html(text)).toContain('<li><code>x</code>: no.</li>');
	});
});

describe('links', () => {
	it('carry what the rule says, https as an address, all else for the script', () => {
		expect(html('[a `b`](x.md#c)')).toBe(
			'<p><a role="link" tabindex="0" data-href="x.md#c">a <code>b</code></a></p>',
		);
		expect(html('<https://e.org/?a=1&b>')).toBe(
			'<p><a href="https://e.org/?a=1&amp;b">https://e.org/?a=1&amp;b</a></p>',
		);
	});

	it('refused ones are text', () => {
		expect(renderMarkdown('[a](javascript:alert)', () => undefined)).toBe('<p>a</p>');
		expect(html('[a](javascript:alert)')).not.toContain(' href=');
	});

	it('lead from page to page of spec/ only', () => {
		expect(pageLink('psci/CPU_ON.md', '#clauses')).toEqual({ page: 'psci/CPU_ON.md', heading: 'clauses' });
		expect(pageLink('psci/CPU_ON.md', '../kvm/run-loop.md#a')).toEqual({
			page: 'kvm/run-loop.md',
			heading: 'a',
		});
		for (const href of ['../../README.md', '/etc/a.md', 'file:///a.md', 'a.txt', '..\\a.md'])
			expect(pageLink('psci/CPU_ON.md', href), href).toBeUndefined();
	});

	it('headings are named as on GitHub', () => {
		expect(slugOf("Who may call it, and `when`: Arm's")).toBe('who-may-call-it-and-when-arms');
	});
});

it('no text makes an element, an attribute or a script of its own', () => {
	for (const text of [
		'<script>alert(1)</script>',
		'# <img src=x onerror=y>',
		'`<b>`',
		'| <i> |\n|---|\n| <i> |',
		'[<b>](x"onclick="y)',
		'- `a.b"><b>`: x',
	])
		expect(html(text), text).not.toMatch(/<(?:script|img|b|i)\b|" ?onclick/);
	const TAG =
		/<(?:\/?(?:h[1-6]|p|ul|ol|li|pre|code|blockquote|table|thead|tbody|tr|td|th|div|strong|em|a)|hr)(?: (?:id|class|scope|start|role|tabindex|href|data-href|data-anchor|data-line)="[^"<>]*")*>/g;
	const piece = fc.constantFrom(
		'<',
		'>',
		'"',
		"'",
		'&',
		'`',
		'*',
		'**',
		'[',
		']',
		'(',
		')',
		'|',
		'\n',
		'- ',
		'# ',
		'> ',
		'---',
		'a',
		' ',
		'\\',
		'1. ',
		'https://',
		'```',
	);
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
			expect(html(pieces.join('')).replaceAll(TAG, '')).not.toMatch(/[<>]/);
		}),
		{ numRuns: 3000 },
	);
});

describe.each(pages)('spec/$name', ({ name, text }) => {
	const out = html(text);
	it('leaves no Markdown behind', () => {
		const shown = out.replaceAll(/<(pre|code)>.*?<\/\1>/gs, '').replaceAll(/<[^>]*>/g, '');
		expect(shown).not.toMatch(/\]\(|\*\*|`|^\s*(?:\||#|[-*] )/m);
	});

	it('has all its rules and clauses', () => {
		const found = [...out.matchAll(/data-anchor="([^"]+)" data-line="(\d+)"/g)].map((m) => [
			m[1],
			Number(m[2]),
		]);
		for (const { id, line } of parsePage(name, text).anchors) expect(found).toContainEqual([id, line]);
	});
});
