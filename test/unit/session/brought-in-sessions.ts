// Sessions as an engineer would bring them, as scenarios, with what is found in each: on the model, and in the text that a
// host without probes would have recorded of the same.

const machine = (...settings: string[]) => ['machine', ...settings.map((line) => `  ${line}`), ''].join('\n');
export const LINUX = `${machine('kernel 7.2', 'vcpus 2', 'policy qemu')}
vcpu0 use linux.probe
`;
export const BOOTED = `${LINUX}vcpu0 use linux.boot_secondaries
`;
const on = (settings: string, policy = 'qemu') =>
	`${machine('kernel 7.2', 'vcpus 2', `policy ${policy}`, ...(settings ? [settings] : []))}
vcpu0 use linux.probe
vcpu0 use linux.boot_secondaries
`;
const OLD_NUMBER = 'vcpu0 hvc 0x95c1ba60 1 0x40000400 0';
const PSCI_0_1 = machine('kernel 6.1', 'vcpu 0 features none', 'vcpu 1 features POWER_OFF', 'policy qemu');

/** Roots above a note, then notes; `~` is possible. */
export type Case = readonly [name: string, text: string, model: string, stock: string];

export const WRONG: readonly Case[] = [
	[
		'one wrong MPIDR of three',
		`${machine('kernel 7.2', 'vcpus 4', 'policy qemu')}
vcpu0 use linux.probe
vcpu0 use linux.cpu_on(cpu=vcpu1)
vcpu0 CPU_ON target=0x200 entry=pad0
vcpu0 use linux.cpu_on(cpu=vcpu3)
`,
		'error 101',
		'error 101~',
	],
	[
		'all MPIDRs wrong',
		`${machine('kernel 7.2', 'vcpus 3', 'policy qemu')}
vcpu0 use linux.probe
vcpu0 CPU_ON target=0x100 entry=pad0
vcpu0 CPU_ON target=0x200 entry=pad0
`,
		'error 101',
		'error 107~',
	],
	[
		'the whole MPIDR, with its bit 31',
		`${LINUX}vcpu0 CPU_ON target=0x80000001 entry=pad0`,
		'error 101',
		'error 107~',
	],
	['a CPU that turns itself on', `${LINUX}vcpu0 CPU_ON target=vcpu0 entry=pad0`, 'error 102', 'error 107~'],
	[
		'CPU_ON before the CPU_OFF has come',
		`${BOOTED}vcpu0 CPU_ON target=vcpu1 entry=pad0
vcpu1 CPU_OFF
vcpu0 CPU_ON target=vcpu1 entry=pad0
run vcpu1
`,
		'error 102',
		'error 102~',
	],
	[
		'an entry address without memory',
		`${LINUX}vcpu0 CPU_ON target=vcpu1 entry=0xfeedf00d000
run vcpu1
vcpu0 AFFINITY_INFO target=vcpu1
`,
		'error 103',
		'error 103',
	],
	[
		'a secondary that runs after a reset',
		`${machine('kernel 7.2', 'vcpus 2')}
vcpu0 use linux.probe
vcpu0 use linux.boot_secondaries
vcpu0 SYSTEM_RESET
init vcpu0 features PSCI_0_2
init vcpu1 features PSCI_0_2
set vcpu0.PC pad0
run vcpu1
vcpu0 use linux.probe
vcpu0 CPU_ON target=vcpu1 entry=pad0
`,
		'error 104',
		'error 104',
	],
	[
		'a 32-bit guest with the 64-bit number',
		`${machine('kernel 6.12', 'vcpus 2 features EL1_32BIT', 'policy qemu')}
vcpu0 PSCI_VERSION
vcpu0 MIGRATE_INFO_TYPE
vcpu0 hvc 0xc4000003 1 0x40000400 0
`,
		'error 105',
		'error 107~',
	],
	[
		'numbers of PSCI 0.1 on a vCPU with a later version',
		`${machine('kernel 6.1', 'vcpus 2', 'policy qemu')}
${OLD_NUMBER}
`,
		'error 105',
		'error 107~; note 305~',
	],
	[
		'PSCI 0.1, where ALREADY_ON is INVALID_PARAMETERS',
		`${PSCI_0_1}
${OLD_NUMBER}
run vcpu1
${OLD_NUMBER}
`,
		'error 102; note 305',
		'error 102~; note 305',
	],
	[
		'PSCI_VERSION denied, and nothing else',
		`${machine('kernel 7.2', 'vcpus 2', 'policy full', 'filter PSCI_VERSION deny')}
vcpu0 PSCI_VERSION
vcpu0 MIGRATE_INFO_TYPE
vcpu0 use linux.boot_secondaries
`,
		'error 301',
		'nothing',
	],
	[
		'a reserved type of SYSTEM_RESET2',
		`${BOOTED}vcpu0 SYSTEM_RESET2 type=1
vcpu0 SYSTEM_RESET
vcpu0 use linux.probe
`,
		'warning 212',
		'nothing',
	],
	[
		'a cookie for SYSTEM_OFF2',
		`${on('', 'full')}vcpu0 SYSTEM_OFF2 type=1 cookie=7
vcpu0 SYSTEM_OFF
`,
		'warning 212',
		'nothing',
	],
	[
		'a system event that a secondary asks for, and its VMM ignores',
		`${on('', 'run-on')}vcpu1 SYSTEM_OFF
vcpu1 wfi
`,
		'error 201',
		'error 201',
	],
	[
		'SYSTEM_SUSPEND while another CPU is on',
		`${on('', 'honour-suspend')}vcpu0 SYSTEM_SUSPEND entry=pad1
irq vcpu0
run vcpu0
`,
		'warning 207',
		'warning 207',
	],
	[
		'SYSTEM_SUSPEND without the capability',
		`${BOOTED}vcpu0 use linux.cpus_off
vcpu0 SYSTEM_SUSPEND entry=pad1
`,
		'warning 209',
		'warning 209',
	],
	[
		'a function that went with a move to an older host',
		`${machine('kernel 7.2', 'psci 1.3', 'vcpus 1', 'policy full')}
vcpu0 use linux.probe
set vcpu0.PSCI_VERSION 1.1
vcpu0 PSCI_FEATURES function=SYSTEM_OFF2
vcpu0 SYSTEM_OFF2 type=0
vcpu0 SYSTEM_OFF
`,
		'warning 303',
		'nothing',
	],
	[
		'CPU_OFF of the last CPU',
		`${BOOTED}vcpu1 CPU_OFF
vcpu0 CPU_OFF
`,
		'error 401',
		'error 401~',
	],
	[
		'a guest that never leaves WFI',
		`${BOOTED}vcpu1 wfi
vcpu0 wfi
`,
		'warning 402',
		// The text ends there: whether an interrupt comes is not in it.
		'nothing',
	],
	[
		'AFFINITY_INFO without end',
		`${BOOTED}vcpu0 AFFINITY_INFO target=vcpu0
repeat 30
  vcpu0 AFFINITY_INFO target=vcpu1
`,
		'warning 403',
		// Thirty times in less than a millisecond is nothing.
		'nothing',
	],
];

export const HEALTHY: readonly Case[] = [
	[
		'hotplug, a reboot, power off',
		`${on('', 'full')}vcpu0 use linux.hotplug(cpu=vcpu1)
vcpu0 use linux.cpus_off
vcpu0 use linux.reset
vcpu0 use linux.probe
vcpu0 use linux.boot_secondaries
vcpu0 use linux.power_off
`,
		'nothing',
		'nothing',
	],
	[
		'suspend and resume',
		`${on('', 'full')}vcpu0 use linux.cpus_off
vcpu0 use linux.suspend(entry=pad1)
irq vcpu0
run vcpu0
vcpu0 use linux.cpu_on(cpu=vcpu1)
vcpu0 use linux.power_off
`,
		'nothing',
		'nothing',
	],
	[
		'kexec with the secondaries off',
		`${on('', 'full')}vcpu0 use linux.kexec
vcpu0 use linux.power_off
`,
		'nothing',
		'note 306~',
	],
	[
		'a 32-bit guest',
		`${machine('kernel 6.12', 'vcpus 2 features EL1_32BIT', 'policy qemu')}
vcpu0 PSCI_VERSION
vcpu0 MIGRATE_INFO_TYPE
vcpu0 CPU_ON target=vcpu1 entry=a32pad0 smc32
run vcpu1
`,
		'nothing',
		'nothing',
	],
	['PSCI 0.1', `${PSCI_0_1}\n${OLD_NUMBER}\nrun vcpu1\n`, 'note 305', 'note 305'],
	[
		'the whole MPIDR, which 5.10 lets pass',
		`${machine('kernel 5.10', 'vcpus 2', 'policy qemu')}
vcpu0 use linux.probe
vcpu0 CPU_ON target=0x80000001 entry=pad0
run vcpu1
`,
		'nothing',
		'nothing',
	],
	[
		"a vendor's reset",
		`${BOOTED}vcpu0 SYSTEM_RESET2 type=0x80000001 cookie=5
vcpu0 use linux.probe
`,
		'nothing',
		'note 203~',
	],
	[
		'functions that KVM does not have, asked for and not called',
		`${BOOTED}vcpu0 PSCI_FEATURES function=MEM_PROTECT
vcpu0 PSCI_FEATURES function=PSCI_SET_SUSPEND_MODE
vcpu0 SYSTEM_OFF
`,
		'nothing',
		'nothing',
	],
	[
		'a CPU_OFF that is waited for',
		`${BOOTED}repeat 10
  vcpu0 AFFINITY_INFO target=vcpu1
vcpu1 CPU_OFF
vcpu0 AFFINITY_INFO target=vcpu1
vcpu0 SYSTEM_OFF
`,
		'nothing',
		'nothing',
	],
];
