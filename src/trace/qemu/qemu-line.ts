// One line of QEMU's log with a trace event of the log backend: when, on which thread, which event.
//
//   arm_psci_call PSCI Call x0=0x…             nothing before the event: the default since QEMU 6
//   2026-11-21T08:47:38.267686Z arm_cpu_reset cpu 0       with -msg timestamp=on
//   719585@1608130130.441188:arm_cpu_reset cpu 0          before: thread, and seconds since 1970
//
// Sources: scripts/tracetool/backend/log.py, target/arm/trace-events, accel/kvm/trace-events of QEMU.

import type { EventDetail } from '../event.ts';

export interface QemuLine {
	/** nanoseconds since 1970, undefined where the log has no times */
	readonly time: bigint | undefined;
	/** of the thread that logged it, undefined where the log does not say */
	readonly tid: number | undefined;
	readonly event: QemuEvent;
}

export type QemuEvent =
	| { readonly name: 'arm_psci_call'; readonly x: readonly bigint[]; readonly cpuid: number }
	| {
			readonly name: 'arm_powerctl_set_cpu_on';
			readonly cpu: number;
			readonly pc: bigint;
			readonly r0: bigint;
	  }
	| { readonly name: 'arm_powerctl_set_cpu_off' | 'arm_cpu_reset'; readonly cpu: number }
	| { readonly name: 'kvm_run_exit'; readonly index: number; readonly reason: number }
	| { readonly name: 'kvm_run_exit_system_event'; readonly index: number; readonly type: number };

const prefix =
	/^(?:(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{1,9})Z |(\d{1,10})@(\d{1,12})\.(\d{1,9}):)?(\w+) (.*)$/;

const hex = '0x([0-9a-fA-F]{1,16})';
const call = new RegExp(`^PSCI Call x0=${hex} x1=${hex} x2=${hex} x3=${hex} cpuid=0x([0-9a-fA-F]{1,8})$`);
const on = new RegExp(`^cpu (\\d{1,10}) \\(EL \\d, \\w+\\) @ ${hex} with R0 = ${hex}$`);
const cpu = /^cpu (\d{1,10})$/;
const exit = /^cpu_index (\d{1,5}), reason (\d{1,10})$/;
// The letter that is missing is missing in QEMU.
const systemEvent = /^cpu_index (\d{1,5}), system_even_type (\d{1,10})$/;

/** The events of ours, by which a log is known. */
export const qemuEvents: ReadonlySet<string> = new Set<QemuEvent['name']>([
	'arm_psci_call',
	'arm_powerctl_set_cpu_on',
	'arm_powerctl_set_cpu_off',
	'arm_cpu_reset',
	'kvm_run_exit',
	'kvm_run_exit_system_event',
]);

const looksLike = new RegExp(
	`^(?:\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z |\\d+@\\d+\\.\\d+:)?(?:${[...qemuEvents].join('|')}) (?:PSCI Call|cpu|cpu_index) `,
	'm',
);

export function isQemuLog(head: string): boolean {
	return looksLike.test(head);
}

/** The name of the event that the line is, of ours or not; undefined for other text. */
export function nameOfQemuLine(text: string): string | undefined {
	const name = prefix.exec(text)?.[11];
	return name !== undefined && /^[a-z]\w*_\w+$/.test(name) ? name : undefined;
}

export function parseQemuLine(text: string): QemuLine | undefined {
	const match = prefix.exec(text);
	const event = match === null ? undefined : eventOf(match[11] ?? '', match[12] ?? '');
	if (match === null || event === undefined) {
		return undefined;
	}
	const [, year, month, day, hour, minute, second, fraction, tid, seconds, part] = match;
	if (seconds !== undefined) {
		return { time: nanoseconds(BigInt(seconds), part), tid: Number(tid), event };
	}
	if (year === undefined) {
		return { time: undefined, tid: undefined, event };
	}
	const utc = Date.UTC(
		Number(year),
		Number(month) - 1,
		Number(day),
		Number(hour),
		Number(minute),
		Number(second),
	);
	return { time: nanoseconds(BigInt(Math.max(0, utc)) / 1000n, fraction), tid: undefined, event };
}

function nanoseconds(seconds: bigint, fraction = ''): bigint {
	return seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function eventOf(name: string, rest: string): QemuEvent | undefined {
	switch (name) {
		case 'arm_psci_call': {
			const match = call.exec(rest);
			if (match === null) {
				return undefined;
			}
			const x = match.slice(1, 5).map((digits) => BigInt(`0x${digits}`));
			return { name, x, cpuid: Number.parseInt(match[5] ?? '', 16) };
		}
		case 'arm_powerctl_set_cpu_on': {
			const match = on.exec(rest);
			return match === null
				? undefined
				: { name, cpu: Number(match[1]), pc: BigInt(`0x${match[2]}`), r0: BigInt(`0x${match[3]}`) };
		}
		case 'arm_powerctl_set_cpu_off':
		case 'arm_cpu_reset': {
			const match = cpu.exec(rest);
			return match === null ? undefined : { name, cpu: Number(match[1]) };
		}
		case 'kvm_run_exit': {
			const match = exit.exec(rest);
			return match === null ? undefined : { name, index: Number(match[1]), reason: Number(match[2]) };
		}
		case 'kvm_run_exit_system_event': {
			const match = systemEvent.exec(rest);
			return match === null ? undefined : { name, index: Number(match[1]), type: Number(match[2]) };
		}
		default:
			return undefined;
	}
}

/**
 * The vCPU whose MPIDR has this affinity, counted as KVM and QEMU count with a GICv3: sixteen to a cluster
 * (`arm_cpu_mp_affinity`; KVM's kvm_calculate_mpidr).
 */
export function vcpuOfAffinity(affinity: number): number {
	return (affinity & 0xf) | (((affinity >>> 8) & 0xff) << 4) | (((affinity >>> 16) & 7) << 12);
}

/** Names of KVM_EXIT_* (include/uapi/linux/kvm.h) that an arm64 guest can give. */
const reasons: Readonly<Record<number, string>> = {
	0: 'KVM_EXIT_UNKNOWN',
	3: 'KVM_EXIT_HYPERCALL',
	4: 'KVM_EXIT_DEBUG',
	6: 'KVM_EXIT_MMIO',
	9: 'KVM_EXIT_FAIL_ENTRY',
	10: 'KVM_EXIT_INTR',
	17: 'KVM_EXIT_INTERNAL_ERROR',
	24: 'KVM_EXIT_SYSTEM_EVENT',
	28: 'KVM_EXIT_ARM_NISV',
	31: 'KVM_EXIT_DIRTY_RING_FULL',
	39: 'KVM_EXIT_MEMORY_FAULT',
};

export function userspaceExit(reason: number): EventDetail {
	return { kind: 'kvm_userspace_exit', reason, reasonName: reasons[reason] ?? `KVM_EXIT_${reason}` };
}
