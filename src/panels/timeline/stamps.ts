// Marks that are drawn once and then put in many places: to compute the dashes and outlines of some hundred of them for
// each frame takes longer than all else that is in it.

import type { Palette } from './palette.ts';

/** In CSS pixels; `left` and `above`: from its edges to the point that it marks. */
interface Box {
	readonly left: number;
	readonly right: number;
	readonly above: number;
	readonly below: number;
}

export interface Stamp extends Box {
	readonly image: HTMLCanvasElement;
}

/** By palette, which has the colours. */
const known = new WeakMap<Palette, Map<string, Stamp>>();

/** The stamp of this name; `draw` draws it around the origin where there is none. The name tells all that it depends on. */
export function stampOf(
	palette: Palette,
	name: string,
	ratio: number,
	box: Box,
	draw: (context: CanvasRenderingContext2D) => void,
): Stamp {
	const stamps = known.get(palette) ?? new Map<string, Stamp>();
	known.set(palette, stamps);
	const key = `${name} ${ratio} ${box.below}`;
	const made = stamps.get(key) ?? { ...box, image: pictureOf(ratio, box, draw) };
	stamps.set(key, made);
	return made;
}

function pictureOf(
	ratio: number,
	{ left, right, above, below }: Box,
	draw: (context: CanvasRenderingContext2D) => void,
): HTMLCanvasElement {
	const image = document.createElement('canvas');
	image.width = Math.ceil((left + right) * ratio);
	image.height = Math.ceil((above + below) * ratio);
	const context = image.getContext('2d');
	if (!context) return image;
	context.setTransform(ratio, 0, 0, ratio, left * ratio, above * ratio);
	draw(context);
	return image;
}

/** At the pixel next to `x`, `y`. */
export function put(
	context: CanvasRenderingContext2D,
	ratio: number,
	{ image, left, above }: Stamp,
	x: number,
	y: number,
): void {
	const [toX, toY] = [Math.round((x - left) * ratio), Math.round((y - above) * ratio)];
	context.drawImage(image, toX / ratio, toY / ratio, image.width / ratio, image.height / ratio);
}
