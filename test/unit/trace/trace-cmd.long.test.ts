// `trace-cmd report -t`, run now, is the reference: the same events, in the same order, with the same times,
// CPUs, threads and fields; and `trace-cmd report -R`, which prints the fields' numbers as they stand in the file,
// is the reference for every value, those included that its texts get wrong. On the recordings of test/data/traces, or on all of the folder PSCI_TRACES.
// Skipped where trace-cmd is not installed; a file that it cannot read (Debian's has no zlib) is passed over.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../src/trace/event.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { nameOf, openText } from './samples.ts';

const folder = process.env.PSCI_TRACES ?? fileURLToPath(new URL('../../data/traces', import.meta.url));
const installed = spawnSync('trace-cmd', ['--version']).error === undefined;
const files = readdirSync(folder).filter((name) => name.endsWith('.dat'));

/** What can be compared of a line; undefined for an event of no interest. */
function comparable(line: string, ours: ReadonlySet<string>): string | undefined {
	const [, shell, time, name = '', payload = ''] =
		/^(.*\]) (?:\S{5} )? *([\d.]+): (\w+): +(.*)$/.exec(line.trimEnd()) ?? [];
	if (shell === undefined) {
		return line.includes('EVENTS DROPPED') ? line : undefined;
	}
	return ours.has(name) ? `${shell} ${time} ${name} ${correct(name, payload)}` : undefined;
}

/**
 * What trace-cmd gets wrong is left out on both sides: of an interrupted run it takes the negative errno for
 * a large number; it knows the layouts of x86 (see dat-real.long.test.ts); it loses its place in `wf%c`; of nested
 * conditions it sees the last; and it prints arrays as zeros.
 */
function correct(name: string, payload: string): string {
	switch (name) {
		case 'kvm_userspace_exit':
			return payload.replace(/reason .*/, 'reason');
		case 'kvm_wfx_arm64':
			return '';
		case 'kvm_irq_line':
			return payload.replace(/^Inject .*? interrupt/, 'Inject interrupt');
		default:
			return payload
				.replace(/CAN'T FIND FIELD "\w+"|<CANT FIND FIELD \w+>/g, '')
				.replace(/\{0x[\dxa-f,]*\}/, '{}');
	}
}

/** The fields of an event as `report -R` names them: `reason=6 errno=-4`; arrays are not in it. */
function rawFields(payload: string): ReadonlyMap<string, bigint> {
	const fields = new Map<string, bigint>();
	for (const [, name = '', sign = '', digits = ''] of payload.matchAll(
		/(\w+)=(-?)(0x[\da-f]+|\d+)(?=\s|$)/g,
	)) {
		fields.set(name, BigInt(digits) * (sign === '-' ? -1n : 1n));
	}
	return fields;
}

const signed = (value: bigint | undefined) => (value === undefined ? undefined : BigInt.asIntN(64, value));

/** What we decode, field by field, beside what the file has by that name; the number of values compared. */
function compareFields(detail: EventDetail, raw: ReadonlyMap<string, bigint>, where: string): number {
	const pairs = pairsOf(detail, raw).filter(([, , expected]) => expected !== undefined);
	for (const [name, ours, expected] of pairs) {
		const same = ours !== undefined && signed(BigInt(ours)) === signed(expected);
		if (!same) {
			expect(`${name}=${ours}`, where).toBe(`${name}=${expected}`);
		}
	}
	return pairs.length;
}

type Pair = readonly [
	name: string,
	ours: bigint | number | boolean | undefined,
	expected: bigint | undefined,
];

function pairsOf(detail: EventDetail, raw: ReadonlyMap<string, bigint>): readonly Pair[] {
	const get = (name: string) => raw.get(name);
	switch (detail.kind) {
		case 'kvm_exit':
			return [
				['vcpu_pc', detail.pc, get('vcpu_pc')],
				['esr_ec', detail.ec ?? 0, get('esr_ec')],
			];
		case 'kvm_hvc_arm64':
			return [
				['vcpu_pc', detail.pc, get('vcpu_pc')],
				['r0', detail.r0, get('r0')],
				['imm', detail.imm, get('imm')],
			];
		case 'kvm_entry':
			return [['vcpu_pc', detail.pc, get('vcpu_pc')]];
		case 'kvm_wfx_arm64':
			return [
				['vcpu_pc', detail.pc, get('vcpu_pc')],
				['is_wfe', detail.instruction === 'wfe', get('is_wfe')],
			];
		case 'kvm_vcpu_wakeup':
			return [
				['ns', detail.ns, get('ns')],
				['waited', detail.how === 'wait', get('waited')],
			];
		case 'kvm_userspace_exit': {
			// The kernel prints a run that a signal ended by its errno: `restart (4)`.
			const errno = get('errno') ?? 0n;
			return [['reason', detail.reason, errno < 0n ? -errno : get('reason')]];
		}
		case 'kvm_irq_line':
			return [
				['vcpu_idx', detail.vcpuIndex, get('vcpu_idx')],
				['irq_num', detail.num, get('irq_num')],
				['level', detail.level, get('level')],
			];
		case 'kvm_guest_fault':
			return [
				['vcpu_pc', detail.pc, get('vcpu_pc')],
				['hsr', detail.hsr, get('hsr')],
				['hxfar', detail.hxfar, get('hxfar')],
				['ipa', detail.ipa, get('ipa')],
			];
		case 'kvm_mmio':
			return [
				['len', detail.len, get('len')],
				['gpa', detail.gpa, get('gpa')],
				['val', detail.val, get('val')],
			];
		case 'lost':
		case 'console':
		case 'operation':
			return [];
		default:
			return Object.entries(detail).flatMap(([name, value]): Pair[] => {
				if (name === 'kind') return [];
				if (Array.isArray(value))
					return value.map((register: bigint | undefined, n) => [`x${n}`, register, get(`x${n}`)]);
				return [[name, value as bigint | number | boolean, get(name)]];
			});
	}
}

function rawLines(file: string): string[] | undefined {
	const { status, stdout } = spawnSync('trace-cmd', ['report', '-R', '-t', '-i', file], {
		encoding: 'utf8',
		maxBuffer: 1 << 30,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	return status === 0 ? stdout.split('\n') : undefined;
}

/** Our rows beside the raw lines of events that we have; the values compared. */
function compareAll(trace: Trace, lines: readonly string[]): number {
	const names = new Set(Array.from({ length: trace.events.length }, (_, row) => nameOf(trace, row)));
	let row = 0;
	let compared = 0;
	for (const line of lines) {
		const [, name = '', payload = ''] = /\] (?:\S{5} )? *[\d.]+: (\w+): +(.*)$/.exec(line) ?? [];
		if (!names.has(name)) {
			continue;
		}
		while (nameOf(trace, row) === 'lost') {
			row++;
		}
		expect(nameOf(trace, row)).toBe(name);
		compared += compareFields(trace.events.detail(row), rawFields(payload), `row ${row}: ${line}`);
		row++;
	}
	expect(row).toBe(trace.events.length);
	return compared;
}

describe.runIf(installed)('trace-cmd report -t', () => {
	it.each(files)('prints what we read: %s', async (name) => {
		const file = path.join(folder, name);
		const { status, stdout } = spawnSync('trace-cmd', ['report', '-t', '-i', file], {
			encoding: 'utf8',
			maxBuffer: 1 << 30,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		if (status !== 0) {
			return;
		}
		const trace = await openText(new Uint8Array(readFileSync(file)), name);
		expect(trace.problems).toEqual([]);
		const lines = Array.from({ length: trace.lineCount }, (_, index) => trace.lineText(index + 1));
		const names = new Set(lines.map((line) => /: (\w+): +/.exec(line)?.[1] ?? ''));
		const printed = stdout.split('\n').flatMap((line) => comparable(line, names) ?? []);
		expect(lines.length).toBe(printed.length);
		expect(lines.length).toBeGreaterThan(100);
		// One by one: a comparison of all at once, when it fails, takes minutes to show.
		lines.forEach((line, index) => {
			const own = comparable(line, names);
			if (own !== printed[index]) {
				expect(own, `line ${index + 1}`).toBe(printed[index]);
			}
		});
	});

	it.each(files)('reads every field as it stands in the file: %s', async (name) => {
		const file = path.join(folder, name);
		const lines = rawLines(file);
		if (lines === undefined) {
			return;
		}
		const trace = await openText(new Uint8Array(readFileSync(file)), name);
		expect(compareAll(trace, lines)).toBeGreaterThan(trace.events.length);
	});
});
