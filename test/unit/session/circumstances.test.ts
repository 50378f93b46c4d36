// What the circumstances of a CPU_ON without arguments and result speak for, and what they rule out: stock texts, some
// changed in the one thing that matters. Vacuous if the change did nothing: each differs from its neighbour.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findFindings } from '../../../src/session/findings/find.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { kernelNamed } from '../../../src/session/settings.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';

function stock(name: string): string {
	return readFileSync(new URL(`../../../examples/reports/${name}.trace.txt`, import.meta.url), 'utf8');
}

async function found(text: string, kernel?: string) {
	const trace = await openTrace(bytesInMemory('stock.txt', new TextEncoder().encode(text)));
	const session = await RecordedSession.open(trace, kernel === undefined ? undefined : kernelNamed(kernel));
	const [first] = (await findFindings(session)).roots;
	return { code: first?.code, among: (first?.possibilities ?? []).map(({ code }) => code) };
}

const REFUSED = stock('02-mpidr-in-the-wrong-field');
/** the tick at 105 s as another CPU_ON: the guest went on after the 5 s that Linux waits */
const WAITED = REFUSED.replace(
	/(.*) (105\.\d+): kvm_exit: IRQ: .*PC: (0x0*40000004)\n/,
	(_, head, time, pc) =>
		`${head} ${time}: kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: ${pc}\n${head} ${time}: kvm_hvc_arm64: HVC at ${pc} (r0: 0x00000000c4000003, imm: 0x0)\n`,
);

describe('a CPU_ON that started nobody', () => {
	it('may have been refused or forgotten, where nothing tells: each with what would', async () => {
		expect(await found(REFUSED)).toEqual({
			code: 'PSCI-107',
			among: ['PSCI-101', 'PSCI-102', 'PSCI-105', 'PSCI-103', 'PSCI-501'],
		});
	});

	it('was not refused, where the guest waited as long as Linux waits', async () => {
		expect(WAITED).not.toBe(REFUSED);
		expect(await found(WAITED)).toEqual({ code: 'PSCI-103', among: ['PSCI-103', 'PSCI-501'] });
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
});
