// docs/findings.md has each code once, with its meaning, evidence and what to do, and no code that is none.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDING_CODES } from '../../../src/session/findings/codes.ts';

test('each code has its row, and each row its four cells', () => {
	const page = readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8');
	const rows = page.split('\n').filter((line) => line.startsWith('| PSCI-'));
	const cells = rows.map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
	expect(cells.map(([code]) => code)).toEqual(Object.keys(FINDING_CODES));
	for (const row of cells) {
		expect(row).toHaveLength(4);
		for (const cell of row) expect(cell, row.join(' | ')).not.toBe('');
	}
});
