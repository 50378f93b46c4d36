// Where things are in the timeline's canvas, in CSS pixels.

import type { TileMark } from '../../session/timeline/tile.ts';
import type { Viewport } from './viewport.ts';

/** names of the lanes */
export const GUTTER = 92;
/** times, and the marks that belong to no lane */
export const AXIS = 34;
export const LANE = 36;
/** of a lane: marks above, states below */
export const MARKS = 13;
export const BAND = 19;

export interface Geometry {
	readonly view: Viewport;
	/** of the whole canvas */
	readonly width: number;
	readonly lanes: number;
}

export function heightOf(lanes: number): number {
	return AXIS + lanes * LANE + 4;
}

export function plotWidth({ width }: Geometry): number {
	return Math.max(1, width - GUTTER);
}

export function xOf(geometry: Geometry, time: number): number {
	const { from, to } = geometry.view;
	return GUTTER + ((time - from) / (to - from)) * plotWidth(geometry);
}

export function timeAt(geometry: Geometry, x: number): number {
	const { from, to } = geometry.view;
	return from + ((x - GUTTER) / plotWidth(geometry)) * (to - from);
}

/** A mark's text reaches so far, and no further. */
const REACH = 200;

/** Of ascending marks, those that are in view or whose text may be: indices, `end` excluded. */
export function inView(
	geometry: Geometry,
	marks: readonly Pick<TileMark, 'at'>[],
): { start: number; end: number } {
	const indexOf = (x: number) => {
		const time = timeAt(geometry, x);
		const index = marks.findIndex(({ at }) => at > time);
		return index < 0 ? marks.length : index;
	};
	return { start: indexOf(GUTTER - REACH), end: indexOf(geometry.width + REACH) };
}

export function marksInView<M extends Pick<TileMark, 'at'>>(
	geometry: Geometry,
	marks: readonly M[],
): readonly M[] {
	const { start, end } = inView(geometry, marks);
	return marks.slice(start, end);
}

/** Top of a lane. */
export function yOf(lane: number): number {
	return AXIS + lane * LANE;
}

/** The lane at `y`; -1: the axis; undefined: below them all. */
export function laneAt({ lanes }: Geometry, y: number): number | undefined {
	if (y < AXIS) return -1;
	const lane = Math.floor((y - AXIS) / LANE);
	return lane < lanes ? lane : undefined;
}
