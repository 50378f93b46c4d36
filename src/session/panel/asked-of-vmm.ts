// What the kernel's API document asks of userspace at each system event, in our own words (Documentation/virt/kvm/
// api.rst, under KVM_EXIT_SYSTEM_EVENT and KVM_CAP_ARM_SYSTEM_SUSPEND, Linux 7.2).

import { SYSTEM_EVENT } from '../kvm-names.ts';

export interface Asked {
	readonly text: string;
	/** the clause that tells more */
	readonly clause: string;
}

const EVENT = 'kvm-api.system_event';

const ASKED: ReadonlyMap<number, Asked> = new Map([
	[
		SYSTEM_EVENT.SHUTDOWN,
		{
			text: 'The guest wants to be switched off. Userspace may do so at once, later, or not at all; until then it may call KVM_RUN again.',
			clause: EVENT,
		},
	],
	[
		SYSTEM_EVENT.RESET,
		{
			text: 'The guest wants a reset. Userspace carries it out itself, at once or later, or ignores it; KVM resets nothing.',
			clause: EVENT,
		},
	],
	[
		SYSTEM_EVENT.CRASH,
		{
			text: 'The guest has crashed and asks to have that handled. Userspace may ignore it, keep a memory dump, or reset the guest.',
			clause: EVENT,
		},
	],
	[
		SYSTEM_EVENT.WAKEUP,
		{
			text: 'KVM saw a reason to wake a SUSPENDED vCPU. Userspace makes the vCPU RUNNABLE, or calls KVM_RUN again and leaves it suspended.',
			clause: 'kvm-api.mp_state',
		},
	],
	[
		SYSTEM_EVENT.SUSPEND,
		{
			text: 'The guest wants to be suspended. Userspace honours it (keeps entry point and context, sets SUSPENDED, and resumes there at the wake-up) or denies it with a status in x0.',
			clause: 'kvm-api.system_suspend',
		},
	],
]);

export function askedOfVmm(type: number | undefined): Asked | undefined {
	return type === undefined ? undefined : ASKED.get(type);
}
