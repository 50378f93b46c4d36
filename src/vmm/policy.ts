// What userspace does about an exit, as choices that a session makes. KVM leaves all of this to the VMM.

import { PSCI } from '../psci/return-codes.ts';

/** Status codes with which a SYSTEM_SUSPEND may be denied (DEN0022 F.b 5.1.19 and 5.20.2). */
export const SUSPEND_DENIALS = {
	NOT_SUPPORTED: PSCI.NOT_SUPPORTED,
	INVALID_ADDRESS: PSCI.INVALID_ADDRESS,
	DENIED: PSCI.DENIED,
	ALREADY_ON: PSCI.ALREADY_ON,
} as const;

export type SuspendDenial = keyof typeof SUSPEND_DENIALS;

export interface Policy {
	/** stable, for launch settings */
	readonly name: string;
	readonly title: string;
	/** SHUTDOWN without the OFF2 flag */
	readonly onOff: 'power off' | 'run on';
	/** SHUTDOWN with the OFF2 flag */
	readonly onOff2: 'hibernate' | 'power off' | 'run on';
	/** RESET without the RESET2 flag */
	readonly onReset: 'restart' | 'power off' | 'run on';
	/** RESET with the RESET2 flag: look at the type in x1, or treat it as any reset */
	readonly onReset2: 'by type' | 'restart' | 'power off' | 'run on';
	/** SUSPEND; `off`: the capability is never enabled, so the exit does not occur */
	readonly onSuspend: 'off' | 'honour' | 'honour if all others are off' | SuspendDenial;
	/** WAKEUP of a vCPU that was suspended */
	readonly onWakeup: 'resume' | 'stay suspended';
	/** who answers PSCI calls */
	readonly psci: 'KVM' | 'KVM, 1.3 in userspace' | 'userspace';
}

const QEMU: Policy = {
	name: 'qemu',
	title: 'like QEMU: power off, restart all vCPUs; flags of events are not looked at, no suspend',
	onOff: 'power off',
	onOff2: 'power off',
	onReset: 'restart',
	onReset2: 'restart',
	onSuspend: 'off',
	onWakeup: 'resume',
	psci: 'KVM',
};

const FULL: Policy = {
	...QEMU,
	name: 'full',
	title: 'everything that KVM offers: hibernate, warm reset, suspend where all others are off',
	onOff2: 'hibernate',
	onReset2: 'by type',
	onSuspend: 'honour if all others are off',
};

const denials = (Object.keys(SUSPEND_DENIALS) as SuspendDenial[]).map(
	(code): Policy => ({
		...FULL,
		name: `deny-suspend-${code.toLowerCase().replaceAll('_', '-')}`,
		title: `denies every suspend with ${code}`,
		onSuspend: code,
	}),
);

/** The policies that a session can name. A session may also put one together itself. */
export const POLICIES: readonly Policy[] = [
	QEMU,
	FULL,
	{
		...FULL,
		name: 'honour-suspend',
		title: 'honours every suspend, whatever other vCPUs do',
		onSuspend: 'honour',
	},
	...denials,
	{
		...FULL,
		name: 'stay-suspended',
		title: 'honours a suspend and ignores wake-ups',
		onSuspend: 'honour',
		onWakeup: 'stay suspended',
	},
	{
		...QEMU,
		name: 'no-restart',
		title: 'a reset ends the machine, as Firecracker and kvmtool do',
		onReset: 'power off',
		onReset2: 'power off',
	},
	{
		...FULL,
		name: 'run-on',
		title: 'runs the guest on whatever it asked for',
		onOff: 'run on',
		onOff2: 'run on',
		onReset: 'run on',
		onReset2: 'run on',
	},
	{
		...FULL,
		name: 'userspace-1.3',
		title: 'forwards PSCI_VERSION, PSCI_FEATURES and SYSTEM_OFF2 by the SMCCC filter, KVM serves the rest',
		psci: 'KVM, 1.3 in userspace',
	},
	{
		...FULL,
		name: 'userspace-psci',
		title: 'serves all of PSCI in userspace behind the SMCCC filter',
		psci: 'userspace',
	},
];

export function policyNamed(name: string): Policy | undefined {
	return POLICIES.find((policy) => policy.name === name);
}
