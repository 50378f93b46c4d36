// Opening a recording or a scenario from the command line.

import path from 'node:path';
import type { KernelProfile } from '../kvm/index.ts';
import { openScenario } from '../session/open-scenario.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import type { Session } from '../session/session.ts';
import type { SimulatedSession } from '../session/simulated-session.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { openTrace } from '../trace/open.ts';
import { nodeFiles } from './node-files.ts';
import { kernelGiven } from './options.ts';
import { includedBy, scenarioText } from './scenario-files.ts';

/**
 * Lets `use` work on the session of a file, which is closed afterwards. What keeps the file from being a session is
 * thrown, in words that name it.
 */
export async function withSession<T>(
	file: string,
	kernel: string | undefined,
	use: (session: Session) => T | Promise<T>,
): Promise<T> {
	const profile = kernel === undefined ? undefined : kernelGiven(kernel);
	if (isScenario(file)) return await use(await scenarioSession(file, profile));
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

export function isScenario(file: string): boolean {
	return file.endsWith('.psci');
}

/** Rejects with what is wrong in the scenario, and where. */
export async function scenarioSession(file: string, kernel?: KernelProfile): Promise<SimulatedSession> {
	return openScenario(await scenarioText(file), path.basename(file), includedBy(file), kernel);
}
