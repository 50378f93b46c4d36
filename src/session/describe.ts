// Events in words: one short line each, for stack frames, panels and lists.

import type { EventDetail } from '../trace/event.ts';
import type { ClockUnit } from '../trace/trace.ts';
import { fwRegisterName, mpStateName, systemEventFlags, systemEventName } from './kvm-names.ts';
import { callText, recordedCall, resultText } from './recorded-call.ts';
import type { Session } from './session.ts';

const hex = (value: bigint) => `0x${value.toString(16)}`;

/** Nanoseconds (or ticks) as the kernel prints them: seconds and microseconds, without rounding. */
export function timeText(time: bigint, unit: ClockUnit = 'ns'): string {
	if (unit === 'events') return `event ${time}`;
	if (unit === 'ticks') return `${time}`;
	const sign = time < 0n ? '-' : '';
	const abs = time < 0n ? -time : time;
	const fraction = (abs % 1_000_000_000n).toString().padStart(9, '0').replace(/000$/, '');
	return `${sign}${abs / 1_000_000_000n}.${fraction}`;
}

const UNITS = [
	['s', 1_000_000_000n],
	['ms', 1_000_000n],
	['µs', 1000n],
] as const;

/** `1.25 ms`: three digits that count. */
export function durationText(duration: bigint, unit: ClockUnit = 'ns'): string {
	if (unit !== 'ns') return `${duration} ${duration === 1n ? unit.slice(0, -1) : unit}`;
	const fitting = UNITS.find(([, size]) => duration >= size);
	if (!fitting) return `${duration} ns`;
	const [name, size] = fitting;
	return `${Number((Number(duration) / Number(size)).toPrecision(3))} ${name}`;
}

/** The event at `row` in words. At the site of a call: the call. */
export function describeEvent(session: Session, row: number): string {
	const { events } = session.trace;
	const index = session.calls.around(events.vm(row), events.vcpu(row), row);
	const call = index >= 0 ? recordedCall(session, index) : undefined;
	if (call && call.rows.site === row) return callText(call);
	const detail = events.detail(row);
	if (call && detail.kind === 'call') return `${call.call?.name ?? call.conduit}: KVM's handler is entered`;
	if (call && detail.kind === 'ret') return `${call.call?.name ?? call.conduit}: ${resultText(call)}`;
	return describeDetail(detail);
}

function describeDetail(detail: EventDetail): string {
	switch (detail.kind) {
		case 'kvm_entry':
			return `enters the guest at ${hex(detail.pc)}`;
		case 'kvm_exit':
			return `leaves the guest: ${detail.code}${detail.ecName ? ` ${detail.ecName}` : ''} at ${hex(detail.pc)}`;
		case 'kvm_hvc_arm64':
			return `HVC #${detail.imm} x0=${hex(detail.r0)}`;
		case 'kvm_wfx_arm64':
			return `guest executes ${detail.instruction}`;
		case 'kvm_vcpu_wakeup':
			return `wakes up after ${detail.ns} ns (${detail.how})`;
		case 'kvm_userspace_exit':
			return `KVM_RUN returns to the VMM: ${detail.reasonName}`;
		case 'kvm_irq_line':
			return `VMM sets ${detail.type} interrupt ${detail.num} to level ${detail.level}`;
		case 'kvm_guest_fault':
			return `faults on guest address ${hex(detail.ipa)}`;
		case 'kvm_mmio':
			return `mmio ${detail.access} ${hex(detail.gpa)}`;
		case 'call':
			return "KVM's hypercall handler is entered";
		case 'ret':
			return "KVM's hypercall handler returns";
		case 'cpu_on':
			return 'kvm_psci_vcpu_on begins';
		case 'cpu_on_ret':
			return `kvm_psci_vcpu_on returns ${detail.ret ?? '(not recorded)'}`;
		case 'power_off':
			return 'is powered off: STOPPED';
		case 'system_event': {
			const flags = systemEventFlags(detail.type, detail.flags ?? 0n);
			return `system event ${systemEventName(detail.type)}${flags ? ` flags ${flags}` : ''}: every vCPU is stopped`;
		}
		case 'wfi':
			return 'waits for an interrupt';
		case 'reset':
			return detail.pending
				? `the reset owed by a CPU_ON is carried out: pc=${hex(detail.pc)} x0=${hex(detail.r0)}`
				: 'KVM_ARM_VCPU_INIT resets it';
		case 'set_mp_state':
			return `VMM sets mp_state ${mpStateName(detail.state)}`;
		case 'set_fw_reg':
			return `VMM writes ${fwRegisterName(detail.id)}`;
		case 'console':
			return `${detail.source}: ${detail.text}`;
		case 'operation':
			return detail.result ? `${detail.text} -> ${detail.result}` : detail.text;
		case 'lost':
			return detail.count === undefined ? 'events were lost here' : `${detail.count} events were lost here`;
	}
}
