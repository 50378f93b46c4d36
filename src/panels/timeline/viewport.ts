// The range of time that is in view, as a value: every move gives a new one, within bounds.

export interface Viewport {
	readonly from: number;
	readonly to: number;
}

/** Below this nothing happens: the trace's clock counts nanoseconds. */
const SHORTEST = 20;
/** How far one may pan beyond the ends, as a part of what is in view. */
const BEYOND = 0.1;

/** The whole session, with a little air. */
export function whole(end: number): Viewport {
	const air = Math.max(end, 1) * 0.02;
	return { from: -air, to: Math.max(end, 1) + air };
}

/** From where something is known, to the end. */
export function interesting(begin: number, end: number): Viewport {
	const air = Math.max(end - begin, 1) * 0.02;
	return { from: begin - air, to: Math.max(end, 1) + air };
}

/** `factor` below 1 comes nearer; what is at `at` stays where it is. */
export function zoomed(view: Viewport, factor: number, at: number, end: number): Viewport {
	const span = view.to - view.from;
	const most = whole(end).to - whole(end).from;
	const wanted = Math.max(SHORTEST, Math.min(span * factor, most));
	const part = (at - view.from) / span;
	return bounded({ from: at - wanted * part, to: at + wanted * (1 - part) }, end);
}

export function panned(view: Viewport, by: number, end: number): Viewport {
	return bounded({ from: view.from + by, to: view.to + by }, end);
}

/** Moved, if need be, so that `time` is well in view. */
export function showing(view: Viewport, time: number, end: number): Viewport {
	const span = view.to - view.from;
	if (time >= view.from + span * 0.05 && time <= view.to - span * 0.05) return view;
	return bounded({ from: time - span / 2, to: time + span / 2 }, end);
}

/** The view on a range, with some of what is around it. */
export function around(from: number, to: number, end: number): Viewport {
	const air = Math.max(to - from, SHORTEST) * 0.15;
	return bounded({ from: from - air, to: to + air }, end);
}

function bounded(view: Viewport, end: number): Viewport {
	const span = view.to - view.from;
	const all = whole(end);
	if (span >= all.to - all.from) return all;
	const least = -span * BEYOND;
	const most = Math.max(end, 1) + span * BEYOND;
	const shift = Math.max(0, least - view.from) - Math.max(0, view.to - most);
	return { from: view.from + shift, to: view.to + shift };
}

/** What a page kept, if it is a view at all. */
export function asViewport(raw: unknown): Viewport | undefined {
	if (typeof raw !== 'object' || raw === null) return undefined;
	const { from, to } = raw as { readonly from?: unknown; readonly to?: unknown };
	if (typeof from !== 'number' || typeof to !== 'number') return undefined;
	return Number.isFinite(from) && Number.isFinite(to) && to > from ? { from, to } : undefined;
}
