// The documents against the tables: each rule and each clause on one line, each line a rule or a clause.
// Vacuous if pages were not found or the parser saw no lines, so both are counted; the counts are printed.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../src/kvm/rules.ts';
import type { Clause } from '../../../src/psci/clause.ts';
import { CLAUSES, clauseById } from '../../../src/psci/clauses.ts';
import { FUNCTIONS } from '../../../src/psci/functions.ts';
import { PSCI_VERSIONS } from '../../../src/psci/versions.ts';
import { pageNames, pageOfFunction, parsePage, specIndex } from '../../../src/spec/index.ts';
import { VMM_RULES } from '../../../src/vmm/rules.ts';

const folder = new URL('../../../spec/', import.meta.url);
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map((entry) => path.relative(folder.pathname, path.join(entry.parentPath, entry.name)))
	.map((name) => name.split(path.sep).join('/'));
const texts = new Map(pageNames.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
const pages = [...texts].map(([name, text]) => parsePage(name, text));
const index = specIndex(pages);
const anchors = pages.flatMap((page) => page.anchors.map((anchor) => ({ ...anchor, page: page.name })));
const rules: Readonly<Record<string, { says: string; clauses: readonly string[]; source: string }>> = {
	...RULES,
	...VMM_RULES,
};
const ids = (kind: 'rule' | 'clause') => anchors.filter((a) => a.kind === kind).map((a) => a.id);
const cited = new Set(Object.values(rules).flatMap((rule) => rule.clauses));
const ISSUES = ['F.b', 'D', 'C', 'A'] as const;
const VERSION_OF = { 'F.b': '1.3', D: '1.1', C: '1.0', A: '0.1' } as const;

/** Whether the issue knows the clause's function at all: a number that cannot exist is no gap. */
function existsIn(clause: Clause, issue: (typeof ISSUES)[number]): boolean {
	const since = FUNCTIONS.find((fn) => fn.name === clause.function)?.since;
	return since === undefined || PSCI_VERSIONS[since] <= PSCI_VERSIONS[VERSION_OF[issue]];
}

/** What must not get lost between a table and its line: constants, numbers, registers. */
const facts = (text: string) => text.match(/\b(?:[A-Z][A-Z0-9_]{2,}|0x[0-9a-f]+|\d+(?:\.\d+)*)\b/g) ?? [];

describe('the documents', () => {
	it('are those of the list', () => {
		expect(files.toSorted()).toEqual(pageNames.toSorted());
		expect(new Set(pages.map((page) => page.title)).size).toBe(pageNames.length);
	});

	it('have a page for every function, with its numbers', () => {
		expect(FUNCTIONS.filter((fn) => fn.service === 'PSCI').length).toBeGreaterThan(20);
		for (const fn of FUNCTIONS) {
			const text = texts.get(pageOfFunction(fn)) ?? '';
			expect(text).toContain(fn.name);
			for (const id of fn.ids) expect(text).toContain(`0x${id.toString(16)}`);
			for (const argument of fn.service === 'PSCI' && !fn.alphaOnly ? fn.arguments : [])
				expect(text).toContain(`\`${argument.name}\``);
		}
	});

	it('print their counts', () => {
		const document = (name: Clause['document']) => CLAUSES.filter((clause) => clause.document === name);
		const numbers = ISSUES.map(
			(issue) => [issue, CLAUSES.filter((clause) => clause.sections[issue]).length] as const,
		);
		const confirmed = numbers.reduce((sum, [, n]) => sum + n, 0);
		const psci = document('DEN0022');
		const gaps = ISSUES.map((issue) => [
			issue,
			psci.filter((clause) => existsIn(clause, issue) && !clause.sections[issue]).length,
		]);
		console.log(
			[
				`${pages.length} pages`,
				`${ids('rule').length} rules (${Object.keys(RULES).length} of KVM, ${Object.keys(VMM_RULES).length} of the VMM)`,
				`${ids('clause').length} clauses, ${CLAUSES.filter((c) => !cited.has(c.id)).length} of them informative`,
				`${confirmed} section numbers confirmed: ${numbers.map(([issue, n]) => `${issue} ${n}`).join(', ')}`,
				`gaps: ${gaps.map(([issue, n]) => `${issue} ${n}`).join(', ')}; other documents ${CLAUSES.length - psci.length}`,
			].join('\n'),
		);
		expect(ids('rule').length).toBeGreaterThan(150);
		expect(ids('clause').length).toBeGreaterThan(100);
	});
});

describe('a rule', () => {
	it('stands on exactly one line, and each line is of a rule', () => {
		expect(ids('rule').toSorted()).toEqual(Object.keys(rules).toSorted());
	});

	it('says there what its table says, at least in names and numbers', () => {
		const lost = Object.entries(rules).flatMap(([id, { says, source }]) => {
			const text = index.rule(id)?.anchor.text ?? '';
			return [...facts(says), source].filter((fact) => !text.includes(fact)).map((fact) => `${id}: ${fact}`);
		});
		expect(lost).toEqual([]);
	});

	it('links there to the clauses that it cites, each on its own page', () => {
		const wrong = Object.entries(rules).flatMap(([id, { clauses }]) => {
			const place = index.rule(id);
			if (!place) return [id];
			const links = [...place.anchor.text.matchAll(/\[([\w.-]+)\]\(([^)#]*)#clauses\)/g)];
			const named = links.map((link) => link[1] ?? '').filter((name) => clauseById(name));
			const astray = links.filter(([, name, target]) => {
				const page = target ? path.posix.join(path.posix.dirname(place.page.name), target) : place.page.name;
				return clauseById(name ?? '') && index.clause(name ?? '')?.page.name !== page;
			});
			const missing = clauses.filter((clause) => !named.includes(clause));
			return [...missing, ...astray.map((link) => link[1] ?? '')].map((clause) => `${id}: ${clause}`);
		});
		expect(wrong).toEqual([]);
	});
});

describe('a clause', () => {
	it('stands on exactly one line, and each line is of a clause', () => {
		expect(ids('clause').toSorted()).toEqual(CLAUSES.map((clause) => clause.id).toSorted());
	});

	it('shows the confirmed section numbers of its table, no others, or that there is none', () => {
		const wrong = CLAUSES.flatMap((clause) => {
			const note = index.clause(clause.id)?.anchor.note ?? '';
			const shown = [...note.matchAll(/\b(F\.b|[A-F](?:\.b)?) (\d[\d.]*)/g)].map((m) => `${m[1]} ${m[2]}`);
			const confirmed = ISSUES.flatMap((issue) => {
				const section = clause.sections[issue];
				return section ? [`${issue} ${section}`] : [];
			});
			const none = note.includes('no source confirms a section number');
			const good =
				shown.toSorted().join() === confirmed.toSorted().join() &&
				none === (confirmed.length === 0) &&
				(clause.document === 'DEN0022' || note.includes(clause.document));
			return good ? [] : [`${clause.id}: ${note}`];
		});
		expect(wrong).toEqual([]);
	});

	it('says what its table says, at least in names and numbers', () => {
		const lost = CLAUSES.flatMap(({ id, summary }) => {
			const text = index.clause(id)?.anchor.text ?? '';
			return facts(summary)
				.filter((fact) => !text.includes(fact))
				.map((fact) => `${id}: ${fact}`);
		});
		expect(lost).toEqual([]);
	});

	it('is cited by a rule, or marked as informative', () => {
		const marked = (id: string) => index.clause(id)?.anchor.note.includes('informative') ?? false;
		expect(CLAUSES.filter(({ id }) => marked(id) === cited.has(id)).map(({ id }) => id)).toEqual([]);
	});
});

describe('links', () => {
	const slug = (heading: string) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-');
	const headings = new Map(
		[...texts].map(([name, text]) => [
			name,
			[...text.matchAll(/^#{1,6} (.*)$/gm)].map((m) => slug(m[1] ?? '')),
		]),
	);
	const links = [...texts].flatMap(([name, text]) =>
		[...text.matchAll(/\]\(([^)]*)\)/g)].map((m) => ({ name, target: m[1] ?? '' })),
	);

	it('resolve, page and heading', () => {
		expect(links.length).toBeGreaterThan(300);
		const broken = links.filter(({ name, target }) => {
			if (target.startsWith('https://')) return false;
			const [file = '', fragment] = target.split('#');
			const page = file ? path.posix.join(path.posix.dirname(name), file) : name;
			const known = headings.get(page);
			return !known || (fragment !== undefined && !known.includes(fragment));
		});
		expect(broken).toEqual([]);
	});

	it('that name a rule lead to its page', () => {
		const astray = [...texts].flatMap(([name, text]) =>
			[...text.matchAll(/\[([a-z_0-9]+\.[a-z_0-9]+)(?: and [^\]]*)?\]\(([^)#]*)#[^)]*\)/g)].filter((m) => {
				const place = index.rule(m[1] ?? '');
				const page = m[2] ? path.posix.join(path.posix.dirname(name), m[2]) : name;
				return place ? place.page.name !== page : clauseById(m[1] ?? '') === undefined;
			}),
		);
		expect(astray.map((m) => m[0])).toEqual([]);
	});

	it('lead from the contents to every page', () => {
		const listed = links.filter(({ name }) => name === 'README.md').map(({ target }) => target);
		expect(pageNames.filter((name) => name !== 'README.md' && !listed.includes(name))).toEqual([]);
	});
});

describe('the text', () => {
	it('names no path of a machine', () => {
		for (const text of texts.values()) expect(text).not.toMatch(/\/(?:work|home|tmp|root)\//);
	});

	it('holds no rule or clause that the parser overlooks', () => {
		const item = /^\s*[-*+] `([\w-]+(?:\.[\w-]+)+)`/gm;
		const seen = [...texts.values()].flatMap((text) => [...text.matchAll(item)].map((m) => m[1] ?? ''));
		expect(seen.toSorted()).toEqual(anchors.map((anchor) => anchor.id).toSorted());
	});
});
