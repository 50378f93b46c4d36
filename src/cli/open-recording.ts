// A recording for a command of the terminal: opened, or refused in words that name the file.

import { addConsoles } from '../session/consoles/open-consoles.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { openTrace } from '../trace/open.ts';
import type { Trace, TraceProblem } from '../trace/trace.ts';
import { WrongCall } from './command.ts';
import { nodeFiles } from './node-files.ts';

/** The recording, with consoles among its events where some are given. Throws why there is none. */
export async function openRecording(file: string, consoles: readonly string[] = []): Promise<Trace> {
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
		for (const name of consoles) beside.push(await open(name));
		return await addConsoles(trace, beside);
	} finally {
		await Promise.all(opened.map((source) => source.close?.()));
	}
}

/** The number of a machine as an option gives it. */
export function vmGiven(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (!/^\d{1,5}$/.test(text)) throw new WrongCall('--vm needs the number of a machine, from 0');
	return Number(text);
}

/** Throws where there is no machine of that number. */
export function checkVm({ vms }: Trace, vm: number | undefined): void {
	if (vm === undefined || vm < vms.length) return;
	const each = vms.map(({ vcpus }, index) => `${index} with vCPUs ${vcpus.join(', ') || '(none)'}`);
	throw new Error(
		`no machine ${vm}; ${each.length === 0 ? 'the recording names none' : `there are ${each.join('; ')}`}`,
	);
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
