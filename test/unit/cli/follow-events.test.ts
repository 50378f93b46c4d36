// Following a file in the terminal, for as long as one likes. Vacuous if it were not looked at again: what is
// appended has to be printed.

import { getEventListeners } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { followEvents } from '../../../src/cli/follow-events.ts';
import { line } from '../trace/samples.ts';

it('waits again and again, and holds no more for it', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'follow-'));
	const file = path.join(folder, 'trace.txt');
	const event = line('kvm_entry: PC: 0x0000000040000000');
	writeFileSync(file, event);
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
	rmSync(folder, { recursive: true });
});
