// What each event does to the machine, on small recordings in the kernel's own words. Vacuous if the lines
// were not recognised: every test reads a value that only its events can have written.

import { describe, expect, it } from 'vitest';
import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { type VcpuState, vcpuOf } from '../../../src/session/state.ts';
import { openText } from './example.ts';

const KVM = 'kvm=0xfff0000005df2000';
/** One line of a `trace` file, by the thread of vCPU `thread`; `open` puts the times in. */
const line = (thread: number, event: string) =>
	`       CPU ${thread}/KVM-${100 + thread}     [000] d....    @time: ${event}\n`;
const at = '(kvm_smccc_call_handler+0x0/0x440)';
const hvc = (t: number, id: string) =>
	line(t, `kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x${id.padStart(16, '0')}, imm: 0x0)`);
const call = (t: number, ...x: string[]) =>
	line(
		t,
		`call: ${at} ${KVM} vcpu=${t} pc=0x40000004 ${[0, 1, 2, 3].map((n) => `x${n}=0x${x[n] ?? '0'}`).join(' ')}`,
	);
const ret = (t: number, goesOn: number, x0: string) =>
	line(
		t,
		`ret: (handle_hvc+0x3c/0x1d8 <- kvm_smccc_call_handler) ret=${goesOn} ${KVM} vcpu=${t} x0=0x${x0} x1=0x0 x2=0x0 x3=0x0`,
	);
const cpuOn = (t: number) => line(t, `cpu_on: (kvm_psci_vcpu_on+0x0/0x1) ${KVM} vcpu=${t}`);
const cpuOnRet = (t: number, code: number) =>
	line(t, `cpu_on_ret: (a+0x1/0x2 <- kvm_psci_vcpu_on) ret=${code}`);
const reset = (t: number, v: number, pending: number, pc = '0') =>
	line(t, `reset: (kvm_reset_vcpu+0x0/0x378) ${KVM} vcpu=${v} pending=${pending} pc=0x${pc} r0=0x7 be=0`);
const setMpState = (v: number, state: number) =>
	line(v, `set_mp_state: (kvm_arch_vcpu_ioctl_set_mpstate+0x0/0x100) ${KVM} vcpu=${v} state=${state}`);
const entry = (t: number) => line(t, 'kvm_entry: PC: 0x0000000040000000');

const start = () => setMpState(0, 0) + setMpState(1, 5) + entry(0);
const open = (text: string) => {
	let time = 0;
	return openText(
		`# tracer: nop\n#\n${text.replaceAll('@time', () => `10.${String(++time).padStart(6, '0')}`)}`,
	);
};

function vcpu(session: RecordedSession, id: number, row = session.length): VcpuState {
	const found = vcpuOf(session.stateAt(row), 0, id);
	if (!found) throw new Error(`no vCPU ${id}`);
	return found;
}

describe('CPU_ON', () => {
	const asked = hvc(0, 'c4000003') + call(0, 'c4000003', '1', '40080000', 'abc') + cpuOn(0);

	it('that succeeds leaves the target RUNNABLE with a reset owed and KVM_REQ_VCPU_RESET pending', async () => {
		const target = vcpu(await open(start() + asked + cpuOnRet(0, 0) + ret(0, 1, '0')), 1);
		expect(target.mpState).toMatchObject({ value: 0, provenance: 'inferred' });
		expect(target.resetState?.value).toMatchObject({ reset: true, pc: 0x40080000n, r0: 0xabcn });
		expect(target.requests.map((r) => r.name)).toEqual(['KVM_REQ_SLEEP', 'KVM_REQ_VCPU_RESET']);
	});

	it('that fails leaves the target alone', async () => {
		const target = vcpu(await open(start() + asked + cpuOnRet(0, -4) + ret(0, 1, 'fffffffffffffffc')), 1);
		expect(target.mpState).toMatchObject({ value: 5, provenance: 'recorded' });
		expect(target.resetState).toBeUndefined();
	});

	it("whose target's reset is logged first is not owed a second time", async () => {
		const text = start() + asked + reset(1, 1, 1, '40080000') + cpuOnRet(0, 0) + ret(0, 1, '0');
		const target = vcpu(await open(text), 1);
		expect(target.mpState?.value).toBe(0);
		expect(target.resetState?.value.reset).toBe(false);
		expect(target.requests.map((r) => r.name)).not.toContain('KVM_REQ_VCPU_RESET');
		expect(target.pc).toMatchObject({ value: 0x40080000n, provenance: 'recorded' });
		expect(target.x[0]).toMatchObject({ value: 7n, provenance: 'recorded' });
		expect(target.x[1]).toMatchObject({ value: 0n, provenance: 'inferred' });
	});

	it('by its SMC32 id takes the low halves of its arguments', async () => {
		const narrow = hvc(0, '84000003') + call(0, '84000003', 'ff00000001', '140080000', '9') + cpuOn(0);
		const target = vcpu(await open(start() + narrow + cpuOnRet(0, 0)), 1);
		expect(target.resetState?.value).toMatchObject({ reset: true, pc: 0x40080000n });
	});

	it('of a vCPU that does not exist changes nothing', async () => {
		const text = start() + call(0, 'c4000003', '10', '40080000') + cpuOn(0) + cpuOnRet(0, 0);
		expect(vcpu(await open(text), 1).mpState?.value).toBe(5);
	});
});

describe('requests', () => {
	it('are served when the vCPU enters the guest', async () => {
		const owed = call(0, 'c4000003', '1', '40080000') + cpuOn(0) + cpuOnRet(0, 0) + ret(0, 1, '0');
		const target = vcpu(await open(start() + owed + entry(1)), 1);
		expect(target.requests).toEqual([]);
		expect(target.resetState).toMatchObject({ value: { reset: false }, provenance: 'inferred' });
		expect(target.whereabouts).toMatchObject({ value: 'guest', provenance: 'recorded' });
	});

	it('KVM_REQ_SUSPEND is made by KVM_SET_MP_STATE to SUSPENDED', async () => {
		const suspended = vcpu(await open(start() + setMpState(0, 10)), 0);
		expect(suspended.mpState?.value).toBe(10);
		expect(suspended.requests.map((r) => r.name)).toEqual(['KVM_REQ_SUSPEND']);
	});

	it('KVM_REQ_SLEEP of a CPU_OFF is served at once: the vCPU sleeps in KVM', async () => {
		const off = line(0, `power_off: (kvm_arm_vcpu_power_off+0x0/0x60) ${KVM} vcpu=0`);
		const text = start() + hvc(0, '84000002') + call(0, '84000002') + off + ret(0, 1, '0');
		const session = await open(text);
		expect(vcpu(session, 0, session.length - 1).requests.map((r) => r.name)).toEqual(['KVM_REQ_SLEEP']);
		expect(vcpu(session, 0)).toMatchObject({
			mpState: { value: 5, provenance: 'recorded' },
			whereabouts: { value: 'waiting', provenance: 'inferred' },
			requests: [],
		});
	});
});

describe('a system event', () => {
	const event = line(0, `system_event: (kvm_prepare_system_event+0x0/0x160) ${KVM} vcpu=0 type=1 flags=0x1`);
	const exit = line(0, 'kvm_userspace_exit: reason KVM_EXIT_SYSTEM_EVENT (24)');
	const text =
		start() +
		setMpState(1, 0) +
		hvc(0, 'c4000015') +
		call(0, 'c4000015', '1') +
		event +
		ret(0, 0, 'fffffffffffffffa');

	it('stops every vCPU, and is on its way until KVM_RUN returns', async () => {
		const session = await open(text + exit);
		expect([0, 1].map((id) => vcpu(session, id).mpState)).toMatchObject([
			{ value: 5, provenance: 'inferred' },
			{ value: 5, provenance: 'inferred' },
		]);
		const before = session.stateAt(session.length - 1).vms[0]?.lastExit;
		expect(before).toMatchObject({ type: { value: 1 }, flags: { value: 1n }, delivered: undefined });
		expect(session.stateAt(session.length).vms[0]?.lastExit?.delivered).toBe(session.length - 1);
	});

	it('of SYSTEM_SUSPEND is inferred from the call, and stops nobody', async () => {
		const suspend = hvc(0, 'c400000e') + call(0, 'c400000e', '40080000') + ret(0, 0, 'c400000e') + exit;
		const session = await open(start() + suspend);
		expect(session.stateAt(session.length).vms[0]?.lastExit).toMatchObject({
			type: { value: 5, provenance: 'inferred' },
		});
		expect(vcpu(session, 0).mpState?.value).toBe(0);
	});
});

describe('what is not known', () => {
	it('is unknown after KVM_ARM_VCPU_INIT until an event shows it', async () => {
		const session = await open(start() + reset(0, 0, 0) + entry(0));
		expect(vcpu(session, 0, session.length - 1).mpState).toBeUndefined();
		expect(vcpu(session, 0).mpState).toMatchObject({ value: 0, provenance: 'inferred' });
	});

	it('the PSCI version is known from the answer to PSCI_VERSION, and forgotten when its register is written', async () => {
		const asked = start() + hvc(0, '84000000') + call(0, '84000000') + ret(0, 1, '10001');
		const write = line(0, `set_fw_reg: (kvm_arm_set_fw_reg+0x0/0x1) ${KVM} vcpu=0 id=0x6030000000140000`);
		const session = await open(asked + write);
		expect(session.stateAt(session.length - 1).vms[0]?.psciVersion?.value).toBe(0x10001);
		expect(session.stateAt(session.length).vms[0]?.psciVersion).toBeUndefined();
	});

	it('a gap in the recording is counted', async () => {
		const session = await open(`${start()}CPU:0 [LOST 12 EVENTS]\n${entry(0)}`);
		expect(session.stateAt(session.length).vms[0]?.lost).toEqual({ gaps: 1, events: 12, row: 3 });
	});
});
