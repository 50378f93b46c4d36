// A file with nothing to debug is refused, in words that say what was found and what would have served.
// Vacuous if a file were refused for another reason: every case names words of its own message.

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { refusal } from '../../../src/trace/nothing-to-debug.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { TraceError } from '../../../src/trace/trace-error.ts';
import { line, openText, sample } from './samples.ts';

async function refused(content: string | Uint8Array): Promise<TraceError> {
	try {
		await openText(content, 'my.txt');
	} catch (error) {
		if (error instanceof TraceError) {
			return error;
		}
		throw error;
	}
	throw new Error('was opened');
}

const datMagic = (rest: string) =>
	Uint8Array.of(0x17, 0x08, 0x44, ...new TextEncoder().encode(`tracing${rest}`));
const heading = sample('plain.txt').split('\n').slice(0, 12).join('\n');

describe.each<[string, string | Uint8Array, RegExp]>([
	[
		'an empty file',
		'',
		/^my\.txt, byte 0: found an empty file\. Expected a trace\.dat of trace-cmd, or the text of a trace/,
	],
	['a trace.dat of a version to come', datMagic('8\0\0\x08'), /byte 10: found version "8" of trace\.dat/],
	['a trace.dat of no machine', datMagic('7\0\0\0'), /byte 13: found a long of 0 bytes\. Expected 4 or 8/],
	[
		'a trace.dat cut in its head',
		datMagic('7\0\0\x08\0'),
		/byte 14: found 1 bytes to the end\. Expected the page size/,
	],
	['a perf.data', new TextEncoder().encode('PERFILE2\0\0'), /perf\.data/],
	['a gzip file without content', new Uint8Array(gzipSync('')), /an empty file/],
	['the first bytes of a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0), /the end of the gzip data/],
	['UTF-16', Uint8Array.of(0xff, 0xfe, 0x20, 0), /UTF-16/],
	['a binary file', Uint8Array.of(0x41, 0x0a, 0x42, 0x00, 0x01), /byte 3: found binary data \(byte 0x00\)/],
	['a text that is no trace', 'Dear diary,\ntoday nothing happened.\n', /begins with "Dear diary,"/],
	['a heading without events', `${heading}\n`, /heading of a trace and no whole event/],
	['the report of an empty trace.dat', 'cpus=2\nCPU 0 is empty\nCPU 1 is empty\n', /heading of a trace/],
	[
		'a trace without KVM events',
		line('sched_switch: prev_comm=a ==> next_comm=b') + line('sched_switch: x') + line('kvm_age_hva: y'),
		/its events are sched_switch \(2\), kvm_age_hva \(1\)\. Expected .*trace-cmd record -e kvm/,
	],
	[
		'a trace cut in its first event',
		`${heading}\n${line('kvm_entry: PC: 0x').slice(0, -1)}`,
		/line 13, byte \d+: found a trace without a whole event; .*kvm_entry: PC: 0x"\. Expected kvm_entry: PC: <hex>/,
	],
	['a trace with only the probes of others', line('call: x=1') + line('ret: 0'), /call \(1\), ret \(1\)/],
])('%s', (_, content, message) => {
	it('is refused in one or two sentences that name the file, what was found and what was expected', async () => {
		const error = await refused(content);
		expect(error.message).toMatch(message);
		expect(error.message).toMatch(/^my\.txt(?:, line \d+)?(?:, byte \d+)?: found .+\. Expected .+\.$/s);
		expect(error.message.length).toBeLessThan(400);
	});
});

it('refuses what is no trace after the first megabyte, not after the last', async () => {
	let read = 0;
	const endless = {
		name: 'endless',
		size: 0,
		read: (_: number, length: number) => {
			read += length;
			return Promise.resolve(new Uint8Array(length).fill(0x61));
		},
	};
	await expect(openTrace(endless)).rejects.toThrow(TraceError);
	expect(read).toBeLessThanOrEqual(2 * 1024 * 1024);
});

it('reads a source that does not know its size, as files of tracefs do not', async () => {
	const bytes = new TextEncoder().encode(sample('psci_test.txt'));
	const trace = await openTrace({ ...bytesInMemory('trace', bytes), size: 0 });
	expect(trace.events.length).toBe(199);
});

it('lets a failure of the source through as it is', async () => {
	const read = () => Promise.reject(new Error('EISDIR'));
	await expect(openTrace({ name: 'dir', size: 1, read })).rejects.toThrow('EISDIR');
});

describe('a file that is cut in mid-line', () => {
	const text = line('kvm_entry: PC: 0x0000000040000000').repeat(3);

	it('keeps the events before the cut, and says where and how it is cut', async () => {
		const trace = await openText(text.slice(0, -8), 'cut.txt');
		expect(trace.events.length).toBe(2);
		expect(trace.problems).toMatchObject([{ line: 3, offset: (text.length / 3) * 2, truncated: true }]);
		const error = refusal(trace);
		expect(error).toBeInstanceOf(TraceError);
		expect(error?.message).toMatch(
			/^cut\.txt, line 3, byte \d+: found the file cut in the middle of a line, ".*kvm_entry: PC: 0x.*"\. Expected kvm_entry: PC: <hex> and a line end/,
		);
	});

	it('is not one when only the last line end is missing', async () => {
		const trace = await openText(text.slice(0, -1));
		expect(trace.events.length).toBe(3);
		expect(trace.problems).toEqual([]);
		expect(refusal(trace)).toBeUndefined();
	});

	it('is recognised by the fields that earlier events of the kind had', async () => {
		const call = line('call: (kvm_smccc_call_handler+0x0/0x440) kvm=0x1 vcpu=0 pc=0x40 x0=0x84000000 x1=0x0');
		expect(refusal(await openText(call + call.slice(0, -' x1=0x0\n'.length)))).toBeDefined();
	});

	it('is suspected where the last number of a probe may have lost digits', async () => {
		const call = line('call: (kvm_smccc_call_handler+0x0/0x440) kvm=0x1 vcpu=0 pc=0x40 x0=0x84000000');
		const trace = await openText(call + call.slice(0, -3));
		expect(refusal(trace)).toBeUndefined();
		expect(trace.problems.at(-1)?.found).toMatch(/last number may be cut/);
	});
});
