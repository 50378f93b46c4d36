// Whatever happens to the bytes of a trace: it opens with what is whole, or it is refused with a TraceError.
// Vacuous if the damage never reached an event: the truncation test demands that each event is lost in turn.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/trace/nothing-to-debug.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { TraceError } from '../../../src/trace/trace-error.ts';
import { line, nameOf, openText, rowsOf, sample } from './samples.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** The trace, looked at everywhere; undefined when it was refused. Any other failure is one of the test. */
async function survive(bytes: Uint8Array | string): Promise<Trace | undefined> {
	try {
		const trace = await openText(bytes);
		for (const row of rowsOf(trace)) {
			expect(trace.events.detail(row).kind).toBe(nameOf(trace, row));
			expect(trace.events.vm(row)).toBeLessThan(trace.vms.length);
			trace.lineText(trace.events.line(row));
		}
		expect(trace.problems.length).toBeLessThanOrEqual(Math.min(100, trace.problemCount));
		return trace;
	} catch (error) {
		expect(error).toBeInstanceOf(TraceError);
		return undefined;
	}
}

/** Heading and some thirty events, of many kinds. */
const small = sample('psci_test.txt')
	.split('\n')
	.filter((_, i) => i < 15 || (i > 62 && i < 85))
	.join('\n');

describe('a file cut', () => {
	it('at any byte opens with the events before the cut, or is refused', async () => {
		const bytes = encode(small);
		const whole = await openText(bytes);
		const starts = rowsOf(whole).map((row) => whole.events.line(row));
		const seen = new Set<number>();
		for (let end = 0; end < bytes.length; end++) {
			const trace = await survive(bytes.subarray(0, end));
			const wholeLines = small.slice(0, end).split('\n').length - 1;
			const least = starts.filter((line) => line <= wholeLines).length;
			expect(trace?.events.length ?? 0).toBeGreaterThanOrEqual(least);
			expect(trace?.events.length ?? 0).toBeLessThanOrEqual(least + 1);
			seen.add(trace?.events.length ?? 0);
		}
		expect(seen.size).toBe(whole.events.length + 1);
	});

	it('inside the last event of interest is never taken for a whole one without a word', async () => {
		const text =
			line('kvm_entry: PC: 0x0000000040000000') + line('kvm_userspace_exit: reason KVM_EXIT_MMIO (6)');
		const start = text.indexOf('\n') + 1;
		for (let end = start + 2; end < text.length - 1; end++) {
			const trace = await survive(text.slice(0, end));
			expect(trace && refusal(trace), text.slice(start, end)).toBeDefined();
		}
	});
});

describe('damaged bytes', () => {
	it('never give anything but a trace or a refusal', async () => {
		const bytes = encode(small);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
				async (flips) => {
					const damaged = bytes.slice();
					for (const [at, value] of flips) {
						damaged[at] = value;
					}
					await survive(damaged);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('in one line cost that line and no other', async () => {
		const lines = small.split('\n');
		const whole = await openText(small);
		const victim = whole.events.line(5);
		lines[victim - 1] = '\0\0\0 nothing \x01';
		const trace = await openText(lines.join('\n'));
		expect(trace.events.length).toBe(whole.events.length - 1);
		expect(trace.problems).toMatchObject([{ line: victim, found: '"\\x00\\x00\\x00 nothing \\x01"' }]);
		expect(refusal(trace)).toBeUndefined();
	});

	it('are counted in full and kept in part', async () => {
		const text = `${line('kvm_entry: PC: 0x0000000040000000')}${'rubbish\n'.repeat(5000)}last rubbish\n`;
		const trace = await openText(text);
		expect(trace.problemCount).toBe(5001);
		expect(trace.problems).toHaveLength(100);
		expect(trace.problems.at(-1)?.found).toBe('"last rubbish"');
	});

	it('of any kind, as a file of their own, never give anything but a trace or a refusal', async () => {
		const token = fc.constantFrom(
			...[
				' ',
				'-1',
				' [000]',
				' 1.5:',
				' 4us+:',
				' d..1.',
				' call:',
				' (x)',
				' kvm=0x1',
				' x={0x1,',
				'}',
				'\n',
			],
			...[
				'kvm_entry:',
				' PC: 0x',
				'f'.repeat(17),
				'\r\n',
				'\0',
				'#',
				'CPU:0 [LOST 9 EVENTS]',
				'é',
				'<...>',
				'=',
			],
		);
		await fc.assert(
			fc.asyncProperty(fc.array(token, { maxLength: 60 }), async (tokens) => {
				await survive(tokens.join(''));
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('odd but whole files', () => {
	it('with CRLF line ends are the same trace', async () => {
		const unix = await openText(small);
		const dos = await openText(small.replaceAll('\n', '\r\n'));
		const details = (trace: Trace) => rowsOf(trace).map((row) => trace.events.detail(row));
		expect(details(dos)).toEqual(details(unix));
		expect(rowsOf(dos).map((row) => dos.lineText(dos.events.line(row)))).toEqual(
			rowsOf(unix).map((row) => unix.lineText(unix.events.line(row))),
		);
	});

	it.each([
		['letters', 'a'],
		['blanks', ' '],
		['digits', '7'],
		['dashes and digits', '-1'],
		['NULs', '\0'],
		['half a shell', ' qemu-1 [000]'],
		['fields', ' x0=0x1'],
	])('with a line of 10 MB of %s are read, which backtracking would take hours for', async (_, filling) => {
		const event = line('kvm_entry: PC: 0x0000000040000000');
		const long = filling.repeat(10_000_000 / filling.length);
		const trace = await openText(`${event}${long}\n${event}`);
		expect(trace.events.length).toBe(2);
		const inPayload = await openText(`${event}${line(`call: (f) ${long}`)}${event}`);
		expect(inPayload.events.length).toBeGreaterThanOrEqual(2);
	});

	it('with time going backwards come out in order of time, ties in order of the file', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 200 }), async (times) => {
				const text = times
					.map((time, i) =>
						line(`kvm_entry: PC: 0x${i.toString(16).padStart(16, '0')}`, { time: `${time}.000000` }),
					)
					.join('');
				const trace = await openText(text);
				const order = times.map((time, i) => ({ time, i })).sort((a, b) => a.time - b.time || a.i - b.i);
				expect(rowsOf(trace).map((row) => trace.events.line(row) - 1)).toEqual(order.map(({ i }) => i));
				expect(rowsOf(trace).map((row) => trace.events.detail(row))).toEqual(
					order.map(({ i }) => ({ kind: 'kvm_entry', pc: BigInt(i) })),
				);
				for (let at = 1; at <= times.length + 1; at++) {
					const row = order.findIndex(({ i }) => i === at - 1);
					expect(trace.events.rowAtOrAfterLine(at)).toBe(row < 0 ? times.length : row);
				}
			}),
			{ numRuns: 50 },
		);
	});

	it('with more names than a kernel has events stay bounded', async () => {
		const text = Array.from({ length: 20_000 }, (_, i) => line(`name_${i}: x`)).join('');
		const trace = await openText(text + line('kvm_entry: PC: 0x0000000040000000'));
		expect(trace.skipped.size).toBeLessThan(9000);
		expect([...trace.skipped.values()].reduce((a, b) => a + b, 0)).toBe(20_000);
	});
});
