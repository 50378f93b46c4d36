// `psci-trace explain` as a person reads it. Vacuous if restricting changed nothing, so lines that must go and
// lines that must stay are both looked for.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/cli/explain.ts';
import { pageNames, plainText } from '../../../src/spec/index.ts';
import { rowConcerns } from '../../../src/spec/kernel-rows.ts';
import { runCommand } from '../cli/run-command.ts';

const folder = new URL('../../../spec/', import.meta.url);

async function explained(...args: string[]): Promise<{ status: number; text: string; complaint: string }> {
	const { status, lines, complaints } = await runCommand(explain(folder), ...args);
	return { status, text: lines.join('\n'), complaint: complaints.join('\n') };
}

const words = (text: string) => text.replace(/\s+/g, ' ');

describe('explain', () => {
	it('prints the whole page of a function', async () => {
		const { status, text } = await explained('psci_cpu_on');
		expect(status).toBe(0);
		expect(text.startsWith('CPU_ON\n======\n')).toBe(true);
		expect(text).toContain('\n- cpu_on.stray_affinity_bits: ');
		expect(text).toContain('\n- cpu_on.stray_affinity_bits_ignored: ');
		expect(text).toContain('CPU_ON.caller (F.b 5.6.2; D 5.6.2)');
	});

	it('knows a function by its ID, too', async () => {
		for (const id of ['0xc4000003', '0x84000003', '0x95C1BA60'])
			expect((await explained(id)).text).toMatch(/^CPU_ON\n/);
		expect(await explained('0xc40000ff')).toMatchObject({
			status: 2,
			complaint: expect.stringMatching(/no function or topic/),
		});
	});

	it('leaves out what a kernel cannot do, and names it', async () => {
		const { text } = await explained('CPU_ON', '--kernel', '6.12', '--psci=1.1');
		expect(words(text)).toContain('Linux 6.12 serves CPU_ON to a guest that is shown PSCI 1.1.');
		expect(text).toContain('\n- cpu_on.stray_affinity_bits: ');
		expect(text).not.toContain('\n- cpu_on.stray_affinity_bits_ignored');
		expect(words(text)).toContain(
			'Left out: cpu_on.stray_affinity_bits_ignored (not on this kernel), cpu_on.target_not_stopped_0_1 (not under PSCI 1.1), cpu_on.reset_in_call (not on this kernel).',
		);
	});

	it('keeps of the table of kernels what is not newer', async () => {
		const { text } = await explained('SYSTEM_RESET2', '--kernel', '5.18.1');
		expect(text).toContain('with version 1.1');
		expect(words(text)).not.toContain('the flag is the first data word; before');
		expect(text).not.toContain('up to 5.17');
	});

	it('says NOT_SUPPORTED of a function that is newer than the version', async () => {
		const { text } = await explained('SYSTEM_OFF2', '--kernel', '7.2', '--psci', '1.1');
		expect(words(text)).toContain(
			'PSCI 1.1 does not have SYSTEM_OFF2 (since 1.3). Linux 7.2 does not serve SYSTEM_OFF2 under PSCI 1.1: NOT_SUPPORTED.',
		);
		const old = await explained('PSCI_FEATURES', '--psci', '0.2');
		expect(words(old.text)).toContain('No KVM serves PSCI_FEATURES under PSCI 0.2: NOT_SUPPORTED.');
		const oldest = await explained('SYSTEM_OFF', '--kernel', '3.9');
		expect(words(oldest.text)).toContain(
			'under PSCI 0.1: the guest takes an undefined-instruction exception.',
		);
		expect(words(oldest.text)).toContain('No answers were recorded from this kernel');
	});

	it('tells of a capability that userspace has to enable', async () => {
		const { text } = await explained('SYSTEM_SUSPEND', '--kernel', '6.1', '--psci', '1.0');
		expect(words(text)).toContain('once userspace has enabled its capability');
	});

	it('finds topics and the pages of other services', async () => {
		expect((await explained('run-loop')).text).toContain('KVM_RUN and requests');
		expect((await explained('TRNG_RND')).text).toContain('Other SMCCC services');
		expect((await explained('psci/general')).status).toBe(0);
	});

	it('says what is wrong, with the nearest name', async () => {
		expect(await explained('CPU_NO')).toMatchObject({ status: 2, text: '' });
		expect((await explained('CPU_NO')).complaint).toContain('Did you mean CPU_ON?');
		expect((await explained('SYSTEM_SUPEND')).complaint).toContain('Did you mean SYSTEM_SUSPEND?');
		expect((await explained('xyzzy')).complaint).not.toContain('mean');
		for (const args of [
			[],
			['CPU_ON', 'CPU_OFF'],
			['--kernel'],
			['CPU_ON', '--what'],
			['CPU_ON', '--psci', '2.0'],
		])
			expect((await explained(...args)).status).toBe(2);
		expect((await explained('CPU_ON', '--kernel', '2.6')).complaint).toContain("no kernel '2.6'");
		expect((await explained('CPU_ON', '--kernel', '6.1', '--psci', '1.3')).complaint).toContain(
			'Linux 6.1 cannot show PSCI 1.3 to a guest; it has 0.1, 0.2, 1.0, 1.1\nusage: ',
		);
	});
});

describe('plain text', () => {
	const texts = pageNames.map((name) => readFileSync(new URL(name, folder), 'utf8'));

	it('fits the width', () => {
		for (const text of texts) {
			expect(plainText(text).filter((line) => line.length > 100)).toEqual([]);
		}
	});

	it('keeps every word and drops the marks', () => {
		expect(
			plainText('# A\n\n- `x.y`: see [the page](z.md), **now**\n\n| a | b |\n|---|---|\n| 1 | 2 |'),
		).toEqual(['A', '=', '', '- x.y: see the page, now', '', 'a  b', '1  2']);
		for (const text of texts) expect(plainText(text).join('\n')).not.toMatch(/\]\(|`|\|---/);
	});

	it('takes any text', () => {
		for (const text of ['', '|', '||\n|', '#', '######', '| a |\n| b | c | d |', '- '])
			expect(Array.isArray(plainText(text, 3))).toBe(true);
	});
});

describe('the first cell of a table of kernels', () => {
	it('says which kernels it is about', () => {
		const kernels = (cell: string) =>
			['4.16', '5.10', '6.1', '6.12', '7.2'].filter((k) => rowConcerns(cell, k));
		expect(kernels('5.15')).toEqual(['6.1', '6.12', '7.2']);
		expect(kernels('by 4.16 (release from memory)')).toEqual(['4.16', '5.10', '6.1', '6.12', '7.2']);
		expect(kernels('5.10 as recorded')).toEqual(['5.10', '6.1', '6.12', '7.2']);
		expect(kernels('up to 5.10')).toEqual(['4.16', '5.10']);
		expect(kernels('before 5.10')).toEqual(['4.16']);
		expect(kernels('5.10, 6.1')).toEqual(['5.10', '6.1']);
		expect(kernels('between 5.10 and 6.1 (5.11 to 5.12 from memory)')).toEqual(['6.1', '6.12', '7.2']);
		expect(kernels('5.18 with the series of March 2022 (v4, as posted)')).toEqual([]);
		expect(kernels('The kernel')).toHaveLength(5);
	});

	it('is one that is understood, on every page', () => {
		const cells = pageNames.flatMap((name) => {
			const section =
				readFileSync(new URL(name, folder), 'utf8').split('\n## Kernels\n')[1]?.split('\n## ')[0] ?? '';
			return [...section.matchAll(/^\| ([^|]*?) \|/gm)]
				.map((m) => m[1] ?? '')
				.filter((cell) => cell !== 'Kernel');
		});
		expect(cells.length).toBeGreaterThan(80);
		const form = /^(?:up to |before |by )?\d\.\d+(?: as recorded| with the series of .*)?(?: \(.*\))?$/;
		const range = /^(?:\d\.\d+(?:, \d\.\d+)+|\d\.\d+ to \d\.\d+|between \d\.\d+ and \d\.\d+)(?: \(.*\))?$/;
		expect(cells.filter((cell) => !form.test(cell) && !range.test(cell))).toEqual([]);
	});
});
