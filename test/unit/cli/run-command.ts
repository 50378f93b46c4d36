// Commands of `psci-trace` as functions: what they print and say, and how they end.

import { vi } from 'vitest';
import type { Command } from '../../../src/cli/command.ts';

export interface Ran {
	readonly status: number;
	/** on standard output */
	readonly lines: readonly string[];
	/** on standard error */
	readonly complaints: readonly string[];
}

export async function runCommand(command: Command, ...args: string[]): Promise<Ran> {
	const lines: string[] = [];
	const complaints: string[] = [];
	const spy = vi.spyOn(console, 'error').mockImplementation((text: unknown) => complaints.push(String(text)));
	try {
		return { status: await command(args, (line) => lines.push(line)), lines, complaints };
	} finally {
		spy.mockRestore();
	}
}
