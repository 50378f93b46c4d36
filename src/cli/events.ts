// `psci-trace events FILE [--json] [--vm N] [--console C]… [--follow]`: what a recording holds, event by event, with
// the vCPU of each and how that is known; of a call that was recorded in part, what is inferred of it, marked as that.
// `--json` gives our JSON Lines, which opens as the same recording.

import { callText, recordedCall, resultText } from '../session/recorded-call.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import type { EventDetail } from '../trace/event.ts';
import { jsonlHead, jsonlLine, jsonlOf } from '../trace/jsonl/write-jsonl.ts';
import type { Attribution, ClockUnit, Trace } from '../trace/trace.ts';
import { TraceError } from '../trace/trace-error.ts';
import { command, type Write, WrongCall } from './command.ts';
import { followEvents } from './follow-events.ts';
import { checkVm, openRecording, reportProblems, vmGiven } from './open-recording.ts';
import { readOptions } from './options.ts';

interface Request {
	readonly file: string;
	readonly json: boolean;
	readonly vm: number | undefined;
	readonly consoles: readonly string[];
	readonly follow: boolean;
}

/** The exit status: 2 for a wrong call, 1 where the file cannot be read to its end, else 0. */
export const events = command(
	'events FILE [--json] [--vm N] [--console C]… [--follow]',
	async (args, write) => {
		const request = requestOf(args);
		if (request.follow) {
			await follow(request, write);
			return 0;
		}
		const trace = await openRecording(request.file, request.consoles);
		checkVm(trace, request.vm);
		await print(trace, request, write);
		for (const note of trace.notes ?? []) console.error(`psci-trace events: ${note}`);
		return reportProblems('events', trace);
	},
);

function requestOf(args: readonly string[]): Request {
	const { words, values, lists, flags } = readOptions(args, {
		words: 1,
		values: ['vm'],
		lists: ['console'],
		flags: ['json', 'follow'],
	});
	const [file = ''] = words;
	const consoles = lists.console ?? [];
	const follow = flags.has('follow');
	if (follow && consoles.length > 0)
		throw new WrongCall('--console needs a recording that is whole, not --follow');
	return { file, json: flags.has('json'), vm: vmGiven(values.vm), consoles, follow };
}

/** Until Ctrl-C. */
async function follow(request: Request, write: Write): Promise<void> {
	const { file, json, vm } = request;
	const stop = new AbortController();
	const onInterrupt = () => stop.abort();
	process.once('SIGINT', onInterrupt);
	let head = json;
	try {
		await followEvents(file, {
			signal: stop.signal,
			note: (text) => console.error(`psci-trace events: ${file}: ${text}`),
			rows: (trace, from, to) => {
				if (head) {
					write(jsonlHead(trace));
					head = false;
				}
				for (let row = from; row < to; row++) {
					if (vm === undefined || trace.events.vm(row) === vm) {
						write(json ? jsonlLine(trace, row) : lineOf(trace, row));
					}
				}
			},
		});
	} catch (error) {
		throw error instanceof TraceError
			? error
			: new Error(`${file}: ${error instanceof Error ? error.message : error}`);
	} finally {
		process.off('SIGINT', onInterrupt);
	}
}

async function print(trace: Trace, { json, vm }: Request, write: Write): Promise<void> {
	if (json) {
		for (const line of jsonlOf(trace, { vm })) write(line);
		return;
	}
	const session = await RecordedSession.open(trace);
	let call = 0;
	for (let row = 0; row < trace.events.length; row++) {
		const site = session.calls.site(call) === row ? call++ : -1;
		if (vm === undefined || trace.events.vm(row) === vm)
			write(lineOf(trace, row) + inferredOf(session, site));
	}
}

/** What the events of a call leave out, as far as others tell; nothing where they have it all. */
function inferredOf(session: RecordedSession, index: number): string {
	const call = index < 0 ? undefined : recordedCall(session, index);
	return call?.inferred ? `  [${callText(call)} => ${resultText(call)}]` : '';
}

/** How a vCPU is known, after its number: nothing where the event itself says it. */
const provenance: Readonly<Record<Attribution, string>> = {
	event: '',
	run: ' (of its run)',
	'thread-name': ' (thread name)',
	'first-entry': ' (order of first entry)',
	none: '',
};

function lineOf(trace: Trace, row: number): string {
	const { events, threads, clockUnit, vms } = trace;
	const vcpu = events.vcpu(row);
	const who = vcpu < 0 ? '?' : `${vcpu}${provenance[events.attribution(row)]}`;
	const vm = vms.length > 1 ? `vm ${events.vm(row) < 0 ? '?' : events.vm(row)} ` : '';
	const thread = threads[events.thread(row)];
	const by = thread === undefined ? '' : ` ${thread.comm}-${thread.tid}`;
	const { kind, ...fields } = events.detail(row);
	return `${timeOf(events.time(row), clockUnit)} [${events.cpu(row)}]${by}: ${vm}vCPU ${who}: ${kind}${fieldsOf(fields)}`;
}

function timeOf(time: bigint, unit: ClockUnit): string {
	return unit !== 'ns'
		? `${time}`
		: `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, '0')}`;
}

/** What the event says besides whose it is. */
function fieldsOf(fields: Omit<EventDetail, 'kind'>): string {
	return Object.entries(fields)
		.filter(([key]) => key !== 'vcpu')
		.map(([key, value]) => ` ${key}=${valueText(value)}`)
		.join('');
}

function valueText(value: unknown): string {
	if (Array.isArray(value)) {
		return `{${value.map(valueText).join(',')}}`;
	}
	if (typeof value === 'bigint') {
		return value < 0n ? String(value) : `0x${value.toString(16)}`;
	}
	return value === undefined ? '?' : String(value);
}
