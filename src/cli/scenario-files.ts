// Scenarios as files for the commands of the terminal.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isBehindLink } from '../scenario/included.ts';
import type { Program } from '../scenario/program.ts';
import { compileWithIncludes, type ReadFile } from '../session/open-scenario.ts';
import { nodeFiles } from './node-files.ts';

/** Longer is no scenario. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The checked program, its places named as the file was given. Rejects with what is wrong, and where. */
export async function programIn(file: string): Promise<Program> {
	return compileWithIncludes(await scenarioText(file), path.basename(file), includedBy(file));
}

/** Reads what a scenario includes; undefined for what cannot be read, or lies behind a link. */
export function includedBy(file: string): ReadFile {
	const folder = path.dirname(file);
	return async (name) => {
		if (await isBehindLink(`${folder}/`, name, (at) => nodeFiles.isLink(at))) return undefined;
		return scenarioText(path.join(folder, name)).catch(() => undefined);
	};
}

export async function scenarioText(file: string): Promise<string> {
	const found = await stat(file).catch(() => undefined);
	if (!found) throw new Error(`${file}: there is no such file`);
	if (!found.isFile()) throw new Error(`${file}: it is not a file, expected a scenario`);
	if (found.size > MOST_BYTES) throw new Error(`${file}: it is too large for a scenario`);
	return readFile(file, 'utf8');
}
