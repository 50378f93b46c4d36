// One page of the kernel's ring buffer, walked from event to event. Sources: kernel/trace/ring_buffer.c,
// include/linux/ring_buffer.h (enum ring_buffer_type), libtraceevent's kbuffer(3), whose times these are.
//
//   u64 time stamp, long commit (bits 0–26 how many bytes follow, 31 events were lost before this page,
//   30 and their number stands behind the last), then events: a word type_len and time_delta
//     0        length in the next word, data behind it
//     1 … 28   4 × as many bytes of data
//     29       padding: a discarded event, its length in the next word; with no delta, the end of the page
//     30       time extend: 27 + 32 bits of delta
//     31       time stamp: 27 + 32 bits of an absolute time; the 5 bits above are those of the time before

import { Damage } from './damage.ts';

/** Where the parts of a page's head are, as the file's header_page says. */
export interface PageLayout {
	readonly timestamp: number;
	readonly commit: number;
	readonly commitSize: 4 | 8;
	readonly data: number;
}

const commitMask = 0x7ff_ffff;
const missedEvents = 0x8000_0000;
const missedStored = 0x4000_0000;

export interface MissedEvents {
	readonly count?: number;
}

/** Reused from page to page and from event to event. */
export class RingPage {
	/** where the event's data begin in the view, and how many bytes they are */
	dataStart = 0;
	dataLength = 0;
	/** of the event, in two words */
	timeHigh = 0;
	timeLow = 0;
	/** where the walk stands; at an event that cannot be, where that is */
	at = 0;
	readonly #layout: PageLayout;
	readonly #little: boolean;
	#view: DataView = new DataView(new ArrayBuffer(0));
	#end = 0;

	constructor(layout: PageLayout, little: boolean) {
		this.#layout = layout;
		this.#little = little;
	}

	/** What was lost before this page; undefined where nothing was. */
	static missed(
		view: DataView,
		start: number,
		size: number,
		layout: PageLayout,
		little: boolean,
	): MissedEvents | undefined {
		const commit = commitOf(view, start, layout, little);
		if ((commit & missedEvents) === 0) {
			return undefined;
		}
		const at = start + layout.data + (commit & commitMask);
		if ((commit & missedStored) === 0 || at + layout.commitSize > start + size) {
			return {};
		}
		const count =
			layout.commitSize === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
		return { count };
	}

	/** Begins with the page at `start`; true where events were lost before it. */
	begin(view: DataView, start: number, size: number): boolean {
		const { timestamp, data } = this.#layout;
		const stamp = start + timestamp;
		const [high, low] = this.#little ? [4, 0] : [0, 4];
		this.timeHigh = view.getUint32(stamp + high, this.#little);
		this.timeLow = view.getUint32(stamp + low, this.#little);
		const commit = commitOf(view, start, this.#layout, this.#little);
		const length = commit & commitMask;
		if (length > size - data) {
			throw new Damage(start, `a page that says it holds ${length} bytes`, `at most ${size - data}`);
		}
		this.#view = view;
		this.at = start + data;
		this.#end = this.at + length;
		return (commit & missedEvents) !== 0;
	}

	/** Goes to the next event; false at the end of the page. */
	next(): boolean {
		const view = this.#view;
		const little = this.#little;
		const end = this.#end;
		let at = this.at;
		while (at + 4 <= end) {
			const word = view.getUint32(at, little);
			const type = little ? word & 31 : word >>> 27;
			const delta = little ? word >>> 5 : word & 0x7ff_ffff;
			if (type > 0 && type < 29) {
				this.#later(delta);
				return this.#data(at, at + 4, type * 4);
			}
			if (type === 29 && delta === 0) {
				break;
			}
			if (at + 8 > end) {
				throw this.#broken(at, 'an event that its page cuts');
			}
			const second = view.getUint32(at + 4, little);
			if (type === 0) {
				this.#later(delta);
				return this.#data(at, at + 8, (second - 1) & ~3);
			}
			if (type === 29) {
				this.#later(delta);
				at += 4 + ((second + 3) & ~3);
				if (second > end || at > end) {
					throw this.#broken(this.at, `padding of ${second} bytes`);
				}
			} else {
				at += 8;
				if (type === 30) {
					this.timeHigh += second >>> 5;
					this.#later(delta + ((second << 27) >>> 0));
				} else {
					this.#absolute(second >>> 5, delta + ((second << 27) >>> 0));
				}
			}
			this.at = at;
		}
		this.at = end;
		return false;
	}

	#data(at: number, start: number, length: number): boolean {
		if (length < 0 || start + length > this.#end) {
			throw this.#broken(at, `an event of ${length} bytes`);
		}
		this.dataStart = start;
		this.dataLength = length;
		this.at = start + length;
		return true;
	}

	#later(delta: number): void {
		const low = this.timeLow + delta;
		if (low < 0x1_0000_0000) {
			this.timeLow = low;
		} else {
			this.timeHigh = (this.timeHigh + Math.floor(low / 0x1_0000_0000)) >>> 0;
			this.timeLow = low % 0x1_0000_0000;
		}
	}

	/** 59 bits; they may have gone round since the time before. */
	#absolute(high: number, low: number): void {
		const carried = high + Math.floor(low / 0x1_0000_0000);
		const rest = low % 0x1_0000_0000;
		const above = (this.timeHigh & 0xf800_0000) >>> 0;
		let stamp = above + carried;
		if (stamp < this.timeHigh || (stamp === this.timeHigh && rest < this.timeLow)) {
			stamp += above === 0 ? 0 : 0x800_0000;
		}
		this.timeHigh = stamp >>> 0;
		this.timeLow = rest;
	}

	#broken(at: number, found: string): Damage {
		this.at = at;
		return new Damage(at, found, `at most the ${Math.max(0, this.#end - at)} bytes left of its page`);
	}
}

function commitOf(view: DataView, start: number, layout: PageLayout, little: boolean): number {
	// The low word: in a big-endian file the second of a long of eight bytes.
	const at = start + layout.commit + (little || layout.commitSize === 4 ? 0 : 4);
	return view.getUint32(at, little);
}
