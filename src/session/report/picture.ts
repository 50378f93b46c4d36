// The timeline around a finding as an SVG picture that needs nothing else: no script, no style sheet, readable on
// light and dark ground, and states told apart by pattern of grey as well as by colour.

import { LANE_STATES, type LaneState, STATE_COUNT } from '../timeline/lane-state.ts';
import { SHARE_ZERO, type TileLane, type TimelineTile } from '../timeline/tile.ts';

const LABEL = 110;
const LANE = 26;
const BAR = 16;
const TOP = 24;
const LEGEND = 40;
/** Width of a letter of a call's name, roughly. */
const LETTER = 6.2;

/** Of each state: its colour, and how high its bar is, so that it is known without colour too. */
const LOOKS: Readonly<Record<LaneState, readonly [colour: string, height: number]>> = {
	unknown: ['#c8c8c8', 0.2],
	guest: ['#2e8b57', 1],
	host: ['#4a78c8', 0.75],
	VMM: ['#c89632', 0.6],
	waiting: ['#8c8cb4', 0.35],
	STOPPED: ['#b43c3c', 0.15],
	SUSPENDED: ['#8c3c8c', 0.25],
	lost: ['#000000', 1],
};

/** `width`: in pixels; the tile has one column for each pixel of the lanes. */
export function pictureOf(tile: TimelineTile): string {
	const width = LABEL + tile.columns;
	const bottom = TOP + tile.lanes.length * LANE;
	const x = (time: number) => LABEL + ((time - tile.from) / (tile.to - tile.from)) * tile.columns;
	const parts = [
		...tile.lanes.flatMap((lane, n) => laneParts(lane, TOP + n * LANE, x)),
		...tile.exits.map(
			({ at, text }) =>
				`<line x1="${at1(x(at))}" x2="${at1(x(at))}" y1="${TOP - 6}" y2="${bottom}" stroke="#d06000" stroke-dasharray="4 2"><title>${escaped(text)}</title></line>`,
		),
		...tile.links.map(({ from, to, fromLane, toLane, kind }) => {
			const [y1, y2] = [TOP + fromLane * LANE + BAR / 2, TOP + toLane * LANE + BAR / 2];
			return `<path d="M${at1(x(from))} ${y1} L${at1(x(to))} ${y2}" stroke="#404040" fill="none" marker-end="url(#arrow)"><title>${kind}</title></path>`;
		}),
		...tile.findings.map(
			({ at, text }) =>
				`<path d="M${at1(x(at))} ${TOP - 4} l-5 -10 h10 z" fill="#d01818"><title>${escaped(text)}</title></path>`,
		),
		...legend(bottom + 14),
	];
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + LEGEND}" viewBox="0 0 ${width} ${bottom + LEGEND}" font-family="sans-serif" font-size="11" role="img" aria-label="timeline around the finding">`,
		'<defs><marker id="arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 L6 3 L0 6 z" fill="#404040"/></marker></defs>',
		`<rect width="${width}" height="${bottom + LEGEND}" fill="#ffffff"/>`,
		...parts,
		'</svg>',
		'',
	].join('\n');
}

function laneParts(lane: TileLane, y: number, x: (time: number) => number): string[] {
	const name = `<text x="4" y="${y + BAR - 4}" fill="#202020">${escaped(lane.name)}</text>`;
	// A name that would run into the one before is left out; the title has it.
	let free = 0;
	const calls = lane.calls.map(({ at, text, label, failed }) => {
		const colour = failed ? '#d01818' : '#202020';
		const mark = `<path d="M${at1(x(at))} ${y} v${BAR}" stroke="${colour}" stroke-width="2"><title>${escaped(text)}</title></path>`;
		const room = x(at) >= free;
		if (room && label) free = x(at) + 3 + label.length * LETTER;
		const words =
			label && room
				? `<text x="${at1(x(at) + 3)}" y="${y + BAR - 4}" fill="${colour}" font-size="9">${escaped(label)}</text>`
				: '';
		return mark + words;
	});
	return [name, ...bars(lane, y), ...calls];
}

/** Neighbouring columns of the same state are one bar. */
function bars({ shares }: TileLane, y: number): string[] {
	const columns = shares.length / STATE_COUNT;
	const found: string[] = [];
	let start = 0;
	let current = stateOf(shares, 0);
	for (let column = 1; column <= columns; column++) {
		const state = column < columns ? stateOf(shares, column) : undefined;
		if (state === current) continue;
		if (current) {
			const [colour, height] = LOOKS[current];
			const high = BAR * height;
			found.push(
				`<rect x="${LABEL + start}" y="${at1(y + BAR - high)}" width="${column - start}" height="${at1(high)}" fill="${colour}" fill-opacity="0.75"><title>${current}</title></rect>`,
			);
		}
		start = column;
		current = state;
	}
	return found;
}

/** What a column is drawn as: the state that takes most of it. */
function stateOf(shares: string, column: number): LaneState | undefined {
	let best = -1;
	let most = 0;
	for (let state = 0; state < STATE_COUNT; state++) {
		const share = shares.charCodeAt(column * STATE_COUNT + state) - SHARE_ZERO;
		if (share > most) [best, most] = [state, share];
	}
	return LANE_STATES[best];
}

function legend(y: number): string[] {
	return LANE_STATES.map((state, n) => {
		const [colour, height] = LOOKS[state];
		const x = 4 + n * 92;
		const high = 12 * height;
		return `<rect x="${x}" y="${at1(y + 12 - high)}" width="14" height="${at1(high)}" fill="${colour}" fill-opacity="0.75"/><text x="${x + 18}" y="${y + 11}" fill="#202020">${state}</text>`;
	});
}

const at1 = (value: number) => Math.round(value * 10) / 10;

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
