// What is said of a single word. Vacuous if everything were explained: ordinary words must not be.

import { describe, expect, it } from 'vitest';
import { WORD, wordMarkdown } from '../../../src/editor/language/word-text.ts';
import { parsePage, specIndex } from '../../../src/spec/index.ts';
import { link } from './words.ts';

const index = specIndex([
	parsePage('psci/CPU_ON.md', '## What KVM does\n- `cpu_on.target_stopped`: it [starts](x.md#y) at once.'),
]);
const said = (word: string, prose = false) => wordMarkdown(word, index, link, prose);

describe('a word', () => {
	it.each([
		['0xc4000003', 'CPU\\_ON (SMC64)'],
		['0x00000000c4000003', 'CPU\\_ON (SMC64)'],
		['0xfffffffffffffffc', 'ALREADY\\_ON'],
		['-4', 'ALREADY\\_ON'],
		['CPU_ON', 'switch another core on'],
		['ALREADY_ON', '-4: '],
		['KVM_EXIT_SYSTEM_EVENT', 'system'],
		['KVM_ARM_VCPU_INIT', 'resets it'],
		['KVM_REQ_SLEEP', 'RUNNABLE'],
		['kvm_hvc_arm64', 'The guest made a hypercall by HVC'],
		['CPU_ON.use', 'DEN0022 F.b 5.6.1'],
		['cpu_on.target_stopped', 'it starts at once.'],
	])('%s is explained', (word, text) => {
		expect(said(word)).toContain(text);
	});

	it('of prose is not taken for an event or a function', () => {
		for (const word of ['call', 'reset', 'version', 'features', 'The'])
			expect(said(word, true), word).toBeUndefined();
		expect(said('ALREADY_ON', true)).toContain('-4');
	});

	it('that means nothing says nothing', () => {
		for (const word of ['', 'toString', '0x12345', 'KVM_NO_SUCH_NAME', 'a.b.c'])
			expect(said(word), word).toBeUndefined();
	});

	it.each([
		['(r0: 0x00000000c4000003, imm', '0x00000000c4000003'],
		['- `cpu_on.target_stopped`:', 'cpu_on.target_stopped'],
		['ret=-4 kvm', '-4'],
		['reason KVM_EXIT_MMIO (6)', 'KVM_EXIT_MMIO'],
	])('%s: is cut out of its line', (line, word) => {
		expect(line.match(new RegExp(WORD, 'g'))).toContain(word);
	});
});
