// More lanes than fit: they scroll, and the axis stays in view, as a copy that lies over the lanes scrolled under it.

import { AXIS, LANE, yOf } from './geometry.ts';

export class ScrolledLanes {
	/** what scrolls */
	readonly #plot: HTMLElement;
	readonly #picture: HTMLCanvasElement;
	readonly #copy = document.createElement('canvas');

	constructor(plot: HTMLElement, picture: HTMLCanvasElement) {
		this.#plot = plot;
		this.#picture = picture;
		this.#copy.className = 'axis';
		this.#copy.ariaHidden = 'true';
	}

	/** The picture has another size. */
	fit(ratio: number): void {
		this.#copy.width = this.#picture.width;
		this.#copy.height = Math.round(AXIS * ratio);
		const scrolls = this.#plot.scrollHeight > this.#plot.clientHeight + 1;
		if (scrolls && !this.#copy.isConnected) this.#plot.prepend(this.#copy);
		else if (!scrolls) this.#copy.remove();
	}

	paint(): void {
		if (this.#copy.isConnected) this.#copy.getContext('2d', { alpha: false })?.drawImage(this.#picture, 0, 0);
	}

	/** Brings a lane into view. */
	show(lane: number): void {
		if (!this.#copy.isConnected || lane < 0) return;
		const { scrollTop, clientHeight } = this.#plot;
		const top = yOf(lane);
		const least = top + LANE - clientHeight;
		this.#plot.scrollTop = Math.max(least, Math.min(scrollTop, top - AXIS));
	}

	/** Where in the picture one points: in the axis, wherever it is. */
	yOf({ offsetY }: MouseEvent): number {
		if (!this.#copy.isConnected) return offsetY;
		const inView = offsetY - this.#plot.scrollTop;
		return inView < AXIS ? inView : offsetY;
	}
}
