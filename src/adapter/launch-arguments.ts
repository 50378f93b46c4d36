// What a launch configuration may say. Also the schema in package.json.

import type { DebugProtocol } from '@vscode/debugprotocol';

export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
	/** Path or URI of the recorded trace. */
	readonly program?: string;
	/** Where to stand first: at the first guest call (default), or at the very first event of the recording. */
	readonly startAt?: 'firstCall' | 'firstEvent';
	/** Kernel whose KVM the model follows: a profile's name or a release, e.g. `6.12` or `6.12.107`. */
	readonly kernel?: string;
	/** Of a scenario: whose turn it is among programs side by side, in place of its own; `turns 0 1 1` is what exploring found. */
	readonly schedule?: string;
}
