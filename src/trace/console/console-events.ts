// Lines of a console as events of the table.

import type { EventDetail } from '../event.ts';
import type { ConsoleEvent } from './read-console.ts';

/** `[    0.357489] CPU1: Booted …` without its time: that is the row's. */
export function detailOf({ text, statement }: ConsoleEvent): EventDetail {
	const firmware = statement.says === 'firmware-cpu-state' || statement.says === 'firmware-unimplemented';
	const said = text.replace(/^(?:<\d{1,3}>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? /, '');
	return { kind: 'console', source: firmware ? 'TF-A' : 'Linux', text: said };
}

/** The CPU that a line is about, the booting one where it names none. */
export function cpuOf({ statement }: ConsoleEvent): number {
	return 'cpu' in statement ? statement.cpu : 0;
}
