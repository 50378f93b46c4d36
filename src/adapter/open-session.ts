// A program becomes a session: what kind of session it is, is told in this one place.

import { ScenarioError } from '../session/open-scenario.ts';
import type { OpenOptions } from '../trace/open.ts';
import { TraceError } from '../trace/trace-error.ts';
import { checkedArguments } from './checked-arguments.ts';
import { cannotRead, notAScenario, notATrace } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import type { LaunchArguments } from './launch-arguments.ts';
import { type Opened, openRecording } from './open-recording.ts';
import { isScenario, openScenarioFile } from './open-scenario-file.ts';

/** Rejects with what a person should know: no such file, no trace, damage, cancelled. */
export async function openSession(
	request: 'launch' | 'attach',
	args: LaunchArguments,
	files: FileAccessor,
	options: OpenOptions,
): Promise<Opened> {
	const checked = checkedArguments(args);
	const scenario = isScenario(checked.program);
	const source = await files.open(checked.program).catch((error: unknown) => {
		throw cannotRead(checked.program, error instanceof Error ? error.message : String(error));
	});
	try {
		const follow = request === 'attach' || checked.follow === true;
		if (!scenario) return await openRecording(source, checked, files, options, follow);
		const session = await openScenarioFile(source, checked, files);
		await source.close?.();
		return { session, close: () => Promise.resolve() };
	} catch (error) {
		await source.close?.();
		if (error instanceof ScenarioError) throw notAScenario(error.message);
		if (error instanceof TraceError) throw notATrace(error.message);
		throw error;
	}
}
