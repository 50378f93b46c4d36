// What takes long can be paused and cancelled, and is answered soon. On a recording made for it, of 120,000 events.
// Vacuous if nothing took long: each test sees that it still went on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeLarge } from '../../bench/trace-large.ts';
import { AdapterProgram } from './adapter-program.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'psci-long-'));
const file = path.join(folder, 'large.dat');
beforeAll(() => {
	writeLarge(file, 120_000);
});
afterAll(() => rmSync(folder, { recursive: true }));

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start({ supportsProgressReporting: true });
	await adapter.launch(file);
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

/** Generous, as tests share the machine; bench/dap.ts measures. */
const SOON = 5000;

async function soon<T>(work: Promise<T>): Promise<T> {
	const before = performance.now();
	const done = await work;
	expect(performance.now() - before).toBeLessThan(SOON);
	return done;
}

it('the first stop comes before all of a large recording is read', async () => {
	const { result } = await adapter.send<{ result: string }>('evaluate', {
		expression: 'row',
		context: 'watch',
	});
	expect(Number(result)).toBeLessThan(1000);
	await adapter.move('continue');
	expect(await adapter.send('evaluate', { expression: 'row', context: 'watch' })).toMatchObject({
		result: '0x1d4c0',
	});
});

it('a run that finds out where a breakpoint stops is paused at once', async () => {
	await adapter.send('setInstructionBreakpoints', { breakpoints: [{ instructionReference: '0x1' }] });
	await adapter.send('continue', { threadId: 1 });
	expect(adapter.stopped).toHaveLength(0);
	await expect(adapter.send('stackTrace', { threadId: 1 })).rejects.toThrow(/stands still/);
	expect(await soon(adapter.move('pause'))).toMatchObject({ reason: 'pause' });
});

it('a search is cancelled as a request, and as the progress that the person sees', async () => {
	const expression = 'vcpu[1].pc == 0x123456789 && x1 == 0x9';
	const refused = expect(adapter.send('psci/search', { expression })).rejects.toThrow('cancelled');
	const request = adapter.transcript.entries.findLast(({ from }) => from === 'client')?.message.seq;
	await adapter.send('cancel', { requestId: request });
	await soon(refused);

	const again = expect(adapter.send('psci/search', { expression })).rejects.toThrow('cancelled');
	while (!adapter.transcript.events('progressStart').some(({ body }) => body.title.startsWith('Searching')))
		await new Promise((resolve) => setTimeout(resolve, 10));
	const { progressId } = adapter.transcript.events('progressStart').at(-1)?.body ?? {};
	await adapter.send('cancel', { progressId });
	await soon(again);
});

it('other requests are answered while one runs', async () => {
	await adapter.send('setInstructionBreakpoints', { breakpoints: [{ instructionReference: '0x1' }] });
	await adapter.send('continue', { threadId: 1 });
	await soon(adapter.send('threads'));
	await soon(adapter.send('setFunctionBreakpoints', { breakpoints: [] }));
	await soon(adapter.move('pause'));
});
