// What lies under the pointer, in words, and where a click leads.

import type { TileMark, TimelineTile } from '../../session/timeline/tile.ts';
import { type Geometry, GUTTER, laneAt, MARKS, timeAt, xOf, yOf } from './geometry.ts';
import { lookOf } from './looks.ts';
import { partsBetween } from './runs.ts';
import { clockText, durationText } from './time-text.ts';

/** How near is near enough, in pixels. */
const NEAR = 7;
/** A mark of the axis that shares its moment with another is drawn so far beside it. */
const BESIDE = 6;
/** Marks at one place that are told. */
const MOST_TOLD = 4;

/** The mark that a click at this place means. */
export function nearestMark(
	tile: TimelineTile,
	geometry: Geometry,
	x: number,
	y: number,
): TileMark | undefined {
	return marksNear(tile, geometry, x, y)[0];
}

/** Marks at this place, the nearest first. */
function marksNear(tile: TimelineTile, geometry: Geometry, x: number, y: number): TileMark[] {
	const lane = x < GUTTER ? undefined : laneAt(geometry, y);
	if (lane === undefined) return [];
	const marks =
		lane < 0
			? [...tile.exits, ...tile.findings, ...tile.breakpoints, ...tile.found]
			: y < yOf(lane) + MARKS + 4
				? (tile.lanes[lane]?.calls ?? [])
				: [];
	const distance = (mark: TileMark) => Math.abs(xOf(geometry, mark.at) - x);
	const near = lane < 0 ? NEAR + BESIDE : NEAR;
	return marks.filter((mark) => distance(mark) <= near).sort((a, b) => distance(a) - distance(b));
}

export function pointedAt(tile: TimelineTile, geometry: Geometry, x: number, y: number): string {
	if (x < GUTTER) return '';
	const lane = laneAt(geometry, y);
	if (lane === undefined) return '';
	const step = (geometry.view.to - geometry.view.from) / 500;
	const when = (time: number) => clockText(BigInt(tile.origin), time, tile.unit, step);
	const [mark, ...others] = marksNear(tile, geometry, x, y);
	if (mark) {
		const words = new Set([mark, ...others.slice(0, MOST_TOLD - 1)].map(({ text }) => text));
		return [...words, `${when(mark.at)}${tile.unit === 'ns' ? ' s' : ''}`].join('\n');
	}
	if (lane < 0) return '';
	const own = tile.lanes[lane];
	if (!own) return '';
	const [from, to] = [timeAt(geometry, x), timeAt(geometry, x + 1)];
	const parts = partsBetween(tile, own, from, to).filter(({ share }) => share > 0.004);
	const states = parts.map(({ state, share }) =>
		share > 0.97 ? lookOf(state).name : `${lookOf(state).name} ${Math.max(1, Math.round(share * 100))} %`,
	);
	const what = states.join(', ') || (own.kind === 'VMM' ? 'not in the VMM' : 'outside the session');
	return `${own.name}: ${what}\n${when(from)}${tile.unit === 'ns' ? ` s · a pixel is ${durationText(to - from, tile.unit)}` : ''}`;
}
