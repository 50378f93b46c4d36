// Rules, clauses and code say the same: vacuous if the tables were empty, so their sizes are checked.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULE_IDS, ruleOf } from '../../../src/kvm/rules.ts';
import { CLAUSES, clauseById, clausesOf } from '../../../src/psci/clauses.ts';
import { PSCI_FUNCTIONS } from '../../../src/psci/function-table.ts';

const folder = new URL('../../../src/kvm/', import.meta.url);
const code = readdirSync(folder)
	.filter((name) => name.endsWith('.ts') && !name.startsWith('rules'))
	.map((name) => readFileSync(new URL(name, folder), 'utf8'))
	.join('\n');

describe('a rule', () => {
	it('is decided somewhere in the code', () => {
		expect(RULE_IDS.length).toBeGreaterThan(100);
		expect(RULE_IDS.filter((id) => !code.includes(`'${id}'`))).toEqual([]);
	});

	it('rests on clauses that exist', () => {
		const missing = RULE_IDS.flatMap((id) =>
			ruleOf(id).clauses.flatMap((clause) => (clauseById(clause) ? [] : [`${id}: ${clause}`])),
		);
		expect(missing).toEqual([]);
		expect(RULE_IDS.filter((id) => ruleOf(id).clauses.length === 0)).toEqual([]);
	});
});

describe('a clause', () => {
	it('has an id of its own', () => {
		expect(new Set(CLAUSES.map((clause) => clause.id)).size).toBe(CLAUSES.length);
	});

	it('exists for every function of the final PSCI text, with its section of F.b', () => {
		const lacking = PSCI_FUNCTIONS.filter((fn) => !fn.alphaOnly).filter((fn) =>
			clausesOf(fn.name).every((clause) => !clause.sections['F.b']),
		);
		expect(lacking).toEqual([]);
	});
});
