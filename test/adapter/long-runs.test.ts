// What takes long can be paused and cancelled, and is answered before it is done; so is what is asked while a recording is still
// being loaded. On a recording made for it, which is too large to be read before the first stop. Vacuous if nothing
// took long: each test sees that it still went on.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeLarge } from '../../bench/trace-large.ts';
import { testFolder } from '../test-folder.ts';
import { AdapterProgram } from './adapter-program.ts';

const file = testFolder().at('large.dat');
const EVENTS = 1_000_000;
beforeAll(() => {
	writeLarge(file, EVENTS);
});

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start({ supportsProgressReporting: true });
	// In one breath, so that little is loaded by then, however late we come to hear of it.
	await Promise.all([
		adapter.client.launchRequest({ program: file } as DebugProtocol.LaunchRequestArguments),
		adapter.client.configurationDoneRequest(),
		adapter.send('psci/goto', { place: 'end' }),
	]);
	await adapter.nextStop();
	expect(await adapter.nextStop()).toMatchObject({ description: 'End of what is loaded so far' });
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

const numberOf = async (expression: string) =>
	Number((await adapter.send<{ result: string }>('evaluate', { expression, context: 'watch' })).result);

it('the first stop comes before all of a large recording is read, and a run goes on as more is', async () => {
	expect(await numberOf('row')).toBeLessThan(EVENTS / 2);
	await adapter.move('continue');
	expect(await numberOf('row')).toBe(EVENTS);
	const titles = adapter.transcript.events('progressStart').map(({ body }) => body.title);
	expect(titles.some((title) => title.startsWith('Loading the rest'))).toBe(true);
});

it('a run stops in what is loaded, and can be paused while it waits for the rest', async () => {
	const loaded = await numberOf('row');
	await adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'PSCI_VERSION' }] });
	await adapter.send('continue', { threadId: 1 });
	expect(await adapter.move('pause')).toMatchObject({ reason: 'pause' });
	const breakpoints = [{ line: 500 }, { line: EVENTS - 1000 }];
	const source = { sourceReference: 1 };
	const set = await adapter.send<{ breakpoints: DebugProtocol.Breakpoint[] }>('setBreakpoints', {
		source,
		breakpoints,
	});
	expect(set.breakpoints).toMatchObject([{ verified: true, line: 500 }, { id: expect.anything() }]);
	await adapter.move('psci/goto', { place: 'start' });
	expect(await adapter.move('continue')).toMatchObject({ reason: 'breakpoint', line: 500 });
	expect(loaded).toBeGreaterThan(500);
	expect(await adapter.move('continue')).toMatchObject({ reason: 'breakpoint', line: EVENTS - 1000 });
});

it('loading that is cancelled leaves what is there, and says so', async () => {
	const loading = () =>
		adapter.transcript.events('progressStart').find(({ body }) => body.title.startsWith('Loading the rest'));
	while (!loading()) await new Promise((resolve) => setTimeout(resolve, 5));
	await adapter.send('cancel', { progressId: loading()?.body.progressId });
	while (!adapter.transcript.events('output').some(({ body }) => body.output.startsWith('Only the first')))
		await new Promise((resolve) => setTimeout(resolve, 5));
	expect(await adapter.move('continue')).toMatchObject({ description: 'End of what was loaded' });
	expect(await numberOf('row')).toBeLessThan(EVENTS);
});

it('a run that finds out where a breakpoint stops is paused at once', async () => {
	await adapter.send('setInstructionBreakpoints', { breakpoints: [{ instructionReference: '0x1' }] });
	await adapter.send('continue', { threadId: 1 });
	expect(adapter.stopped).toHaveLength(0);
	await expect(adapter.send('stackTrace', { threadId: 1 })).rejects.toThrow(/stands still/);
	expect(await adapter.move('pause')).toMatchObject({ reason: 'pause' });
});

it('a search is cancelled as a request, and as the progress that the person sees', async () => {
	await adapter.move('psci/goto', { place: 'start' });
	const expression = 'vcpu[1].pc == 0x123456789 && x1 == 0x9';
	const refused = expect(adapter.send('psci/search', { expression })).rejects.toThrow('cancelled');
	const request = adapter.transcript.entries.findLast(({ from }) => from === 'client')?.message.seq;
	await adapter.send('cancel', { requestId: request });
	await refused;

	const again = expect(adapter.send('psci/search', { expression })).rejects.toThrow('cancelled');
	while (!adapter.transcript.events('progressStart').some(({ body }) => body.title.startsWith('Searching')))
		await new Promise((resolve) => setTimeout(resolve, 10));
	const { progressId } = adapter.transcript.events('progressStart').at(-1)?.body ?? {};
	await adapter.send('cancel', { progressId });
	await again;
});

it('other requests are answered while one runs', async () => {
	await adapter.send('setInstructionBreakpoints', { breakpoints: [{ instructionReference: '0x1' }] });
	await adapter.send('continue', { threadId: 1 });
	await adapter.send('threads');
	await adapter.send('setFunctionBreakpoints', { breakpoints: [] });
	await adapter.move('pause');
});
