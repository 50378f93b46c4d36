// What the page of a recording that is no text and the extension say to each other.

import type { Answered } from './messages.ts';

/** To the page. */
export type ToTraceEditor =
	/** the recording is read, or something about it changed */
	| {
			readonly type: 'trace';
			/** number of events */
			readonly length: number;
			/** row that one stands at; -1: none */
			readonly row: number;
			/** its time since the first event, and its lane; -1: none */
			readonly elapsed: number;
			readonly lane: number;
			readonly debugged: boolean;
			/** lines with a breakpoint, ascending */
			readonly breakpoints: readonly number[];
	  }
	/** why there is nothing to show, or how far reading has come */
	| { readonly type: 'problem'; readonly text: string }
	| { readonly type: 'loading'; readonly fraction: number }
	| Answered;

/** From the page. */
export type FromTraceEditor =
	| { readonly type: 'ready' }
	| { readonly type: 'goto'; readonly row: number }
	/** debug the recording */
	| { readonly type: 'start' }
	/** set or clear the breakpoint on this 1-based line of the recording's text */
	| { readonly type: 'breakpoint'; readonly line: number }
	| { readonly type: 'ask'; readonly id: number; readonly question: unknown };

/** What a page sent, if it is a message at all: pages are not trusted. */
export function fromTraceEditor(message: unknown): FromTraceEditor | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, row, line, id, question } = message as Readonly<Record<string, unknown>>;
	if (type === 'ready' || type === 'start') return { type };
	if (type === 'goto' && isIndex(row)) return { type, row };
	if (type === 'breakpoint' && isIndex(line) && line > 0) return { type, line };
	if (type === 'ask' && isIndex(id)) return { type, id, question };
	return undefined;
}

/** Whether what came to the page is for it. */
export function toTraceEditor(message: unknown): ToTraceEditor | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, id, length, text, fraction } = message as Readonly<Record<string, unknown>>;
	const known =
		(type === 'trace' && isIndex(length)) ||
		(type === 'problem' && typeof text === 'string') ||
		(type === 'loading' && typeof fraction === 'number') ||
		((type === 'answer' || type === 'failure') && isIndex(id));
	return known ? (message as ToTraceEditor) : undefined;
}

function isIndex(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
