// One frame of the timeline. Costs what is on the screen: the states are a picture that is stretched, and marks
// were gathered by whoever made the tile.

import type { TimelineTile } from '../../session/timeline/tile.ts';
import { drawBreakpoints, drawCalls, drawExits, drawFindings, drawFound, drawLink } from './draw-marks.ts';
import { AXIS, BAND, type Geometry, GUTTER, LANE, MARKS, plotWidth, xOf, yOf } from './geometry.ts';
import { lookOf } from './looks.ts';
import type { Palette } from './palette.ts';
import { runsOf } from './runs.ts';
import { widthOf } from './text-width.ts';
import type { TilePicture } from './tile-picture.ts';
import { clockText, durationText, tickStep, ticks } from './time-text.ts';

export interface Scene {
	readonly geometry: Geometry;
	readonly tile: TimelineTile;
	readonly picture: TilePicture;
	readonly palette: Palette;
	/** pixels of the screen for a CSS pixel */
	readonly ratio: number;
	/** time of the position, and its lane; -1: none */
	readonly position: { readonly at: number; readonly lane: number } | undefined;
	readonly selection: { readonly from: number; readonly to: number } | undefined;
	/** lane and moment that the keyboard stands at */
	readonly focus: { readonly lane: number; readonly at: number | undefined } | undefined;
}

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
	const { geometry, tile, palette } = scene;
	const height = yOf(tile.lanes.length) + 4;
	context.fillStyle = palette.background;
	context.fillRect(0, 0, geometry.width, height);
	context.font = palette.font;
	context.textBaseline = 'middle';
	drawNames(context, scene);
	context.save();
	context.beginPath();
	context.rect(GUTTER, 0, plotWidth(geometry), height);
	context.clip();
	drawAxis(context, scene);
	drawStates(context, scene);
	drawSelection(context, scene, height);
	drawRunNames(context, scene);
	drawExits(context, scene, height);
	for (const link of tile.links) drawLink(context, scene, link);
	tile.lanes.forEach((lane, i) => {
		drawCalls(context, scene, lane.calls, i);
	});
	drawFound(context, scene, height);
	drawFindings(context, scene);
	drawBreakpoints(context, scene);
	drawFocus(context, scene);
	drawPosition(context, scene, height);
	context.restore();
}

/** The part of the picture that is in view. */
function drawStates(context: CanvasRenderingContext2D, { geometry, tile, picture }: Scene): void {
	const left = xOf(geometry, tile.from);
	const { image, height } = picture;
	const scale = (xOf(geometry, tile.to) - left) / image.width;
	const first = Math.max(0, Math.floor((GUTTER - left) / scale));
	const count = Math.min(image.width, Math.ceil((geometry.width - left) / scale)) - first;
	if (count <= 0) return;
	// Patterns stay patterns; and it is faster.
	context.imageSmoothingEnabled = false;
	context.drawImage(image, first, 0, count, image.height, left + first * scale, 0, count * scale, height);
}

function drawNames(
	context: CanvasRenderingContext2D,
	{ tile, geometry, palette, position, focus }: Scene,
): void {
	context.textAlign = 'left';
	tile.lanes.forEach((lane, i) => {
		const y = yOf(i) + MARKS + BAND / 2;
		const here = position?.lane === i;
		context.font = here ? `600 ${palette.font}` : palette.font;
		context.fillStyle = palette.foreground;
		context.fillText(`${here ? '➤ ' : ''}${lane.name}`, 4, y, GUTTER - 8);
		if (focus?.lane === i) {
			context.strokeStyle = palette.colour('--vscode-focusBorder');
			context.strokeRect(1.5, y - 10.5, GUTTER - 7, 21);
		}
		context.strokeStyle = palette.line;
		context.globalAlpha = palette.highContrast ? 1 : 0.5;
		context.lineWidth = 1;
		const bottom = yOf(i + 1) - 0.5;
		context.beginPath();
		context.moveTo(0, bottom);
		context.lineTo(geometry.width, bottom);
		context.stroke();
		context.globalAlpha = 1;
	});
	context.font = palette.font;
}

function drawAxis(context: CanvasRenderingContext2D, { geometry, tile, palette }: Scene): void {
	const { from, to } = geometry.view;
	const step = tickStep(to - from, plotWidth(geometry) / 130);
	const origin = BigInt(tile.origin);
	context.textAlign = 'left';
	for (const tick of ticks(origin, from, to, step)) {
		const x = Math.round(xOf(geometry, tick)) + 0.5;
		context.strokeStyle = palette.line;
		context.globalAlpha = 0.35;
		context.beginPath();
		context.moveTo(x, 4);
		context.lineTo(x, yOf(tile.lanes.length));
		context.stroke();
		context.globalAlpha = 1;
		context.fillStyle = palette.muted;
		context.fillText(clockText(origin, tick, tile.unit, step), x + 4, 9);
	}
}

/** Room that a state's name needs in its band. */
const NAME_ROOM = 64;

function drawRunNames(context: CanvasRenderingContext2D, { geometry, tile, palette }: Scene): void {
	context.textAlign = 'center';
	const scale = (tile.to - tile.from) / tile.columns;
	tile.lanes.forEach((_, i) => {
		const y = yOf(i) + MARKS + BAND / 2 + 0.5;
		for (const { start, end, parts } of runsCached(tile, i)) {
			const only = parts[0];
			if (!only || only.share < 0.97) continue;
			const x1 = Math.max(GUTTER, xOf(geometry, tile.from + start * scale));
			const x2 = Math.min(geometry.width, xOf(geometry, tile.from + end * scale));
			if (x2 - x1 < NAME_ROOM) continue;
			const { name } = lookOf(only.state);
			const width = widthOf(context, palette, name) + 8;
			if (width > x2 - x1 - 4) continue;
			context.globalAlpha = 0.85;
			context.fillStyle = palette.background;
			context.fillRect((x1 + x2 - width) / 2, y - 7, width, 14);
			context.globalAlpha = 1;
			context.fillStyle = palette.foreground;
			context.fillText(name, (x1 + x2) / 2, y);
		}
	});
	context.textAlign = 'left';
}

/** Runs of the tile drawn last: a frame must not read the columns again. */
const cached = new WeakMap<TimelineTile['lanes'], Map<number, ReturnType<typeof runsOf>>>();

function runsCached(tile: TimelineTile, lane: number): ReturnType<typeof runsOf> {
	const lanes = cached.get(tile.lanes) ?? new Map<number, ReturnType<typeof runsOf>>();
	cached.set(tile.lanes, lanes);
	const known = lanes.get(lane);
	if (known) return known;
	const made = tile.lanes[lane] ? runsOf(tile, tile.lanes[lane]) : [];
	lanes.set(lane, made);
	return made;
}

function drawSelection(
	context: CanvasRenderingContext2D,
	{ geometry, palette, selection, tile }: Scene,
	height: number,
): void {
	if (!selection) return;
	const x1 = xOf(geometry, selection.from);
	const x2 = xOf(geometry, selection.to);
	context.fillStyle = palette.colour('--vscode-editor-selectionBackground');
	context.globalAlpha = palette.highContrast ? 0.25 : 0.45;
	context.fillRect(x1, AXIS - 16, x2 - x1, height - AXIS + 16);
	context.globalAlpha = 1;
	context.strokeStyle = palette.colour('--vscode-focusBorder');
	context.lineWidth = 1;
	context.strokeRect(Math.round(x1) + 0.5, AXIS - 15.5, Math.max(1, x2 - x1), height - AXIS + 14);
	const text = durationText(selection.to - selection.from, tile.unit);
	const width = widthOf(context, palette, text);
	if (x2 - x1 > width + 8) {
		context.fillStyle = palette.foreground;
		context.fillText(text, (x1 + x2 - width) / 2, AXIS - 9);
	}
}

function drawFocus(context: CanvasRenderingContext2D, { geometry, palette, focus }: Scene): void {
	if (focus?.at === undefined) return;
	const x = xOf(geometry, focus.at);
	context.strokeStyle = palette.colour('--vscode-focusBorder');
	context.lineWidth = 2;
	context.strokeRect(x - 6, yOf(focus.lane), 12, LANE - 2);
	context.lineWidth = 1;
}

function drawPosition(
	context: CanvasRenderingContext2D,
	{ geometry, palette, position }: Scene,
	height: number,
): void {
	if (!position) return;
	const x = Math.round(xOf(geometry, position.at)) + 0.5;
	const colour = palette.highContrast
		? palette.foreground
		: palette.colour('--vscode-debugIcon-startForeground');
	context.strokeStyle = context.fillStyle = colour;
	context.lineWidth = 2;
	context.beginPath();
	context.moveTo(x, AXIS - 4);
	context.lineTo(x, height);
	context.stroke();
	context.beginPath();
	context.moveTo(x - 6, AXIS - 18);
	context.lineTo(x + 6, AXIS - 18);
	context.lineTo(x + 6, AXIS - 10);
	context.lineTo(x, AXIS - 3);
	context.lineTo(x - 6, AXIS - 10);
	context.fill();
	context.lineWidth = 1;
}
