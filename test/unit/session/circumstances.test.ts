// What the circumstances of a CPU_ON without arguments and result speak for, and what they rule out: stock texts, some
// changed in the one thing that matters. Vacuous if the change did nothing: each differs from its neighbour.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { kernelNamed } from '../../../src/session/settings.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import { withoutProbes } from './stock-events.ts';

function stock(name: string): string {
	return readFileSync(new URL(`../../../examples/reports/${name}.trace.txt`, import.meta.url), 'utf8');
}

async function found(text: string, kernel?: string) {
	const trace = await openTrace(bytesInMemory('stock.txt', new TextEncoder().encode(text)));
	const session = await RecordedSession.open(trace, kernel === undefined ? undefined : kernelNamed(kernel));
	const [first] = (await findFindings(session)).roots;
	const { code, severity } = first ?? {};
	return { code, severity, among: (first?.possibilities ?? []).map((one) => one.code) };
}

const REFUSED = stock('02-mpidr-in-the-wrong-field');
/** the tick at 105 s as another CPU_ON: the guest went on after the 5 s that Linux waits */
const WAITED = REFUSED.replace(
	/(.*) (105\.\d+): kvm_exit: IRQ: .*PC: (0x0*40000004)\n/,
	(_, head, time, pc) =>
		`${head} ${time}: kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: ${pc}\n${head} ${time}: kvm_hvc_arm64: HVC at ${pc} (r0: 0x00000000c4000003, imm: 0x0)\n`,
);

/** of the scenario in which the VMM stops the machine right after the CPU_ON */
const STOPPED = stock('13-moved-before-the-first-run');

describe('a CPU_ON that started nobody', () => {
	it('may have been refused or forgotten, where nothing tells: each with what would', async () => {
		expect(await found(REFUSED)).toEqual({
			severity: 'error',
			code: 'PSCI-107',
			among: ['PSCI-101', 'PSCI-102', 'PSCI-105', 'PSCI-103', 'PSCI-501'],
		});
	});

	it('was not refused, where the guest waited as long as Linux waits', async () => {
		expect(WAITED).not.toBe(REFUSED);
		expect(await found(WAITED)).toMatchObject({ code: 'PSCI-103', among: ['PSCI-103', 'PSCI-501'] });
	});

	it('met no filter before 6.4, and lost no reset from 5.15 on', async () => {
		expect((await found(REFUSED, '6.1')).among).toEqual(['PSCI-101', 'PSCI-102', 'PSCI-103']);
		expect((await found(REFUSED, '7.2')).among).toEqual(['PSCI-101', 'PSCI-102', 'PSCI-105', 'PSCI-103']);
	});

	it('has no PSCI to call, where the guest asked for features and did not find SMCCC_VERSION', async () => {
		const without = stock('03b-template-clears-psci');
		expect((await found(without)).code).toBe('PSCI-301');
		expect((await found(without, '6.1')).code).toBe('PSCI-305');
		// The same with the call that shows that it is there.
		const feature = /^.*r0: 0x000000008400000a, imm: 0x0\)$/m;
		const has = without.replace(feature, (line) => `${line}\n${line.replace('8400000a', '80000000')}`);
		expect((await found(has)).code).toBe('PSCI-107');
	});

	it('was one of a machine that the VMM stopped: before 5.15 its reset may be lost, later nothing is wrong', async () => {
		expect(await found(STOPPED)).toMatchObject({ code: 'PSCI-501', severity: 'warning' });
		const later = await found(STOPPED, '7.2');
		expect(later).toMatchObject({ code: 'PSCI-107', severity: 'note' });
		expect(later.among[0]).toBeUndefined();
		// Stopped only long afterwards, as by a person who has waited: that says nothing of the call.
		const long = STOPPED.replace(/106\.000320: (kvm_userspace_exit)/, '166.000320: $1');
		expect(long).not.toBe(STOPPED);
		expect(await found(long, '7.2')).toMatchObject({ code: 'PSCI-107', severity: 'error' });
	});

	it('had a wrong MPIDR, where Linux boots on with the next CPU at once: a real recording, its probes taken out', async () => {
		const name = 'fail-wrong-mpidr.jsonl';
		const file = readFileSync(new URL(`../../data/traces/${name}.gz`, import.meta.url));
		const trace = await withoutProbes(await openTrace(bytesInMemory(name, gunzipSync(file))));
		const [root, ...others] = (await findFindings(await RecordedSession.open(trace))).roots;
		expect(others).toEqual([]);
		expect(root).toMatchObject({
			code: 'PSCI-101',
			certainty: 'possible',
			cause: expect.stringContaining('vCPU 2, which never ran, has 0x2'),
			prints: 'psci: failed to boot CPUn (-22)',
		});
	});

	it('says nothing of vCPUs that show no thread, where the recording began after them', async () => {
		const line = /^.*r0: 0x00000000c4000003.*$/m;
		const never = stock('07-secondary-never-runs');
		expect((await found(never)).code).toBe('PSCI-103');
		const calls = never.split('\n').filter((text) => /r0: 0x0000000084000000/.test(text));
		expect(calls).toHaveLength(1);
		// The same with the boot cut off, but for an exit that shows that exits are recorded.
		const [first = ''] = never.split('\n').filter((text) => text.includes('restart (4)'));
		const from = never.slice(0, line.exec(never)?.index).split('\n').length - 3;
		const middle = [first, ...never.split('\n').slice(from)].join('\n');
		expect(middle).not.toContain('r0: 0x0000000084000000');
		expect((await found(middle)).code).toBe('PSCI-107');
	});
});
