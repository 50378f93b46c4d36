// What the handlers of all requests share: the client at the other end, the session that it debugs, its
// breakpoints, and what the numbers mean that were handed out at this stop.

import type { Stop } from '../session/cursor.ts';
import type { Value } from '../session/inspect.ts';
import { Breakpoints } from './breakpoints.ts';
import { Client } from './client.ts';
import type { Debuggee } from './debuggee.ts';
import { notLaunched } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import type { Frame } from './frames.ts';
import { References } from './references.ts';
import type { SpecFiles } from './spec-library.ts';

export class Conversation {
	readonly files: FileAccessor;
	readonly spec: SpecFiles | undefined;
	readonly emit: (event: string, body?: unknown) => void;
	readonly breakpoints = new Breakpoints();
	readonly values = new References<readonly Value[]>();
	readonly frames = new References<Frame>();
	client = new Client({ adapterID: 'psci' });
	debuggee: Debuggee | undefined;

	constructor(
		files: FileAccessor,
		spec: SpecFiles | undefined,
		emit: (event: string, body?: unknown) => void,
	) {
		this.files = files;
		this.spec = spec;
		this.emit = emit;
	}

	/** What is debugged; an error to the client where nothing is yet. */
	launched(command: string): Debuggee {
		if (!this.debuggee) throw notLaunched(command);
		return this.debuggee;
	}

	/** Says that, and why, one stands where the cursor is. What was handed out before is void from here on. */
	stopped(reason: string, stop?: Stop): void {
		const debuggee = this.launched('stop');
		const { session, cursor } = debuggee;
		this.values.clear();
		this.frames.clear();
		debuggee.follow();
		const edge =
			cursor.row >= session.length
				? 'End of the recording'
				: stop?.reason === 'start'
					? 'Start of the recording'
					: undefined;
		const hit = reason === 'breakpoint' ? this.breakpoints.hitAt(cursor) : { ids: [], byFunction: false };
		this.emit('stopped', {
			reason: hit.byFunction ? 'function breakpoint' : reason,
			...(edge ? { description: edge } : {}),
			...(hit.ids.length > 0 ? { hitBreakpointIds: hit.ids } : {}),
			threadId: debuggee.threadId,
			allThreadsStopped: true,
		});
	}
}
