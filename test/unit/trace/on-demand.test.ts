// Details are read from the file when they are looked at, and are what they are when all bytes are kept.
// Vacuous if bytes were kept all the same: the last tests take the file away.

import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { RecentParts } from '../../../src/trace/recent-parts.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { rowsOf, sampleBytes } from './samples.ts';

const files = [
	'psci_test.txt',
	'psci_test.dat',
	'guest-hibernate.dat',
	'guest-hibernate.zlib.dat',
	'qemu-reboot.log',
	'perf-script-guest-code.txt',
];

/** A file that can be closed, and cut. */
class OpenFile implements ByteSource {
	readonly name = 'file';
	bytes: Uint8Array;
	/** reads at once, and how many bytes they gave */
	reads = 0;
	given = 0;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}

	get size(): number {
		return this.bytes.length;
	}

	read(offset: number, length: number): Promise<Uint8Array> {
		return Promise.resolve(this.bytes.slice(offset, offset + length));
	}

	readNow(offset: number, length: number): Uint8Array {
		const bytes = this.bytes.slice(offset, offset + length);
		this.reads++;
		this.given += bytes.length;
		return bytes;
	}

	close(): Promise<void> {
		this.bytes = new Uint8Array();
		return Promise.resolve();
	}
}

const details = (trace: Trace) =>
	rowsOf(trace).map((row) => [trace.events.line(row), trace.events.detail(row)]);

describe.each(files)('%s', (name) => {
	it('says the same whether its bytes are kept or read when looked at', async () => {
		const kept = await openTrace(new OpenFile(sampleBytes(name)));
		const file = new OpenFile(sampleBytes(name));
		const read = await openTrace(file, { staysOpen: true });
		expect(details(read)).toEqual(details(kept));
		expect(file.reads).toBeGreaterThan(0);
		expect(read.lineText(1)).toBe(kept.lineText(1));
	});

	it('closed, is still there where its bytes are kept', async () => {
		const file = new OpenFile(sampleBytes(name));
		const trace = await openTrace(file);
		await file.close();
		expect(details(trace).length).toBe(trace.events.length);
		expect(file.reads).toBe(0);
	});

	it('cut after it was opened, says so and where', async () => {
		const file = new OpenFile(sampleBytes(name));
		const trace = await openTrace(file, { staysOpen: true });
		file.bytes = file.bytes.subarray(0, 100);
		expect(() => trace.events.detail(trace.events.length - 1)).toThrow(
			/file has been cut at byte \d+ since it was opened/,
		);
	});
});

it('a text changed after it was opened says so', async () => {
	const file = new OpenFile(sampleBytes('plain.txt'));
	const trace = await openTrace(file, { staysOpen: true });
	file.bytes = file.bytes.slice().fill(0x41);
	expect(() => trace.events.detail(0)).toThrow(/the file has been changed/);
});

it('parts looked at last are kept up to four megabytes, whatever their number', () => {
	const parts = new RecentParts();
	let read = 0;
	const get = (key: number, bytes: number) =>
		parts.get(key, () => {
			read++;
			return new Uint8Array(bytes);
		});
	for (let key = 0; key < 100; key++) get(key, 0x10_0000);
	expect(read).toBe(100);
	for (const key of [97, 98, 99]) get(key, 0x10_0000);
	expect(read).toBe(100);
	get(0, 0x10_0000);
	expect(read).toBe(101);
	expect(get(1000, 0x1000_0000)).toHaveLength(0x1000_0000);
	get(0, 0x10_0000);
	expect(read).toBe(103);
});
