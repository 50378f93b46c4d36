// `psci-trace export FILE --to jsonl|psci|ftrace [--vm N] [--range A..B] [-o OUT]`: a recording in another form. Our
// JSON Lines open as the same recording; the ftrace text of a scenario is what a host without probes would have
// recorded of its run, its vector what the operations answer, as the vectors of real kernels have it.

import { type FileHandle, open } from 'node:fs/promises';
import { printProgram } from '../scenario/print.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import { stockTrace } from '../session/stock-trace.ts';
import { toScenario } from '../session/to-scenario.ts';
import { jsonlHead, jsonlLine } from '../trace/jsonl/write-jsonl.ts';
import type { Trace } from '../trace/trace.ts';
import { scenarioOfVector, vectorOfScenario } from './export-vector.ts';
import { noSuchVm, openRecording, reportProblems, vmOption } from './open-recording.ts';
import { isScenario, scenarioSession } from './open-session.ts';

/** What of a recording is wanted. */
export interface Selection {
	readonly vm: number | undefined;
	/** rows from `first` up to, not including, `end` */
	readonly first: number;
	readonly end: number;
}

/** The text of a recording in another form, line by line. */
type Exporter = (trace: Trace, selection: Selection) => Iterable<string> | Promise<Iterable<string>>;

const exporters: Readonly<Record<string, Exporter>> = { jsonl, psci, ftrace, vector: onlyOfScenario };

const usage = `usage: psci-trace export FILE --to ${Object.keys(exporters).join('|')} [--vm N] [--range A..B] [--id VECTOR] [-o OUT]`;

interface Request extends Selection {
	readonly file: string;
	readonly to: Exporter;
	readonly out: string | undefined;
	/** of a file of recorded vectors the one that is wanted */
	readonly id: string | undefined;
}

/** The exit status: 2 for a wrong call, 1 where the file cannot be read to its end or written, else 0. */
export async function exportCommand(args: readonly string[], write: (line: string) => void): Promise<number> {
	const request = requestOf(args);
	if (typeof request === 'string') {
		console.error(`psci-trace export: ${request}\n${usage}`);
		return 2;
	}
	const { file, to, id } = request;
	if (id !== undefined) return await exportLines(() => scenarioOfVector(file, id), request, write);
	if (isScenario(file) || to === ftrace || to === onlyOfScenario) return await exportScenario(request, write);
	const trace = await openRecording(request.file);
	const refused = typeof trace === 'string' ? trace : noSuchVm(trace, request.vm);
	if (typeof trace === 'string' || refused !== undefined) {
		console.error(`psci-trace export: ${refused}`);
		return 1;
	}
	const lines = await request.to(trace, { ...request, end: Math.min(request.end, trace.events.length) });
	const failed = await writeLines(lines, request.out, write);
	if (failed !== undefined) {
		console.error(`psci-trace export: ${failed}`);
		return 1;
	}
	return reportProblems('export', trace);
}

/** A recording has its text already. */
function ftrace(): never {
	throw new Error('a recording has its text already');
}

/** Vectors are what operations answer, which no recording has. */
function onlyOfScenario(): never {
	throw new Error('a recording has no operations');
}

function exportScenario(request: Request, write: (line: string) => void): Promise<number> {
	const { file, to } = request;
	return exportLines(
		async () => {
			if (to !== ftrace && to !== onlyOfScenario)
				throw new Error('a scenario is exported --to ftrace or vector');
			if (!isScenario(file)) throw new Error('only a scenario is exported --to ftrace or vector');
			return to === ftrace ? stockTrace((await scenarioSession(file)).run) : vectorOfScenario(file);
		},
		request,
		write,
	);
}

/** What `make` rejects with is told. */
async function exportLines(
	make: () => Promise<Iterable<string>>,
	{ out }: Request,
	write: (line: string) => void,
): Promise<number> {
	const lines = await make().catch((error: Error) => error.message);
	const failed = typeof lines === 'string' ? lines : await writeLines(lines, out, write);
	if (failed === undefined) return 0;
	console.error(`psci-trace export: ${failed}`);
	return 1;
}

/** What keeps the lines from being written; undefined where they are. */
async function writeLines(
	lines: Iterable<string>,
	out: string | undefined,
	write: (line: string) => void,
): Promise<string | undefined> {
	if (out === undefined) {
		for (const line of lines) write(line);
		return undefined;
	}
	const failed = await writeNew(out, lines);
	return failed && `${out}: ${failed}`;
}

function requestOf(args: readonly string[]): Request | string {
	let file: string | undefined;
	let to: Exporter | undefined;
	let out: string | undefined;
	let vm: number | undefined;
	let id: string | undefined;
	let [first, end] = [0, Number.POSITIVE_INFINITY];
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] ?? '';
		if (arg === '--to') {
			const form = args[++i] ?? '';
			to = Object.hasOwn(exporters, form) ? exporters[form] : undefined;
			if (to === undefined) {
				return `--to needs one of: ${Object.keys(exporters).join(', ')}`;
			}
		} else if (arg === '--vm') {
			const number = vmOption(args[++i]);
			if (typeof number === 'string') {
				return number;
			}
			vm = number;
		} else if (arg === '--range') {
			const range = /^([1-9]\d{0,9})\.\.([1-9]\d{0,9})$/.exec(args[++i] ?? '');
			[first, end] = [Number(range?.[1]) - 1, Number(range?.[2])];
			if (!(first < end)) {
				return '--range needs A..B: the numbers of the first and the last event, from 1';
			}
		} else if (arg === '--id') {
			id = args[++i];
			if (id === undefined || to !== psci) {
				return '--id names a vector, to be exported --to psci';
			}
		} else if (arg === '-o') {
			out = args[++i];
			if (out === undefined) {
				return '-o needs a file to write';
			}
		} else if (arg.startsWith('-')) {
			return `unknown option '${arg}'`;
		} else if (file === undefined) {
			file = arg;
		} else {
			return 'one file at a time';
		}
	}
	if (file === undefined) {
		return 'no file given';
	}
	return to === undefined ? '--to says which form' : { file, to, out, vm, id, first, end };
}

function* jsonl(trace: Trace, { vm, first, end }: Selection): Generator<string> {
	yield jsonlHead(trace);
	for (let row = first; row < end; row++) {
		if (vm === undefined || trace.events.vm(row) === vm) {
			yield jsonlLine(trace, row);
		}
	}
}

/** A scenario that does on the model what the recording shows. */
async function psci(trace: Trace, { vm, first, end }: Selection): Promise<Iterable<string>> {
	const session = await RecordedSession.open(trace);
	const { program, notes } = await toScenario(session, { vm, first, end });
	return printProgram(program, notes).trimEnd().split('\n');
}

/** Many lines at once, for one write to the disk. */
const batch = 0x1000;

/** Only ever a new file: what is there stays. Why it could not be written; undefined where it was. */
async function writeNew(out: string, lines: Iterable<string>): Promise<string | undefined> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(out, 'wx');
		let held: string[] = [];
		for (const line of lines) {
			held.push(`${line}\n`);
			if (held.length === batch) {
				await handle.appendFile(held.join(''));
				held = [];
			}
		}
		await handle.appendFile(held.join(''));
		return undefined;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		return code === 'EEXIST' ? 'the file exists already; it is left as it is' : message;
	} finally {
		await handle?.close();
	}
}
