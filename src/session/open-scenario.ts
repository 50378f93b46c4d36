// A scenario's text becomes a session: compiled, run on the model, ready to be stepped through.

import type { KernelProfile } from '../kvm/index.ts';
import { compileScenario } from '../scenario/language/compile.ts';
import type { Diagnostic } from '../scenario/language/diagnostic.ts';
import type { Program, Schedule } from '../scenario/program.ts';
import { runScenario } from '../scenario/run.ts';
import { SimulatedSession } from './simulated-session.ts';

/** Says where a scenario is wrong. */
export class ScenarioError extends Error {
	readonly diagnostics: readonly Diagnostic[];

	constructor(file: string, diagnostics: readonly Diagnostic[]) {
		const errors = diagnostics.filter(({ severity }) => severity === 'error');
		const [first] = errors;
		const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
		const where = first ? `${first.place.file}:${first.place.line}:${first.place.column}` : file;
		super(`${where}: ${first?.message ?? 'no scenario'}${more}`);
		this.name = 'ScenarioError';
		this.diagnostics = diagnostics;
	}
}

/** The text of an included file, named like the scenario; undefined where it cannot be read. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** Includes are read one after the other as the compiler asks for them: so many rounds at most. */
const MOST_INCLUDES = 64;

/** Throws a ScenarioError. Included files are named relative to the folder of `file`, and lie in or below it. */
export async function compileWithIncludes(text: string, file: string, read: ReadFile): Promise<Program> {
	return (await compiledWithIncludes(text, file, read)).program;
}

/** With what was read of included files. */
async function compiledWithIncludes(text: string, file: string, read: ReadFile) {
	const known = new Map<string, string | undefined>();
	for (let n = 0; ; n++) {
		const wanted: string[] = [];
		const { program, diagnostics } = compileScenario(text, file, (path) => {
			if (!known.has(path)) wanted.push(path);
			return known.get(path);
		});
		if (wanted.length === 0 || n > MOST_INCLUDES) {
			if (!program) throw new ScenarioError(file, diagnostics);
			return { program, include: (path: string) => known.get(path) };
		}
		for (const path of wanted) known.set(path, await read(path));
	}
}

export async function openScenario(
	text: string,
	file: string,
	read: ReadFile,
	kernel?: KernelProfile,
	schedule?: Schedule,
): Promise<SimulatedSession> {
	const { program, include } = await compiledWithIncludes(text, file, read);
	const run = runScenario(program, {
		...(kernel ? { kernel: kernel.name } : {}),
		...(schedule ? { schedule } : {}),
	});
	return new SimulatedSession(run, text, kernel !== undefined, undefined, include);
}
