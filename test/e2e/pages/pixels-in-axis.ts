// How many pixels of the timeline's axis, where marks stand that belong to no lane, have a colour of the theme.

import type { Frame, Page } from '@playwright/test';

/** CSS pixels of the canvas that are the axis. */
const AXIS = 34;

export function pixelsInAxis(page: Page | Frame, variable: string): Promise<number> {
	return page.evaluate(countPixels, { variable, height: AXIS });
}

/** Runs in the page. */
function countPixels({ variable, height }: { variable: string; height: number }): number {
	const canvas = document.querySelector<HTMLCanvasElement>('.plot canvas');
	const context = canvas?.getContext('2d');
	if (!canvas || !context) return 0;
	context.save();
	const colour = getComputedStyle(canvas).getPropertyValue(variable);
	// As the timeline draws it: opaque.
	context.fillStyle = colour.replace(/rgba\((.*),[^,]*\)/, 'rgb($1)');
	const wanted = context.fillStyle;
	context.restore();
	const { data } = context.getImageData(0, 0, canvas.width, height * devicePixelRatio);
	const hex = (at: number) => (data[at] ?? 0).toString(16).padStart(2, '0');
	let count = 0;
	for (let at = 0; at < data.length; at += 4)
		if (`#${hex(at)}${hex(at + 1)}${hex(at + 2)}` === wanted) count++;
	return count;
}
