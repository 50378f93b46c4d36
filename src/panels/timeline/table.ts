// The timeline as a table that one walks with the arrow keys: lanes by intervals of what is in view.

import { html, render } from 'lit';
import type { TileLane, TimelineTile } from '../../session/timeline/tile.ts';
import { t } from '../l10n.ts';
import { lookOf } from './looks.ts';
import { partsBetween } from './runs.ts';
import { clockText } from './time-text.ts';
import type { Viewport } from './viewport.ts';

const INTERVALS = 8;
/** A table is made anew when one has stopped moving, not at every frame. */
const REST_MS = 200;

export class TimelineTable {
	readonly #root: HTMLElement;
	readonly #goto: (time: number, lane: number) => void;
	#shown: { readonly view: Viewport; readonly tile: TimelineTile } | undefined;
	#cell = { lane: 0, interval: 0 };
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(root: HTMLElement, goto: (time: number, lane: number) => void) {
		this.#root = root;
		this.#goto = goto;
		root.addEventListener('keydown', (event) => this.#key(event));
		root.closest('details')?.addEventListener('toggle', () => this.#render());
	}

	show(view: Viewport, tile: TimelineTile): void {
		if (this.#shown?.view === view && this.#shown.tile === tile) return;
		this.#shown = { view, tile };
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => this.#render(), REST_MS);
	}

	#render(): void {
		// Nobody reads a table that is folded away.
		if (!this.#shown || !this.#root.closest('details')?.open) return;
		const { tile } = this.#shown;
		const edges = this.#edges();
		const width = (edges[1] ?? 0) - (edges[0] ?? 0);
		const when = (time: number) => clockText(BigInt(tile.origin), time, tile.unit, width / 100);
		render(
			html`<div class="scroll">
				<table role="grid" aria-label=${t('Timeline: lanes by intervals in view')} aria-readonly="true">
					<thead>
						<tr>
							<th scope="col">${t('from')}</th>
							${edges.slice(0, -1).map((edge) => html`<th scope="col">${when(edge)}</th>`)}
						</tr>
					</thead>
					<tbody>
						${tile.lanes.map(
							(lane, i) => html`<tr>
								<th scope="row">${lane.name}</th>
								${edges.slice(0, -1).map((edge, interval) => {
									const chosen = this.#cell.lane === i && this.#cell.interval === interval;
									return html`<td
										role="gridcell"
										tabindex=${chosen ? 0 : -1}
										data-lane=${i}
										data-interval=${interval}
										@dblclick=${() => this.#goto(edge, i)}
									>
										${cellText(tile, lane, edge, edge + width)}
									</td>`;
								})}
							</tr>`,
						)}
					</tbody>
				</table>
			</div>`,
			this.#root,
		);
	}

	#edges(): number[] {
		if (!this.#shown) return [];
		const { view, tile } = this.#shown;
		const [from, to] = [Math.max(0, view.from), Math.min(tile.end, view.to)];
		return Array.from({ length: INTERVALS + 1 }, (_, i) => from + ((to - from) * i) / INTERVALS);
	}

	#key(event: KeyboardEvent): void {
		if (!this.#shown) return;
		const { lane, interval } = this.#cell;
		const lanes = this.#shown.tile.lanes.length;
		const to: Readonly<Record<string, readonly [number, number]>> = {
			ArrowLeft: [lane, interval - 1],
			ArrowRight: [lane, interval + 1],
			ArrowUp: [lane - 1, interval],
			ArrowDown: [lane + 1, interval],
			Home: [lane, 0],
			End: [lane, INTERVALS - 1],
		};
		const next = to[event.key];
		if (event.key === 'Enter') this.#goto(this.#edges()[interval] ?? 0, lane);
		if (!next && event.key !== 'Enter') return;
		event.preventDefault();
		if (!next) return;
		this.#cell = {
			lane: Math.max(0, Math.min(next[0], lanes - 1)),
			interval: Math.max(0, Math.min(next[1], INTERVALS - 1)),
		};
		this.#render();
		const cell = this.#root.querySelector(
			`[data-lane="${this.#cell.lane}"][data-interval="${this.#cell.interval}"]`,
		);
		if (cell instanceof HTMLElement) cell.focus();
	}
}

function cellText(tile: TimelineTile, lane: TileLane, from: number, to: number): string {
	const states = partsBetween(tile, lane, from, to)
		.filter(({ share }) => share > 0.004)
		.map(({ state, share }) => `${lookOf(state).name} ${Math.max(1, Math.round(share * 100))} %`);
	const calls = lane.calls
		.filter(({ at }) => at >= from && at < to)
		.reduce((sum, { count }) => sum + count, 0);
	return (
		[...states, ...(calls > 0 ? [calls === 1 ? t('1 call') : t('{0} calls', calls)] : [])].join(', ') ||
		t('nothing')
	);
}
