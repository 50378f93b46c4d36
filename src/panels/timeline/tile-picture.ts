// A tile's states as a picture, drawn once; while one zooms and pans it is stretched, until the next tile is there.
// Pixel by pixel: tens of thousands of pattern fills would take longer than a frame.

import type { TileLane, TimelineTile } from '../../session/timeline/tile.ts';
import { BAND, heightOf, MARKS, yOf } from './geometry.ts';
import type { Palette, PatternPixels } from './palette.ts';
import { shareAt } from './runs.ts';

export interface TilePicture {
	readonly image: HTMLCanvasElement;
	/** height in CSS pixels */
	readonly height: number;
}

/** A share so large that the rest would be less than a pixel. */
const PURE = 0.97;

/** Into `image`, where there is one that is not needed any more: to make one for each tile is work for the collector. */
export function drawTile(
	tile: TimelineTile,
	palette: Palette,
	ratio: number,
	image = document.createElement('canvas'),
): TilePicture {
	// Whole pixels, so that patterns stay patterns.
	const scale = Math.max(1, Math.round(ratio));
	const height = heightOf(tile.lanes.length);
	if (image.width !== tile.columns * scale) image.width = tile.columns * scale;
	if (image.height !== height * scale) image.height = height * scale;
	const context = image.getContext('2d');
	if (!context) return { image, height };
	const patterns = tile.states.map((state) => palette.pixels(state, scale));
	const band = context.createImageData(image.width, BAND * scale);
	const pixels = new Uint32Array(band.data.buffer);
	tile.lanes.forEach((lane, i) => {
		pixels.fill(0);
		paintLane(tile, lane, patterns, scale, pixels, image.width);
		context.putImageData(band, 0, (yOf(i) + MARKS) * scale);
	});
	return { image, height };
}

/** Each column from the bottom up: the states in their fixed order, each as high as its share. */
function paintLane(
	tile: TimelineTile,
	lane: TileLane,
	patterns: readonly PatternPixels[],
	scale: number,
	pixels: Uint32Array,
	width: number,
): void {
	const rows = BAND * scale;
	for (let column = 0; column < tile.columns; column++) {
		let bottom = rows;
		for (let state = 0; state < patterns.length && bottom > 0; state++) {
			const share = shareAt(tile, lane, column, state);
			if (share <= 0) continue;
			const high = share > PURE ? rows : Math.max(scale, Math.round(share * rows));
			const top = Math.max(0, bottom - high);
			const pattern = patterns[state];
			if (pattern) paintBlock(pixels, width, column * scale, scale, top, bottom, pattern);
			bottom = top;
		}
	}
}

function paintBlock(
	pixels: Uint32Array,
	width: number,
	left: number,
	columns: number,
	top: number,
	bottom: number,
	{ size, colours }: PatternPixels,
): void {
	for (let x = left; x < left + columns; x++) {
		const across = x % size;
		for (let y = top; y < bottom; y++) pixels[y * width + x] = colours[(y % size) * size + across] ?? 0;
	}
}
