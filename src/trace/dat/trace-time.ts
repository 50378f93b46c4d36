// From time stamps to the times that trace-cmd prints: what its options DATE, OFFSET, TSC2NSEC and
// TIME_SHIFT do, in that program's order (timestamp_calc in trace-input.c).

import type { FileCursor } from './file-cursor.ts';

interface Sample {
	readonly time: bigint;
	readonly offset: bigint;
	readonly scaling: bigint;
	fraction: bigint;
}

/** Filled while the options are read. */
export interface TimeCorrection {
	/** nanoseconds added to every time */
	offset: bigint;
	/** by CPU: the differences between the clocks of a guest and its host */
	shift: readonly (readonly Sample[])[];
	interpolate: boolean;
	tsc: { readonly multiplier: bigint; readonly shift: bigint } | undefined;
}

export function noCorrection(): TimeCorrection {
	return { offset: 0n, shift: [], interpolate: false, tsc: undefined };
}

/** As C's strtoll with base 0 reads them; 0 where there is no number. */
export function offsetOf(text: string): bigint {
	const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]{1,16}|\d{1,20})/.exec(text);
	const value = match === null ? 0n : BigInt((match[2] ?? '0').toLowerCase());
	return match?.[1] === '-' ? -value : value;
}

/** The clocks whose stamps are nanoseconds; the others only count. */
export function countsNanoseconds(clock: string | undefined, { tsc }: TimeCorrection): boolean {
	return (
		tsc !== undefined ||
		clock === undefined ||
		/^(?:local|global|uptime|perf|mono.*|boot|tai|tsc2nsec)$/.test(clock)
	);
}

/** The name in brackets: `[local] global counter`. */
export function chosenClock(text: string): string | undefined {
	return /\[([^\]\s]{1,64})\]/.exec(text)?.[1];
}

const flagInterpolate = 1;

export async function readTimeShift(option: FileCursor, into: TimeCorrection): Promise<void> {
	option.skip(8, 'the trace id of a peer');
	into.interpolate = ((await option.u32('flags of a time shift')) & flagInterpolate) !== 0;
	const cpus = await option.u32('the CPUs of a time shift');
	const shift: Sample[][] = [];
	for (let cpu = 0; cpu < cpus; cpu++) {
		const count = await option.u32('the samples of a time shift');
		const numbers: bigint[] = [];
		for (let i = 0; i < 3 * count; i++) {
			numbers.push(await option.u64('a sample of a time shift'));
		}
		shift.push(
			Array.from({ length: count }, (_, i) => ({
				time: numbers[i] ?? 0n,
				offset: BigInt.asIntN(64, numbers[count + i] ?? 0n),
				scaling: numbers[2 * count + i] ?? 1n,
				fraction: 0n,
			})),
		);
	}
	// Later versions add the binary fractions of the scalings.
	for (let cpu = 0; cpu < cpus && option.left > 0; cpu++) {
		for (const sample of shift[cpu] ?? []) {
			sample.fraction = (await option.u64('a fraction of a time shift')) & 63n;
		}
	}
	into.shift = shift.map((samples) => distinct(samples));
}

function distinct(samples: readonly Sample[]): Sample[] {
	const sorted = [...samples].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
	return sorted.filter(({ time }, i) => i === 0 || sorted[i - 1]?.time !== time);
}

/** Undefined where adding `offset` is all. */
export function correctionFor(
	correction: TimeCorrection,
	cpu: number,
): ((stamp: bigint) => bigint) | undefined {
	const samples = correction.shift[cpu] ?? [];
	const { tsc, offset, interpolate } = correction;
	if (samples.length === 0 && tsc === undefined) {
		return undefined;
	}
	return (stamp) => {
		let time = shifted(stamp, samples, interpolate);
		if (tsc !== undefined) {
			time = (time * tsc.multiplier) >> tsc.shift;
		}
		return BigInt.asUintN(64, time + offset);
	};
}

function shifted(stamp: bigint, samples: readonly Sample[], interpolate: boolean): bigint {
	const [first, second] = samples;
	if (first === undefined) {
		return stamp;
	}
	if (second === undefined) {
		return stamp + first.offset;
	}
	let from = 0;
	while (from < samples.length - 2 && stamp >= (samples[from + 1]?.time ?? 0n)) {
		from++;
	}
	const low = samples[from] ?? first;
	const high = samples[from + 1] ?? second;
	const scaled = (stamp * low.scaling) >> low.fraction;
	if (!interpolate || high.time === low.time) {
		return scaled + low.offset;
	}
	const span = high.time - low.time;
	const rise = (stamp - low.time) * (high.offset - low.offset);
	return scaled + low.offset + (rise + span / 2n) / span;
}
