// One frame of the timeline. Costs what is on the screen: the states are a picture that is stretched, and marks
// were gathered by whoever made the tile.

import type { TileLink, TileMark, TimelineTile } from '../../session/timeline/tile.ts';
import { AXIS, BAND, type Geometry, GUTTER, LANE, MARKS, plotWidth, xOf, yOf } from './geometry.ts';
import { lookOf } from './looks.ts';
import type { Palette } from './palette.ts';
import { runsOf } from './runs.ts';
import type { TilePicture } from './tile-picture.ts';
import { clockText, durationText, tickStep, ticks } from './time-text.ts';

export interface Scene {
	readonly geometry: Geometry;
	readonly tile: TimelineTile;
	readonly picture: TilePicture;
	readonly palette: Palette;
	/** time of the position, and its lane; -1: none */
	readonly position: { readonly at: number; readonly lane: number } | undefined;
	readonly selection: { readonly from: number; readonly to: number } | undefined;
	/** lane and moment that the keyboard stands at */
	readonly focus: { readonly lane: number; readonly at: number | undefined } | undefined;
}

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
	const { geometry, tile, picture, palette } = scene;
	const height = yOf(tile.lanes.length) + 4;
	context.clearRect(0, 0, geometry.width, height);
	context.font = palette.font;
	context.textBaseline = 'middle';
	drawNames(context, scene);
	context.save();
	context.beginPath();
	context.rect(GUTTER, 0, plotWidth(geometry), height);
	context.clip();
	drawAxis(context, scene);
	const left = xOf(geometry, tile.from);
	const right = xOf(geometry, tile.to);
	context.drawImage(picture.image, left, 0, right - left, picture.height);
	drawRunNames(context, scene);
	drawSelection(context, scene, height);
	for (const exit of tile.exits) drawExit(context, scene, exit, height);
	for (const link of tile.links) drawLink(context, scene, link);
	tile.lanes.forEach((lane, i) => {
		drawCalls(context, scene, lane.calls, i);
	});
	for (const mark of tile.found) drawFound(context, scene, mark, height);
	for (const mark of tile.findings) drawFinding(context, scene, mark);
	for (const mark of tile.breakpoints) drawBreakpoint(context, scene, mark);
	drawFocus(context, scene);
	drawPosition(context, scene, height);
	context.restore();
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
			const width = context.measureText(name).width + 8;
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
const cached = new WeakMap<TimelineTile, Map<number, ReturnType<typeof runsOf>>>();

function runsCached(tile: TimelineTile, lane: number): ReturnType<typeof runsOf> {
	const lanes = cached.get(tile) ?? new Map<number, ReturnType<typeof runsOf>>();
	cached.set(tile, lanes);
	const known = lanes.get(lane);
	if (known) return known;
	const made = tile.lanes[lane] ? runsOf(tile, tile.lanes[lane]) : [];
	lanes.set(lane, made);
	return made;
}

/** A call is a stalk with a head; several are a head with their number. Failed ones are crosses, in another colour. */
function drawCalls(
	context: CanvasRenderingContext2D,
	{ geometry, palette }: Scene,
	calls: readonly TileMark[],
	lane: number,
): void {
	const top = yOf(lane) + 2;
	calls.forEach((mark, i) => {
		const x = xOf(geometry, mark.at);
		const next = calls[i + 1];
		const room = (next ? xOf(geometry, next.at) : geometry.width) - x;
		const y = top + 5;
		context.fillStyle = context.strokeStyle = mark.failed ? palette.error : palette.foreground;
		context.lineWidth = 1;
		context.beginPath();
		context.moveTo(Math.round(x) + 0.5, y + 4);
		context.lineTo(Math.round(x) + 0.5, top + MARKS + BAND);
		context.globalAlpha = 0.55;
		context.stroke();
		context.globalAlpha = 1;
		if (mark.failed) {
			context.lineWidth = 2;
			context.beginPath();
			context.moveTo(x - 3.5, y - 3.5);
			context.lineTo(x + 3.5, y + 3.5);
			context.moveTo(x + 3.5, y - 3.5);
			context.lineTo(x - 3.5, y + 3.5);
			context.stroke();
		} else {
			context.beginPath();
			context.moveTo(x - 4, y - 4);
			context.lineTo(x + 4, y - 4);
			context.lineTo(x, y + 4);
			context.fill();
		}
		const text = mark.count > 1 ? `${mark.count}` : mark.label;
		if (text && context.measureText(text).width + 12 < room) {
			context.fillText(text, x + 7, y);
		}
	});
}

function drawExit(
	context: CanvasRenderingContext2D,
	{ geometry, palette, tile }: Scene,
	mark: TileMark,
	height: number,
): void {
	const x = Math.round(xOf(geometry, mark.at)) + 0.5;
	context.strokeStyle = context.fillStyle = palette.error;
	context.lineWidth = 1.5;
	context.setLineDash([5, 3]);
	context.beginPath();
	context.moveTo(x, AXIS - 4);
	context.lineTo(x, height);
	context.stroke();
	context.setLineDash([]);
	context.beginPath();
	context.moveTo(x, AXIS - 15);
	context.lineTo(x + 5.5, AXIS - 9.5);
	context.lineTo(x, AXIS - 4);
	context.lineTo(x - 5.5, AXIS - 9.5);
	context.fill();
	const text = mark.count > 1 ? `${mark.count}` : mark.label;
	const width = context.measureText(text).width + 4;
	const left = [x + 8, x - 6 - width].find((from) => isFree(geometry, tile, mark, from, from + width));
	if (left !== undefined) context.fillText(text, left, AXIS - 9);
}

/** Whether no other mark of the axis lies there, and it is in view. */
function isFree(geometry: Geometry, tile: TimelineTile, own: TileMark, from: number, to: number): boolean {
	if (from < GUTTER || to > geometry.width) return false;
	return [tile.exits, tile.findings, tile.found, tile.breakpoints].every((marks) =>
		marks.every((mark) => {
			const x = xOf(geometry, mark.at);
			return mark === own || x < from - 6 || x > to + 6;
		}),
	);
}

const FEW_LINKS = 12;

function drawLink(
	context: CanvasRenderingContext2D,
	{ geometry, palette, tile }: Scene,
	link: TileLink,
): void {
	const x1 = xOf(geometry, link.from);
	const x2 = xOf(geometry, link.to);
	const down = link.toLane > link.fromLane;
	const y1 = yOf(link.fromLane) + MARKS + (down ? BAND : 0);
	const y2 = yOf(link.toLane) + MARKS + (down ? 0 : BAND);
	context.strokeStyle = context.fillStyle = palette.foreground;
	context.lineWidth = 1.2;
	// Many of them are a veil: what lies below must still be seen.
	context.globalAlpha = tile.links.length > FEW_LINKS ? 0.45 : 1;
	if (link.kind === 'wake-up') context.setLineDash([2, 2]);
	context.beginPath();
	context.moveTo(x1, y1);
	const middle = (y1 + y2) / 2;
	context.bezierCurveTo(x1, middle, x2, middle, x2, y2 + (down ? -4 : 4));
	context.stroke();
	context.setLineDash([]);
	context.globalAlpha = 1;
	context.beginPath();
	context.moveTo(x2, y2);
	context.lineTo(x2 - 3.5, y2 + (down ? -6 : 6));
	context.lineTo(x2 + 3.5, y2 + (down ? -6 : 6));
	context.fill();
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
	const width = context.measureText(text).width;
	if (x2 - x1 > width + 8) {
		context.fillStyle = palette.foreground;
		context.fillText(text, (x1 + x2 - width) / 2, AXIS - 9);
	}
}

/** A ring in the axis and a hair through the lanes: found by the search. */
function drawFound(
	context: CanvasRenderingContext2D,
	{ geometry, palette }: Scene,
	mark: TileMark,
	height: number,
): void {
	const x = xOf(geometry, mark.at);
	const colour = palette.colour('--vscode-editorOverviewRuler-findMatchForeground');
	context.strokeStyle = colour;
	context.lineWidth = 3;
	context.globalAlpha = 0.35;
	context.beginPath();
	context.moveTo(x, AXIS - 6);
	context.lineTo(x, height);
	context.stroke();
	context.globalAlpha = 1;
	context.lineWidth = 2;
	context.strokeStyle = palette.colour('--vscode-charts-orange');
	context.beginPath();
	context.arc(x, AXIS - 9, 4, 0, 2 * Math.PI);
	context.stroke();
	context.lineWidth = 1;
}

function drawFinding(
	context: CanvasRenderingContext2D,
	{ geometry, palette, tile }: Scene,
	mark: TileMark,
): void {
	const at = xOf(geometry, mark.at);
	// What is wrong about a system event stands beside it.
	const x = tile.exits.some((exit) => Math.abs(xOf(geometry, exit.at) - at) < 10) ? at - 12 : at;
	context.fillStyle = palette.colour('--vscode-charts-yellow');
	context.beginPath();
	context.moveTo(x, AXIS - 15);
	context.lineTo(x + 6, AXIS - 4);
	context.lineTo(x - 6, AXIS - 4);
	context.fill();
	context.fillStyle = palette.background;
	context.fillRect(x - 0.75, AXIS - 11.5, 1.5, 4);
	context.fillRect(x - 0.75, AXIS - 6.5, 1.5, 1.5);
}

function drawBreakpoint(
	context: CanvasRenderingContext2D,
	{ geometry, palette }: Scene,
	mark: TileMark,
): void {
	const x = xOf(geometry, mark.at);
	context.fillStyle = palette.colour('--vscode-debugIcon-breakpointForeground');
	context.beginPath();
	context.arc(x, AXIS - 9, 4.5, 0, 2 * Math.PI);
	context.fill();
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
