// The marks of the timeline: calls on their lanes, arrows between lanes, and what stands in the axis above them all.

import type { TileLink, TileMark } from '../../session/timeline/tile.ts';
import type { Scene } from './draw.ts';
import { AXIS, BAND, type Geometry, GUTTER, inView, MARKS, marksInView, xOf, yOf } from './geometry.ts';
import type { Palette } from './palette.ts';
import { put, stampOf } from './stamps.ts';
import { widthOf } from './text-width.ts';

/** A call is a stalk with a head; several are a head with their number. Failed ones are crosses, in another colour. */
export function drawCalls(
	context: CanvasRenderingContext2D,
	{ geometry, palette }: Scene,
	calls: readonly TileMark[],
	lane: number,
): void {
	const y = yOf(lane) + 7;
	const { start, end } = inView(geometry, calls);
	drawHeads(context, geometry, palette, calls.slice(start, end), y);
	for (let i = start; i < end; i++) {
		const [mark, next] = [calls[i], calls[i + 1]];
		const text = mark && mark.count > 1 ? `${mark.count}` : mark?.label;
		if (!mark || !text) continue;
		const x = xOf(geometry, mark.at);
		const room = (next ? xOf(geometry, next.at) : geometry.width) - x;
		if (room <= 12 || widthOf(context, palette, text) + 12 >= room) continue;
		context.fillStyle = mark.failed ? palette.error : palette.foreground;
		context.fillText(text, x + 7, y);
	}
}

/** One path for all of a kind, or a plain rectangle: a path for each would take as long as all else in a frame. */
function drawHeads(
	context: CanvasRenderingContext2D,
	geometry: Geometry,
	palette: Palette,
	calls: readonly TileMark[],
	y: number,
): void {
	const marks = calls.map(({ at, failed }) => ({ x: xOf(geometry, at), failed }));
	context.fillStyle = palette.foreground;
	context.beginPath();
	for (const { x, failed } of marks) {
		if (failed) continue;
		context.moveTo(x - 4, y - 4);
		context.lineTo(x + 4, y - 4);
		context.lineTo(x, y + 4);
	}
	context.fill();
	context.fillStyle = palette.error;
	for (const side of [1, -1]) {
		context.beginPath();
		for (const { x, failed } of marks) if (failed) addBar(context, x, y, side);
		context.fill();
	}
	context.globalAlpha = 0.55;
	for (const { x, failed } of marks) {
		context.fillStyle = failed ? palette.error : palette.foreground;
		context.fillRect(Math.round(x), y + 4, 1, MARKS + BAND - 9);
	}
	context.globalAlpha = 1;
}

/** Of a cross, as an area: a line takes longer. */
function addBar(context: CanvasRenderingContext2D, x: number, y: number, side: number): void {
	context.moveTo(x - 4.2 * side, y - 2.8);
	context.lineTo(x - 2.8 * side, y - 4.2);
	context.lineTo(x + 4.2 * side, y + 2.8);
	context.lineTo(x + 2.8 * side, y + 4.2);
}

export function drawExits(context: CanvasRenderingContext2D, scene: Scene, height: number): void {
	const { geometry, palette, ratio, tile } = scene;
	const box = { left: 8, right: 8, above: AXIS, below: height - AXIS };
	const stamp = stampOf(palette, 'exit', ratio, box, (on) => drawExit(on, palette.error, height));
	const taken = marksOfAxis(scene);
	for (const mark of marksInView(geometry, tile.exits)) {
		const x = xOf(geometry, mark.at);
		put(context, ratio, stamp, x, AXIS);
		const text = mark.count > 1 ? `${mark.count}` : mark.label;
		if (!text || taken.length === 0) continue;
		const width = widthOf(context, palette, text) + 4;
		const isFree = (from: number) =>
			from >= GUTTER &&
			from + width <= geometry.width &&
			!taken.some((other) => other > from - 6 && other < from + width + 6);
		const left = [x + 8, x - 8 - width].find(isFree);
		context.fillStyle = palette.error;
		if (left !== undefined) context.fillText(text, left, AXIS - 9);
	}
}

/** A hair through the lanes, and a diamond above it in the axis. */
function drawExit(context: CanvasRenderingContext2D, colour: string, height: number): void {
	context.strokeStyle = context.fillStyle = colour;
	context.lineWidth = 1.5;
	context.setLineDash([5, 3]);
	context.beginPath();
	context.moveTo(0.5, -4);
	context.lineTo(0.5, height - AXIS);
	context.stroke();
	context.beginPath();
	context.moveTo(0.5, -15);
	context.lineTo(6, -9.5);
	context.lineTo(0.5, -4);
	context.lineTo(-5, -9.5);
	context.fill();
}

const MOST_NAMED = 400;

/** Where marks of the axis are, for those that have a text beside them; none where they are too many for texts. */
function marksOfAxis({ geometry, tile }: Scene): number[] {
	const marks = [tile.exits, tile.found, tile.breakpoints, tile.findings].flat();
	if (marks.length > MOST_NAMED) return [];
	const of = (some: readonly TileMark[]) => marksInView(geometry, some).map(({ at }) => xOf(geometry, at));
	const exits = of(tile.exits);
	const findings = of(tile.findings).map((x) => besideExit(x, exits));
	return [...exits, ...of(tile.found), ...of(tile.breakpoints), ...findings];
}

/** As many as one can tell apart by their lines. */
const FEW_LINKS = 12;
/** An arrow's head is as wide. */
const HEAD = 4;

export function drawLink(
	context: CanvasRenderingContext2D,
	{ geometry, palette, tile }: Scene,
	link: TileLink,
): void {
	const x1 = xOf(geometry, link.from);
	const x2 = xOf(geometry, link.to);
	if (x2 < GUTTER - HEAD || x1 > geometry.width + HEAD) return;
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

/** A ring in the axis and a hair through the lanes: found by the search. */
export function drawFound(context: CanvasRenderingContext2D, scene: Scene, height: number): void {
	const { geometry, palette, ratio, tile } = scene;
	const box = { left: 6, right: 6, above: AXIS, below: height - AXIS };
	const stamp = stampOf(palette, 'found', ratio, box, (on) => {
		on.strokeStyle = palette.colour('--vscode-editorOverviewRuler-findMatchForeground');
		on.lineWidth = 3;
		on.globalAlpha = 0.5;
		on.beginPath();
		on.moveTo(0, -6);
		on.lineTo(0, height - AXIS);
		on.stroke();
		on.globalAlpha = 1;
		on.lineWidth = 2.5;
		on.beginPath();
		on.arc(0, -9, 4, 0, 2 * Math.PI);
		on.stroke();
	});
	for (const { at } of marksInView(geometry, tile.found)) put(context, ratio, stamp, xOf(geometry, at), AXIS);
}

/** What is wrong about a system event stands beside it. */
function besideExit(x: number, exits: readonly number[]): number {
	return exits.some((exit) => Math.abs(exit - x) < 10) ? x - 12 : x;
}

export function drawFindings(context: CanvasRenderingContext2D, scene: Scene): void {
	const { geometry, palette, ratio, tile } = scene;
	const stamp = stampOf(palette, 'finding', ratio, { left: 7, right: 7, above: 16, below: 0 }, (on) => {
		on.fillStyle = palette.colour('--vscode-charts-yellow');
		on.beginPath();
		on.moveTo(0, -15);
		on.lineTo(6, -4);
		on.lineTo(-6, -4);
		on.fill();
		on.fillStyle = palette.background;
		on.fillRect(-0.75, -11.5, 1.5, 4);
		on.fillRect(-0.75, -6.5, 1.5, 1.5);
	});
	const exits = marksInView(geometry, tile.exits).map(({ at }) => xOf(geometry, at));
	for (const { at } of marksInView(geometry, tile.findings))
		put(context, ratio, stamp, besideExit(xOf(geometry, at), exits), AXIS);
}

export function drawBreakpoints(context: CanvasRenderingContext2D, scene: Scene): void {
	const { geometry, palette, ratio, tile } = scene;
	const stamp = stampOf(palette, 'breakpoint', ratio, { left: 6, right: 6, above: 15, below: 0 }, (on) => {
		on.fillStyle = palette.colour('--vscode-debugIcon-breakpointForeground');
		on.beginPath();
		on.arc(0, -9, 4.5, 0, 2 * Math.PI);
		on.fill();
	});
	for (const { at } of marksInView(geometry, tile.breakpoints))
		put(context, ratio, stamp, xOf(geometry, at), AXIS);
}
