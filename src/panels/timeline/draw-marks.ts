// The marks of the timeline: calls on their lanes, arrows between lanes, and what stands in the axis above them all.

import type { TileLink, TileMark } from '../../session/timeline/tile.ts';
import type { Scene } from './draw.ts';
import { AXIS, BAND, GUTTER, MARKS, xOf, yOf } from './geometry.ts';
import { widthOf } from './text-width.ts';

/** A call is a stalk with a head; several are a head with their number. Failed ones are crosses, in another colour. */
export function drawCalls(
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
		if (text && room > 12 && widthOf(context, palette, text) + 12 < room) context.fillText(text, x + 7, y);
	});
}

export function drawExit(
	context: CanvasRenderingContext2D,
	{ geometry, palette }: Scene,
	mark: TileMark,
	height: number,
	taken: readonly number[],
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
	const width = widthOf(context, palette, text) + 4;
	const isFree = (from: number) =>
		from >= GUTTER &&
		from + width <= geometry.width &&
		taken.length > 0 &&
		!taken.some((other) => other > from - 6 && other < from + width + 6);
	const left = [x + 8, x - 8 - width].find(isFree);
	if (left !== undefined) context.fillText(text, left, AXIS - 9);
}

const MOST_NAMED = 400;

/** Where marks of the axis are, for those that have a text beside them; none where they are too many for texts. */
export function marksOfAxis(scene: Scene): number[] {
	const { geometry, tile } = scene;
	const marks = [tile.exits, tile.found, tile.breakpoints].flat();
	if (marks.length + tile.findings.length > MOST_NAMED) return [];
	const findings = tile.findings.map((mark) => xOfFinding(scene, mark));
	return [...marks.map(({ at }) => xOf(geometry, at)), ...findings];
}

/** As many as one can tell apart by their lines. */
const FEW_LINKS = 12;

export function drawLink(
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

/** A ring in the axis and a hair through the lanes: found by the search. */
export function drawFound(
	context: CanvasRenderingContext2D,
	{ geometry, palette }: Scene,
	mark: TileMark,
	height: number,
): void {
	const x = xOf(geometry, mark.at);
	const colour = palette.colour('--vscode-editorOverviewRuler-findMatchForeground');
	context.strokeStyle = colour;
	context.lineWidth = 3;
	context.globalAlpha = 0.5;
	context.beginPath();
	context.moveTo(x, AXIS - 6);
	context.lineTo(x, height);
	context.stroke();
	context.globalAlpha = 1;
	context.lineWidth = 2.5;
	context.beginPath();
	context.arc(x, AXIS - 9, 4, 0, 2 * Math.PI);
	context.stroke();
	context.lineWidth = 1;
}

/** What is wrong about a system event stands beside it. */
function xOfFinding({ geometry, tile }: Scene, mark: TileMark): number {
	const at = xOf(geometry, mark.at);
	return tile.exits.some((exit) => Math.abs(xOf(geometry, exit.at) - at) < 10) ? at - 12 : at;
}

export function drawFinding(context: CanvasRenderingContext2D, scene: Scene, mark: TileMark): void {
	const { palette } = scene;
	const x = xOfFinding(scene, mark);
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

export function drawBreakpoint(
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
