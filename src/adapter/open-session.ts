// A program becomes a session: what kind of session is told by its content, in this one place.

import { scheduleNamed } from '../scenario/schedule-text.ts';
import { openScenario, ScenarioError } from '../session/open-scenario.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import type { Session } from '../session/session.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { type OpenOptions, openTrace } from '../trace/open.ts';
import { TraceError } from '../trace/trace-error.ts';
import {
	cannotAttach,
	cannotRead,
	noProgram,
	notAScenario,
	notATrace,
	unknownKernel,
	unknownSchedule,
} from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import type { LaunchArguments } from './launch-arguments.ts';

/** The arguments, where a session can be tried with them; throws what is wrong with them. */
export function checkedArguments(args: LaunchArguments): LaunchArguments & { readonly program: string } {
	const { program, kernel } = args;
	if (typeof program !== 'string' || program === '') throw noProgram();
	if (kernel !== undefined && !kernelNamed(String(kernel))) throw unknownKernel(String(kernel), KERNEL_NAMES);
	if (args.schedule !== undefined && !scheduleNamed(String(args.schedule)))
		throw unknownSchedule(String(args.schedule));
	return { ...args, program };
}

/** A session, and what gives its file back: details are read from that for as long as it is debugged. */
export interface Opened {
	readonly session: Session;
	close(): Promise<void>;
}

/** Rejects with what a person should know: no such file, no trace, damage, cancelled. */
export async function openSession(
	request: 'launch' | 'attach',
	args: LaunchArguments,
	files: FileAccessor,
	options: OpenOptions,
): Promise<Opened> {
	const checked = checkedArguments(args);
	if (request === 'attach') throw cannotAttach(checked.program);
	const source = await files.open(checked.program).catch((error: unknown) => {
		throw cannotRead(checked.program, error instanceof Error ? error.message : String(error));
	});
	try {
		if (isScenario(checked.program)) {
			const session = await openText(source, checked, files);
			await source.close?.();
			return { session, close: () => Promise.resolve() };
		}
		const session = await openRecording(source, checked, { ...options, staysOpen: true });
		return { session, close: async () => source.close?.() };
	} catch (error) {
		await source.close?.();
		if (error instanceof ScenarioError) throw notAScenario(error.message);
		if (error instanceof TraceError) throw notATrace(error.message);
		throw error;
	}
}

/** Any text could be a scenario, so its name says that it is one. */
export function isScenario(program: string): boolean {
	return /\.psci$/i.test(program);
}

/** Longer is no scenario that a person wrote or a recording was made into. */
const MOST_BYTES = 16 * 1024 * 1024;

async function textOf(source: ByteSource): Promise<string> {
	if (source.size > MOST_BYTES)
		throw notAScenario(`${source.name} has ${source.size} bytes; a scenario has at most ${MOST_BYTES}`);
	return new TextDecoder().decode(await source.read(0, source.size));
}

/** Included files lie in the folder of the scenario or below it. */
async function openText(
	source: ByteSource,
	{ program, kernel = '', schedule = '' }: LaunchArguments & { readonly program: string },
	files: FileAccessor,
): Promise<Session> {
	const folder = program.slice(0, program.length - files.baseName(program).length);
	const include = async (path: string) => {
		try {
			const included = await files.open(folder + path);
			return await textOf(included).finally(() => included.close?.());
		} catch {
			return undefined;
		}
	};
	return openScenario(
		await textOf(source),
		files.baseName(program),
		include,
		kernelNamed(kernel),
		scheduleNamed(schedule),
	);
}

async function openRecording(
	source: ByteSource,
	args: LaunchArguments,
	options: OpenOptions,
): Promise<Session> {
	const trace = await openTrace(source, options);
	const refused = refusal(trace);
	if (refused) throw refused;
	return RecordedSession.open(trace, kernelNamed(args.kernel ?? ''), options.signal);
}
