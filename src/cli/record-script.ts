// `psci-trace record-script`: a shell script that records the PSCI calls of an arm64 KVM host's guests with
// what its kernel offers, and leaves the host as it was. To be read before it is run: it needs root.

import { command } from './command.ts';
import { readOptions } from './options.ts';
import { recorder } from './recorder-script.ts';

export const recordScript = command('record-script', (args, write) => {
	readOptions(args, { words: 0 });
	write(recorder.trimEnd());
	return 0;
});
