// What each event has in our JSON Lines format: the fields of `EventDetail`, by name and kind of value. The
// reader, the writer and the schema (jsonl.schema.json) all follow this table.

import type { EventName } from '../event.ts';

/**
 * `u64`: a string of hexadecimal digits after `0x`, or a whole number below 2^53. `s64`: a string of decimal
 * digits, or such a number. `registers`: x0 to x3, null where one was not recorded.
 */
export type FieldKind = 'u64' | 's64' | 'int' | 'text' | 'bool' | 'registers';

export interface FieldShape {
	readonly kind: FieldKind;
	readonly optional?: true;
	/** the only values, of a text */
	readonly values?: readonly string[];
}

export type EventShape = Readonly<Record<string, FieldShape>>;

const u64: FieldShape = { kind: 'u64' };
const int: FieldShape = { kind: 'int' };
const text: FieldShape = { kind: 'text' };
const bool: FieldShape = { kind: 'bool' };
/** Probes name the machine by its address in the kernel. */
const kvm: FieldShape = { kind: 'u64', optional: true };

export const eventShapes: Readonly<Record<EventName, EventShape>> = {
	kvm_entry: { pc: u64 },
	kvm_exit: {
		code: text,
		ec: { kind: 'int', optional: true },
		ecName: { kind: 'text', optional: true },
		pc: u64,
	},
	kvm_hvc_arm64: { pc: u64, r0: u64, imm: u64 },
	kvm_wfx_arm64: { instruction: { kind: 'text', values: ['wfi', 'wfe'] }, pc: u64 },
	kvm_vcpu_wakeup: { how: text, ns: { kind: 's64' }, polling: text },
	kvm_userspace_exit: { reason: int, reasonName: text },
	kvm_irq_line: { type: text, irq: int, vcpuIndex: int, num: int, level: int },
	kvm_guest_fault: { ipa: u64, hsr: u64, hxfar: u64, pc: u64 },
	kvm_mmio: { access: text, len: int, gpa: u64, val: u64 },
	call: { kvm, pc: { kind: 'u64', optional: true }, x: { kind: 'registers' } },
	ret: { kvm, ret: { kind: 'int', optional: true }, x: { kind: 'registers' } },
	cpu_on: { kvm },
	cpu_on_ret: { kvm, ret: { kind: 's64', optional: true } },
	power_off: { kvm },
	system_event: { kvm, type: int, flags: { kind: 'u64', optional: true } },
	wfi: { kvm },
	reset: { kvm, pending: bool, pc: u64, r0: u64, be: bool },
	set_mp_state: { kvm, state: int },
	set_fw_reg: { kvm, id: u64 },
	lost: { count: { kind: 'int', optional: true } },
	console: { source: text, text },
	operation: { op: text, text, result: text },
};

/** Events that name their vCPU themselves: their detail has a `vcpu` of its own. */
export function namesVcpu(name: EventName): boolean {
	return 'kvm' in eventShapes[name];
}
