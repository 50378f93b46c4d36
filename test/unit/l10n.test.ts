// Every string that a person reads can be translated: those of the program are in the bundle, those of package.json in
// package.nls.json. Vacuous if none were found: there are many, and one of each place is looked for.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BUNDLE, bundleOf, collectStrings } from '../../scripts/l10n.mjs';

const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const { strings, dynamic } = collectStrings();

it('the bundle has every string of the extension and its pages: `node scripts/l10n.mjs` makes it', () => {
	expect(strings).toContain('Go to its return');
	expect(strings.length).toBeGreaterThan(80);
	expect(readFileSync(BUNDLE, 'utf8')).toBe(bundleOf(strings));
});

it('no string is made before it is translated', () => {
	// But where one is handed through.
	expect(dynamic).toEqual([
		'src/editor/language/l10n.ts: t(m',
		'src/panels/l10n.ts: t(m',
		'src/panels/l10n.ts: words(m',
		'src/panels/l10n.ts: words(m',
	]);
});

it('the bundle is packaged', () => {
	const manifest: unknown = JSON.parse(text('package.json'));
	expect(manifest).toMatchObject({ l10n: './l10n', files: expect.arrayContaining(['l10n']) });
});

it('package.json and package.nls.json have the same keys', () => {
	const asked = [...text('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
	const there = Object.keys(JSON.parse(text('package.nls.json')) as object);
	expect(there).toContain('command.debugFile');
	expect([...new Set(asked)].sort()).toEqual(there.sort());
});

it('nothing that package.json contributes says something by itself', () => {
	const shown = /^(title|category|label|displayName|description|contents)$|^enumDescriptions$/;
	const said: string[] = [];
	const walk = (value: unknown, key: string): void => {
		if (typeof value === 'string') {
			if (shown.test(key) && !/^%[\w.]+%$/.test(value)) said.push(`${key}: ${value}`);
		} else if (Array.isArray(value)) for (const each of value) walk(each, key);
		else if (typeof value === 'object' && value !== null)
			for (const [name, inner] of Object.entries(value)) walk(inner, name);
	};
	const { contributes }: { contributes: unknown } = JSON.parse(text('package.json'));
	walk(contributes, '');
	expect(said).toEqual([]);
});
