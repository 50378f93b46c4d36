// What a user without probes gets: the recordings read with the probes' events taken out, and everything that is
// inferred compared with what the probes had recorded. Vacuous if nothing were inferred: the shares are demanded.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MP_STATE } from '../../../src/kvm/index.ts';
import { callText, recordedCall, resultText } from '../../../src/session/recorded-call.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { vcpuOf } from '../../../src/session/state.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { readConsole } from '../../../src/trace/console/read-console.ts';
import { openSample, openText, sampleBytes } from '../trace/samples.ts';
import { openText as openSession } from './example.ts';
import { compareWithProbes, type Share } from './stock-events.ts';

const share = (sure: number, probablyRight: number, probablyWrong: number, open: number): Share => ({
	sure,
	probablyRight,
	probablyWrong,
	open,
});

/** Of each recording: its calls; of their results and of their arguments what could be inferred. */
const SHARES: readonly (readonly [file: string, calls: number, results: Share, args: Share])[] = [
	['scenarios-5.10.223.dat', 170, share(37, 30, 7, 96), share(0, 0, 0, 254)],
	['scenarios-6.1.176.dat', 160, share(31, 29, 7, 93), share(0, 0, 0, 241)],
	['scenarios-6.12.107.dat', 160, share(33, 27, 8, 92), share(0, 0, 0, 234)],
	['scenarios-7.2.13.dat', 160, share(31, 28, 9, 92), share(0, 0, 0, 234)],
	['psci_test.dat', 11, share(3, 2, 0, 6), share(0, 0, 0, 19)],
	['smccc_filter.txt', 2, share(1, 0, 1, 0), share(0, 0, 0, 0)],
	['guest-reboot.report.txt', 71, share(6, 11, 0, 54), share(0, 7, 0, 63)],
	['guest-hibernate.dat', 66, share(5, 11, 0, 50), share(3, 3, 0, 59)],
	['hotplug-named.jsonl.gz', 57, share(4, 10, 0, 43), share(2, 3, 0, 48)],
	['fail-wrong-mpidr.jsonl.gz', 49, share(3, 6, 0, 40), share(2, 2, 0, 40)],
	['linux-guest-hibernate-resume.dat', 70, share(5, 11, 0, 54), share(3, 3, 0, 61)],
];

function open(name: string) {
	if (name.startsWith('linux-guest'))
		return openText(
			new Uint8Array(readFileSync(new URL(`../../../examples/${name}`, import.meta.url))),
			name,
		);
	return openText(sampleBytes(name), name);
}

describe.each(SHARES)('%s without its probes', (name, calls, results, args) => {
	it('has nothing wrong among what is sure, and the truth among what is not', async () => {
		const compared = await compareWithProbes(await open(name));
		expect(compared.wrong).toEqual([]);
		expect(compared).toMatchObject({ calls, results, arguments: args });
	});
});

it('is told in docs/inference.md, number by number', () => {
	const page = readFileSync(new URL('../../../docs/inference.md', import.meta.url), 'utf8');
	const cells = ({ sure, probablyRight, probablyWrong, open: rest }: Share) =>
		[sure, probablyRight, probablyWrong, rest].join(' | ');
	for (const [file, calls, results, args] of SHARES)
		expect(page).toContain(`| \`${file}\` | ${calls} | ${cells(results)} | ${cells(args)} |`);
});

describe('a guest whose CPUs go off and on, recorded with the stock events alone', () => {
	const opened = openSample('hotplug-stock.jsonl.gz').then((trace) => RecordedSession.open(trace));
	const texts = async (name: string) => {
		const session = await opened;
		return Array.from({ length: session.calls.length }, (_, index) => recordedCall(session, index)).flatMap(
			(call) =>
				call?.call?.name === name ? [{ call, text: `${callText(call)} => ${resultText(call)}` }] : [],
		);
	};

	it('shows which vCPU each CPU_ON started and where, as the console has it: 1, 2, 3, then 3 and 1 again', async () => {
		const ons = await texts('CPU_ON');
		expect(ons.map(({ text }) => text)).toEqual(
			[1, 2, 3, 3, 1].map(
				(cpu) =>
					`CPU_ON target_cpu=0x${cpu} entry_point_address=0x426ff5b0 context_id=? (inferred) => SUCCESS (0) (inferred)`,
			),
		);
		const said = await readConsole(bytesInMemory('console', sampleBytes('hotplug-stock.console.txt')));
		const booted = said.flatMap(({ statement }) => (statement.says === 'cpu-booted' ? [statement.cpu] : []));
		expect(ons.map(({ call }) => Number(call.inferred?.arguments[0]?.value))).toEqual(booted);
	});

	it('keeps what is inferred apart from what was recorded', async () => {
		const [first] = await texts('CPU_ON');
		expect(first?.call.call?.arguments.map(({ value }) => value)).toEqual([undefined, undefined, undefined]);
		expect(first?.call.result).toBeUndefined();
		expect(first?.call.inferred?.result).toMatchObject({
			provenance: 'inferred',
			sure: true,
			candidates: [{ value: 0n }],
		});
	});

	it('knows that a CPU_OFF did not return, and that a reset went to the VMM', async () => {
		expect((await texts('CPU_OFF')).map(({ text }) => text)).toEqual(
			Array(2).fill('CPU_OFF => SUCCESS (0), which the guest never sees (inferred)'),
		);
		expect((await texts('SYSTEM_RESET')).map(({ text }) => text)).toEqual([
			'SYSTEM_RESET => exits to the VMM (inferred)',
		]);
	});

	it('says of an answer that depends on settings what it probably was, and which others there are', async () => {
		const [version] = await texts('PSCI_VERSION');
		expect(version?.text).toBe('PSCI_VERSION => probably 1.3 (modelled)');
		expect(version?.call.inferred?.result?.candidates.map(({ text }) => text)).toEqual([
			'1.3',
			'NOT_SUPPORTED (-1)',
			'1.2',
			'1.1',
			'1.0',
			'0.2',
		]);
		const [smccc] = await texts('SMCCC_VERSION');
		expect(smccc?.text).toBe('SMCCC_VERSION => 1.1 (modelled)');
	});

	it('follows the states: unknown until shown, STOPPED by CPU_OFF, RUNNABLE by the CPU_ON, STOPPED at the reset', async () => {
		const session = await opened;
		const at = (row: number) => {
			const state = vcpuOf(session.stateAt(row), 0, 3);
			return { mp: state?.mpState?.value, by: state?.mpState?.provenance, owed: state?.resetState?.value };
		};
		const sites = async (name: string) => (await texts(name)).map(({ call }) => call.rows.site);
		const [, , first = 0, second = 0] = await sites('CPU_ON');
		const [, off = 0] = await sites('CPU_OFF');
		const unknown = { mp: undefined, by: undefined, owed: undefined };
		expect(at(0)).toEqual(unknown);
		expect(at(first)).toEqual(unknown);
		const owed = { reset: true, pc: 0x426ff5b0n, r0: undefined, be: undefined };
		expect(at(first + 1)).toEqual({ mp: MP_STATE.RUNNABLE, by: 'inferred', owed });
		expect(at(off).mp).toBe(MP_STATE.RUNNABLE);
		expect(at(off + 1)).toMatchObject({ mp: MP_STATE.STOPPED, by: 'inferred' });
		expect(at(second).mp).toBe(MP_STATE.STOPPED);
		expect(at(second + 1)).toEqual({ mp: MP_STATE.RUNNABLE, by: 'inferred', owed });
		expect(at(session.length).mp).toBe(MP_STATE.STOPPED);
		const exit = session.stateAt(session.length).vms[0]?.lastExit;
		expect(exit).toMatchObject({ vcpu: 0, type: { value: 2, provenance: 'inferred' } });
	});

	it('steps into a CPU_ON whose target is inferred', async () => {
		const session = await opened;
		const [, , , again] = await texts('CPU_ON');
		const model = session.modelled(again?.call.index ?? -1);
		expect(model?.x0).toBe(0n);
		expect(model?.assumed.join()).toContain('x1 0x3, which was not recorded but is inferred');
		expect(model?.decisions.length).toBeGreaterThan(3);
	});
});

// ---- Small recordings, made up line by line.

let time = 0;
const line = (vcpu: number, event: string) =>
	` CPU ${vcpu}/KVM-${100 + vcpu} [00${vcpu}] ..... 1.${String(++time).padStart(6, '0')}: ${event}\n`;
const hvc = (vcpu: number, id: string, pc = '40000004') =>
	line(vcpu, `kvm_exit: TRAP: HSR_EC: 0x0016 (HVC64), PC: 0x${pc}`) +
	line(vcpu, `kvm_hvc_arm64: HVC at 0x${pc} (r0: 0x${id}, imm: 0x0)`);
const entry = (vcpu: number, pc = '40000004') => line(vcpu, `kvm_entry: PC: 0x${pc}`);
const exitTo = (vcpu: number, reason: string) => line(vcpu, `kvm_userspace_exit: reason ${reason}`);
const wakeup = (vcpu: number) => line(vcpu, 'kvm_vcpu_wakeup: wait time 1000 ns, polling valid');
/** A recording of entries, exits and wake-ups, then `text`. */
const session = async (text: string) => {
	const begin = ' CPU 0/KVM-100 [000] ..... 0.000001: kvm_entry: PC: 0x40000000\n';
	const seen = ' CPU 0/KVM-100 [000] ..... 0.000002: kvm_userspace_exit: reason KVM_EXIT_MMIO (6)\n';
	const slept = ' CPU 0/KVM-100 [000] ..... 0.000003: kvm_vcpu_wakeup: wait time 1000 ns, polling valid\n';
	const made = await openSession(`# tracer: nop\n# Linux 7.2.13 aarch64\n${begin}${seen}${slept}${text}`);
	return (index: number) => {
		const call = recordedCall(made, index);
		if (!call) throw new Error(`no call ${index}`);
		return { ...call, text: `${callText(call)} => ${resultText(call)}` };
	};
};
const ON = 'c4000003';
const OFF = '84000002';

describe('who started a vCPU', () => {
	it('is uncertain with two CPU_ONs in flight, and each has both candidates', async () => {
		const call = await session(
			entry(1, '40000000') +
				hvc(0, ON) +
				hvc(1, ON) +
				entry(0) +
				entry(1) +
				entry(2, '8000') +
				entry(3, '8000'),
		);
		for (const index of [0, 1]) {
			expect(call(index).inferred?.targets.toSorted()).toEqual([2, 3]);
			expect(call(index).inferred?.arguments.every(({ sure }) => !sure)).toBe(true);
			expect(call(index).inferred?.result?.sure).toBe(false);
			expect(call(index).text).toMatch(/\(inferred, uncertain\) => probably SUCCESS/);
		}
	});

	it('is sure where each vCPU starts before the next CPU_ON', async () => {
		const call = await session(
			hvc(0, ON) + entry(0) + entry(1, '8000') + hvc(0, ON) + entry(0) + entry(2, '9000'),
		);
		expect(call(0).text).toMatch(/^CPU_ON target_cpu=0x1 entry_point_address=0x8000 .* => SUCCESS/);
		expect(call(1).text).toMatch(/^CPU_ON target_cpu=0x2 entry_point_address=0x9000 .* => SUCCESS/);
	});

	it('is not the vCPU that was in the guest when the recording began', async () => {
		const running = line(1, 'kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0x1234');
		const call = await session(hvc(0, ON) + entry(0) + running + entry(1, '1234'));
		expect(call(0).rows.started).toBe(-1);
		expect(call(0).inferred?.result?.sure).toBe(false);
	});

	it('is no longer sure after a gap', async () => {
		const lost = 'CPU:0 [LOST 7 EVENTS]\n';
		const call = await session(lost + hvc(0, ON) + entry(0) + entry(1, '8000'));
		expect(call(0).inferred?.result).toMatchObject({ sure: false, likely: { value: 0n } });
	});

	it('is nobody when the VMM starts the first vCPU anew after a reset', async () => {
		const call = await session(
			hvc(1, ON) +
				entry(1) +
				hvc(0, '84000009') +
				exitTo(0, 'KVM_EXIT_SYSTEM_EVENT (24)') +
				entry(0, '0') +
				hvc(0, ON) +
				entry(0) +
				entry(1, '8000'),
		);
		expect(call(0).rows.started).toBe(-1);
		expect(call(1).text).toBe('SYSTEM_RESET => exits to the VMM (inferred)');
		expect(call(2).text).toMatch(/^CPU_ON target_cpu=0x1 .* => SUCCESS/);
	});
});

describe('the result', () => {
	it('of a CPU_OFF that goes on in its guest is NOT_SUPPORTED: KVM has no other refusal', async () => {
		const call = await session(hvc(0, OFF) + entry(0));
		expect(call(0).text).toBe('CPU_OFF => NOT_SUPPORTED (-1) (inferred)');
	});

	it('of a CPU_SUSPEND that slept is SUCCESS, and of one that did not a refusal', async () => {
		const slept = await session(hvc(0, 'c4000001') + wakeup(0) + entry(0));
		expect(slept(0).text).toMatch(/ => SUCCESS \(0\) \(inferred\)$/);
		const refused = await session(hvc(0, 'c4000001') + entry(0));
		expect(refused(0).text).toMatch(/ => NOT_SUPPORTED \(-1\) \(inferred\)$/);
	});

	it('of a SYSTEM_RESET2 that goes on is one of two', async () => {
		const call = await session(hvc(0, 'c4000012') + entry(0));
		expect(call(0).inferred?.result?.candidates.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['INVALID_PARAMETERS', 'NOT_SUPPORTED']),
		);
		expect(call(0).inferred?.result?.sure).toBe(false);
	});

	it('of a call after which events are lost, or nothing comes, is not made up', async () => {
		const lost = await session(`${hvc(0, OFF)}CPU:0 [LOST 7 EVENTS]\n${entry(0, '8000')}`);
		expect(lost(0).inferred?.result?.sure).toBe(false);
		const cut = await session(hvc(0, OFF));
		expect(cut(0).inferred?.result?.sure).toBe(false);
	});

	it('of a number that no one knows is NOT_SUPPORTED whatever comes with it', async () => {
		const call = await session(hvc(0, '8400ffff') + entry(0));
		expect(call(0).text).toMatch(/ => NOT_SUPPORTED \(-1\) \(modelled\)$/);
	});
});
