// A tile's states as a picture, drawn once; while one zooms and pans it is stretched, until the next tile is there.

import type { TimelineTile } from '../../session/timeline/tile.ts';
import { BAND, heightOf, MARKS, yOf } from './geometry.ts';
import type { Palette } from './palette.ts';
import { runsOf } from './runs.ts';

/** A share so large that the rest would be less than a pixel. */
const PURE = 0.97;

export function drawTile(tile: TimelineTile, palette: Palette, ratio: number): HTMLCanvasElement {
	const picture = document.createElement('canvas');
	picture.width = Math.max(1, tile.columns * ratio);
	picture.height = heightOf(tile.lanes.length) * ratio;
	const context = picture.getContext('2d');
	if (!context) return picture;
	context.scale(ratio, ratio);
	tile.lanes.forEach((lane, i) => {
		const top = yOf(i) + MARKS;
		for (const { start, end, parts } of runsOf(tile, lane)) {
			const [largest] = parts;
			if (!largest) continue;
			if (largest.share > PURE) {
				fill(context, palette, largest.state, start, top, end - start, BAND);
				continue;
			}
			let y = top + BAND;
			for (const { state, share } of parts) {
				const height = Math.max(1, Math.min(share * BAND, y - top));
				y -= height;
				fill(context, palette, state, start, y, end - start, height);
			}
		}
	});
	return picture;
}

function fill(
	context: CanvasRenderingContext2D,
	palette: Palette,
	state: string,
	x: number,
	y: number,
	width: number,
	height: number,
): void {
	context.fillStyle = palette.pattern(state);
	context.fillRect(x, y, width, height);
}
