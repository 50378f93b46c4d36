// What a launch configuration may say. Also the schema in package.json.

import type { DebugProtocol } from '@vscode/debugprotocol';

export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
	/** Path or URI of the recorded trace. */
	readonly program?: string;
	/** Where to stand first: at the first guest call (default), or at the very first event of the recording. */
	readonly startAt?: 'firstCall' | 'firstEvent';
	/** Kernel whose KVM the model follows: a profile's name or a release, e.g. `6.12` or `6.12.107`. */
	readonly kernel?: string;
	/** Goes on reading a text that is still being written; the session grows with it. */
	readonly follow?: boolean;
}
