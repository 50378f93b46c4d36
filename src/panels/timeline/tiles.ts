// The tile that is drawn, kept fit for what is in view: another one is asked for where it does not reach or is too
// coarse, and its marks where they may have changed. One question at a time.

import type { TileMarks, TileQuery, TimelineTile } from '../../session/timeline/tile.ts';
import type { Viewport } from './viewport.ts';

export interface TileSource {
	tile(from: number, to: number, columns: number): Promise<TimelineTile>;
	/** of a tile's range, as they are now */
	marks(query: TileQuery): Promise<TileMarks>;
}

/** What is in view, and in how many pixels: none, and nothing is asked. */
export interface Wanted {
	readonly view: Viewport | undefined;
	readonly width: number;
}

/** A tile is asked for this much wider than the view on both sides, so that a short pan finds it there. */
const MARGIN = 0.5;
/** While one zooms the picture is stretched so far before a finer one is asked for, and when one has come to rest so far. */
const COARSEST = { moving: 2.2, resting: 1.02 };
/** A picture that is finer than need be is as good, but for the numbers of its marks. */
const FINEST = { moving: 0.3, resting: 0.8 };
const REST_MS = 120;

export class Tiles {
	readonly #source: TileSource;
	readonly #wanted: () => Wanted;
	readonly #arrived: (tile: TimelineTile, what: 'lanes' | 'marks') => void;
	#tile: TimelineTile | undefined;
	#asking = false;
	/** the lanes may be others, or only the marks */
	#stale: 'lanes' | 'marks' | undefined;
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(
		source: TileSource,
		wanted: () => Wanted,
		arrived: (tile: TimelineTile, what: 'lanes' | 'marks') => void,
	) {
		this.#source = source;
		this.#wanted = wanted;
		this.#arrived = arrived;
	}

	get tile(): TimelineTile | undefined {
		return this.#tile;
	}

	/** The marks may have changed, and with them whatever they are of. */
	refresh(): void {
		this.#stale ??= 'marks';
		void this.ask();
	}

	/** Another session: nothing of the one before is kept. */
	reset(): void {
		this.#tile = undefined;
		this.#stale = 'lanes';
		void this.ask();
	}

	/** Something else is in view, and may soon be again. */
	moved(): void {
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => {
			this.#rest = undefined;
			void this.ask();
		}, REST_MS);
		void this.ask();
	}

	/** What is asked next is what is in view when the answer comes. */
	async ask(): Promise<void> {
		const wanted = this.#wanted();
		if (this.#asking || wanted.width === 0 || !this.#isWanted(wanted)) return;
		this.#asking = true;
		const onlyMarks = !this.#isUnfit(wanted) && this.#stale === 'marks' ? this.#tile : undefined;
		this.#stale = undefined;
		try {
			if (onlyMarks) this.#takeMarks(onlyMarks, await this.#source.marks(onlyMarks));
			else this.#take(await this.#askTile(wanted));
		} catch {
			// The session is gone, or another took its place: whoever holds it says what comes next.
			this.#asking = false;
			return;
		}
		this.#asking = false;
		void this.ask();
	}

	#askTile({ view, width }: Wanted): Promise<TimelineTile> {
		if (!view) return this.#source.tile(0, Number.MAX_SAFE_INTEGER, Math.round(width));
		const margin = (view.to - view.from) * MARGIN;
		return this.#source.tile(view.from - margin, view.to + margin, Math.round(width * (1 + 2 * MARGIN)));
	}

	#isWanted(wanted: Wanted): boolean {
		return this.#stale !== undefined || this.#isUnfit(wanted);
	}

	/** The tile does not show what is in view, or not well enough. */
	#isUnfit({ view, width }: Wanted): boolean {
		const tile = this.#tile;
		if (!tile || !view) return true;
		const span = view.to - view.from;
		const scale = (tile.to - tile.from) / tile.columns / (span / width);
		// The ends of the session are the ends of what there is.
		const covers = tile.from <= Math.max(view.from, -span * MARGIN) && tile.to >= Math.min(view.to, tile.end);
		const pace = this.#rest === undefined ? 'resting' : 'moving';
		return !covers || scale > COARSEST[pace] || scale < FINEST[pace];
	}

	/** Of another timeline, as where a session has grown: then its lanes are wanted too. */
	#takeMarks(tile: TimelineTile, marks: TileMarks): void {
		if (marks.revision !== tile.revision) this.#stale = 'lanes';
		else if (this.#tile === tile) {
			this.#tile = { ...tile, ...marks };
			this.#arrived(this.#tile, 'marks');
		}
	}

	#take(tile: TimelineTile): void {
		this.#tile = tile;
		this.#arrived(tile, 'lanes');
	}
}
