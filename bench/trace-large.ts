// A trace.dat of any size, with the event formats of a real recording: guests on four vCPUs that enter and
// leave, handle interrupts, wait, and make PSCI calls, as recorded with all events and the probes.

import { closeSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { decompress } from 'fzstd';
import type { EventFormat } from '../src/trace/dat/event-format.ts';
import {
	arm64,
	type DatContent,
	type FieldValues,
	formatsOf,
	headOfVersion6,
	RingWriter,
	recordOf,
} from './trace-dat-writer.ts';

/** The event formats of a version 7 file, as text by system: section 18, found through the options. */
function systemsOf(file: string): Map<string, string[]> {
	const bytes = readFileSync(file);
	let at = 12 + 6;
	for (let strings = 0; strings < 2; at++) {
		strings += bytes[at] === 0 ? 1 : 0;
	}
	const section = (offset: number): Buffer => {
		const size = Number(bytes.readBigUInt64LE(offset + 8));
		const body = bytes.subarray(offset + 16, offset + 16 + size);
		return (bytes.readUInt16LE(offset + 2) & 1) === 0 ? body : Buffer.from(decompress(body.subarray(8)));
	};
	const options = section(Number(bytes.readBigUInt64LE(at)));
	for (let i = 0; i < options.length; i += 6 + options.readUInt32LE(i + 2)) {
		if (options.readUInt16LE(i) === 18) {
			return parsed(section(Number(options.readBigUInt64LE(i + 6))));
		}
	}
	throw new Error(`${file} has no event formats`);
}

function parsed(section: Buffer): Map<string, string[]> {
	const systems = new Map<string, string[]>();
	let at = 4;
	for (let system = section.readUInt32LE(0); system > 0; system--) {
		const end = section.indexOf(0, at);
		const name = section.toString('latin1', at, end);
		const texts: string[] = [];
		at = end + 5;
		for (let event = section.readUInt32LE(end + 1); event > 0; event--) {
			const size = Number(section.readBigUInt64LE(at));
			texts.push(section.toString('latin1', at + 8, at + 8 + size));
			at += 8 + size;
		}
		systems.set(name, texts);
	}
	return systems;
}

/** A record made once, of which only a field is set anew for each event. */
class Template {
	readonly bytes: Uint8Array;
	readonly #view: DataView;
	readonly #at: number;

	constructor(formats: ReadonlyMap<string, EventFormat>, name: string, values: FieldValues, field: string) {
		const format = formats.get(name);
		const varied = format?.fields.get(field);
		if (format === undefined || varied === undefined) {
			throw new Error(`no ${name}.${field} in this recording`);
		}
		this.bytes = recordOf(format, values, true);
		this.#view = new DataView(this.bytes.buffer);
		this.#at = varied.offset;
	}

	with(value: number): Uint8Array {
		this.#view.setUint32(this.#at, value, true);
		return this.bytes;
	}
}

const CPU_ON = 0xc400_0003n;
const vcpus = 4;
const kvm = 0xfff0_0000_05c4_0000n;

/**
 * Writes `events` events over `cpus` host CPUs; gives back their number by name. The very last of them are a CPU_ON of
 * an affinity that no vCPU has, where `lateFault` says so.
 */
export function writeLarge(
	file: string,
	events: number,
	from = 'test/data/traces/psci_test.dat',
	cpus = 2,
	lateFault = false,
): ReadonlyMap<string, number> {
	const systems = systemsOf(from);
	const formats = formatsOf({ systems });
	const guests = Array.from({ length: vcpus }, (_, vcpu) => ({
		entry: new Template(formats, 'kvm_entry', { common_pid: 100 + vcpu }, 'vcpu_pc'),
		exit: new Template(formats, 'kvm_exit', { common_pid: 100 + vcpu, ret: 2, esr_ec: 0x16 }, 'vcpu_pc'),
		hvc: new Template(formats, 'kvm_hvc_arm64', { common_pid: 100 + vcpu, r0: 0xc400_0004n }, 'vcpu_pc'),
		call: new Template(formats, 'call', { common_pid: 100 + vcpu, kvm, vcpu, x0: 0xc400_0004n }, 'pc'),
		ret: new Template(formats, 'ret', { common_pid: 100 + vcpu, kvm, vcpu, ret: 1 }, 'x0'),
		wakeup: new Template(formats, 'kvm_vcpu_wakeup', { common_pid: 100 + vcpu, waited: 1, valid: 1 }, 'ns'),
		user: new Template(formats, 'kvm_userspace_exit', { common_pid: 100 + vcpu, reason: 6 }, 'reason'),
	}));
	const fault = {
		hvc: new Template(formats, 'kvm_hvc_arm64', { common_pid: 100, r0: CPU_ON }, 'vcpu_pc'),
		call: new Template(formats, 'call', { common_pid: 100, kvm, vcpu: 0, x0: CPU_ON, x1: 0x10n }, 'pc'),
		ret: new Template(
			formats,
			'ret',
			{ common_pid: 100, kvm, vcpu: 0, ret: 1, x0: 0xffff_ffff_ffff_fffen },
			'common_pid',
		),
	};
	const counts = new Map<string, number>();
	const rings = Array.from({ length: cpus }, () => new RingWriter(arm64));
	const parts = rings.map((_, cpu) => ({ file: `${file}.cpu${cpu}`, size: 0 }));
	const open = parts.map((part) => openSync(part.file, 'w'));
	let written = 0;
	let limit = lateFault ? events - 3 : events;
	let time = 1_000_000_000n;
	const flush = (pages: readonly Uint8Array[], cpu: number) => {
		for (const page of pages) {
			writeSync(open[cpu] ?? -1, page);
			(parts[cpu] ?? { size: 0 }).size += page.length;
		}
	};
	const emit = (ring: RingWriter, name: string, template: Template, value: number) => {
		if (written >= limit) return;
		time += 700n;
		ring.event(time, template.with(value));
		counts.set(name, (counts.get(name) ?? 0) + 1);
		written++;
	};
	for (let round = 0; written < limit; round++) {
		const vcpu = round % vcpus;
		const cpu = round % cpus;
		const guest = guests[vcpu];
		const ring = rings[cpu];
		if (guest === undefined || ring === undefined) {
			throw new Error('no guest');
		}
		emit(ring, 'kvm_entry', guest.entry, 0x4000_0000 + round);
		emit(ring, 'kvm_exit', guest.exit, 0x4000_0000 + round);
		if (round % 16 === 0) {
			emit(ring, 'kvm_hvc_arm64', guest.hvc, 0x4000_0000 + round);
			emit(ring, 'call', guest.call, 0x4000_0000 + round);
			emit(ring, 'ret', guest.ret, 0);
		} else if (round % 16 === 5) {
			emit(ring, 'kvm_vcpu_wakeup', guest.wakeup, round);
		} else if (round % 16 === 9) {
			emit(ring, 'kvm_userspace_exit', guest.user, 6);
		}
		if (round % 4096 === 0) {
			rings.forEach((each, index) => {
				flush(each.takeFull(), index);
			});
		}
	}
	const [first] = rings;
	if (lateFault && first) {
		limit = events;
		emit(first, 'kvm_hvc_arm64', fault.hvc, 0x4000_0000);
		emit(first, 'call', fault.call, 0x4000_0000);
		emit(first, 'ret', fault.ret, 100);
	}
	rings.forEach((ring, cpu) => {
		const rest = ring.pages;
		flush(rest.length > 0 ? [rest] : [], cpu);
	});
	open.forEach(closeSync);
	const content: DatContent = {
		version: 6,
		machine: arm64,
		systems,
		comms: guests.map((_, vcpu) => `${100 + vcpu} CPU ${vcpu}/KVM\n`).join(''),
		buffers: [],
		clock: 'local',
	};
	const out = openSync(file, 'w');
	writeSync(
		out,
		headOfVersion6(
			content,
			parts.map(({ size }) => size),
		),
	);
	const block = Buffer.alloc(1 << 20);
	for (const part of parts) {
		const source = openSync(part.file, 'r');
		for (let got = readSync(source, block); got > 0; got = readSync(source, block)) {
			writeSync(out, block, 0, got);
		}
		closeSync(source);
		rmSync(part.file);
	}
	closeSync(out);
	return counts;
}
