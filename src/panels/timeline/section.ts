// The timeline with what belongs to it: a bar with search and zoom, the legend, what is pointed at, the selection's
// sums, and the same as a table for those who do not see the picture.

import { html, nothing, render, type TemplateResult } from 'lit';
import type { AnswerTo, Question, SearchResult } from '../../session/panel/question.ts';
import type { RangeSummary, TimelineTile } from '../../session/timeline/tile.ts';
import { LOOKS, patternTile } from './looks.ts';
import type { Palette } from './palette.ts';
import { TimelineTable } from './table.ts';
import { durationText } from './time-text.ts';
import { type Standing, Timeline } from './timeline.ts';
import type { Viewport } from './viewport.ts';

/** What the section needs of its page. */
export interface SectionHost {
	ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>;
	goto(row: number): void;
	keepView(view: Viewport): void;
}

/** How long one types on before the search begins. */
const TYPING_MS = 250;

export class TimelineSection {
	readonly element = document.createElement('section');
	readonly #host: SectionHost;
	readonly #timeline: Timeline;
	readonly #table: TimelineTable;
	#range: RangeSummary | undefined;
	#search: { readonly text: string; readonly result: SearchResult | undefined } = {
		text: '',
		result: undefined,
	};
	#found = -1;
	#typing: ReturnType<typeof setTimeout> | undefined;
	#unit: TimelineTile['unit'] = 'ns';

	constructor(host: SectionHost, view?: Viewport) {
		this.#host = host;
		this.element.className = 'timeline';
		this.element.setAttribute('aria-label', 'Timeline');
		this.#render();
		const find = <E extends Element>(selector: string, kind: new () => E): E => {
			const found = this.element.querySelector(selector);
			if (!(found instanceof kind)) throw new Error(`the section has a ${selector}`);
			return found;
		};
		const pointed = find('.pointed', HTMLElement);
		const said = find('.said', HTMLElement);
		this.#table = new TimelineTable(find('.table', HTMLElement), (time, lane) => this.#near(time, lane));
		this.#timeline = new Timeline(
			find('canvas', HTMLCanvasElement),
			{
				tile: (from, to, columns) => host.ask({ ask: 'timeline', from, to, columns }),
				marks: ({ from, to, columns }) => host.ask({ ask: 'marks', from, to, columns }),
				range: (from, to) => host.ask({ ask: 'range', from, to }),
				goto: (row) => host.goto(row),
				near: (time, lane) => this.#near(time, lane),
				tell: (words, x, y) => tell(pointed, words, x, y),
				say: (words) => {
					said.textContent = words;
				},
				selected: (range) => {
					this.#range = range;
					this.#render();
				},
				themed: (palette) => this.#paintLegend(palette),
				viewed: (shown, tile) => this.#viewed(shown, tile),
			},
			view,
		);
		this.#render();
	}

	stand(position: Standing | undefined): void {
		this.#timeline.stand(position);
	}

	/** Another session. */
	reset(): void {
		this.#range = undefined;
		this.#search = { text: '', result: undefined };
		this.#timeline.reset();
		this.#render();
	}

	/** Something that is marked may have changed. */
	refresh(): void {
		this.#timeline.refresh();
	}

	#near(time: number, lane: number): void {
		void this.#host.ask({ ask: 'near', time, lane }).then(({ row }) => this.#host.goto(row));
	}

	#viewed(view: Viewport, tile: TimelineTile): void {
		this.#unit = tile.unit;
		this.#table.show(view, tile);
		this.#host.keepView(view);
	}

	#type(text: string): void {
		clearTimeout(this.#typing);
		this.#typing = setTimeout(() => void this.#find(text), TYPING_MS);
	}

	async #find(text: string): Promise<void> {
		this.#search = { text, result: undefined };
		// A newer search ends this one: its answer is then no answer.
		const result = await this.#host.ask({ ask: 'search', text }).catch(() => undefined);
		if (this.#search.text !== text) return;
		this.#search = { text, result };
		this.#found = -1;
		this.#timeline.refresh();
		this.#render();
	}

	#toFound(by: 1 | -1): void {
		const rows = this.#search.result?.rows ?? [];
		if (rows.length === 0) return;
		this.#found = (this.#found + by + rows.length) % rows.length;
		const row = rows[this.#found];
		if (row !== undefined) this.#host.goto(row);
	}

	#render(): void {
		const button = (icon: string, label: string, click: () => void) => html`
			<button type="button" class="icon" title=${label} aria-label=${label} @click=${click}>
				<span class="codicon codicon-${icon}" aria-hidden="true"></span>
			</button>`;
		const { text, result } = this.#search;
		render(
			html`
				<div class="bar">
					<h2>Timeline</h2>
					<span class="search">
						<input
							type="search"
							placeholder="Find events"
							aria-label="Find events: marked in the timeline"
							@input=${(event: InputEvent) => {
								if (event.target instanceof HTMLInputElement) this.#type(event.target.value);
							}}
							@keydown=${(event: KeyboardEvent) => {
								if (event.key === 'Enter') this.#toFound(event.shiftKey ? -1 : 1);
							}}
						/>
						<span role="status">${text === '' ? '' : result ? foundText(result) : 'searching …'}</span>
					</span>
					<span class="zoom">
						${button('zoom-in', 'Zoom in (+)', () => this.#timeline.zoom(0.5))}
						${button('zoom-out', 'Zoom out (-)', () => this.#timeline.zoom(2))}
						${button('screen-full', 'Show all (0)', () => this.#timeline.showAll())}
					</span>
				</div>
				<div class="plot">
					<canvas
						tabindex="0"
						role="application"
						aria-roledescription="timeline"
						aria-label="Timeline of the vCPUs. Arrow keys pan and choose a lane, plus and minus zoom, comma and full stop go from call to call, Enter moves the debugger there. The table below says the same."
					></canvas>
					<div class="pointed" role="presentation" hidden></div>
				</div>
				<p class="said" role="status" aria-live="polite"></p>
				${this.#range ? this.#summary(this.#range) : nothing}
				<ul class="legend" aria-label="What the timeline's patterns mean">
					${Object.entries(LOOKS).map(
						([state, { name }]) =>
							html`<li><canvas width="20" height="12" data-state=${state} aria-hidden="true"></canvas>${name}</li>`,
					)}
					<li><span aria-hidden="true">▾</span>call</li>
					<li><span class="failed" aria-hidden="true">✕</span>failed call</li>
					<li><span class="failed" aria-hidden="true">◆</span>system event</li>
					<li><span aria-hidden="true">↝</span>CPU_ON to first entry</li>
					<li><span aria-hidden="true">⇢</span>wake-up</li>
				</ul>
				<details class="as-table">
					<summary>Timeline as a table</summary>
					<div class="table"></div>
				</details>
			`,
			this.element,
		);
	}

	#paintLegend(palette: Palette): void {
		for (const canvas of this.element.querySelectorAll('.legend canvas')) {
			if (!(canvas instanceof HTMLCanvasElement)) continue;
			const context = canvas.getContext('2d');
			const look = LOOKS[canvas.dataset.state ?? ''];
			if (!context || !look) continue;
			context.clearRect(0, 0, 20, 12);
			context.fillStyle =
				context.createPattern(patternTile(look, palette.colour(look.colour)), 'repeat') ?? '';
			context.fillRect(0, 0, 20, 12);
			context.strokeStyle = palette.muted;
			context.strokeRect(0.5, 0.5, 19, 11);
		}
	}

	#summary(range: RangeSummary): TemplateResult {
		const states = Object.entries(LOOKS).filter(([state]) => {
			const i = range.states.indexOf(state);
			return range.lanes.some(({ times }) => (times[i] ?? 0) > 0);
		});
		return html`<section class="selection" aria-label="Selected range">
			<p>
				<strong>${durationText(range.to - range.from, this.#unit)}</strong> selected:
				${counted(range.events, 'event')}, ${counted(range.calls, 'call')}, ${counted(range.exits, 'system event')}
				<button type="button" class="link" @click=${() => this.#timeline.zoomToSelection()}>Zoom to it</button>
				<button type="button" class="link" @click=${() => this.#timeline.clearSelection()}>Clear</button>
			</p>
			<div class="scroll" tabindex="0" role="region" aria-label="Sums of the selected range">
				<table>
					<thead>
						<tr>
							<th scope="col">lane</th>
							${states.map(([, { name }]) => html`<th scope="col">${name}</th>`)}
							<th scope="col">calls</th>
						</tr>
					</thead>
					<tbody>
						${range.lanes.map(
							(lane) => html`<tr>
								<th scope="row">${lane.name}</th>
								${states.map(([state]) => {
									const time = lane.times[range.states.indexOf(state)] ?? 0;
									return html`<td>${time > 0 ? durationText(time, this.#unit) : ''}</td>`;
								})}
								<td>${lane.calls || ''}</td>
							</tr>`,
						)}
					</tbody>
				</table>
			</div>
		</section>`;
	}
}

function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function foundText({ count, more }: SearchResult): string {
	return count === 0 ? 'nothing found' : `${more ? 'the first ' : ''}${count} found; Enter goes to the next`;
}

/** Beside the pointer, within the plot. */
function tell(pointed: HTMLElement, words: string, x: number, y: number): void {
	pointed.hidden = words === '';
	if (pointed.hidden) return;
	pointed.textContent = words;
	const room = (pointed.parentElement?.clientWidth ?? 0) - pointed.offsetWidth - 4;
	// Set by script: a style attribute in the page's text would need a hole in its security policy.
	pointed.style.left = `${Math.max(0, Math.min(x + 12, room))}px`;
	pointed.style.top = `${y + 16}px`;
}
