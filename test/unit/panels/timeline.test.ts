// The timeline's view of time, as values. Vacuous if every view were the whole: each law is tried on many.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GUTTER, marksInView, xOf } from '../../../src/panels/timeline/geometry.ts';
import { clockText, durationText, tickStep, ticks } from '../../../src/panels/timeline/time-text.ts';
import { asViewport, panned, showing, whole, zoomed } from '../../../src/panels/timeline/viewport.ts';

const END = 1e12;
const view = fc
	.tuple(fc.double({ min: 0, max: 0.9, noNaN: true }), fc.double({ min: 1e-9, max: 0.1, noNaN: true }))
	.map(([from, span]) => ({ from: from * END, to: (from + span) * END }));

describe('a view', () => {
	it('keeps what one zooms at where it is', () => {
		fc.assert(
			fc.property(view, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (before, part) => {
				const at = before.from + (before.to - before.from) * part;
				const after = zoomed(before, 0.5, at, END);
				expect((at - after.from) / (after.to - after.from)).toBeCloseTo(part, 3);
			}),
		);
	});

	it('never leaves the session, and never turns around', () => {
		fc.assert(
			fc.property(view, fc.double({ min: -3, max: 3, noNaN: true }), (before, by) => {
				const after = panned(before, by * END, END);
				expect(after.to).toBeGreaterThan(after.from);
				expect(after.to).toBeGreaterThan(0);
				expect(after.from).toBeLessThan(END);
			}),
		);
		expect(zoomed(whole(END), 100, 0, END)).toEqual(whole(END));
	});

	it('shows the moment that it is to show', () => {
		fc.assert(
			fc.property(view, fc.double({ min: 0, max: 1, noNaN: true }), (before, part) => {
				const { from, to } = showing(before, part * END, END);
				expect(part * END).toBeGreaterThanOrEqual(from);
				expect(part * END).toBeLessThanOrEqual(to);
			}),
		);
	});

	it('is restored only from what is one', () => {
		for (const raw of [null, 7, {}, { from: 2, to: 1 }, { from: '0', to: 1 }, { from: Number.NaN, to: 1 }])
			expect(asViewport(raw)).toBeUndefined();
		expect(asViewport({ from: 1, to: 2 })).toEqual({ from: 1, to: 2 });
	});
});

describe('times', () => {
	it('are round on the axis, and few', () => {
		fc.assert(
			fc.property(fc.bigInt(0n, 10n ** 17n), view, (origin, { from, to }) => {
				const step = tickStep(to - from, 8);
				const at = ticks(origin, from, to, step);
				expect(at.length).toBeLessThanOrEqual(10);
				for (const tick of at)
					expect((origin + BigInt(Math.round(tick))) % BigInt(Math.round(step))).toBe(0n);
			}),
		);
	});

	it('read as clocks and durations do', () => {
		expect(clockText(45_765_943_000n, 0, 'ns', 1000)).toBe('45.765943');
		expect(clockText(1n, 1e9, 'ns', 1e9)).toBe('1');
		expect(clockText(100n, 5, 'ticks', 1)).toBe('105');
		expect([5, 1500, 2_500_000, 31e9].map((t) => durationText(t, 'ns'))).toEqual([
			'5 ns',
			'1.50 µs',
			'2.50 ms',
			'31.0 s',
		]);
	});
});

describe('marks', () => {
	it('are drawn where they are in view, and where only their text may be, and nowhere else', () => {
		fc.assert(
			fc.property(view, fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true })), (shown, parts) => {
				const geometry = { view: shown, width: 1000, lanes: 5 };
				const around = (part: number) => shown.from + part * (shown.to - shown.from);
				const marks = parts.map((part) => ({ at: around(part) })).sort((a, b) => a.at - b.at);
				const drawn = new Set(marksInView(geometry, marks));
				for (const mark of marks) {
					const x = xOf(geometry, mark.at);
					if (x >= GUTTER && x <= 1000) expect(drawn).toContain(mark);
					if (x < GUTTER - 201 || x > 1201) expect(drawn).not.toContain(mark);
				}
			}),
		);
		const geometry = { view: { from: 0, to: 100 }, width: GUTTER + 1000, lanes: 5 };
		expect(marksInView(geometry, [{ at: -21 }, { at: -19 }, { at: 0 }, { at: 119 }, { at: 121 }])).toEqual([
			{ at: -19 },
			{ at: 0 },
			{ at: 119 },
		]);
	});
});
