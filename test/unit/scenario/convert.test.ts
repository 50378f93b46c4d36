// Vectors of real kernels as scenarios and back, and every program as text and back. Vacuous if the comparison
// left something out: vectors are compared as a whole, and texts by what the compiled program does.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MP_STATE_NAMES } from '../../../src/kvm/index.ts';
import { parseScenario } from '../../../src/kvm/vector.ts';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { printProgram } from '../../../src/scenario/print.ts';
import type { Program } from '../../../src/scenario/program.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import { programOfVector, vectorOfRun } from '../../../src/scenario/vector.ts';

function lines(kernel: string): string[] {
	const file = new URL(`../../data/vectors/${kernel}.jsonl.gz`, import.meta.url);
	return gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
}

/** A state may stand as its name or its number (FORMAT); both mean the same. */
function vectorOf(line: string): unknown {
	return JSON.parse(line, (key, value: unknown) =>
		key === 'state' && typeof value === 'number' ? (MP_STATE_NAMES[value] ?? value) : value,
	);
}

function compiled(program: Program): Program {
	const text = printProgram(program);
	const made = compileScenario(text, program.file, () => undefined);
	const errors = made.diagnostics.filter((d) => d.severity === 'error');
	const wrong = errors.map((d) => `${d.message}: ${text.split('\n')[d.place.line - 1]}`);
	expect(wrong).toEqual([]);
	if (!made.program) throw new Error('no program');
	return made.program;
}

describe.each(['5.10', '6.1', '6.12', '7.2'])('vectors of %s', (kernel) => {
	it('are scenarios that come out as the real kernel did, and give the vector back', () => {
		let expectations = 0;
		for (const line of lines(kernel).filter((_, n) => n % 4 === 1)) {
			const vector = parseScenario(line);
			const run = runScenario(programOfVector(vector));
			const failed = run.outcomes.filter((o) => !o.met);
			expect({ id: vector.id, failed }).toEqual({ id: vector.id, failed: [] });
			expectations += run.outcomes.length;
			expect(vectorOf(vectorOfRun(run, vector.id, vector.kernel))).toEqual(vectorOf(line));
		}
		expect(expectations).toBeGreaterThan(1_000);
	});
});

it('vectors survive being written as text', () => {
	let operations = 0;
	for (const line of lines('7.2').filter((_, n) => n % 4 === 0)) {
		const vector = parseScenario(line);
		const run = runScenario(compiled(programOfVector(vector)));
		expect(run.outcomes.filter((o) => !o.met)).toEqual([]);
		expect(vectorOf(vectorOfRun(run, vector.id, vector.kernel))).toEqual(vectorOf(line));
		operations += run.steps.length;
	}
	expect(operations).toBeGreaterThan(1_000);
});

it('a vector that names vCPUs which do not exist says so as text, and survives it', () => {
	const missing = [
		{ op: 'get_reg', vcpu: 3, reg: 'PC' },
		{ op: 'set_reg', vcpu: 3, reg: 'PC', value: '0x40000400' },
		{ op: 'list_fw_regs', vcpu: 3 },
		{ op: 'get_mp_state', vcpu: 3 },
		{ op: 'set_mp_state', vcpu: 3, state: 'STOPPED' },
		{ op: 'vcpu_init', vcpu: 3, features: ['PSCI_0_2'] },
		{ op: 'irq', vcpu: 3, level: 1, line: 'irq' },
		{ op: 'call', vcpu: 3, isa: 'a64', conduit: 'hvc', imm: 0, x: ['0x84000000'] },
		{ op: 'run', vcpu: 3 },
		{ op: 'run_immediate', vcpu: 3 },
	];
	const line = JSON.stringify({
		id: 'absent',
		kernel: '7.2.13',
		ops: missing.map((op) => ({ op, got: { r: 'no such vcpu' }, vcpus: [] })),
	});
	const vector = parseScenario(line);
	const run = runScenario(compiled(programOfVector(vector)));
	expect(run.outcomes.map(({ met }) => met)).toEqual(missing.map(() => true));
	expect(vectorOf(vectorOfRun(run, vector.id, vector.kernel))).toEqual(vectorOf(line));
});
