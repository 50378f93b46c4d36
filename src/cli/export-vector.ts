// Recorded vectors (shared by the model's tests) as scenarios, and runs of scenarios as vectors.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseScenario } from '../kvm/vector.ts';
import { printProgram } from '../scenario/print.ts';
import { programOfVector, vectorOfRun } from '../scenario/vector.ts';
import { reasonOf } from './node-files.ts';
import { scenarioSession } from './open-session.ts';

/** The lines of a file of vectors, plain or gzip. */
export async function vectorLines(file: string): Promise<readonly string[]> {
	const bytes = await readFile(file).catch((error: unknown) => {
		throw new Error(`${file}: ${reasonOf(error)}`);
	});
	const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
	return (gzip ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
}

/** The vector named `id` as a scenario. Rejects where the file has none, or one that cannot be read. */
export async function scenarioOfVector(file: string, id: string): Promise<readonly string[]> {
	const lines = await vectorLines(file);
	const at = lines.findIndex((line) => line.includes(`"id":${JSON.stringify(id)}`));
	if (at < 0) throw new Error(`${file}: there is no vector '${id}'`);
	try {
		return printProgram(programOfVector(parseScenario(lines[at] ?? '')))
			.trimEnd()
			.split('\n');
	} catch (error) {
		throw new Error(`${file}:${at + 1}: ${error instanceof Error ? error.message : String(error)}`);
	}
}

/** What the model answers to a scenario, as a vector of its file's name. */
export async function vectorOfScenario(file: string): Promise<readonly string[]> {
	const { run } = await scenarioSession(file);
	return [vectorOfRun(run, path.basename(file, '.psci'))];
}
