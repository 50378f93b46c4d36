// The timeline around a finding as an SVG picture that needs nothing else: no script, no style sheet, readable on
// light and dark ground, and states told apart by height as well as by colour.

import { durationText } from '../describe.ts';
import { LANE_STATES, type LaneState, STATE_COUNT } from '../timeline/lane-state.ts';
import { SHARE_ZERO, type TileLane, type TimelineTile } from '../timeline/tile.ts';

const LABEL = 110;
const RIGHT = 12;
/** Names of calls stand over their bar. */
const NAMES = 12;
const BAR = 14;
const LANE = NAMES + BAR + 4;
const TOP = 22;
const AXIS = 22;
const LEGEND = 28;
/** Width of a letter of a call's name, roughly. */
const LETTER = 6.4;
const TICKS = 6;

const INK = '#202020';
const RED = '#b01010';

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

type X = (time: number) => number;

/** The tile has one column for each pixel of the lanes, and one mark of a finding: what `code` names. */
export function pictureOf(tile: TimelineTile, code: string): string {
	const bottom = TOP + tile.lanes.length * LANE;
	const [width, height] = [LABEL + tile.columns + RIGHT, bottom + AXIS + LEGEND];
	const x: X = (time) => LABEL + ((time - tile.from) / (tile.to - tile.from)) * tile.columns;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" role="img" aria-label="timeline around ${escaped(code)}">`,
		`<defs><marker id="arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 L6 3 L0 6 z" fill="#404040"/></marker><clipPath id="lanes"><rect x="${LABEL - 6}" y="0" width="${tile.columns + 6 + RIGHT}" height="${bottom + AXIS}"/></clipPath></defs>`,
		`<rect width="${width}" height="${height}" fill="#ffffff"/>`,
		...tile.lanes.map((lane, n) => text(4, barAt(n) + BAR - 3, lane.name)),
		'<g clip-path="url(#lanes)">',
		...axis(tile, x, bottom),
		...tile.lanes.flatMap((lane, n) => [...bars(lane, barAt(n)), ...calls(lane, barAt(n), x, width)]),
		...exits(tile, x, bottom),
		...links(tile, x),
		...found(tile, x, width, code),
		'</g>',
		...legend(bottom + AXIS + 6),
		'</svg>',
		'',
	].join('\n');
}

const barAt = (lane: number) => TOP + lane * LANE + NAMES;

function text(x: number, y: number, words: string, more = `fill="${INK}"`): string {
	return `<text x="${at1(x)}" y="${at1(y)}" ${more}>${escaped(words)}</text>`;
}

/** Time before and after the finding. */
function* axis({ from, to, findings, unit }: TimelineTile, x: X, bottom: number): Generator<string> {
	const zero = findings[0]?.at ?? from;
	const step = niceStep((to - from) / TICKS);
	for (let n = Math.ceil((from - zero) / step); zero + n * step <= to; n++) {
		const at = at1(x(zero + n * step));
		yield `<path d="M${at} ${TOP} V${bottom + 4}" stroke="#e0e0e0"/>`;
		const passed = Math.round(Math.abs(n * step));
		// A scenario's time is its steps.
		const much = unit === 'ticks' ? `${passed}` : durationText(BigInt(passed));
		const words = n === 0 ? '0' : `${n < 0 ? '−' : '+'}${much}`;
		const edge = at < LABEL + 20 ? 'start' : at > x(to) - 20 ? 'end' : 'middle';
		yield text(at, bottom + 15, words, `fill="#505050" font-size="9" text-anchor="${edge}"`);
	}
}

/** 1, 2 or 5 of the tenth part that fits. */
function niceStep(least: number): number {
	const tenth = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
	return ([1, 2, 5].find((times) => times * tenth >= least) ?? 10) * tenth;
}

function* calls(lane: TileLane, y: number, x: X, width: number): Generator<string> {
	// A name that would run into the one before, or out of the picture, is left out; the title has it.
	let free = 0;
	for (const { at, text: title, label, failed } of lane.calls) {
		const colour = failed ? RED : INK;
		const left = at1(x(at));
		yield `<path d="M${left} ${y - 3} v${BAR + 3}" stroke="${colour}" stroke-width="2"><title>${escaped(title)}</title></path>`;
		const wide = label.length * LETTER;
		// At the right edge it stands before its mark.
		const before = left + wide > width;
		if (!label || (before ? left - wide : left) < free) continue;
		free = (before ? left : left + wide) + 4;
		const anchor = before ? ' text-anchor="end"' : '';
		yield text(before ? left + 1 : left - 1, y - 4, label, `fill="${colour}" font-size="9"${anchor}`);
	}
}

function* exits({ exits }: TimelineTile, x: X, bottom: number): Generator<string> {
	for (const { at, text } of exits) {
		const left = at1(x(at));
		yield `<path d="M${left} ${TOP} V${bottom}" stroke="#d06000" stroke-dasharray="4 2"><title>${escaped(text)}</title></path>`;
	}
}

function* links({ links }: TimelineTile, x: X): Generator<string> {
	for (const { from, to, fromLane, toLane, kind } of links) {
		const [y1, y2] = [barAt(fromLane) + BAR / 2, barAt(toLane) + BAR / 2];
		yield `<path d="M${at1(x(from))} ${y1} L${at1(x(to))} ${y2}" stroke="#404040" fill="none" marker-end="url(#arrow)"><title>${kind}</title></path>`;
	}
}

function* found({ findings }: TimelineTile, x: X, width: number, code: string): Generator<string> {
	for (const { at, text: title } of findings) {
		const left = at1(x(at));
		yield `<path d="M${left} ${TOP - 2} l-5 -10 h10 z" fill="${RED}"><title>${escaped(title)}</title></path>`;
		const fits = left + 10 + code.length * 6.5 < width;
		const anchor = fits ? '' : ' text-anchor="end"';
		yield text(fits ? left + 8 : left - 8, TOP - 4, code, `fill="${RED}" font-weight="bold"${anchor}`);
	}
}

/** Neighbouring columns of the same state are one bar. */
function bars({ shares }: TileLane, y: number): string[] {
	const columns = shares.length / STATE_COUNT;
	const drawn: string[] = [];
	let start = 0;
	let current = stateOf(shares, 0);
	for (let column = 1; column <= columns; column++) {
		const state = column < columns ? stateOf(shares, column) : undefined;
		if (state === current) continue;
		if (current) drawn.push(bar(current, LABEL + start, y, column - start, BAR));
		start = column;
		current = state;
	}
	return drawn;
}

/** `high`: of a state that fills the lane */
function bar(state: LaneState, x: number, y: number, width: number, high: number): string {
	const [colour, share] = LOOKS[state];
	const top = at1(y + high - high * share);
	return `<rect x="${x}" y="${top}" width="${width}" height="${at1(high * share)}" fill="${colour}" fill-opacity="0.75"><title>${state}</title></rect>`;
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
		const x = LABEL + n * 96;
		return bar(state, x, y, 14, 12) + text(x + 18, y + 11, state);
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
