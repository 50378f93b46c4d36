// Which Linux a session ran on, for what no behaviour of the model tells.

import type { Session } from '../session.ts';

export interface Release {
	/** as it is written: `6.12` */
	readonly text: string;
	/** 612: to compare */
	readonly number: number;
}

/** Undefined where nothing says it: the model then follows the newest kernel it has. */
export function releaseOf({ kernel, trace }: Session): Release | undefined {
	if (kernel.origin === 'default') return undefined;
	// What the recording says itself is exact; a profile stands for the releases up to the next one.
	const [text, major, minor] =
		/\b(\d+)\.(\d+)/.exec((kernel.origin === 'recorded' && trace.host) || kernel.profile.name) ?? [];
	return text === undefined ? undefined : { text, number: Number(major) * 100 + Number(minor) };
}
