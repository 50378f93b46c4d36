// Where the settings of a machine come from. Vacuous if a default looked like a finding: each names its origin.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { profileNamed } from '../../../src/kvm/index.ts';
import { recordedCall, resultText } from '../../../src/session/recorded-call.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { type ConfiguredMachine, machineSettings, psciVersionNamed } from '../../../src/session/settings.ts';
import { openText, sampleBytes } from '../trace/samples.ts';

const example = async (name: string, configured: ConfiguredMachine = {}) => {
	const bytes = new Uint8Array(readFileSync(new URL(`../../../examples/${name}`, import.meta.url)));
	return RecordedSession.open(await openText(bytes, name), profileNamed('7.2'), undefined, configured);
};
const vmOf = (session: RecordedSession) => session.stateAt(0).vms[0]?.vm ?? -1;

describe('settings', () => {
	it('are read from answers to PSCI_VERSION, and from a SYSTEM_SUSPEND that reaches the VMM', async () => {
		const session = await example('scenario-system-suspend-honoured.trace.txt');
		const { capabilities } = machineSettings(session, vmOf(session));
		expect(capabilities).toMatchObject({ value: ['ARM_SYSTEM_SUSPEND'], origin: 'recorded' });
		expect(session.trace.events.detail(capabilities.row ?? -1).kind).toBe('kvm_userspace_exit');

		const guest = await example('linux-guest-hotplug-reboot.report.txt');
		const { psciVersion } = machineSettings(guest, vmOf(guest));
		expect(psciVersion).toMatchObject({
			value: 0x10003,
			origin: 'recorded',
			why: 'the answer to PSCI_VERSION',
		});
		expect(guest.trace.events.detail(psciVersion.row ?? -1).kind).toBe('ret');
	});

	it('are defaults, with the reason, where nothing shows them', async () => {
		const session = await example('scenario-system-suspend-denied.trace.txt');
		const { psciVersion } = machineSettings(session, vmOf(session));
		expect(psciVersion).toMatchObject({ value: 0x10003, origin: 'default' });
		expect(psciVersion.why).toMatch(/the newest that Linux 7\.2 has/);
	});

	it('of the launch configuration come before what the trace shows', async () => {
		const session = await example('linux-guest-hotplug-reboot.report.txt', {
			psciVersion: 0x10001,
			capabilities: [],
		});
		expect(machineSettings(session, vmOf(session))).toMatchObject({
			psciVersion: { value: 0x10001, origin: 'launch configuration' },
			capabilities: { value: [], origin: 'launch configuration' },
		});
	});

	it('narrow what a call without a recorded result can have given', async () => {
		const trace = await openText(sampleBytes('hotplug-stock.jsonl.gz'));
		const candidates = async (configured: ConfiguredMachine) => {
			const call = recordedCall(await RecordedSession.open(trace, undefined, undefined, configured), 0);
			return [call && resultText(call), call?.inferred?.result?.candidates.map(({ text }) => text)];
		};
		expect(await candidates({})).toEqual([
			'probably 1.3 (modelled)',
			['1.3', 'NOT_SUPPORTED (-1)', '1.2', '1.1', '1.0', '0.2'],
		]);
		expect(await candidates({ psciVersion: 0x10001 })).toEqual([
			'probably 1.1 (modelled)',
			['1.1', 'NOT_SUPPORTED (-1)'],
		]);
	});
});

it.each([
	['0.1', 1],
	['1.3', 0x10003],
	['2.0', undefined],
	['1.30', undefined],
	['', undefined],
])('version %j is %s', (text, version) => {
	expect(psciVersionNamed(text)).toBe(version);
});
