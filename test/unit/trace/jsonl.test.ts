// Our own JSON Lines format: written and read back without loss, checked on the way in, and as its schema says.
// Vacuous if a recording had no rows, or the schema allowed anything: wrong lines are tried, too.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EventKind, type EventName } from '../../../src/trace/event.ts';
import { eventShapes, type FieldShape } from '../../../src/trace/jsonl/event-shapes.ts';
import { jsonlOf } from '../../../src/trace/jsonl/write-jsonl.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { openBinary, openSample, openText, rowsOf } from './samples.ts';

const attributed = (trace: Trace) =>
	rowsOf(trace).map((row) => [trace.events.vm(row), trace.events.vcpu(row), trace.events.attribution(row)]);

describe.each([
	'scenarios-7.2.13.dat',
	'psci_test.dat',
	'psci_test.report.txt',
	'lost-trace_pipe.txt',
	'record-tgid.txt',
	'clock-counter.txt',
	'kernel-5.10.txt',
	'perf-script-guest-code.txt',
	'qemu-reboot.log',
])('%s', (name) => {
	it('written as JSON Lines and read back is the same recording', async () => {
		const trace = await (name.endsWith('.dat') ? openBinary(name) : openSample(name));
		const lines = [...jsonlOf(trace)];
		const again = await openText(`${lines.join('\n')}\n`);
		expect(again).toMatchObject({ format: 'jsonl', lines: 'file', problems: [], clockUnit: trace.clockUnit });
		expect(again.host).toBe(trace.host);
		expect(again.vms).toEqual(trace.vms);
		expect(again.skipped).toEqual(trace.skipped);
		expect(again.events.length).toBe(trace.events.length);
		expect(attributed(again)).toEqual(attributed(trace));
		for (const row of rowsOf(trace)) {
			expect(again.events.kind(row)).toBe(trace.events.kind(row));
			expect(again.events.time(row)).toBe(trace.events.time(row));
			expect(again.events.cpu(row)).toBe(trace.events.cpu(row));
			expect(again.threads[again.events.thread(row)]).toEqual(trace.threads[trace.events.thread(row)]);
			expect(again.events.detail(row)).toEqual(trace.events.detail(row));
		}
	});
});

const call = '{"event":"call","time":"1000","vcpu":0,"x":["0x84000000",0,0,0]}';

it('is little to write: what a simulator emits for a call and its result is a session', async () => {
	const trace = await openText(
		[
			call,
			'{"event":"ret","time":2000,"vcpu":0,"ret":1,"x":["0x10003",0,0,0]}',
			'{"event":"call","time":"3000","vcpu":0,"x":["0xc4000003","0x1","0x40000000",null]}',
			'{"event":"reset","time":"3500","vcpu":1,"pending":true,"pc":"0x40000000","r0":0,"be":false}',
			'',
		].join('\n'),
	);
	expect(trace.problems).toEqual([]);
	expect(trace.vms).toEqual([{ kvm: undefined, vcpus: [0, 1] }]);
	expect(trace.threads.map(({ comm }) => comm)).toEqual(['CPU 0', 'CPU 1']);
	expect(trace.events.detail(2)).toEqual({
		kind: 'call',
		vcpu: 0,
		x: [0xc400_0003n, 1n, 0x4000_0000n, undefined],
	});
	expect(trace.events.attribution(3)).toBe('event');
});

describe.each([
	['no JSON', '{"event":"call"', /JSON object/],
	['no object', '[1]', /JSON object/],
	['no event', '{"time":1}', /field "event"/],
	['no time', '{"event":"wfi"}', /field "time"/],
	['a time below zero', '{"event":"wfi","time":-1}', /field "time"/],
	['a time that is no number', '{"event":"wfi","time":"soon"}', /field "time"/],
	['a missing field', '{"event":"kvm_entry","time":1}', /field "pc" of kvm_entry/],
	['a number that JSON rounds', '{"event":"kvm_entry","time":1,"pc":18446744073709551615}', /field "pc"/],
	['too large a number', '{"event":"kvm_entry","time":1,"pc":"0x10000000000000000"}', /field "pc"/],
	['a register of another kind', '{"event":"call","time":1,"x":[true]}', /field "x"/],
	['a CPU that is none', '{"event":"wfi","time":1,"cpu":70000}', /field "cpu"/],
	['another version', '{"format":"psci-trace","version":2}', /"version": 1/],
])('a line with %s', (_, line, expected) => {
	it('is a problem on that line, and the others are read', async () => {
		const trace = await openText(`${call}\n${line}\n${call}\n`);
		expect(trace.events.length).toBe(2);
		expect(trace.problems).toEqual([
			expect.objectContaining({ line: 2, expected: expect.stringMatching(expected) }),
		]);
	});
});

it('counts events of names that it does not know', async () => {
	const trace = await openText(`${call}\n{"event":"mine","time":1}\n{"event":"mine"}\n`);
	expect(trace.skipped).toEqual(new Map([['mine', 2]]));
	expect(trace.problems).toEqual([]);
});

it('finds out the vCPU of events that leave it open, as for any recording', async () => {
	const entry = (tid: number, comm: string) =>
		`{"event":"kvm_entry","time":${tid},"tid":${tid},"comm":"${comm}","pc":"0x40000000"}`;
	const trace = await openText(`${entry(11, 'vcpu1')}\n${entry(10, 'vcpu0')}\n`);
	expect(attributed(trace)).toEqual([
		[0, 0, 'thread-name'],
		[0, 1, 'thread-name'],
	]);
});

describe('jsonl.schema.json', () => {
	it('says of each event what the reader demands', () => {
		const file = new URL('../../../src/trace/jsonl/jsonl.schema.json', import.meta.url);
		expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema());
	});

	it('is described, field by field, in docs/jsonl-format.md', () => {
		const page = readFileSync(new URL('../../../docs/jsonl-format.md', import.meta.url), 'utf8');
		for (const [name, shape] of Object.entries(eventShapes)) {
			const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
			expect(row, name).toBeDefined();
			for (const key of Object.keys(shape).filter((field) => field !== 'kvm')) {
				expect(row, `${name}.${key}`).toContain(`\`${key}`);
			}
		}
	});
});

function schemaOf({ kind, values }: FieldShape): object {
	const u64 = {
		anyOf: [
			{ type: 'string', pattern: '^(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})$' },
			{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
		],
	};
	switch (kind) {
		case 'u64':
			return u64;
		case 's64':
			return {
				anyOf: [{ type: 'string', pattern: '^-?[0-9]{1,19}$' }, { type: 'integer' }],
			};
		case 'int':
			return { type: 'integer' };
		case 'bool':
			return { type: 'boolean' };
		case 'text':
			return values === undefined ? { type: 'string' } : { enum: values };
		case 'registers':
			return { type: 'array', maxItems: 18, items: { anyOf: [...u64.anyOf, { type: 'null' }] } };
	}
}

/** The schema that follows from the table of events. */
function schema(): object {
	const u64 = schemaOf({ kind: 'u64' });
	const common = {
		time: u64,
		cpu: { type: 'integer', minimum: 0, maximum: 0xffff },
		tid: { type: 'integer', minimum: 0 },
		tgid: { type: 'integer', minimum: 0 },
		comm: { type: 'string' },
		vm: { type: 'integer', minimum: 0 },
		vcpu: { type: 'integer', minimum: 0 },
		vcpuFrom: { enum: ['run', 'thread-name', 'first-entry'] },
	};
	const event = (name: EventName) => {
		const shape = Object.entries(eventShapes[name]);
		return {
			type: 'object',
			properties: {
				event: { const: name },
				...common,
				...Object.fromEntries(shape.map(([key, field]) => [key, schemaOf(field)])),
			},
			required: ['event', 'time', ...shape.filter(([, field]) => !field.optional).map(([key]) => key)],
		};
	};
	const head = {
		type: 'object',
		properties: {
			format: { const: 'psci-trace' },
			version: { const: 1 },
			clock: { enum: ['ns', 'ticks'] },
			host: { type: 'string' },
			vms: { type: 'array', items: { type: 'object', properties: { kvm: u64 } } },
			skipped: { type: 'object', additionalProperties: { type: 'integer' } },
		},
		required: ['format', 'version'],
	};
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'psci-trace JSON Lines, version 1: one line',
		anyOf: [head, ...(Object.keys(EventKind) as EventName[]).map(event)],
	};
}
