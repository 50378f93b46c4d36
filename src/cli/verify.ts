// `psci-trace verify FILE…`: replays recorded vectors on the model and prints each mismatch.

import type { Decision } from '../kvm/decision.ts';
import { profileForRelease } from '../kvm/profiles.ts';
import { type Mismatch, replay } from '../kvm/replay.ts';
import { parseScenario } from '../kvm/vector.ts';
import { command, type Write } from './command.ts';
import { vectorLines } from './export-vector.ts';
import { readOptions } from './options.ts';

/**
 * Replays vector files, plain or gzip, each line on the kernel that it names. Writes a block per mismatch
 * and a closing line `N passed, M failed`, counted in operations. The exit status: 1 if any failed.
 */
export const verify = command('verify FILE…', async (args, write) => {
	const { words: files } = readOptions(args, { words: 1, optional: Number.POSITIVE_INFINITY });
	let passed = 0;
	let failed = 0;
	for (const file of files) {
		const counts = await verifyFile(file, write);
		passed += counts.passed;
		failed += counts.failed;
	}
	write(`${passed} passed, ${failed} failed`);
	return failed > 0 ? 1 : 0;
});

async function verifyFile(file: string, write: Write): Promise<{ passed: number; failed: number }> {
	let passed = 0;
	let failed = 0;
	const lines = await vectorLines(file);
	for (const [n, line] of lines.entries()) {
		if (line.trim() === '') continue;
		try {
			const scenario = parseScenario(line);
			const profile = profileForRelease(scenario.kernel);
			if (!profile) throw new SyntaxError(`no profile for kernel ${scenario.kernel}`);
			const mismatches = replay(scenario, profile);
			const wrong = new Set(mismatches.map((mismatch) => mismatch.step)).size;
			passed += scenario.steps.length - wrong;
			failed += wrong;
			writeMismatches(mismatches, scenario.kernel, write);
		} catch (error) {
			failed++;
			write(`${file}:${n + 1}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return { passed, failed };
}

/** One line per field; after the last field of an operation, the operation and the decisions behind it. */
function writeMismatches(mismatches: readonly Mismatch[], kernel: string, write: Write): void {
	mismatches.forEach(({ scenario, step, operation, field, expected, got, decisions }, n) => {
		write(`${scenario} on ${kernel}, operation ${step}: ${field}: expected ${expected}, got ${got}`);
		if (mismatches[n + 1]?.step === step) return;
		write(`    ${operationText(operation)}`);
		for (const decision of decisions) write(`    ${decisionText(decision)}`);
	});
}

function operationText(operation: object): string {
	return JSON.stringify(operation, (_key, value: unknown) =>
		typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
	);
}

function decisionText({ rule, vcpu, looked, outcome }: Decision): string {
	const values = looked.map(
		({ name, value }) => `${name}=${typeof value === 'bigint' ? `0x${value.toString(16)}` : value}`,
	);
	const who = vcpu === undefined ? 'vm' : `vcpu ${vcpu}`;
	return `${who}: ${rule}: ${outcome}${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
}
