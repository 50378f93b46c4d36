// Times and durations as a person reads them, and where an axis has its ticks.

import type { TimelineTile } from '../../session/timeline/tile.ts';

export type Unit = TimelineTile['unit'];

const UNITS = [
	{ name: 's', size: 1e9 },
	{ name: 'ms', size: 1e6 },
	{ name: 'µs', size: 1e3 },
	{ name: 'ns', size: 1 },
] as const;

/** `1.25 ms`: three digits that count. */
export function durationText(duration: number, unit: Unit): string {
	if (unit !== 'ns') {
		const count = Math.round(duration);
		return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
	}
	const { name, size } = UNITS.find((u) => Math.abs(duration) >= u.size) ?? { name: 'ns', size: 1 };
	const value = duration / size;
	const digits = Math.abs(value) >= 100 || size === 1 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return `${value.toFixed(digits)} ${name}`;
}

/** A moment on the trace's own clock; `step` says how many digits are worth showing. */
export function clockText(origin: bigint, time: number, unit: Unit, step: number): string {
	const at = origin + BigInt(Math.round(time));
	if (unit !== 'ns') return `${at}`;
	const digits = Math.max(0, Math.min(9, Math.ceil(9 - Math.log10(Math.max(step, 1)))));
	const sign = at < 0n ? '-' : '';
	const abs = at < 0n ? -at : at;
	const fraction = (abs % 1_000_000_000n).toString().padStart(9, '0').slice(0, digits);
	return `${sign}${abs / 1_000_000_000n}${digits > 0 ? `.${fraction}` : ''}`;
}

/** A step of 1, 2 or 5 times a power of ten, so that about `count` fit. */
export function tickStep(span: number, count: number): number {
	const rough = span / Math.max(1, count);
	const power = 10 ** Math.floor(Math.log10(rough));
	const factor = [1, 2, 5, 10].find((f) => f * power >= rough) ?? 10;
	return Math.max(1, factor * power);
}

/** The ticks in a range, on round times of the trace's own clock. */
export function ticks(origin: bigint, from: number, to: number, step: number): number[] {
	const offset = Number(origin % BigInt(Math.round(step)));
	const first = Math.ceil((from + offset) / step);
	const last = Math.floor((to + offset) / step);
	return Array.from(
		{ length: Math.max(0, Math.min(last - first + 1, 100)) },
		(_, i) => (first + i) * step - offset,
	);
}
