// Scenarios as files for the commands of the terminal.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Program } from '../scenario/program.ts';
import { compileWithIncludes } from '../session/open-scenario.ts';

/** Longer is no scenario. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The checked program, its places named as the file was given. Rejects with what is wrong, and where. */
export async function programIn(file: string): Promise<Program> {
	const folder = path.dirname(file);
	const name = path.basename(file);
	const text = await scenarioText(file);
	const program = await compileWithIncludes(text, name, (included) =>
		scenarioText(path.join(folder, included)).catch(() => undefined),
	);
	return program;
}

export async function scenarioText(file: string): Promise<string> {
	const found = await stat(file).catch(() => undefined);
	if (!found) throw new Error(`${file}: there is no such file`);
	if (!found.isFile()) throw new Error(`${file}: it is not a file, expected a scenario`);
	if (found.size > MOST_BYTES) throw new Error(`${file}: it is too large for a scenario`);
	return readFile(file, 'utf8');
}
