// Files cut, and with their bytes changed: the events before the damage and one problem, or a refusal that says where.
// Never another error, and never long. Real files are cut at every byte; of the rest every few bytes have their turn, and
// every single one with PSCI_THOROUGH=all. Vacuous if nothing were opened or nothing refused: both are counted.

import { describe, expect, it } from 'vitest';
import { arm64, Bytes, writeDat } from '../../../bench/trace-dat-writer.ts';
import { jsonlOf } from '../../../src/trace/jsonl/write-jsonl.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { TraceError } from '../../../src/trace/trace-error.ts';
import { cpuOn } from './dat-samples.ts';
import { openBinary, openText, rowsOf, sample, sampleBytes } from './samples.ts';

const ALL = process.env.PSCI_THOROUGH === 'all';
const small = { ...arm64, pageSize: 512 };

interface Outcome {
	readonly opened: number;
	readonly refused: number;
}

function lookAtAll(trace: Trace): void {
	for (const row of rowsOf(trace)) {
		trace.events.detail(row);
	}
	trace.lineText(1);
	trace.lineText(trace.lineCount);
}

/** Opens it; a refusal must have a place in the file and say what was expected. */
async function attempt(bytes: Uint8Array): Promise<Trace | undefined> {
	try {
		const trace = await openText(bytes, 'damaged');
		lookAtAll(trace);
		return trace;
	} catch (error) {
		expect(error).toBeInstanceOf(TraceError);
		expect((error as TraceError).message).toMatch(/^damaged.*: found .+\. Expected .+\.$/s);
		expect((error as TraceError).message.length).toBeLessThan(600);
		return undefined;
	}
}

async function cutEverywhere(whole: Uint8Array, full: Trace, step = 1): Promise<Outcome> {
	let opened = 0;
	let tried = 0;
	for (let length = 0; length < whole.length; length += step) {
		tried++;
		const trace = await attempt(whole.slice(0, length));
		if (trace !== undefined) {
			opened++;
			expect(trace.problemCount).toBeLessThanOrEqual(1);
			expect(trace.events.length).toBeLessThanOrEqual(full.events.length);
			for (const row of [0, trace.events.length - 2]) {
				if (row >= 0 && trace.events.length === full.events.length) {
					expect(trace.events.detail(row)).toEqual(full.events.detail(row));
				}
			}
		}
	}
	return { opened, refused: tried - opened };
}

describe('cut at every byte', () => {
	it.each([
		['version 6', () => cpuOn(small).file({ version: 6 })],
		['version 7', () => cpuOn(small).file({ version: 7 })],
		['version 7, zlib', () => cpuOn(small).file({ version: 7, compression: 'zlib' })],
		['a real recording', () => sampleBytes('psci_test.dat')],
	] as const)('trace.dat, %s', async (name, make) => {
		const whole = make();
		// Those that were written for it are alike but for their version: each has its share of the bytes.
		const step = name === 'a real recording' || ALL ? 1 : process.env.PSCI_THOROUGH ? 3 : 7;
		const { opened, refused } = await cutEverywhere(whole, await openText(whole), step);
		// Version 7 says where its data are only at the end of the file.
		expect(refused).toBeGreaterThan(100);
		expect(opened).toBeGreaterThan(name === 'version 6' ? 50 : -1);
	});

	it.each([
		['text', () => new TextEncoder().encode(sample('psci_test.txt').slice(0, 4000))],
		['perf script', () => new TextEncoder().encode(sample('perf-script-plain.txt'))],
		["QEMU's log", () => sampleBytes('qemu-reboot.log')],
		['text packed with zstd', () => sampleBytes('psci_test.txt.zst')],
	] as const)('%s', async (_, make) => {
		const whole = make();
		const { opened, refused } = await cutEverywhere(whole, await openText(whole));
		expect(opened).toBeGreaterThan(0);
		expect(refused).toBeGreaterThan(10);
	});

	it('JSON Lines', async () => {
		const lines = [...jsonlOf(await openBinary('psci_test.dat'))].slice(0, 25);
		const whole = new TextEncoder().encode(`${lines.join('\n')}\n`);
		const { opened } = await cutEverywhere(whole, await openText(whole));
		expect(opened).toBeGreaterThan(1000);
	});
});

describe('with every byte changed', () => {
	it.each([
		['version 6', () => cpuOn(small).file({ version: 6 }), 0xff],
		['version 7', () => cpuOn(small).file({ version: 7 }), 0x10],
		['version 7, zlib', () => cpuOn(small).file({ version: 7, compression: 'zlib' }), 0xff],
		['a real recording', () => sampleBytes('psci_test.dat').slice(), 0xff],
	] as const)('trace.dat, %s', async (_, make, change) => {
		const bytes = make();
		// Enough to meet every part of the file; three times as many with PSCI_THOROUGH=1.
		const step = ALL ? 1 : (bytes.length > 8192 ? 17 : 5) * (process.env.PSCI_THOROUGH ? 1 : 3);
		let refused = 0;
		for (let at = 0; at < bytes.length; at += step) {
			bytes[at] = (bytes[at] ?? 0) ^ change;
			refused += (await attempt(bytes)) === undefined ? 1 : 0;
			bytes[at] = (bytes[at] ?? 0) ^ change;
		}
		expect(refused).toBeGreaterThan(7);
		expect(refused).toBeLessThan(bytes.length / step);
	});
});

describe('sizes that lie', () => {
	const option = (id: number, bytes: Bytes) => ({ id, data: bytes.bytes });
	const huge = 0xffff_fff0;

	it.each([
		[
			'four thousand million CPUs',
			option(3, new Bytes(true).u64(32).cstring('x').cstring('local').u32(4096).u32(huge)),
		],
		['a page of nothing', option(3, new Bytes(true).u64(32).cstring('x').cstring('local').u32(0).u32(0))],
		[
			'a page of four gigabytes',
			option(3, new Bytes(true).u64(32).cstring('x').cstring('local').u32(huge).u32(0)),
		],
		['a section beyond the end', option(18, new Bytes(true).u64(0x7fff_ffff_ffffn))],
		['an offset that no file has', option(18, new Bytes(true).u64(0xffff_ffff_ffff_ffffn))],
		['samples without number', option(12, new Bytes(true).u64(1).u32(0).u32(huge))],
		['CPUs of a guest without number', option(13, new Bytes(true).cstring('g').u64(1).u32(huge))],
	])('%s are refused', async (_, lie) => {
		const before = process.memoryUsage().arrayBuffers;
		const bytes = cpuOn().file({ options: [lie] });
		expect(await attempt(bytes)).toBeUndefined();
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
	});

	it('a chunk that is to unpack to gigabytes is a problem, and the other CPU is read', async () => {
		const content = cpuOn().content({ compression: 'zlib' });
		const bytes = writeDat(content);
		const view = new DataView(bytes.buffer, bytes.byteOffset);
		// The data of the first CPU begin on the second page: number of chunks, then sizes.
		const at = Array.from({ length: 16 }, (_, page) => page * 4096).find(
			(offset) => offset > 0 && offset + 12 < bytes.length && view.getUint32(offset, true) === 1,
		);
		expect(at).toBeDefined();
		view.setUint32((at ?? 0) + 8, 0x4000_0000, true);
		const trace = await attempt(bytes);
		expect(trace?.problems).toMatchObject([{ found: 'a chunk of 1073741824 bytes when unpacked' }]);
		expect(trace?.events.length).toBe(2);
	});

	it('a page that says it holds more than a page is a problem, and the pages around it are read', async () => {
		const recorder = cpuOn();
		recorder
			.ring(1)
			.lost()
			.event(900_000_000_000_000n, recorder.record('kvm_entry', { vcpu_pc: 7 }));
		const content = recorder.content({ version: 6 });
		const bytes = writeDat(content);
		const last = bytes.length - 2 * 4096;
		new DataView(bytes.buffer, bytes.byteOffset).setUint32(last + 8, 0x7ff_ffff, true);
		const trace = await attempt(bytes);
		expect(trace?.problems).toMatchObject([
			{ offset: last, found: 'a page that says it holds 134217727 bytes' },
		]);
		expect(trace?.lineText(trace.lineCount)).toContain('PC: 0x0000000000000007');
	});
});
