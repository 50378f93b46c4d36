// What a launch configuration may say. Also the schema in package.json.

import type { DebugProtocol } from '@vscode/debugprotocol';

export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
	/** Path or URI of the recorded trace. */
	readonly program?: string;
	/** Where to stand first: at the first guest call (default), or at the very first event of the recording. */
	readonly startAt?: 'firstCall' | 'firstEvent';
	/** Kernel whose KVM the model follows: a profile's name or a release, e.g. `6.12` or `6.12.107`. */
	readonly kernel?: string;
	/** Keeps reading a text recording that is still being written; the session grows with it. */
	readonly follow?: boolean;
	/** PSCI version that the VMM asked for, where the trace does not show it: `1.1`. */
	readonly psciVersion?: string;
	/** Capabilities that the VMM enabled, without KVM_CAP_: `ARM_SYSTEM_SUSPEND`. */
	readonly capabilities?: readonly string[];
	/** Paths or URIs of consoles of the guest and its firmware: their lines about PSCI are put among the events. */
	readonly consoles?: readonly string[];
	/** Which virtual machine of several: its number, the address of its struct kvm, or a process, thread or thread's name. */
	readonly vm?: string | number;
	/** Of a scenario: whose turn it is among programs side by side, in place of its own; `turns 0 1 1` is what exploring found. */
	readonly schedule?: string;
}
