// `psci-trace events FILE --follow`: prints the events of a text as they are written to it, until it is told to
// stop. What turns out to be otherwise than printed is said.

import { growingTrace } from '../trace/growing-trace.ts';
import type { Trace } from '../trace/trace.ts';
import { nodeFiles } from './node-files.ts';

export interface Follower {
	/** Prints the rows from `from` to before `to`. */
	readonly rows: (trace: Trace, from: number, to: number) => void;
	/** Says something about what was printed. */
	readonly note: (text: string) => void;
	readonly signal: AbortSignal;
}

/** Resolves when the signal is aborted; rejects with what ended the file before. */
export async function followEvents(file: string, { rows, note, signal }: Follower): Promise<void> {
	const source = await nodeFiles.open(file);
	/** Wakes up at once when told to stop. */
	const wait = (milliseconds: number) =>
		new Promise<void>((resolve) => {
			const done = () => {
				clearTimeout(timer);
				signal.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, milliseconds);
			signal.addEventListener('abort', done);
		});
	let printed = 0;
	try {
		for await (const { trace, changedFrom } of growingTrace(source, { follow: true, signal, wait })) {
			if (changedFrom < printed) {
				const line = trace.events.line(changedFrom);
				note(`events from line ${line} on turn out to be otherwise than printed; printed again from there`);
				printed = changedFrom;
			}
			rows(trace, printed, trace.events.length);
			printed = trace.events.length;
		}
	} catch (error) {
		if (!signal.aborted) {
			throw error;
		}
	} finally {
		await source.close?.();
	}
}
