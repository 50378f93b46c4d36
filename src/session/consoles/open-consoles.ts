// Consoles opened beside a recording.

import type { ByteSource } from '../../trace/byte-source.ts';
import { readConsole } from '../../trace/console/read-console.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Cancellation } from '../../trace/turn.ts';
import { findCalls } from '../call-finder.ts';
import { sliced } from '../sliced.ts';
import { type Console, withConsoles } from './with-consoles.ts';

/** The recording with the consoles' lines among its events; `vm`: whose they are, where that is known. */
export async function addConsoles(
	trace: Trace,
	sources: readonly ByteSource[],
	{ vm, signal }: { readonly vm?: number; readonly signal?: Cancellation } = {},
): Promise<Trace> {
	if (sources.length === 0) return trace;
	const consoles: Console[] = [];
	for (const source of sources)
		consoles.push({ name: source.name, events: await readConsole(source, signal ? { signal } : {}) });
	const calls = await sliced(findCalls(trace));
	signal?.throwIfAborted();
	return withConsoles(trace, calls, consoles, vm);
}
