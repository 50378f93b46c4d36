// Text compressed with gzip or zstd is the same session as the text itself; damage in it leaves what came before.
// Vacuous if nothing were compressed: the files are made by other programs than the one that unpacks them.

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { storedZstd } from '../../../bench/trace-dat-writer.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { readConsole } from '../../../src/trace/console/read-console.ts';
import { refusal } from '../../../src/trace/nothing-to-debug.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { TraceError } from '../../../src/trace/trace-error.ts';
import { line, openBinary, openSample, openText, rowsOf, sample } from './samples.ts';

function same(packed: Trace, plain: Trace): void {
	expect(packed.events.length).toBe(plain.events.length);
	expect(packed.lineCount).toBe(plain.lineCount);
	for (const row of rowsOf(plain)) {
		expect(packed.events.detail(row)).toEqual(plain.events.detail(row));
		expect(packed.events.line(row)).toBe(plain.events.line(row));
	}
	expect(packed.lineText(20)).toBe(plain.lineText(20));
	expect(packed.problems).toEqual(plain.problems);
}

it('reads text that gzip packed', async () => {
	const packed = await openBinary('scenarios-7.2.13.txt.gz');
	same(packed, await openSample('scenarios-7.2.13.txt.gz'));
	expect(packed).toMatchObject({ format: 'ftrace', lines: 'generated' });
});

it('reads text that zstd packed', async () => {
	same(await openBinary('psci_test.txt.zst'), await openSample('psci_test.txt'));
});

it('reads members and frames that follow each other as one text', async () => {
	const text = new TextEncoder().encode(sample('psci_test.txt'));
	const [a, b] = [text.subarray(0, 5000), text.subarray(5000)];
	const plain = await openSample('psci_test.txt');
	same(await openText(Buffer.concat([gzipSync(a), gzipSync(b)])), plain);
	same(await openText(Buffer.concat([storedZstd(a), storedZstd(b)])), plain);
});

describe.each([
	['gzip', (text: string) => new Uint8Array(gzipSync(text))],
	['zstd', (text: string) => storedZstd(new TextEncoder().encode(text))],
])('texts of every other kind, packed with %s', (_, pack) => {
	it.each([
		'guest-reboot.console.txt',
		'qemu-reboot.log',
		'qemu-poweroff-stamped.log',
		'hotplug-named.jsonl.gz',
		'perf-script-guest-code.txt',
	])('are read: %s', async (name) => {
		const plain = await openText(sample(name));
		const packed = await openText(pack(sample(name)));
		expect(plain.events.length).toBeGreaterThan(10);
		same(packed, plain);
	});

	it('stand beside a recording: its console', async () => {
		const text = new TextEncoder().encode(sample('guest-reboot.console.txt'));
		const plain = await readConsole(bytesInMemory('console', text));
		expect(plain.length).toBeGreaterThan(10);
		expect(await readConsole(bytesInMemory('console', pack(sample('guest-reboot.console.txt'))))).toEqual(
			plain,
		);
	});
});

it('a console that is cut keeps the lines before, with one problem that says so', async () => {
	const packed = new Uint8Array(gzipSync(sample('guest-reboot.console.txt')));
	const trace = await openText(packed.slice(0, packed.length * 0.9), 'cut');
	expect(trace.format).toBe('console');
	expect(trace.events.length).toBeGreaterThan(5);
	expect(trace.problems).toMatchObject([{ found: 'the end of the gzip data', truncated: true }]);
});

it('reads a source of small pieces and unknown size', async () => {
	const bytes = new Uint8Array(gzipSync(sample('psci_test.txt')));
	const whole = bytesInMemory('trace.gz', bytes);
	const read = (offset: number, length: number) => whole.read(offset, Math.min(length, 7));
	same(await openTrace({ name: 'trace.gz', size: 0, read }), await openSample('psci_test.txt'));
});

describe.each([
	['gzip', (text: string) => new Uint8Array(gzipSync(text))],
	['zstd', (text: string) => storedZstd(new TextEncoder().encode(text), 1000)],
] as const)('%s data that are cut', (packing, pack) => {
	const text = sample('psci_test.txt');
	const packed = pack(text);

	it.each([0.5, 0.9, 0.99])('at %d keep the events before, with one problem that says so', async (part) => {
		const trace = await openText(packed.slice(0, Math.floor(packed.length * part)), 'cut');
		expect(trace.events.length).toBeGreaterThan(20);
		expect(trace.problems).toEqual([
			expect.objectContaining({ found: `the end of the ${packing} data`, truncated: true }),
		]);
		expect(refusal(trace)?.message).toMatch(/copy the whole file again/);
	});

	it('at any byte are noticed', async () => {
		const short = pack(text.split('\n').slice(0, 60).join('\n'));
		const whole = await openText(short);
		expect(whole.problems).toEqual([]);
		for (let length = Math.floor(short.length / 2); length < short.length; length++) {
			const trace = await openText(short.slice(0, length));
			expect(trace.problems, `${length} of ${short.length}`).toMatchObject([{ truncated: true }]);
		}
	});

	it('in the first bytes are refused', async () => {
		await expect(openText(packed.slice(0, 24), 'cut')).rejects.toThrow(TraceError);
	});
});

it('refuses data that are made to fill memory, before they do', async () => {
	const bomb = gzipSync(line('kvm_entry: PC: 0x0000000040000000').repeat(1_500_000));
	const trace = await openText(new Uint8Array(bomb), 'bomb.gz');
	expect(trace.problems.at(-1)?.found).toMatch(/bytes that unpack to more than/);
	const header = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0, 0);
	await expect(openText(header, 'wide.zst')).rejects.toThrow(/zstd data that need \d+ bytes of memory/);
});

it('refuses what is compressed otherwise or more than once, saying with what', async () => {
	const inner = new Uint8Array(gzipSync(gzipSync('x')));
	await expect(openText(inner, 'a')).rejects.toThrow(/compressed with gzip/);
	await expect(openText(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'a')).rejects.toThrow(/xz.*unxz/);
	const dat = Uint8Array.of(0x17, 0x08, 0x44, ...new TextEncoder().encode('tracing7\0'));
	await expect(openText(new Uint8Array(gzipSync(dat)), 'a')).rejects.toThrow(
		/trace\.dat inside a compressed/,
	);
});
