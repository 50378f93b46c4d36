// The events of a recording as a table of which only the rows in view exist. A browser's scroll bar has fewer pixels
// than a long recording has rows: then a pixel of the bar stands for several of them.

import { html, render, type TemplateResult } from 'lit';
import type { EventRow } from '../../session/panel/question.ts';

export interface EventTableHost {
	events(from: number, count: number): Promise<readonly EventRow[]>;
	goto(row: number): void;
	breakpoint(line: number): void;
}

const ROW_HEIGHT = 22;
/** Browsers lay out no more than some 16 million pixels. */
const TALLEST = 8_000_000;
/** Rows are fetched so many at a time, and so many are kept. */
const CHUNK = 100;
const MOST_CHUNKS = 60;

export class EventTable {
	readonly element = document.createElement('div');
	readonly #host: EventTableHost;
	readonly #chunks = new Map<number, readonly EventRow[]>();
	readonly #asked = new Set<number>();
	/** counts lists, so that rows of the one before are not taken for this one's */
	#list = 0;
	#count = 0;
	/** index of the first row in view */
	#top = 0;
	/** index that the keyboard is at */
	#chosen = 0;
	#row = -1;
	#breakpoints: ReadonlySet<number> = new Set();
	/** the scroll bar was moved by script: not a wish of the person */
	#placing = false;

	constructor(host: EventTableHost) {
		this.#host = host;
		this.element.className = 'events';
		this.#render();
		const scroller = this.#scroller();
		scroller?.addEventListener('scroll', () => this.#scrolled());
		scroller?.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
		this.element.addEventListener('keydown', (event) => this.#key(event));
		new ResizeObserver(() => this.#render()).observe(this.element);
	}

	/** Another list: a filter took effect. */
	list(count: number): void {
		this.#list++;
		this.#count = count;
		this.#chunks.clear();
		this.#asked.clear();
		this.#top = Math.min(this.#top, this.#lastTop());
		this.#chosen = Math.min(this.#chosen, Math.max(0, count - 1));
		this.#render();
		this.#place();
	}

	/** Where one stands, and on which lines there are breakpoints. */
	mark(row: number, breakpoints: readonly number[]): void {
		this.#row = row;
		this.#breakpoints = new Set(breakpoints);
		this.#render();
	}

	/** Brings an index into view. */
	show(index: number): void {
		this.#chosen = Math.max(0, Math.min(index, this.#count - 1));
		const rows = this.#visible();
		if (index < this.#top || index >= this.#top + rows - 1)
			this.#top = Math.max(0, Math.min(index - Math.floor(rows / 3), this.#lastTop()));
		this.#render();
		this.#place();
	}

	#scroller(): HTMLElement | null {
		return this.element.querySelector('.rows');
	}

	#visible(): number {
		return Math.max(1, Math.floor((this.#scroller()?.clientHeight ?? 400) / ROW_HEIGHT));
	}

	#lastTop(): number {
		return Math.max(0, this.#count - this.#visible());
	}

	#height(): number {
		return Math.min(this.#count * ROW_HEIGHT, TALLEST);
	}

	#scrolled(): void {
		if (this.#placing) {
			this.#placing = false;
			return;
		}
		const scroller = this.#scroller();
		if (!scroller) return;
		const room = this.#height() - scroller.clientHeight;
		this.#top = room <= 0 ? 0 : Math.round((scroller.scrollTop / room) * this.#lastTop());
		this.#render();
	}

	/** A turn of the wheel is rows, however many a pixel of the scroll bar stands for. */
	#wheel(event: WheelEvent): void {
		if (event.ctrlKey || event.deltaY === 0) return;
		event.preventDefault();
		const rows = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY : event.deltaY / ROW_HEIGHT;
		const by = Math.sign(rows) * Math.max(1, Math.round(Math.abs(rows)));
		this.#top = Math.max(0, Math.min(this.#top + by, this.#lastTop()));
		this.#render();
		this.#place();
	}

	#place(): void {
		const scroller = this.#scroller();
		if (!scroller) return;
		const room = this.#height() - scroller.clientHeight;
		const last = this.#lastTop();
		const to = last === 0 ? 0 : Math.round((this.#top / last) * Math.max(0, room));
		if (Math.abs(scroller.scrollTop - to) < 1) return;
		this.#placing = true;
		scroller.scrollTop = to;
	}

	#at(index: number): EventRow | undefined {
		const chunk = Math.floor(index / CHUNK);
		const rows = this.#chunks.get(chunk);
		if (!rows) void this.#fetch(chunk);
		return rows?.[index % CHUNK];
	}

	async #fetch(chunk: number): Promise<void> {
		if (this.#asked.has(chunk)) return;
		this.#asked.add(chunk);
		const list = this.#list;
		const rows = await this.#host.events(chunk * CHUNK, CHUNK).catch(() => undefined);
		if (list !== this.#list) return;
		this.#asked.delete(chunk);
		if (!rows) return;
		this.#chunks.set(chunk, rows);
		for (const oldest of this.#chunks.keys()) {
			if (this.#chunks.size <= MOST_CHUNKS) break;
			this.#chunks.delete(oldest);
		}
		this.#render();
	}

	#render(): void {
		const visible = Math.min(this.#visible() + 1, this.#count - this.#top);
		const rows = Array.from({ length: Math.max(0, visible) }, (_, i) => this.#eventRow(this.#top + i));
		render(
			html`<div class="grid" role="grid" aria-label="Events" aria-rowcount=${this.#count + 1} aria-colcount="6">
				<div class="event head" role="row" aria-rowindex="1">
					<span role="columnheader"><span class="visually-hidden">breakpoint</span></span>
					<span role="columnheader" class="number">row</span>
					<span role="columnheader" class="number">time</span>
					<span role="columnheader">vCPU</span>
					<span role="columnheader">event</span>
					<span role="columnheader">what it says</span>
				</div>
				<div class="rows" role="rowgroup" tabindex="-1">
					<div class="tall" role="presentation" .style=${`height:${this.#height()}px`}>
						<div class="window" role="presentation">${rows}</div>
					</div>
				</div>
			</div>`,
			this.element,
		);
		const scroller = this.#scroller();
		const window = scroller?.querySelector('.window');
		// Set by script: a style attribute would need a hole in the page's security policy.
		if (scroller && window instanceof HTMLElement) window.style.height = `${scroller.clientHeight}px`;
	}

	#eventRow(index: number): TemplateResult {
		const event = this.#at(index);
		const chosen = index === this.#chosen;
		const here = event !== undefined && event.row === this.#row;
		const broken = event !== undefined && this.#breakpoints.has(event.line);
		const classes = `event${chosen ? ' chosen' : ''}${here ? ' here' : ''}${event?.call ? ' call' : ''}`;
		return html`<div
			class=${classes}
			role="row"
			aria-rowindex=${index + 2}
			aria-selected=${chosen}
			aria-current=${here ? 'step' : 'false'}
			tabindex=${chosen ? 0 : -1}
			data-index=${index}
			@click=${() => this.#choose(index)}
			@dblclick=${() => event && this.#host.goto(event.row)}
		>
			<span role="gridcell" class="gutter"
				><button
					type="button"
					tabindex="-1"
					class=${broken ? 'breakpoint set' : 'breakpoint'}
					aria-label=${broken ? 'Clear the breakpoint (F9)' : 'Set a breakpoint (F9)'}
					aria-pressed=${broken}
					@click=${(click: Event) => {
						click.stopPropagation();
						if (event) this.#host.breakpoint(event.line);
					}}
				></button
				>${here ? html`<span class="codicon codicon-debug-stackframe" aria-label="the debugger stands here" role="img"></span>` : ''}</span
			>
			<span role="gridcell" class="number">${event ? event.row + 1 : '…'}</span>
			<span role="gridcell" class="number">${event?.time ?? ''}</span>
			<span role="gridcell">${event?.vcpu ?? ''}</span>
			<span role="gridcell"><code>${event?.kind ?? ''}</code></span>
			<span role="gridcell" class="text">${event?.text ?? ''}</span>
		</div>`;
	}

	#choose(index: number): void {
		this.#chosen = index;
		this.#render();
		this.#focusChosen();
		const event = this.#at(index);
		if (event) this.#host.goto(event.row);
	}

	#focusChosen(): void {
		const row = this.element.querySelector(`[data-index="${this.#chosen}"]`);
		if (row instanceof HTMLElement) row.focus({ preventScroll: true });
	}

	#key(event: KeyboardEvent): void {
		if (event.target instanceof HTMLInputElement) return;
		const page = this.#visible() - 1;
		const to: Readonly<Record<string, number>> = {
			ArrowUp: this.#chosen - 1,
			ArrowDown: this.#chosen + 1,
			PageUp: this.#chosen - page,
			PageDown: this.#chosen + page,
			Home: 0,
			End: this.#count - 1,
		};
		const at = this.#at(this.#chosen);
		const next = to[event.key];
		if (next !== undefined) {
			this.show(next);
			this.#focusChosen();
		} else if (event.key === 'Enter' && at) this.#host.goto(at.row);
		else if ((event.key === 'F9' || event.key === ' ') && at) this.#host.breakpoint(at.line);
		else return;
		event.preventDefault();
		event.stopPropagation();
	}
}
