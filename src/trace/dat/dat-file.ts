// What the head of a trace.dat tells, whichever version wrote it. Sources: trace-cmd.dat.v6.5(5) and
// trace-cmd.dat.v7.5(5) of trace-cmd; read, not taken over.

import type { Unpack } from './compression.ts';
import type { EventFormat } from './event-format.ts';
import type { GuestThread } from './guest-threads.ts';
import type { PageLayout } from './ring-page.ts';
import type { TimeCorrection } from './trace-time.ts';

/** Events of one CPU: pages of the ring buffer, one after the other, or chunks that unpack to such. */
export interface CpuPart {
	readonly cpu: number;
	readonly offset: number;
	/** in the file */
	readonly size: number;
}

/** One ring buffer: the first (unnamed) or that of an instance. */
export interface DatBuffer {
	readonly name: string;
	readonly pageSize: number;
	readonly cpus: readonly CpuPart[];
	/** undefined where the pages lie in the file as they are */
	readonly unpack: Unpack | undefined;
}

/** The head says where this is; in a latency recording it is all there is. */
export interface DatText {
	readonly text: Uint8Array;
	readonly offset: number;
}

/** What is gathered from options and sections on the way. */
export interface DatHead {
	readonly little: boolean;
	readonly longSize: 4 | 8;
	readonly pageSize: number;
	page: PageLayout;
	readonly formats: EventFormat[];
	/** command names by thread */
	readonly comms: Map<number, string>;
	readonly buffers: DatBuffer[];
	text: DatText | undefined;
	clock: string | undefined;
	/** `uname` of the traced machine */
	uname: string | undefined;
	/** version of trace-cmd */
	recorder: string | undefined;
	readonly time: TimeCorrection;
	readonly guests: GuestThread[];
}
