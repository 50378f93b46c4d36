// What lies under the pointer, in words, and where a click leads.

import type { TileMark, TimelineTile } from '../../session/timeline/tile.ts';
import { type Geometry, GUTTER, laneAt, MARKS, timeAt, xOf, yOf } from './geometry.ts';
import { lookOf } from './looks.ts';
import { partsBetween } from './runs.ts';
import { clockText, durationText } from './time-text.ts';

/** How near is near enough, in pixels. */
const NEAR = 7;

/** The mark that a click at this place means. */
export function nearestMark(
	tile: TimelineTile,
	geometry: Geometry,
	x: number,
	y: number,
): TileMark | undefined {
	if (x < GUTTER) return undefined;
	const lane = laneAt(geometry, y);
	if (lane === undefined) return undefined;
	const marks =
		lane < 0
			? [...tile.breakpoints, ...tile.findings, ...tile.exits, ...tile.found]
			: y < yOf(lane) + MARKS + 4
				? (tile.lanes[lane]?.calls ?? [])
				: [];
	let nearest: TileMark | undefined;
	let best = NEAR;
	for (const mark of marks) {
		const distance = Math.abs(xOf(geometry, mark.at) - x);
		if (distance <= best) [nearest, best] = [mark, distance];
	}
	return nearest;
}

export function pointedAt(tile: TimelineTile, geometry: Geometry, x: number, y: number): string {
	if (x < GUTTER) return '';
	const lane = laneAt(geometry, y);
	if (lane === undefined) return '';
	const step = (geometry.view.to - geometry.view.from) / 500;
	const when = (time: number) => clockText(BigInt(tile.origin), time, tile.unit, step);
	const mark = nearestMark(tile, geometry, x, y);
	if (mark) return `${mark.text}\n${when(mark.at)}${tile.unit === 'ns' ? ' s' : ''}`;
	if (lane < 0) return '';
	const own = tile.lanes[lane];
	if (!own) return '';
	const [from, to] = [timeAt(geometry, x), timeAt(geometry, x + 1)];
	const parts = partsBetween(tile, own, from, to).filter(({ share }) => share > 0.004);
	const states = parts.map(({ state, share }) =>
		share > 0.97 ? lookOf(state).name : `${lookOf(state).name} ${Math.max(1, Math.round(share * 100))} %`,
	);
	const what = states.join(', ') || (own.kind === 'VMM' ? 'not in the VMM' : 'outside the recording');
	return `${own.name}: ${what}\n${when(from)}${tile.unit === 'ns' ? ` s · a pixel is ${durationText(to - from, tile.unit)}` : ''}`;
}
