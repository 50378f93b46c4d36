// Small recordings in the kernel's own words, for tests: one function for each event.

import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { openText } from './example.ts';

/** One line of a `trace` file, by the thread of vCPU `thread`; `open` puts the times in. */
export const line = (thread: number, event: string) =>
	`       CPU ${thread}/KVM-${100 + thread}     [000] d....    @time: ${event}\n`;

const KVM = 'kvm=0xfff0000005df2000';
const registers = (x: readonly string[]) => [0, 1, 2, 3].map((n) => `x${n}=0x${x[n] ?? '0'}`).join(' ');

export const entry = (t: number, pc = '40000000') => line(t, `kvm_entry: PC: 0x${pc.padStart(16, '0')}`);
export const hvc = (t: number, id: string, imm = 0) =>
	line(
		t,
		`kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x${id.padStart(16, '0')}, imm: 0x${imm.toString(16)})`,
	);
export const call = (t: number, ...x: string[]) =>
	line(t, `call: (kvm_smccc_call_handler+0x0/0x440) ${KVM} vcpu=${t} pc=0x40000004 ${registers(x)}`);
export const ret = (t: number, goesOn: number, ...x: string[]) =>
	line(
		t,
		`ret: (handle_hvc+0x3c/0x1d8 <- kvm_smccc_call_handler) ret=${goesOn} ${KVM} vcpu=${t} ${registers(x)}`,
	);
const cpuOn = (t: number) => line(t, `cpu_on: (kvm_psci_vcpu_on+0x0/0x1) ${KVM} vcpu=${t}`);
const cpuOnRet = (t: number, code: number) =>
	line(t, `cpu_on_ret: (a+0x1/0x2 <- kvm_psci_vcpu_on) ret=${code}`);
export const reset = (t: number, v: number, pending: number, pc = '0') =>
	line(t, `reset: (kvm_reset_vcpu+0x0/0x378) ${KVM} vcpu=${v} pending=${pending} pc=0x${pc} r0=0x7 be=0`);
export const setMpState = (v: number, state: number) =>
	line(v, `set_mp_state: (kvm_arch_vcpu_ioctl_set_mpstate+0x0/0x100) ${KVM} vcpu=${v} state=${state}`);
export const powerOff = (t: number) =>
	line(t, `power_off: (kvm_arm_vcpu_power_off+0x0/0x60) ${KVM} vcpu=${t}`);
export const wfi = (t: number) => line(t, `wfi: (kvm_vcpu_wfi+0x0/0x60) ${KVM} vcpu=${t}`);

/** A whole guest call: its site, KVM's handler, what is between, the result. */
export const guestCall = (t: number, x: readonly string[], goesOn: number, x0: string, within = '') =>
	hvc(t, x[0] ?? '0') + call(t, ...x) + within + ret(t, goesOn, x0);
export const startOf = (t: number, target: string) =>
	guestCall(t, ['c4000003', target, '40080000', 'abc'], 1, '0', cpuOn(t) + cpuOnRet(t, 0));

export const open = (text: string): Promise<RecordedSession> => {
	let time = 0;
	return openText(
		`# tracer: nop\n#\n${text.replaceAll('@time', () => `10.${String(++time).padStart(6, '0')}`)}`,
	);
};
