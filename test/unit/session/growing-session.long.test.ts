// A recording that grows ends as the session that opening all of it gives, and what was shown on the way stays.
// Vacuous if a recording were there all at once: each test counts the growths that it saw.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeLarge } from '../../../bench/trace-large.ts';
import { type Growth, openGrowing, type SessionGrowth } from '../../../src/session/growing-session.ts';
import { oneVm } from '../../../src/session/one-vm.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { drained } from '../../../src/session/sliced.ts';
import { vmNamed } from '../../../src/session/vm-names.ts';
import type { ByteSource } from '../../../src/trace/byte-source.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { TraceError } from '../../../src/trace/trace-error.ts';
import { SECOND, twoVms } from './two-vms.ts';

/** A file that others write to: `append` makes it longer, `replace` another. */
class LiveFile implements ByteSource {
	readonly name = 'live';
	size: number;
	#bytes: Uint8Array;
	/** the reader waits for more */
	#waiting: (() => void) | undefined;
	#looked: (() => void) | undefined;

	constructor(bytes: Uint8Array | string) {
		this.#bytes = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
		this.size = this.#bytes.length;
	}

	read = (offset: number, length: number) => Promise.resolve(this.readNow(offset, length));
	readNow = (offset: number, length: number) =>
		this.#bytes.subarray(offset, Math.min(this.size, offset + length));

	refresh = () => {
		this.size = this.#bytes.length;
		return Promise.resolve(this.size);
	};

	/** The timer of the reader: rings when the test says so. */
	wait = () =>
		new Promise<void>((resolve) => {
			this.#waiting = resolve;
			this.#looked?.();
		});

	/** The reader is at the end of what there is. */
	async atEnd(): Promise<void> {
		if (!this.#waiting)
			await new Promise<void>((resolve) => {
				this.#looked = resolve;
			});
	}

	ring(): void {
		const resolve = this.#waiting;
		this.#waiting = undefined;
		resolve?.();
	}

	async append(text: string | Uint8Array): Promise<void> {
		const more = typeof text === 'string' ? new TextEncoder().encode(text) : text;
		const all = new Uint8Array(this.#bytes.length + more.length);
		all.set(this.#bytes);
		all.set(more, this.#bytes.length);
		this.#bytes = all;
		this.ring();
		await this.atEnd();
	}

	replace(text: string): void {
		this.#bytes = new TextEncoder().encode(text);
		this.ring();
	}
}

const sample = (name: string): Uint8Array => {
	const bytes = readFileSync(new URL(`../../data/traces/${name}`, import.meta.url));
	return new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
};

/** A trace.dat of so many events, over so many host CPUs. */
function largeDat(events: number, cpus: number): Uint8Array {
	const folder = mkdtempSync(path.join(tmpdir(), 'growing-'));
	try {
		const file = path.join(folder, 'large.dat');
		writeLarge(file, events, 'test/data/traces/psci_test.dat', cpus);
		return new Uint8Array(readFileSync(file));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** All that a session shows, by row. */
function shown({ trace, calls, statements, length, shownVms }: RecordedSession) {
	const { events, threads } = trace;
	return {
		shownVms,
		vms: trace.vms,
		lineCount: trace.lineCount,
		problems: trace.problemCount,
		statements: [...statements],
		calls: Array.from({ length: calls.length }, (_, i) => ({ ...calls.at(i), thread: 0 })),
		rows: Array.from({ length }, (_, row) => ({
			kind: events.kind(row),
			time: events.time(row),
			who: [events.vm(row), events.vcpu(row), events.attribution(row)],
			thread: threads[events.thread(row)]?.tid,
			line: events.line(row),
			detail: events.detail(row),
		})),
	};
}

const whole = async (bytes: Uint8Array) =>
	RecordedSession.open(await openTrace(bytesInMemory('live', bytes)));

function watch(growth: Growth): SessionGrowth[] {
	const seen: SessionGrowth[] = [];
	growth.onGrow((one) => seen.push(one));
	return seen;
}

function expectSameStates(a: RecordedSession, b: RecordedSession): void {
	for (let i = 0; i <= 40; i++) {
		const row = Math.floor((a.length * i) / 40);
		const of = (session: RecordedSession) => {
			const { vcpus, vms } = session.stateAt(row);
			const tid = (thread: number) => session.trace.threads[thread]?.tid;
			return {
				vms,
				vcpus: vcpus
					.map((vcpu) => ({ ...vcpu, thread: tid(vcpu.thread) }))
					.sort((p, q) => p.vm - q.vm || p.id - q.id),
			};
		};
		expect(of(a)).toEqual(of(b));
	}
}

const FOLLOWED = [
	'psci_test.txt',
	'guest-reboot.report.txt',
	'record-tgid.txt',
	'scenarios-7.2.13.txt.gz',
	'plain.txt',
];

describe.each(FOLLOWED)('%s, followed while it is written', (name) => {
	it('shows in the end what opening it as a whole shows, and tells what it corrects on the way', async () => {
		const bytes = sample(name);
		const cuts = Array.from({ length: 12 }, (_, i) => Math.floor((bytes.length * (i + 1)) / 12));
		const file = new LiveFile(bytes.subarray(0, cuts[0]));
		const growth = await openGrowing(file, { follow: true, wait: file.wait });
		const { session } = growth;
		const seen = watch(growth);
		await file.atEnd();
		for (let i = 1; i < cuts.length; i++) {
			const before = shown(session).rows;
			const told = seen.length;
			await file.append(bytes.subarray(cuts[i - 1], cuts[i]));
			const same = Math.min(before.length, ...seen.slice(told).map(({ changedFrom }) => changedFrom));
			expect(shown(session).rows.slice(0, same)).toEqual(before.slice(0, same));
		}
		const sofar = session.length;
		expect(sofar).toBeGreaterThan(20);
		expect(seen.length).toBeGreaterThan(3);
		const reference = await whole(bytes);
		expect(sofar).toBe(reference.length);
		await Promise.all([growth.stop(), file.ring()]);
		const now = shown(session);
		const then = shown(reference);
		// What a run leaves open until it ends is open still: nobody has said that it has.
		const settled = now.rows.filter(
			(row, i) => JSON.stringify(row.who) === JSON.stringify(then.rows[i]?.who),
		);
		expect(settled.length / now.rows.length).toBeGreaterThan(0.97);
		expect(now.rows.map(({ who: _, ...row }) => row)).toEqual(then.rows.map(({ who: _, ...row }) => row));
	});
});

describe('one machine of two, followed while it is written', () => {
	const text = new TextDecoder().decode(sample('guest-reboot.report.txt'));
	const bytes = new TextEncoder().encode(twoVms(text));
	const [, caller] = /-(\d+) .*: kvm_hvc_arm64:/.exec(text) ?? [];
	const thread = Number(caller) + SECOND.tids;
	const choose = (trace: Trace) => vmNamed(trace, thread);

	it('shows in the end what opening it as a whole shows of that machine', async () => {
		const cuts = Array.from({ length: 12 }, (_, i) => Math.floor((bytes.length * (i + 1)) / 12));
		const file = new LiveFile(bytes.subarray(0, cuts[0]));
		// It begins when that machine runs, which it does not yet.
		const opening = openGrowing(file, { follow: true, wait: file.wait, vm: choose });
		const watched = opening.then((growth) => ({ growth, seen: watch(growth) }));
		await file.atEnd();
		for (let i = 1; i < cuts.length; i++) await file.append(bytes.subarray(cuts[i - 1], cuts[i]));
		const { growth, seen } = await watched;
		const { session } = growth;
		expect(seen.length).toBeGreaterThan(3);
		await Promise.all([growth.stop(), file.ring()]);
		const both = await openTrace(bytesInMemory('live', bytes));
		const reference = await RecordedSession.open(drained(oneVm(both, vmNamed(both, thread) ?? -1)));
		expect(session.length).toBeLessThan(both.events.length * 0.6);
		expect(shown(session).rows).toEqual(shown(reference).rows);
		expect(session.statements).toEqual(reference.statements);
		expectSameStates(session, reference);
		expect(session.trace.notes).toEqual([expect.stringMatching(/^Of 4 virtual machines, only VM \d \(/)]);
	});
});

describe('a long text', () => {
	const line = (i: number, vcpu = i % 4) =>
		` CPU ${vcpu}/KVM-${100 + vcpu} [00${vcpu}] d..1. ${1000 + Math.floor(i / 1000)}.${String((i % 1000) * 1000).padStart(6, '0')}: ` +
		(i % 8 < 4
			? 'kvm_entry: PC: 0x0000000040000000'
			: i % 64 < 8
				? 'kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x84000000, imm: 0x0)'
				: 'kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x0000000040000004');
	const lines = Array.from({ length: 160_000 }, (_, i) => line(i));
	const bytes = new TextEncoder().encode(`# tracer: nop\n#\n${lines.join('\n')}\n`);

	it('is there with its first events, and grows to what opening it as a whole gives', async () => {
		const growth = await openGrowing(bytesInMemory('live', bytes));
		const seen = watch(growth);
		const first = growth.session.length;
		expect(growth.isFinished).toBe(false);
		expect(first).toBeGreaterThan(0);
		expect(first).toBeLessThan(120_000);
		const early = growth.session.stateAt(first);
		await growth.finished;
		expect(growth.isFinished).toBe(true);
		expect(seen.length).toBeGreaterThan(1);
		expect(seen.map(({ changedFrom, from }) => changedFrom - from)).toEqual(seen.map(() => 0));
		expect(growth.session.length).toBe(160_000);
		expect(growth.session.stateAt(first)).toEqual(early);
		const reference = await whole(bytes);
		expect(growth.session.calls.length).toBe(reference.calls.length);
		expect(growth.session.statements).toEqual(reference.statements);
		expectSameStates(growth.session, reference);
	});

	it('stopped, keeps what is there', async () => {
		const growth = await openGrowing(bytesInMemory('live', bytes));
		await growth.stop();
		expect(growth.session.length).toBeLessThan(160_000);
		expect(growth.session.stateAt(growth.session.length).vcpus).toHaveLength(4);
	});

	it('out of order, is read to its end and corrected', async () => {
		const late = [...lines.slice(0, 150_000), line(10), ...lines.slice(150_000)];
		const mixed = new TextEncoder().encode(`# tracer: nop\n#\n${late.join('\n')}\n`);
		const growth = await openGrowing(bytesInMemory('live', mixed));
		const seen = watch(growth);
		await growth.finished;
		expect(seen.at(-1)?.changedFrom).toBe(11);
		const reference = await whole(mixed);
		expect(growth.session.statements).toEqual(reference.statements);
		expectSameStates(growth.session, reference);
	});
});

describe('a trace.dat', () => {
	it('is there with the beginnings of all CPUs, and grows to what opening it as a whole gives', async () => {
		const bytes = largeDat(600_000, 3);
		const growth = await openGrowing(bytesInMemory('live', bytes));
		const seen = watch(growth);
		const first = growth.session.length;
		expect(first).toBeGreaterThan(1000);
		expect(first).toBeLessThan(500_000);
		await growth.finished;
		expect(seen.length).toBeGreaterThan(0);
		expect(seen.map(({ changedFrom, from }) => changedFrom - from)).toEqual(seen.map(() => 0));
		const reference = await whole(bytes);
		expect(growth.session.length).toBe(reference.length);
		expect(growth.session.statements).toEqual(reference.statements);
		expectSameStates(growth.session, reference);
	});

	it('of many CPUs is not read twice', async () => {
		const bytes = largeDat(1_000_000, 8);
		const file = bytesInMemory('live', bytes);
		let read = 0;
		const counted: ByteSource = {
			name: file.name,
			size: file.size,
			read: (offset, length) => {
				read += length;
				return file.read(offset, length);
			},
		};
		const growth = await openGrowing(counted);
		expect(growth.session.length).toBeLessThan(500_000);
		await growth.finished;
		expect(read / bytes.length).toBeLessThan(1.5);
	});

	it.each(['psci_test.dat', 'guest-hibernate.zlib.dat', 'scenarios-7.2.13.dat'])(
		'%s as a whole',
		async (name) => {
			const growth = await openGrowing(bytesInMemory('live', sample(name)));
			await growth.finished;
			expect(shown(growth.session)).toEqual(shown(await whole(sample(name))));
		},
	);

	it('cannot be followed, and says why', async () => {
		const file = bytesInMemory('x.dat', sample('psci_test.dat'));
		await expect(openGrowing(file, { follow: true })).rejects.toThrow(/when it has stopped recording/);
	});
});

describe('a file that is followed', () => {
	const at = (seconds: number, text: string, vcpu = 0) =>
		` CPU ${vcpu}/KVM-${10 + vcpu} [000] ..... ${seconds}.000000: ${text}`;
	const entry = 'kvm_entry: PC: 0x0000000000000040';

	it('waits for the rest of a line', async () => {
		const file = new LiveFile(`${at(1, entry)}\n${at(2, entry).slice(0, -5)}`);
		const growth = await openGrowing(file, { follow: true, wait: file.wait });
		const seen = watch(growth);
		await file.atEnd();
		expect(growth.session.length).toBe(1);
		expect(growth.session.trace.problemCount).toBe(0);
		await file.append('00040');
		expect(growth.session.length).toBe(1);
		await file.append('\n');
		expect(growth.session.length).toBe(2);
		expect(seen).toHaveLength(1);
	});

	it('may be empty to begin with', async () => {
		const file = new LiveFile('');
		const opening = openGrowing(file, { follow: true, wait: file.wait });
		await file.atEnd();
		void file.append(`${at(1, entry)}\n`);
		expect((await opening).session.length).toBe(1);
	});

	it('tells of vCPUs that are new, which keep their numbers', async () => {
		const file = new LiveFile(`${at(1, entry, 3)}\n`);
		const growth = await openGrowing(file, { follow: true, wait: file.wait });
		const seen = watch(growth);
		await file.atEnd();
		expect(growth.session.vcpus.map(({ id }) => id)).toEqual([3]);
		await file.append(`${at(2, entry, 1)}\n`);
		expect(growth.session.vcpus.map(({ id }) => id)).toEqual([3, 1]);
		expect(seen[0]).toMatchObject({ newVcpus: [1], vcpusRenumbered: false, from: 1, to: 2, changedFrom: 1 });
		expect(growth.session.stateAt(2).vcpus[1]?.whereabouts?.value).toBe('guest');
	});

	it('corrects whose events were whose, and says from where on', async () => {
		const file = new LiveFile(`${at(1, entry, 1)}\n${at(2, entry, 1)}\n`);
		const growth = await openGrowing(file, { follow: true, wait: file.wait });
		const seen = watch(growth);
		await file.atEnd();
		await file.append(
			`${at(3, 'call: (f+0x0/0x8) kvm=0xffff000000000001 vcpu=5 x0=0x84000000 x1=0x0 x2=0x0 x3=0x0', 1)}\n`,
		);
		expect(growth.session.vcpus.map(({ id }) => id)).toEqual([5]);
		expect(seen[0]).toMatchObject({ changedFrom: 0, vcpusRenumbered: true });
		expect(growth.session.trace.events.vcpu(0)).toBe(5);
	});

	it('cut or replaced, ends with a message, and what was read stays', async () => {
		const file = new LiveFile(`${at(1, entry)}\n${at(2, entry)}\n`);
		const growth = await openGrowing(file, { follow: true, wait: file.wait });
		await file.atEnd();
		file.replace(`${at(1, entry)}\n`);
		await expect(growth.finished).rejects.toThrow(TraceError);
		await expect(growth.finished).rejects.toThrow(/cut or replaced/);
		expect(growth.session.length).toBe(2);
	});
});
