// What one line of a console says about PSCI: Linux's messages about firmware, CPUs coming and going, suspend
// and power-off, and TF-A's. Sources: drivers/firmware/psci/psci.c, arch/arm64/kernel/{psci,smp}.c,
// kernel/{smp,cpu,reboot}.c, kernel/power/ of Linux 5.10 to 7.2; lib/psci and services/std_svc of TF-A.

export type ConsoleStatement =
	/** 65535.65535 where PSCI_VERSION was answered with -1: the call reached no PSCI */
	| { readonly says: 'psci-version'; readonly major: number; readonly minor: number }
	| { readonly says: 'smccc-version'; readonly major: number; readonly minor: number }
	| { readonly says: 'firmware-described-by'; readonly by: string }
	| { readonly says: 'os-initiated-mode' }
	| { readonly says: 'cpu-booted'; readonly cpu: number; readonly mpidr: bigint }
	/** `error` is Linux's errno: -22 stands for seven different answers of PSCI */
	| { readonly says: 'cpu-boot-failed'; readonly cpu: number; readonly error: number }
	| { readonly says: 'cpu-not-online'; readonly cpu: number }
	| { readonly says: 'cpu-off'; readonly cpu: number; readonly polledMs?: number }
	| { readonly says: 'cpu-not-off'; readonly cpu: number; readonly affinityInfo: number }
	| { readonly says: 'cpus-up'; readonly cpus: number }
	| { readonly says: 'sleep-begins' | 'sleep-ends'; readonly kind: string }
	| { readonly says: 'power-off' | 'restart' }
	/** TF-A prints its tree of power domains before it turns the system off or resets it */
	| { readonly says: 'firmware-cpu-state'; readonly mpidr: bigint; readonly state: string }
	| { readonly says: 'firmware-unimplemented'; readonly function: number };

export interface ConsoleLine {
	/** nanoseconds since the kernel started, where the line begins with `[ seconds ]` */
	readonly time: bigint | undefined;
	readonly statement: ConsoleStatement;
}

type Pattern = readonly [RegExp, (found: readonly string[]) => ConsoleStatement];

const int = (text: string | undefined) => Number(text ?? 0);
const address = (text: string | undefined) => BigInt(`0x${text ?? '0'}`);

const linux: readonly Pattern[] = [
	[
		/^psci: PSCIv(\d{1,5})\.(\d{1,5}) detected in firmware\.$/,
		([, major, minor]) => ({ says: 'psci-version', major: int(major), minor: int(minor) }),
	],
	[
		/^psci: SMC Calling Convention v(\d{1,5})\.(\d{1,5})$/,
		([, major, minor]) => ({ says: 'smccc-version', major: int(major), minor: int(minor) }),
	],
	[
		/^psci: probing for conduit method from (DT|ACPI)\.$/,
		([, by = '']) => ({ says: 'firmware-described-by', by }),
	],
	[/^psci: OSI mode supported\.$/, () => ({ says: 'os-initiated-mode' })],
	[
		/^CPU(\d{1,4}): Booted secondary processor 0x([0-9a-f]{1,16})\b/,
		([, cpu, mpidr]) => ({ says: 'cpu-booted', cpu: int(cpu), mpidr: address(mpidr) }),
	],
	[
		/^(?:psci: failed to boot CPU(\d{1,4}) \((-?\d{1,5})\)|CPU(\d{1,4}): failed to boot: (-?\d{1,5}))$/,
		([, a, error, b, other]) => ({ says: 'cpu-boot-failed', cpu: int(a ?? b), error: int(error ?? other) }),
	],
	[/^CPU(\d{1,4}): failed to come online$/, ([, cpu]) => ({ says: 'cpu-not-online', cpu: int(cpu) })],
	[
		/^psci: CPU(\d{1,4}) killed(?: \(polled (\d{1,9}) ms\))?\.?$/,
		([, cpu, ms]) =>
			ms === undefined
				? { says: 'cpu-off', cpu: int(cpu) }
				: { says: 'cpu-off', cpu: int(cpu), polledMs: int(ms) },
	],
	[
		/^(?:psci: )?CPU(\d{1,4}) may not have shut down cleanly \(AFFINITY_INFO reports (-?\d{1,9})\)$/,
		([, cpu, info]) => ({ says: 'cpu-not-off', cpu: int(cpu), affinityInfo: int(info) }),
	],
	[/^smp: Brought up \d{1,4} nodes?, (\d{1,4}) CPUs?$/, ([, cpus]) => ({ says: 'cpus-up', cpus: int(cpus) })],
	[/^PM: hibernation: hibernation entry$/, () => ({ says: 'sleep-begins', kind: 'hibernation' })],
	[/^PM: hibernation: hibernation exit$/, () => ({ says: 'sleep-ends', kind: 'hibernation' })],
	[/^PM: suspend entry \((.{1,16})\)$/, ([, kind = '']) => ({ says: 'sleep-begins', kind })],
	[/^PM: suspend exit$/, () => ({ says: 'sleep-ends', kind: '' })],
	[/^reboot: (?:Power down|System halted)$/, () => ({ says: 'power-off' })],
	[/^reboot: Restarting system/, () => ({ says: 'restart' })],
];

const firmware: readonly Pattern[] = [
	[
		/^INFO: +CPU Node : MPID 0x([0-9a-f]{1,16}), parent_node \d{1,5}, State (\w{1,16}) \(0x[0-9a-f]{1,8}\)$/,
		([, mpidr, state = '']) => ({ says: 'firmware-cpu-state', mpidr: address(mpidr), state }),
	],
	[
		/^WARNING: +Unimplemented PSCI Call: 0x([0-9a-f]{1,8})$/,
		([, id]) => ({ says: 'firmware-unimplemented', function: Number.parseInt(id ?? '0', 16) }),
	],
];

/** `[    0.300432] ` and, with CONFIG_PRINTK_CALLER, `[    0.300432][    T1] `. */
const stamp = /^(?:<\d{1,3}>)?\[ *(\d{1,10})\.(\d{6})\](?:\[ *[TC]\d{1,7}\])? (.*)$/;

/** Undefined for a line that says nothing about PSCI. */
export function parseConsoleLine(text: string): ConsoleLine | undefined {
	const match = stamp.exec(text);
	const message = (match?.[3] ?? text).trim();
	for (const [pattern, statement] of match === null ? [...firmware, ...linux] : linux) {
		const found = pattern.exec(message);
		if (found !== null) {
			const time = match === null ? undefined : BigInt(`${match[1]}${match[2]}`) * 1000n;
			return { time, statement: statement(found) };
		}
	}
	return undefined;
}

/** Whether text without events of a host is a console. */
export function isConsole(head: string): boolean {
	return head.split('\n').some((line) => parseConsoleLine(line.trimEnd()) !== undefined);
}
