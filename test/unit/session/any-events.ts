// Recordings of events in any order, also in such as no kernel makes: for properties that hold whatever comes.

import fc from 'fast-check';
import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { openText } from './example.ts';

const KVM = 'kvm=0xffff000000000001';
const hex = (value: number) => value.toString(16).padStart(16, '0');
const hvc = (id: string, i: number) =>
	`kvm_hvc_arm64: HVC at 0x${hex(i)} (r0: 0x${id.padStart(16, '0')}, imm: 0x0)`;
const call = (vcpu: number, ...x: string[]) =>
	`call: (kvm_smccc_call_handler+0x0/0x8) ${KVM} vcpu=${vcpu} ${x.map((value, n) => `x${n}=0x${value}`).join(' ')}`;

type Payload = (vcpu: number, i: number) => string;

/** Entries and exits are most of any recording. */
export const ENTRY = 0;
export const EXIT = 1;

const PAYLOADS: readonly Payload[] = [
	(_, i) => `kvm_entry: PC: 0x${hex(i)}`,
	(_, i) => `kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0x${hex(i)}`,
	(_, i) => `kvm_exit: TRAP: HSR_EC: 0x0017 (SMC64), PC: 0x${hex(i)}`,
	(_, i) => hvc('84000000', i),
	(_, i) => hvc('84000002', i),
	(_, i) => hvc('c4000003', i),
	(vcpu) => call(vcpu, 'c4000003', '1', '40', '7'),
	(vcpu) => call(vcpu, 'c4000003', '2'),
	(vcpu) => call(vcpu, 'c4000004', '1', '0', '0'),
	(vcpu) => call(vcpu, '84000000', '0', '0', '0'),
	(vcpu) => `ret: (f <- g) ${KVM} vcpu=${vcpu} ret=1 x0=0x10001 x1=0x0 x2=0x0 x3=0x0`,
	(vcpu) => `ret: (f <- g) ${KVM} vcpu=${vcpu} ret=1 x0=0x0 x1=0x0 x2=0x0 x3=0x0`,
	(vcpu) => `cpu_on_ret: (f <- g) ${KVM} vcpu=${vcpu} ret=0`,
	(vcpu) => `power_off: (f+0x0) ${KVM} vcpu=${vcpu}`,
	(vcpu) => `reset: (f+0x0) ${KVM} vcpu=${vcpu} pending=1 pc=0x40 r0=0x7 be=0`,
	(vcpu) => `reset: (f+0x0) ${KVM} vcpu=${vcpu} pending=0 pc=0x0 r0=0x0 be=0`,
	(vcpu) => `set_mp_state: (f+0x0) ${KVM} vcpu=${vcpu} state=3`,
	(vcpu) => `set_mp_state: (f+0x0) ${KVM} vcpu=${vcpu} state=5`,
	(vcpu) => `set_fw_reg: (f+0x0) ${KVM} vcpu=${vcpu} id=0x6030000000140000`,
	(vcpu) => `system_event: (f+0x0) ${KVM} vcpu=${vcpu} type=2 flags=0x0`,
	() => 'kvm_userspace_exit: reason KVM_EXIT_SYSTEM_EVENT (24)',
	() => 'kvm_userspace_exit: reason KVM_EXIT_MMIO (6)',
];

export interface AnyEvent {
	readonly vcpu: number;
	readonly payload: number;
}

/** Events of three vCPUs. */
export const anyEvents: fc.Arbitrary<AnyEvent[]> = fc.array(
	fc.record({ vcpu: fc.nat(2), payload: fc.nat(PAYLOADS.length + 11) }),
	{ minLength: 20, maxLength: 150 },
);

export function openEvents(events: readonly AnyEvent[]): Promise<RecordedSession> {
	const lines = events.map(({ vcpu, payload }, i) => {
		const text = PAYLOADS[payload < PAYLOADS.length ? payload : payload % 2]?.(vcpu, i) ?? '';
		return ` CPU ${vcpu}/KVM-${10 + vcpu} [00${vcpu}] ..... ${i + 1}.000000: ${text}\n`;
	});
	return openText(`# tracer: nop\n#\n${lines.join('')}`);
}
