// Where the documents tell of a name. Vacuous if the first page were always the answer: it is last here.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../src/psci/functions.ts';
import { RETURN_CODES } from '../../../src/psci/return-codes.ts';
import {
	type PageText,
	pageNames,
	pageOfFunction,
	parsePage,
	placeOfName,
	specIndex,
} from '../../../src/spec/index.ts';

const page = (name: string, ...lines: string[]): PageText => ({
	page: parsePage(name, lines.join('\n')),
	lines,
});
const pages = [
	page(
		'kvm/run-loop.md',
		'# The run loop',
		'KVM_RUN and CPU_ON, ALREADY_ON.',
		'| KVM_RUN | runs |',
		'CPU_FREEZE',
	),
	page(
		'psci/general.md',
		'# Common',
		'| x0 | Name |',
		'| -4 | ALREADY_ON | on |',
		'| `-1` | `NOT_SUPPORTED` | no |',
	),
	page(
		'psci/CPU_ON.md',
		'# CPU_ON',
		'| -4 | ALREADY_ON | the target is on |',
		'## Clauses',
		'- `CPU_ON.use` (F.b 5.6.1): starts.',
		'## What KVM does',
		'- `cpu_on.target_stopped`: starts.',
	),
];
const index = specIndex(pages.map((p) => p.page));
const place = (word: string, near?: string) => {
	const found = placeOfName(pages, index, word, near);
	return found && `${found.page}:${found.line}`;
};

describe('a name', () => {
	it.each([
		['CPU_ON', 'psci/CPU_ON.md:1'],
		['PSCI_CPU_ON', 'psci/CPU_ON.md:1'],
		['0xc4000003', 'psci/CPU_ON.md:1'],
		['0x0000000084000003', 'psci/CPU_ON.md:1'],
		['CPU_FREEZE', 'kvm/run-loop.md:4'],
		['CPU_ON.use', 'psci/CPU_ON.md:4'],
		['cpu_on.target_stopped', 'psci/CPU_ON.md:6'],
		['KVM_RUN', 'kvm/run-loop.md:3'],
		['NOT_SUPPORTED', 'psci/general.md:4'],
	])('%s is told at %s', (word, where) => {
		expect(place(word)).toBe(where);
	});

	it('of a return code is told by the page that is near', () => {
		expect(place('ALREADY_ON')).toBe('psci/general.md:3');
		expect(place('ALREADY_ON', 'psci/CPU_ON.md')).toBe('psci/CPU_ON.md:2');
		expect(place('0xfffffffffffffffc', 'psci/CPU_ON.md')).toBe('psci/CPU_ON.md:2');
	});

	it('that no page has is told nowhere', () => {
		for (const word of ['KVM_NO_SUCH', 'SYSTEM_RESET', 'cpu_on', 'version', '0x1', '0x0', '', 'a.b'])
			expect(place(word), word).toBeUndefined();
	});
});

it('every function and every rule and clause of the real pages is told somewhere', () => {
	const real = pageNames.map((name) => {
		const lines = readFileSync(new URL(`../../../spec/${name}`, import.meta.url), 'utf8').split('\n');
		return page(name, ...lines);
	});
	const all = specIndex(real.map((p) => p.page));
	for (const { name, service } of FUNCTIONS) {
		const found = placeOfName(real, all, name);
		expect(found?.page, name).toBe(pageOfFunction({ name, service }));
		const line = real.find((p) => p.page.name === found?.page)?.lines[(found?.line ?? 0) - 1];
		expect(line, name).toContain(name.replace(/^PSCI_/, ''));
	}
	for (const { name } of RETURN_CODES) expect(placeOfName(real, all, name), name).toBeDefined();
	for (const name of ['KVM_RUN', 'KVM_EXIT_SYSTEM_EVENT', 'KVM_ARM_VCPU_INIT', 'KVM_SET_MP_STATE'])
		expect(placeOfName(real, all, name), name).toBeDefined();
});
