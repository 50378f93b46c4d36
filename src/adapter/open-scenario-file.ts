// A scenario's text becomes a session.

import { isBehindLink } from '../scenario/included.ts';
import { scheduleNamed } from '../scenario/schedule-text.ts';
import { openScenario } from '../session/open-scenario.ts';
import type { Session } from '../session/session.ts';
import { kernelNamed } from '../session/settings.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import type { CheckedArguments } from './checked-arguments.ts';
import { notAScenario } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';

/** Any text could be a scenario, so its name says that it is one. */
export function isScenario(program: string): boolean {
	return /\.psci$/i.test(program);
}

/** Longer is no scenario that a person wrote or a recording was made into. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Included files lie in the folder of the scenario or below it, and no link leads out of it. */
export async function openScenarioFile(
	source: ByteSource,
	{ program, kernel = '', schedule = '' }: CheckedArguments,
	files: FileAccessor,
): Promise<Session> {
	const folder = program.slice(0, program.length - files.baseName(program).length);
	const include = async (path: string) => {
		try {
			if (await isBehindLink(folder, path, (file) => files.isLink(file))) return undefined;
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

async function textOf(source: ByteSource): Promise<string> {
	if (source.size > MOST_BYTES)
		throw notAScenario(`${source.name} has ${source.size} bytes; a scenario has at most ${MOST_BYTES}`);
	return new TextDecoder().decode(await source.read(0, source.size));
}
