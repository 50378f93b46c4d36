// How a console was put on the recording's clock, and how far that can be relied on, in words.

import type { Trace } from '../../trace/trace.ts';
import { offsetOf, type Stretch } from './align.ts';
import type { Anchor } from './anchors.ts';

export function consoleNote(
	name: string,
	trace: Trace,
	lines: number,
	anchors: readonly Anchor[],
	stretches: readonly Stretch[],
): string {
	if (lines === 0) return `${name}: no line says anything about PSCI.`;
	if (anchors.length === 0)
		return `${name}: nothing that it tells of is in the recording, so its ${lines} lines stand before it, in their own order.`;
	const counted = `${anchors.length} of its ${lines} lines tell of events in the recording`;
	if (trace.clockUnit !== 'ns')
		return `${name}: ${counted} and stand at those; the recording has no times, so that the others are in order only.`;
	const timed = stretches.filter((stretch) => offsetOf(stretch) !== undefined);
	if (timed.length === 0) return `${name}: ${counted} and stand at those; the others are in order only.`;
	return `${name}: ${counted}; its clock is the recording's less ${timed.map(offsetText).join(', then ')}.`;
}

/** `56.231 s ± 30 ms`; only one bound: `52.264 s or more`. */
function offsetText(stretch: Stretch): string {
	const { least, most } = stretch;
	const offset = offsetOf(stretch) ?? 0n;
	const seconds = `${Number(offset / 1_000_000n) / 1000} s`;
	if (least === undefined) return `${seconds} or less`;
	if (most === undefined) return `${seconds} or more`;
	if (most < least) return `${seconds}, on which its lines disagree by ${milliseconds(least - most)}`;
	return `${seconds} ± ${milliseconds((most - least) / 2n + 1n)}`;
}

function milliseconds(ns: bigint): string {
	return `${Number(ns / 1_000_000n) + 1} ms`;
}
