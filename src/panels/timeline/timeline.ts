// The timeline: draws what it is given tile by tile, and tells what the person asks of it. Keeps no more than where
// one looks; all else comes from the session.

import type { RangeSummary, TileMark, TimelineTile } from '../../session/timeline/tile.ts';
import { t } from '../l10n.ts';
import { drawScene } from './draw.ts';
import { type Geometry, heightOf, laneAt, plotWidth, timeAt, xOf } from './geometry.ts';
import { type Palette, readPalette } from './palette.ts';
import { nearestMark, pointedAt } from './pointed-at.ts';
import { ScrolledLanes } from './scrolled-lanes.ts';
import { drawTile, type TilePicture } from './tile-picture.ts';
import { type TileSource, Tiles } from './tiles.ts';
import { around, interesting, panned, showing, type Viewport, whole, zoomed } from './viewport.ts';

/** What the timeline needs of whoever holds the session. */
export interface TimelineHost extends TileSource {
	range(from: number, to: number): Promise<RangeSummary>;
	goto(row: number): void;
	/** to the event nearest to a moment in a lane */
	near(time: number, lane: number): void;
	/** what is pointed at, in words; empty: nothing */
	tell(words: string, x: number, y: number): void;
	/** what the keyboard came to, to be read out */
	say(words: string): void;
	selected(range: RangeSummary | undefined): void;
	/** the theme's colours are known, or others */
	themed(palette: Palette): void;
	/** another part of time is in view */
	viewed(view: Viewport, tile: TimelineTile): void;
}

export interface Standing {
	readonly at: number;
	readonly lane: number;
}

/** Pixels that a pointer may move in a click. */
const CLICK = 4;

export class Timeline {
	readonly #canvas: HTMLCanvasElement;
	readonly #host: TimelineHost;
	#view: Viewport | undefined;
	readonly #tiles: Tiles;
	readonly #lanes: ScrolledLanes;
	#picture: TilePicture | undefined;
	/** of the last picture, to be drawn into again */
	#image: HTMLCanvasElement | undefined;
	#palette: Palette | undefined;
	#position: Standing | undefined;
	#selection: { from: number; to: number } | undefined;
	#focus: { lane: number; at: number | undefined } | undefined;
	#drag:
		| { x: number; y: number; from: number; kind: 'select' | 'pan'; view: Viewport; moved: boolean }
		| undefined;
	#frame = 0;
	#width = 0;

	constructor(canvas: HTMLCanvasElement, host: TimelineHost, view?: Viewport) {
		this.#canvas = canvas;
		this.#host = host;
		this.#view = view;
		this.#lanes = new ScrolledLanes(canvas.parentElement ?? canvas, canvas);
		this.#tiles = new Tiles(
			host,
			() => ({ view: this.#view, width: this.#width === 0 ? 0 : plotOf(this.#width) }),
			(tile, what) => (what === 'lanes' ? this.#take(tile) : this.#draw()),
		);
		// Until there is something to walk through.
		canvas.ariaBusy = 'true';
		canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
		canvas.addEventListener('pointerdown', (event) => this.#down(event));
		canvas.addEventListener('pointermove', (event) => this.#move(event));
		canvas.addEventListener('pointerup', (event) => this.#up(event));
		canvas.addEventListener('pointercancel', () => this.#endDrag());
		canvas.addEventListener('pointerleave', () => this.#host.tell('', 0, 0));
		canvas.addEventListener('dblclick', () => this.zoom(0.25));
		canvas.addEventListener('keydown', (event) => this.#key(event));
		canvas.addEventListener('focus', () => this.#focused(true));
		canvas.addEventListener('blur', () => this.#focused(false));
		const resized = new ResizeObserver(() => this.#resize());
		resized.observe(canvas);
		if (canvas.parentElement) resized.observe(canvas.parentElement);
		new MutationObserver(() => this.#retheme()).observe(document.body, {
			attributeFilter: ['class', 'style'],
		});
		new MutationObserver(() => this.#retheme()).observe(document.documentElement, {
			attributeFilter: ['style'],
		});
	}

	/** The session stands elsewhere; `undefined`: nowhere. What is marked may have changed too. */
	stand(position: Standing | undefined): void {
		if (position && position.lane !== this.#position?.lane) this.#lanes.show(position.lane);
		this.#position = position;
		if (position && this.#view && this.#tile) this.#look(showing(this.#view, position.at, this.#tile.end));
		this.refresh();
	}

	/** Asks for the marks again: they may have changed, and with them whatever they are of. */
	refresh(): void {
		this.#tiles.refresh();
		this.#draw();
	}

	/** Another session: nothing of the one before is kept. */
	reset(): void {
		this.#view = undefined;
		this.#selection = undefined;
		this.#tiles.reset();
		this.#draw();
	}

	zoom(factor: number): void {
		if (!this.#tile || !this.#view) return;
		const { from, to } = this.#view;
		const position = this.#position?.at;
		const at = position !== undefined && position > from && position < to ? position : (from + to) / 2;
		this.#look(zoomed(this.#view, factor, at, this.#tile.end));
	}

	showAll(): void {
		if (this.#tile) this.#look(whole(this.#tile.end));
	}

	zoomToSelection(): void {
		if (this.#tile && this.#selection)
			this.#look(around(this.#selection.from, this.#selection.to, this.#tile.end));
	}

	clearSelection(): void {
		this.#selection = undefined;
		this.#host.selected(undefined);
		this.#draw();
	}

	#geometry(): Geometry | undefined {
		if (!this.#view || !this.#tile) return undefined;
		return { view: this.#view, width: this.#width, lanes: this.#tile.lanes.length };
	}

	#look(view: Viewport): void {
		this.#view = view;
		this.#draw();
		this.#tiles.moved();
	}

	get #tile(): TimelineTile | undefined {
		return this.#tiles.tile;
	}

	#take(tile: TimelineTile): void {
		this.#canvas.ariaBusy = 'false';
		this.#view ??= interesting(tile.begin, tile.end);
		this.#canvas.style.height = `${heightOf(tile.lanes.length)}px`;
		this.#picture = undefined;
		if (this.#focus && this.#focus.lane >= tile.lanes.length) this.#focus = { lane: 0, at: undefined };
		this.#resize();
	}

	#resize(): void {
		const width = this.#canvas.clientWidth;
		const ratio = window.devicePixelRatio || 1;
		const height = this.#tile ? heightOf(this.#tile.lanes.length) : this.#canvas.clientHeight;
		if (
			this.#canvas.width !== Math.round(width * ratio) ||
			this.#canvas.height !== Math.round(height * ratio)
		) {
			this.#canvas.width = Math.round(width * ratio);
			this.#canvas.height = Math.round(height * ratio);
			this.#width = width;
			void this.#tiles.ask();
		}
		this.#lanes.fit(ratio);
		this.#draw();
	}

	#retheme(): void {
		this.#palette = undefined;
		this.#picture = undefined;
		this.#draw();
	}

	#draw(): void {
		if (this.#frame !== 0) return;
		this.#frame = requestAnimationFrame(() => {
			this.#frame = 0;
			this.#paint();
		});
	}

	#paint(): void {
		const context = this.#canvas.getContext('2d', { alpha: false });
		const geometry = this.#geometry();
		const tile = this.#tile;
		if (!context || !geometry || !tile) return;
		if (!this.#palette) {
			this.#palette = readPalette(this.#canvas);
			this.#host.themed(this.#palette);
		}
		const ratio = window.devicePixelRatio || 1;
		this.#picture ??= drawTile(tile, this.#palette, ratio, this.#image);
		this.#image = this.#picture.image;
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		drawScene(context, {
			geometry,
			tile,
			picture: this.#picture,
			palette: this.#palette,
			ratio,
			position: this.#position,
			selection: this.#selection,
			focus: this.#focus,
		});
		this.#lanes.paint();
		this.#host.viewed(geometry.view, tile);
	}

	// ---- Pointer

	#wheel(event: WheelEvent): void {
		const geometry = this.#geometry();
		if (!geometry || !this.#tile || event.altKey) return;
		event.preventDefault();
		const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
		const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
		const span = geometry.view.to - geometry.view.from;
		// Two fingers across a touchpad pan; a wheel, or a pinch (which comes as a wheel with Ctrl), zooms.
		if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
			this.#look(panned(geometry.view, ((sideways * unit) / plotWidth(geometry)) * span, this.#tile.end));
			return;
		}
		const factor = Math.exp(
			Math.max(-120, Math.min(120, event.deltaY * unit)) * (event.ctrlKey ? 0.012 : 0.003),
		);
		this.#look(zoomed(geometry.view, factor, timeAt(geometry, event.offsetX), this.#tile.end));
	}

	#down(event: PointerEvent): void {
		const geometry = this.#geometry();
		if (!geometry || (event.button !== 0 && event.button !== 1)) return;
		this.#canvas.setPointerCapture(event.pointerId);
		const onAxis = laneAt(geometry, this.#lanes.yOf(event)) === -1;
		const kind = event.button === 1 || event.shiftKey || onAxis ? 'pan' : 'select';
		const { offsetX: x, offsetY: y } = event;
		this.#drag = { x, y, from: timeAt(geometry, x), kind, view: geometry.view, moved: false };
	}

	#move(event: PointerEvent): void {
		const geometry = this.#geometry();
		if (!geometry || !this.#tile) return;
		const drag = this.#drag;
		if (!drag) {
			const words = pointedAt(this.#tile, geometry, event.offsetX, this.#lanes.yOf(event));
			this.#host.tell(words, event.offsetX, event.offsetY);
			return;
		}
		drag.moved ||= Math.abs(event.offsetX - drag.x) > CLICK;
		if (!drag.moved) return;
		this.#host.tell('', 0, 0);
		if (drag.kind === 'pan') {
			const by = ((drag.x - event.offsetX) / plotWidth(geometry)) * (drag.view.to - drag.view.from);
			this.#look(panned(drag.view, by, this.#tile.end));
			return;
		}
		const to = timeAt(geometry, event.offsetX);
		this.#selection = { from: Math.min(drag.from, to), to: Math.max(drag.from, to) };
		this.#draw();
	}

	#up(event: PointerEvent): void {
		const drag = this.#drag;
		this.#endDrag();
		const geometry = this.#geometry();
		if (!drag || !geometry || !this.#tile) return;
		if (drag.moved) {
			if (drag.kind === 'select') void this.#select();
			return;
		}
		this.clearSelection();
		const mark = nearestMark(this.#tile, geometry, event.offsetX, this.#lanes.yOf(event));
		if (mark) this.#host.goto(mark.row);
		else this.#host.near(timeAt(geometry, event.offsetX), laneAt(geometry, this.#lanes.yOf(event)) ?? -1);
	}

	#endDrag(): void {
		this.#drag = undefined;
	}

	async #select(): Promise<void> {
		const wanted = this.#selection;
		if (!wanted) return;
		const range = await this.#host.range(wanted.from, wanted.to).catch(() => undefined);
		if (wanted === this.#selection) this.#host.selected(range);
	}

	// ---- Keyboard

	#focused(has: boolean): void {
		this.#focus = has ? { lane: Math.max(0, this.#position?.lane ?? 0), at: undefined } : undefined;
		this.#draw();
	}

	#key(event: KeyboardEvent): void {
		const tile = this.#tile;
		const view = this.#view;
		if (!tile || !view || event.metaKey || event.altKey) return;
		const span = view.to - view.from;
		const focus = this.#focus ?? { lane: 0, at: undefined };
		const pan = (part: number) => this.#look(panned(view, span * part, tile.end));
		const act: Readonly<Record<string, () => void>> = {
			ArrowLeft: () => (event.ctrlKey ? this.#toMark(-1) : pan(-0.1)),
			ArrowRight: () => (event.ctrlKey ? this.#toMark(1) : pan(0.1)),
			ArrowUp: () => this.#toLane(focus.lane - 1),
			ArrowDown: () => this.#toLane(focus.lane + 1),
			',': () => this.#toMark(-1),
			'.': () => this.#toMark(1),
			PageUp: () => pan(-0.9),
			PageDown: () => pan(0.9),
			Home: () => this.#look(panned(view, -view.from - span * 0.02, tile.end)),
			End: () => this.#look(panned(view, tile.end - view.to + span * 0.02, tile.end)),
			'+': () => this.zoom(0.5),
			'=': () => this.zoom(0.5),
			'-': () => this.zoom(2),
			'0': () => this.showAll(),
			Escape: () => this.clearSelection(),
			Enter: () => this.#host.near(focus.at ?? (view.from + view.to) / 2, focus.lane),
		};
		const action = act[event.key];
		if (!action) return;
		event.preventDefault();
		action();
	}

	#toLane(lane: number): void {
		const tile = this.#tile;
		if (!tile) return;
		const to = Math.max(0, Math.min(lane, tile.lanes.length - 1));
		this.#focus = { lane: to, at: this.#focus?.at };
		this.#lanes.show(to);
		const { name, calls } = tile.lanes[to] ?? { name: '', calls: [] };
		this.#host.say(
			t(
				'{0}, {1} calls in view',
				name,
				calls.reduce((sum, { count }) => sum + count, 0),
			),
		);
		this.#draw();
	}

	/** To the lane's next call, or the one before. */
	#toMark(by: 1 | -1): void {
		const geometry = this.#geometry();
		const focus = this.#focus;
		if (!geometry || !focus || !this.#tile) return;
		const from = focus.at ?? (by > 0 ? geometry.view.from : geometry.view.to);
		const marks: readonly TileMark[] = this.#tile.lanes[focus.lane]?.calls ?? [];
		const next = by > 0 ? marks.find(({ at }) => at > from) : marks.findLast(({ at }) => at < from);
		if (!next) {
			this.#host.say(t('no more calls in view'));
			return;
		}
		this.#focus = { lane: focus.lane, at: next.at };
		this.#host.say(next.text);
		if (xOf(geometry, next.at) > geometry.width || next.at < geometry.view.from)
			this.#look(showing(geometry.view, next.at, this.#tile.end));
		this.#draw();
	}
}

function plotOf(width: number): number {
	return plotWidth({ view: { from: 0, to: 1 }, width, lanes: 0 });
}
