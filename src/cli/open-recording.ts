// A recording for a command of the terminal: opened, or refused in words that name the file.

import { addConsoles } from '../session/consoles/open-consoles.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { openTrace } from '../trace/open.ts';
import type { Trace, TraceProblem } from '../trace/trace.ts';
import { TraceError } from '../trace/trace-error.ts';
import { nodeFiles } from './node-files.ts';

/** The recording, with consoles among its events where some are given; a string says why there is none. */
export async function openRecording(file: string, consoles: readonly string[] = []): Promise<Trace | string> {
	const opened: ByteSource[] = [];
	const open = async (name: string) => {
		const source = await nodeFiles.open(name).catch((error: unknown) => {
			throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
		});
		opened.push(source);
		return source;
	};
	try {
		const trace = await openTrace(await open(file));
		const beside: ByteSource[] = [];
		for (const name of consoles) {
			beside.push(await open(name));
		}
		return await addConsoles(trace, beside);
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	} finally {
		await Promise.all(opened.map((source) => source.close?.()));
	}
}

/** Why the file cannot be read. */
export function whyNot(file: string, error: unknown): string {
	const why = error instanceof Error ? error.message : String(error);
	return error instanceof TraceError ? why : `${file}: ${why}`;
}

/** The number of a machine as an option gives it; a string says what was expected. */
export function vmOption(text: string | undefined): number | string {
	return /^\d{1,5}$/.test(text ?? '') ? Number(text) : '--vm needs the number of a machine, from 0';
}

/** Why there is no machine of that number; undefined where there is one. */
export function noSuchVm({ vms }: Trace, vm: number | undefined): string | undefined {
	if (vm === undefined || vm < vms.length) {
		return undefined;
	}
	const each = vms.map(({ vcpus }, index) => `${index} with vCPUs ${vcpus.join(', ') || '(none)'}`);
	return `no machine ${vm}; ${each.length === 0 ? 'the recording names none' : `there are ${each.join('; ')}`}`;
}

/** Says what of the file could not be read; the exit status: 1 where the file ends inside an event. */
export function reportProblems(command: string, { name, problems }: Trace): number {
	for (const problem of problems) {
		console.error(`psci-trace ${command}: ${name}${placeOf(problem)}: ${said(problem)}`);
	}
	return problems.some(({ truncated }) => truncated === true) ? 1 : 0;
}

function placeOf({ line, offset }: TraceProblem): string {
	return line === undefined ? `, byte ${offset}` : `, line ${line}`;
}

function said({ found, expected }: TraceProblem): string {
	return `found ${found}. Expected ${expected}.`;
}
