// A program becomes a session: what kind of session is told by its content, in this one place.

import { scheduleNamed } from '../scenario/schedule-text.ts';
import { type Growth, openGrowing } from '../session/growing-session.ts';
import { ScenarioError } from '../session/open-scenario.ts';
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
import { isScenario, openScenarioFile } from './open-scenario-file.ts';

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
	/** of a session that is there before its recording is read, or made, to the end */
	readonly growth?: Growth;
	close(): Promise<void>;
}

/** A recording up to this size is read at once: one sees no beginning of it. */
const READ_AT_ONCE = 0x40_0000;

/** Rejects with what a person should know: no such file, no trace, damage, cancelled. */
export async function openSession(
	request: 'launch' | 'attach',
	args: LaunchArguments,
	files: FileAccessor,
	options: OpenOptions,
): Promise<Opened> {
	const checked = checkedArguments(args);
	if (request === 'attach' && isScenario(checked.program)) throw cannotAttach(checked.program);
	const source = await files.open(checked.program).catch((error: unknown) => {
		throw cannotRead(checked.program, error instanceof Error ? error.message : String(error));
	});
	try {
		if (isScenario(checked.program)) {
			const session = await openScenarioFile(source, checked, files);
			await source.close?.();
			return { session, close: () => Promise.resolve() };
		}
		const follow = request === 'attach' || checked.follow === true;
		return follow || source.size > READ_AT_ONCE
			? await openBeginning(source, checked, options, follow)
			: await openWhole(source, checked, options);
	} catch (error) {
		await source.close?.();
		if (error instanceof ScenarioError) throw notAScenario(error.message);
		if (error instanceof TraceError) throw notATrace(error.message);
		throw error;
	}
}

async function openWhole(source: ByteSource, args: LaunchArguments, options: OpenOptions): Promise<Opened> {
	const trace = await openTrace(source, { ...options, staysOpen: true });
	const refused = refusal(trace);
	if (refused) throw refused;
	const session = await RecordedSession.open(trace, kernelNamed(args.kernel ?? ''), options.signal);
	return { session, close: async () => source.close?.() };
}

/** Goes on being read behind what there is; with `follow`, for as long as it is debugged. */
async function openBeginning(
	source: ByteSource,
	args: LaunchArguments,
	options: OpenOptions,
	follow: boolean,
): Promise<Opened> {
	const kernel = kernelNamed(args.kernel ?? '');
	const growth = await openGrowing(source, { ...options, ...(kernel ? { kernel } : {}), follow });
	const close = async () => {
		await growth.stop();
		await source.close?.();
	};
	return { session: growth.session, growth, close };
}
