// The table stays columns, finds its lines, and is built without holding up the event loop.
// Vacuous if the file were small: the synthetic one has 100,000 lines and takes many slices.

import { describe, expect, it } from 'vitest';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { EventKind } from '../../../src/trace/event.ts';
import { Attributed, EventColumns } from '../../../src/trace/event-columns.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { line, openSample, openText, rowsOf, sample } from './samples.ts';

/** Entries, exits and events of no interest on four vCPUs. */
function synthetic(lines: number): string {
	return Array.from({ length: lines }, (_, i) => {
		const time = `${100 + Math.floor(i / 1000)}.${String((i % 1000) * 1000).padStart(6, '0')}`;
		const thread = `CPU ${i % 4}/KVM-${100 + (i % 4)}`;
		const payload = [
			'kvm_entry: PC: 0x0000000040000000',
			'kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x0000000040000004',
			'kvm_timer_update_irq: VCPU: 0, IRQ 27, level 0',
		][i % 3];
		return line(payload ?? '', { thread, time });
	}).join('');
}

describe('lines', () => {
	it('are the lines of the file', async () => {
		const text = sample('psci_test.txt');
		const trace = await openText(text);
		const lines = text.split('\n').slice(0, -1);
		expect(trace.lineCount).toBe(lines.length);
		expect(lines.map((_, i) => trace.lineText(i + 1))).toEqual(lines);
		for (const none of [0, -1, lines.length + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
			expect(trace.lineText(none)).toBe('');
		}
	});

	it('lead to the row on them, else to the next one, else past the end', async () => {
		const trace = await openSample('psci_test.txt');
		const lines = rowsOf(trace).map((row) => trace.events.line(row));
		for (let at = 0; at <= trace.lineCount + 1; at++) {
			const row = lines.findIndex((line) => line >= at);
			expect(trace.events.rowAtOrAfterLine(at)).toBe(row < 0 ? lines.length : row);
		}
	});
});

it('refuses rows that there are not', async () => {
	const { events } = await openSample('plain.txt');
	for (const row of [-1, events.length, 0.5]) {
		expect(() => events.kind(row)).toThrow(RangeError);
		expect(() => events.time(row)).toThrow(RangeError);
		expect(() => events.detail(row)).toThrow(RangeError);
	}
});

describe('columns', () => {
	const sizeOf = (columns: EventColumns) =>
		Object.values(columns)
			.filter((column) => ArrayBuffer.isView(column))
			.reduce((sum, column) => sum + column.byteLength, 0);

	it('cost 16 bytes an event where there are few threads, CPUs and machines', () => {
		const columns = new EventColumns(1000);
		for (let row = 0; row < 1000; row++) {
			columns.add(EventKind.kvm_entry, 7, row, row, 3, 5);
			columns.attribute(row, 1, 3, Attributed.event);
		}
		expect(sizeOf(columns)).toBe(16_000);
		expect(columns.bytesPerEvent).toBe(16);
	});

	it('hold every value there can be, at 25 bytes an event, as they would have from the start', () => {
		const columns = new EventColumns(2);
		const rows = [
			{ high: 0x1000, low: 1, cpu: 0, thread: -1, vm: -1, vcpu: -1 },
			{ high: 0x1100, low: 0xffff_ffff, cpu: 0x100, thread: 0x80, vm: 0x80, vcpu: 0x7f },
			{ high: 0x3000_0000, low: 2, cpu: 0xffff, thread: 0x8000, vm: 0x7ffe, vcpu: 0x7ffe },
			{ high: 0, low: 3, cpu: 1, thread: 0x7fff_ffff, vm: 1, vcpu: 1 },
			{ high: 0xffff_ffff, low: 4, cpu: 2, thread: 2, vm: 2, vcpu: 2 },
		];
		rows.forEach(({ high, low, cpu, thread, vm, vcpu }, row) => {
			columns.add(EventKind.kvm_exit, high, low, row, cpu, thread);
			columns.attribute(row, vm, vcpu, Attributed.run);
		});
		expect(
			rows.map((_, row) => ({
				high: columns.high(row),
				low: columns.timeLow[row],
				cpu: columns.cpu[row],
				thread: columns.thread[row],
				vm: columns.vm[row],
				vcpu: columns.vcpu[row],
			})),
		).toEqual(rows);
		expect(columns.bytesPerEvent).toBe(25);
	});
});

describe('a large file', () => {
	const bytes = new TextEncoder().encode(synthetic(100_000));

	it('lets others run while it is opened, and tells its progress', async () => {
		const fractions: number[] = [];
		let turns = 0;
		let open = true;
		const tick = () => {
			turns++;
			if (open) {
				setImmediate(tick);
			}
		};
		setImmediate(tick);
		const trace = await openTrace(bytesInMemory('large', bytes), { progress: (at) => fractions.push(at) });
		open = false;
		expect(trace.events.length + (trace.skipped.get('kvm_timer_update_irq') ?? 0)).toBe(100_000);
		expect(turns).toBeGreaterThan(2);
		expect(fractions.at(-1)).toBe(1);
		expect(fractions.every((at, i) => at >= (fractions[i - 1] ?? 0) && at <= 1)).toBe(true);
	});

	it('stops being opened when that is cancelled', async () => {
		const cancel = new AbortController();
		const reason = new Error('cancelled');
		const opening = openTrace(bytesInMemory('large', bytes), {
			signal: cancel.signal,
			progress: () => cancel.abort(reason),
		});
		await expect(opening).rejects.toBe(reason);
		await expect(openTrace(bytesInMemory('large', bytes), { signal: cancel.signal })).rejects.toBe(reason);
	});

	it('is the same trace however its source cuts it', async () => {
		const text = bytes.subarray(0, 50_000);
		const whole = await openTrace(bytesInMemory('whole', text));
		const buffer = new Uint8Array(777);
		const dribbling = await openTrace({
			name: 'dribble',
			size: text.length,
			// One buffer for every answer: nothing of it may be kept.
			read: (offset) => {
				const part = text.subarray(offset, offset + buffer.length);
				buffer.set(part);
				return Promise.resolve(buffer.subarray(0, part.length));
			},
		});
		expect(dribbling.lineCount).toBe(whole.lineCount);
		for (const row of rowsOf(whole)) {
			expect(dribbling.events.detail(row)).toEqual(whole.events.detail(row));
			expect(dribbling.events.line(row)).toBe(whole.events.line(row));
		}
	});
});
