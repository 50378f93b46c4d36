// A program becomes a session: what kind of session is told by its content, in this one place.

import { type Growth, openGrowing } from '../session/growing-session.ts';
import type { Session } from '../session/session.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import type { OpenOptions } from '../trace/open.ts';
import { TraceError } from '../trace/trace-error.ts';
import { cannotAttach, cannotRead, noProgram, notATrace, unknownKernel } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import type { LaunchArguments } from './launch-arguments.ts';

/** The arguments, where a session can be tried with them; throws what is wrong with them. */
export function checkedArguments(args: LaunchArguments): LaunchArguments & { readonly program: string } {
	const { program, kernel } = args;
	if (typeof program !== 'string' || program === '') throw noProgram();
	if (kernel !== undefined && !kernelNamed(String(kernel))) throw unknownKernel(String(kernel), KERNEL_NAMES);
	return { ...args, program };
}

/** A session, and what gives its file back: details are read from that for as long as it is debugged. */
export interface Opened {
	readonly session: Session;
	/** of a session that is still being read */
	readonly growth?: Growth;
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
		const growth = await openRecording(source, checked, options);
		const close = async () => {
			await growth.stop();
			await source.close?.();
		};
		return { session: growth.session, ...(growth.isFinished ? {} : { growth }), close };
	} catch (error) {
		await source.close?.();
		if (error instanceof TraceError) throw notATrace(error.message);
		throw error;
	}
}

async function openRecording(
	source: ByteSource,
	args: LaunchArguments,
	options: OpenOptions,
): Promise<Growth> {
	const kernel = kernelNamed(args.kernel ?? '');
	const growth = await openGrowing(source, {
		...options,
		...(kernel ? { kernel } : {}),
		follow: args.follow === true && args.noDebug !== true,
	});
	const refused = growth.isFinished ? refusal(growth.session.trace) : undefined;
	if (refused) throw refused;
	return growth;
}
