// Every form of ftrace text that real hosts gave is read whole.
// Vacuous if `countByName` found nothing: the first test demands that it finds hundreds.

import { describe, expect, it } from 'vitest';
import { countByName, countsOf, forms, nameOf, openSample, openText, rowsOf, sample } from './samples.ts';

const sorted = (counts: Map<string, number>) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

describe.each(forms)('%s', (name) => {
	it('has as many events of each name as a count by regular expression finds', async () => {
		const counted = countByName(sample(name));
		expect([...counted.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(100);
		expect(sorted(countsOf(await openSample(name)))).toEqual(sorted(counted));
	});

	it('is read without a problem, and every row decodes to its own kind', async () => {
		const trace = await openSample(name);
		expect(trace.problems).toEqual([]);
		for (const row of rowsOf(trace)) {
			expect(trace.events.detail(row).kind).toBe(nameOf(trace, row));
		}
	});

	it('keeps the rows in the order of the lines, each row on the line of its event', async () => {
		const trace = await openSample(name);
		let before = 0;
		for (const row of rowsOf(trace)) {
			const line = trace.events.line(row);
			expect(line).toBeGreaterThan(before);
			before = line;
			const event = nameOf(trace, row);
			expect(trace.lineText(line)).toContain(event === 'lost' ? 'LOST' : ` ${event}: `);
		}
	});

	it('gives the time, CPU and thread that stand in the line', async () => {
		const trace = await openSample(name);
		for (const row of rowsOf(trace).filter((row) => nameOf(trace, row) !== 'lost')) {
			const text = trace.lineText(trace.events.line(row));
			const match =
				/^ *(.+?)-(\d+) +(?:\( *\d+\) )?\[?(\d+)\]?[\w.]*(?: +[\w.]+)? +(\d+)(?:\.(\d+)|(us).)?: /.exec(text);
			const [, comm, tid, cpu, whole = '', fraction, us] = match ?? [];
			const thread = trace.threads[trace.events.thread(row)];
			expect({ comm: thread?.comm, tid: thread?.tid, cpu: trace.events.cpu(row) }).toEqual({
				comm,
				tid: Number(tid),
				cpu: Number(cpu),
			});
			const expected =
				us !== undefined ? `${whole}000` : fraction === undefined ? whole : whole + fraction.padEnd(9, '0');
			expect(trace.events.time(row)).toBe(BigInt(expected));
		}
	});
});

it('says of a clock without a decimal point that it counts', async () => {
	const ticking = [];
	for (const name of forms) {
		if ((await openSample(name)).clockUnit === 'ticks') {
			ticking.push(name);
		}
	}
	expect(ticking).toEqual(['clock-counter.txt', 'report-raw-ts.txt']);
});

it('tells `trace-cmd report` from the files of tracefs by content', async () => {
	for (const name of forms) {
		const { format } = await openSample(name);
		expect([name, format]).toEqual([name, name.includes('report') ? 'trace-cmd report' : 'ftrace']);
	}
});

it('shows lost events where they were lost, with their number', async () => {
	const trace = await openSample('lost-trace_pipe.txt');
	const lost = rowsOf(trace).filter((row) => nameOf(trace, row) === 'lost');
	expect(lost.map((row) => trace.events.detail(row))).toEqual([
		{ kind: 'lost', count: 136 },
		{ kind: 'lost', count: 121 },
	]);
	for (const row of lost) {
		expect(trace.events.time(row)).toBe(trace.events.time(row - 1));
		expect(trace.events.thread(row)).toBe(-1);
	}
});

it('shows what the ring buffer overwrote as a gap before the first event', async () => {
	const text = sample('plain.txt').replace('649/649', '649/1000');
	const trace = await openText(text);
	expect(trace.events.detail(0)).toEqual({ kind: 'lost', count: 351 });
	expect(trace.events.time(0)).toBe(trace.events.time(1));
});

it('reads the process id where the recorder wrote it', async () => {
	expect((await openSample('record-tgid.txt')).threads).toEqual([{ tid: 118, comm: 'oracle', tgid: 118 }]);
});
