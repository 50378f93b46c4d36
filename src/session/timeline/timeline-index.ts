// The lanes of a whole session, so prepared that any range of time is summed up in time that grows with the pixels
// asked for, not with the events: at every block of rows stand the lanes' bytes and how long each lane had been in
// each state. The sum between two moments is a difference of two sums, each carried on from its block row by row.

import type { Session } from '../session.ts';
import { Exits } from './exits.ts';
import { STATE_COUNT } from './lane-state.ts';
import { type LaneStep, laneStep, lanesOf } from './lane-steps.ts';
import { LaneWalk } from './lane-walk.ts';
import { type Link, Links } from './links.ts';

/** What the index may take for an event, on average. A lane takes a sum for each state at each block. */
const BYTES_PER_EVENT = 2;
const SMALLEST_BLOCK = 64;
const BYTES_PER_SUM = Float64Array.BYTES_PER_ELEMENT;
/** Events between two looks at the clock of whoever runs the pass. */
const SLICE = 8192;

/** Counts indices, so that what was drawn of one is not taken for another's. */
let made = 0;

/** For each state, how long a lane was in it: nanoseconds (or ticks of the trace's clock) since the first event. */
export type Sums = Float64Array;

export class TimelineIndex {
	readonly session: Session;
	/** vCPUs as the session lists them, then one lane for the VMM of each VM */
	readonly lanes: number;
	/** events that it knows of: a session that grows may have more by now */
	readonly length: number;
	/** tells it from any other */
	readonly revision = ++made;
	/** time of the last of them */
	readonly end: number;
	readonly #step: LaneStep;
	readonly #origin: bigint;
	readonly #block: number;
	readonly #times: Float64Array;
	readonly #bytes: Uint8Array;
	readonly #sums: Float64Array;
	#links: readonly Link[] = [];
	#exits: readonly number[] = [];
	#begin = -1;

	private constructor(session: Session) {
		this.session = session;
		this.length = session.length;
		this.#origin = session.length > 0 ? session.trace.events.time(0) : 0n;
		this.lanes = session.vcpus.length + new Set(session.vcpus.map(({ vm }) => vm)).size;
		this.#step = laneStep(session);
		this.#block = blockSize(this.lanes);
		const blocks = Math.floor(this.length / this.#block) + 1;
		this.#times = new Float64Array(blocks);
		this.#bytes = new Uint8Array(blocks * session.vcpus.length);
		this.#sums = new Float64Array(blocks * this.lanes * STATE_COUNT);
		this.end = this.length > 0 ? this.time(this.length - 1) : 0;
	}

	/** One pass over the events; yields now and then so that it can be sliced. */
	static *build(session: Session): Generator<number, TimelineIndex> {
		const index = new TimelineIndex(session);
		const links = new Links(session);
		const exits = new Exits(session);
		const laneOf = lanesOf(session);
		const { events } = session.trace;
		const walk = index.#start();
		for (; walk.row < index.length; walk.row++) {
			const { row } = walk;
			if (row % SLICE === SLICE - 1) yield row;
			walk.time = index.time(row);
			if (row % index.#block === 0) index.#keep(walk, row / index.#block);
			index.#step(row, walk);
			links.see(row);
			exits.see(row);
			if (index.#begin < 0 && laneOf(events.vm(row), events.vcpu(row)) >= 0) index.#begin = walk.time;
		}
		if (index.length % index.#block === 0) index.#keep(walk, index.length / index.#block);
		index.#links = links.found;
		index.#exits = exits.rows;
		return index;
	}

	/** What leads from lane to lane, ascending by where it arrives. */
	get links(): readonly Link[] {
		return this.#links;
	}

	/** Time of the first event that any of the lanes is about: before it is only what others did. */
	get begin(): number {
		return Math.max(0, this.#begin);
	}

	/** Rows of the system events, ascending. */
	get exits(): readonly number[] {
		return this.#exits;
	}

	/** Bytes that the index takes. */
	get size(): number {
		return this.#times.byteLength + this.#bytes.byteLength + this.#sums.byteLength;
	}

	/** Since the first event. */
	time(row: number): number {
		const { events } = this.session.trace;
		return row < this.length ? Number(events.time(row) - this.#origin) : this.end;
	}

	/** The first row at or after `time`; `length` where there is none. */
	rowAt(time: number): number {
		let low = 0;
		let high = this.#times.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#times[middle] ?? 0) < time) low = middle + 1;
			else high = middle;
		}
		// Block low - 1 begins before `time`, block low at it or later.
		let from = Math.max(0, low - 1) * this.#block;
		let to = Math.min(low * this.#block, this.length);
		while (from < to) {
			const middle = (from + to) >>> 1;
			if (this.time(middle) < time) from = middle + 1;
			else to = middle;
		}
		return from;
	}

	/** The sums of all lanes at each of the ascending moments, lane by lane: `lanes * STATE_COUNT` numbers for each. */
	sumsAt(moments: ArrayLike<number>): Sums[] {
		const all: Sums[] = [];
		let walk: LaneWalk | undefined;
		for (let i = 0; i < moments.length; i++) {
			const moment = Math.max(0, Math.min(moments[i] ?? 0, this.end));
			const row = this.rowAt(moment);
			const block = Math.floor(row / this.#block);
			// Carrying on from the moment before is cheaper than from the block, where that is further back.
			if (!walk || walk.row < block * this.#block) walk = this.#from(block);
			this.#go(walk, row);
			walk.settle(moment);
			all.push(walk.sums.slice());
		}
		return all;
	}

	/** State of each lane just before the event at `row`; of a VMM's lane -1 where it does nothing. */
	statesAt(row: number): number[] {
		const target = Math.max(0, Math.min(row, this.length));
		const walk = this.#from(Math.floor(target / this.#block));
		this.#go(walk, target);
		return walk.states();
	}

	#go(walk: LaneWalk, row: number): void {
		for (; walk.row < row; walk.row++) {
			walk.time = this.time(walk.row);
			this.#step(walk.row, walk);
		}
	}

	#start(): LaneWalk {
		const { vcpus } = this.session;
		const sums = new Float64Array(this.lanes * STATE_COUNT);
		return new LaneWalk(vcpus, 0, 0, new Uint8Array(vcpus.length), sums);
	}

	#from(block: number): LaneWalk {
		const { vcpus } = this.session;
		const size = this.lanes * STATE_COUNT;
		const bytes = this.#bytes.slice(block * vcpus.length, (block + 1) * vcpus.length);
		const sums = this.#sums.slice(block * size, (block + 1) * size);
		return new LaneWalk(vcpus, block * this.#block, this.#times[block] ?? 0, bytes, sums);
	}

	#keep(walk: LaneWalk, block: number): void {
		walk.settle();
		this.#times[block] = walk.time;
		this.#bytes.set(walk.bytes, block * walk.bytes.length);
		this.#sums.set(walk.sums, block * walk.sums.length);
	}
}

/** So large that a block's sums stay within the bytes allowed for its events. */
function blockSize(lanes: number): number {
	const bytes = (lanes * STATE_COUNT + 1) * BYTES_PER_SUM + lanes;
	return Math.max(SMALLEST_BLOCK, Math.ceil(bytes / BYTES_PER_EVENT));
}
