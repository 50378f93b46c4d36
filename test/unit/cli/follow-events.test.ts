// Following a file in the terminal, for as long as one likes. Vacuous if it were not looked at again: what is
// appended has to be printed.

import { getEventListeners } from 'node:events';
import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { followEvents } from '../../../src/cli/follow-events.ts';
import { testFolder } from '../../test-folder.ts';
import { line } from '../trace/samples.ts';

const folder = testFolder();

it('waits again and again, and holds no more for it', async () => {
	const event = line('kvm_entry: PC: 0x0000000040000000');
	const file = folder.write('trace.txt', event);
	const stop = new AbortController();
	let printed = 0;
	let most = 0;
	const following = followEvents(file, {
		signal: stop.signal,
		note: () => undefined,
		rows: (_trace, _from, to) => {
			most = Math.max(most, getEventListeners(stop.signal, 'abort').length);
			printed = to;
			if (printed < 4) appendFileSync(file, event);
			else stop.abort();
		},
	});
	await following;
	expect(printed).toBe(4);
	expect(most).toBeLessThanOrEqual(1);
	expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});
