// The scenarios of examples/ in the matrix of kernels. Vacuous if a scenario expected nothing, or if "lacks" were
// taken from its own word alone: which kernels lack what is told here by the behaviours of their profiles, and that
// a scenario fails there is seen.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type KernelProfile, PROFILES } from '../../../src/kvm/index.ts';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import type { Program } from '../../../src/scenario/program.ts';
import { runScenario } from '../../../src/scenario/run.ts';

const folder = new URL('../../../examples/scenarios/', import.meta.url);
const files = readdirSync(folder, { recursive: true })
	.map(String)
	.filter((name) => name.endsWith('.psci'))
	.sort();

function programIn(file: string): Program {
	const text = readFileSync(new URL(file, folder), 'utf8');
	const { program, diagnostics } = compileScenario(text, file, () => undefined);
	expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
	if (!program) throw new Error(file);
	return program;
}

type Has = (profile: KernelProfile) => boolean;
const has02: Has = ({ behaviours }) => behaviours.psciVersions.length > 1;
const hasFilter: Has = ({ behaviours }) => behaviours.smcccFilter;
const hasSuspend: Has = ({ behaviours }) => behaviours.systemSuspend === 'capability';
const hasOff2: Has = ({ behaviours }) => behaviours.systemOff2 === 'version';

/** What a scenario needs of a kernel, where it is not PSCI 0.2 alone. */
const NEEDS: Readonly<Record<string, Has>> = {
	'psci-0.1.psci': () => true,
	'conformance/no-vcpu.psci': () => true,
	// Without the version register a kernel shows its newest version only.
	'psci-0.2.psci': ({ behaviours }) =>
		has02({ behaviours } as KernelProfile) &&
		(behaviours.firmwareRegisters > 0 || behaviours.psciVersions.at(-1) === 2n),
	'power-off-or-hibernate.psci': hasOff2,
	'conformance/system-off2.psci': hasOff2,
	'system-suspend.psci': hasSuspend,
	'system-suspend-denied.psci': hasSuspend,
	'conformance/system-suspend.psci': hasSuspend,
	'reset.psci': ({ behaviours }) => behaviours.systemReset2 === 'flagged',
	'smccc-filter.psci': hasFilter,
	'conformance/filter-refuses.psci': hasFilter,
	'conformance/filter-denies-and-forwards.psci': hasFilter,
	'conformance/filter-closes.psci': hasFilter,
	'conformance/bitmaps.psci': ({ behaviours }) => behaviours.bitmaps.STD_BMAP !== undefined,
	'conformance/features.psci': ({ behaviours }) => behaviours.psciVersions.includes(0x10000n),
};

describe.each(files)('%s', (file) => {
	it('passes on every kernel that has what it needs, and fails on every other', () => {
		const program = programIn(file);
		const has = NEEDS[file] ?? has02;
		for (const profile of PROFILES) {
			const run = runScenario(program, { kernel: profile.name });
			const passes = run.ended === 'finished' && run.outcomes.every(({ met }) => met);
			expect({ kernel: profile.name, passes }).toEqual({ kernel: profile.name, passes: has(profile) });
			expect(run).toMatchObject({ green: true, mustFail: !has(profile) });
			if (file !== 'race-for-a-third.psci') expect(run.outcomes.length).toBeGreaterThan(0);
		}
	});
});

it('all eight walkthroughs and all conformance cases are among them', () => {
	expect(files.filter((name) => name.startsWith('conformance/')).length).toBe(16);
	expect(files.length).toBeGreaterThanOrEqual(28);
});
