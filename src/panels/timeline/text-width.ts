// How wide a text is. Measuring takes longer than drawing, and the same few words come in every frame.

import type { Palette } from './palette.ts';

const MOST_WIDTHS = 2000;
/** By palette, which has the font. */
const widths = new WeakMap<Palette, Map<string, number>>();

export function widthOf(context: CanvasRenderingContext2D, palette: Palette, text: string): number {
	const known = widths.get(palette) ?? new Map<string, number>();
	widths.set(palette, known);
	const width = known.get(text) ?? context.measureText(text).width;
	if (known.size > MOST_WIDTHS) known.clear();
	known.set(text, width);
	return width;
}
