// `psci-trace export FILE --to jsonl|psci|ftrace [--vm N] [--range A..B] [-o OUT]`: a recording in another form. Our
// JSON Lines open as the same recording; the ftrace text of a scenario is what a host without probes would have
// recorded of its run, its vector what the operations answer, as the vectors of real kernels have it.

import { type FileHandle, open } from 'node:fs/promises';
import { printProgram } from '../scenario/print.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import { stockTrace } from '../session/stock-trace.ts';
import { toScenario } from '../session/to-scenario.ts';
import { jsonlOf, type TracePart } from '../trace/jsonl/write-jsonl.ts';
import type { Trace } from '../trace/trace.ts';
import { command, type Write, WrongCall } from './command.ts';
import { scenarioOfVector, vectorOfScenario } from './export-vector.ts';
import { checkVm, openRecording, reportProblems, vmGiven } from './open-recording.ts';
import { isScenario, scenarioSession } from './open-session.ts';
import { readOptions } from './options.ts';

type Lines = Iterable<string> | Promise<Iterable<string>>;

const OF_RECORDING: Readonly<Record<string, (trace: Trace, part: TracePart) => Lines>> = {
	jsonl: jsonlOf,
	psci,
};
const OF_SCENARIO: Readonly<Record<string, (file: string) => Lines>> = {
	ftrace: async (file) => stockTrace((await scenarioSession(file)).run),
	vector: vectorOfScenario,
};
const FORMS = [...Object.keys(OF_RECORDING), ...Object.keys(OF_SCENARIO)];

const USAGE = `export FILE --to ${FORMS.join('|')} [--vm N] [--range A..B] [--id VECTOR] [-o OUT]`;

/** The exit status: 2 for a wrong call, 1 where the file cannot be read to its end or written, else 0. */
export const exportCommand = command(USAGE, async (args, write) => {
	const { words, values } = readOptions(args, { words: 1, values: ['to', 'vm', 'range', 'id', 'out'] });
	const [file = ''] = words;
	const { to = '', id, out } = values;
	if (!FORMS.includes(to)) throw new WrongCall(`--to needs one of: ${FORMS.join(', ')}`);
	if (id !== undefined && to !== 'psci') throw new WrongCall('--id names a vector, to be exported --to psci');
	const { first, end } = rangeGiven(values.range);
	const vm = vmGiven(values.vm);
	const made = id === undefined ? OF_SCENARIO[to]?.(scenarioIn(file, to)) : scenarioOfVector(file, id);
	if (made) {
		await writeLines(await made, out, write);
		return 0;
	}
	if (isScenario(file))
		throw new Error(`a scenario is exported --to ${Object.keys(OF_SCENARIO).join(' or ')}`);
	const trace = await openRecording(file);
	checkVm(trace, vm);
	const part = { vm, first, end: Math.min(end, trace.events.length) };
	await writeLines((await OF_RECORDING[to]?.(trace, part)) ?? [], out, write);
	return reportProblems('export', trace);
});

/** A recording has its text already, and no operations. */
function scenarioIn(file: string, to: string): string {
	if (!isScenario(file)) throw new Error(`only a scenario is exported --to ${to}`);
	return file;
}

function rangeGiven(text: string | undefined): { readonly first: number; readonly end: number } {
	if (text === undefined) return { first: 0, end: Number.POSITIVE_INFINITY };
	const [, a, b] = /^([1-9]\d{0,9})\.\.([1-9]\d{0,9})$/.exec(text) ?? [];
	const [first, end] = [Number(a) - 1, Number(b)];
	if (first < end) return { first, end };
	throw new WrongCall('--range needs A..B: the numbers of the first and the last event, from 1');
}

/** A scenario that does on the model what the recording shows. */
async function psci(trace: Trace, part: TracePart): Promise<Iterable<string>> {
	const session = await RecordedSession.open(trace);
	const { program, notes } = await toScenario(session, part);
	return printProgram(program, notes).trimEnd().split('\n');
}

/** Many lines at once, for one write to the disk. */
const BATCH = 0x1000;

/** Only ever to a new file: what is there stays. */
async function writeLines(lines: Iterable<string>, out: string | undefined, write: Write): Promise<void> {
	if (out === undefined) {
		for (const line of lines) write(line);
		return;
	}
	let handle: FileHandle | undefined;
	try {
		handle = await open(out, 'wx');
		let held: string[] = [];
		for (const line of lines) {
			held.push(`${line}\n`);
			if (held.length === BATCH) {
				await handle.appendFile(held.join(''));
				held = [];
			}
		}
		await handle.appendFile(held.join(''));
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		throw new Error(
			`${out}: ${code === 'EEXIST' ? 'the file exists already; it is left as it is' : message}`,
		);
	} finally {
		await handle?.close();
	}
}
