// The scenarios that come with the extension say nothing wrong, and are formatted as the formatter does it.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { formatScenario } from '../../../src/scenario/language/format.ts';

const root = new URL('../../../examples/scenarios/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.psci'),
);

test.each(files)('%s', (file) => {
	expect(files.length).toBeGreaterThan(1);
	const text = readFileSync(new URL(file, root), 'utf8');
	const { diagnostics } = compileScenario(text, file, () => undefined);
	expect(diagnostics.map(({ place, message }) => `${place.line}: ${message}`)).toEqual([]);
	expect(formatScenario(text)).toBe(text);
});
