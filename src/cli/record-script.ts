// `psci-trace record-script`: a shell script that records the PSCI calls of an arm64 KVM host's guests with
// what its kernel offers, and leaves the host as it was. To be read before it is run: it needs root.

import { recorder } from './recorder-script.ts';

const usage = 'usage: psci-trace record-script';

export function recordScript(args: readonly string[], write: (line: string) => void): number {
	if (args.length > 0) {
		console.error(`psci-trace record-script: it takes no arguments\n${usage}`);
		return 2;
	}
	write(recorder.trimEnd());
	return 0;
}
