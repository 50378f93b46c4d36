// Opening a recording from the command line.

import { RecordedSession } from '../session/recorded-session.ts';
import type { Session } from '../session/session.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { openTrace } from '../trace/open.ts';
import { nodeFiles } from './node-files.ts';

/**
 * Lets `use` work on the session of a file, which is closed afterwards. What keeps the file from being a session is
 * thrown, in words that name it.
 */
export async function withSession<T>(
	file: string,
	kernel: string | undefined,
	use: (session: Session) => Promise<T>,
): Promise<T> {
	const profile = kernel === undefined ? undefined : kernelNamed(kernel);
	if (kernel !== undefined && !profile)
		throw new Error(`no kernel '${kernel}'; there are ${KERNEL_NAMES.join(', ')}`);
	const source = await nodeFiles.open(file).catch((error: unknown) => {
		throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
	});
	try {
		const trace = await openTrace(source);
		const refused = refusal(trace);
		if (refused) throw refused;
		return await use(await RecordedSession.open(trace, profile));
	} finally {
		await source.close?.();
	}
}
