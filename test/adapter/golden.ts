// A conversation as text, compared with the one in test/data/transcripts. `UPDATE_TRANSCRIPTS=1` writes it anew; a
// mismatch leaves what there was beside it as `.actual`. Numbers that the adapter hands out are named by the order
// in which they first appear, so that a transcript tells what refers to what and not which numbers there were. What is
// found out about a breakpoint comes with the answer or, on a slow machine, by an event after it: told as the answer.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import type { Entry } from './transcript.ts';

const folder = fileURLToPath(new URL('../data/transcripts/', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Fields whose numbers are the adapter's own, by what they name. */
const HANDED_OUT: Readonly<Record<string, string>> = {
	variablesReference: 'values',
	frameId: 'frame',
	targetId: 'target',
};

export function expectTranscript(name: string, entries: readonly Entry[]): void {
	const file = `${folder}${name}.txt`;
	const text = transcriptText(entries);
	if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(file, text);
	const golden = existsSync(file) ? readFileSync(file, 'utf8') : '';
	if (text === golden) rmSync(`${file}.actual`, { force: true });
	else writeFileSync(`${file}.actual`, text);
	expect(text).toBe(golden);
}

function transcriptText(entries: readonly Entry[]): string {
	const names = new Map<string, string>();
	const stable = (key: string, value: unknown, parent: string): unknown => {
		if (Array.isArray(value)) return value.map((one) => stable('', one, key));
		if (typeof value === 'object' && value !== null)
			return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, stable(k, v, parent || key)]));
		if (typeof value === 'string') return value.replaceAll(root, '<root>/');
		const kind =
			HANDED_OUT[key] ?? (key === 'id' ? { stackFrames: 'frame', targets: 'target' }[parent] : undefined);
		if (kind === undefined || value === 0 || typeof value !== 'number') return value;
		const id = `${kind}:${value}`;
		if (!names.has(id)) {
			const before = [...names.keys()].filter((known) => known.startsWith(`${kind}:`)).length;
			names.set(id, `${kind} ${before + 1}`);
		}
		return names.get(id);
	};
	return withBreakpointsAnswered(entries)
		.map(({ from, message }) => entryText(from, message, stable))
		.join('');
}

/** Without `breakpoint` events: each answer has what they said of its breakpoints until these were set again. */
function withBreakpointsAnswered(entries: readonly Entry[]): Entry[] {
	const latest = new Map<number, Record<string, unknown>>();
	const kept: Entry[] = [];
	for (const { from, message } of structuredClone(entries)) {
		const { breakpoint, breakpoints = [] } = (message as { body?: Body }).body ?? {};
		for (const answered of breakpoints) latest.set(answered.id, answered);
		const said = breakpoint && latest.get(breakpoint.id);
		if (said) {
			for (const key of Object.keys(said)) delete said[key];
			Object.assign(said, breakpoint);
		} else kept.push({ from, message });
	}
	return kept;
}

interface Body {
	readonly breakpoint?: Told;
	readonly breakpoints?: Told[];
}

type Told = { readonly id: number } & Record<string, unknown>;

function entryText(
	from: Entry['from'],
	message: DebugProtocol.ProtocolMessage,
	stable: (key: string, value: unknown, parent: string) => unknown,
): string {
	const arrow = from === 'client' ? '-->' : '<--';
	if (message.type === 'request') {
		const { command, arguments: args } = message as DebugProtocol.Request;
		return `\n${arrow} ${command} ${shown(stable('', args ?? {}, ''))}\n`;
	}
	if (message.type === 'event') {
		const { event, body } = message as DebugProtocol.Event;
		return `${arrow} event ${event} ${shown(stable('', body ?? {}, ''))}\n`;
	}
	const { command, success, body, message: why } = message as DebugProtocol.Response;
	// The same in every conversation, and told by protocol-table.test.ts.
	if (command === 'initialize' && success) return `${arrow} initialize (capabilities)\n`;
	const failed = success ? '' : ` FAILED ${stable('', why, '')}`;
	return `${arrow} ${command}${failed} ${shown(stable('', success ? (body ?? {}) : {}, ''))}\n`;
}

/** One line for each element of a list that is the answer, else one line. */
function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? '';
	if (text.length < 120 || typeof value !== 'object' || value === null) return text === '{}' ? '' : text;
	return Object.entries(value)
		.map(([key, one]) =>
			Array.isArray(one)
				? `\n      ${key}:${one.map((element) => `\n          ${JSON.stringify(element)}`).join('')}`
				: `\n      ${key}: ${JSON.stringify(one)}`,
		)
		.join('');
}
