// A step of a vCPU that does not come for long is looked for in slices: others are answered meanwhile, and a pause ends
// it where one stood. The clock runs fast here, so that every slice is over at once. Vacuous if the step were over
// before: the first test sees it go on.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FileAccessor } from '../../src/adapter/file-accessor.ts';
import { PsciDebugSession } from '../../src/adapter/psci-debug-session.ts';
import { bytesInMemory } from '../../src/trace/byte-source.ts';

const EVENTS = 30_000;
const line = (vcpu: number, n: number) =>
	` CPU ${vcpu}/KVM-${10 + vcpu} [00${vcpu}] ..... ${n}.000000: kvm_entry: PC: 0x0000000040000000\n`;
const bytes = new TextEncoder().encode(
	`# tracer: nop\n#\n${Array.from({ length: EVENTS }, (_, n) => line(n === 0 ? 1 : 0, n + 1)).join('')}`,
);
const files: FileAccessor = {
	open: async (name) => bytesInMemory(name, bytes),
	baseName: (name) => name,
	isLink: async () => false,
	same: (a, b) => a === b,
};

let session: PsciDebugSession;
let seq: number;
const waiting = new Map<string, (body: unknown) => void>();
const told = (key: string) => new Promise<unknown>((resolve) => waiting.set(key, resolve));

async function send<T>(command: string, args: object = {}): Promise<T> {
	const answer = told(`answer ${++seq}`);
	session.handleMessage({ seq, type: 'request', command, arguments: args });
	const { success, message, body } = (await answer) as DebugProtocol.Response;
	if (!success) throw new Error(message);
	return body;
}

async function move(command: string, args: object): Promise<{ reason: string; description?: string }> {
	const stopped = told('stopped');
	await send(command, args);
	return (await stopped) as { reason: string; description?: string };
}

const row = async () =>
	Number((await send<{ result: string }>('evaluate', { expression: 'row', context: 'watch' })).result);

beforeEach(async () => {
	seq = 0;
	session = new PsciDebugSession(files);
	session.onDidSendMessage((message) => {
		const { type, event, body, request_seq } = message as DebugProtocol.Event & DebugProtocol.Response;
		const key = type === 'event' ? event : `answer ${request_seq}`;
		waiting.get(key)?.(type === 'event' ? body : message);
	});
	await send('initialize', { adapterID: 'psci' });
	await send('launch', { program: 'far.txt', startAt: 'firstEvent' });
	await move('configurationDone', {});
	await move('psci/goto', { place: 'end' });
	await move('psci/goto', { place: '100' });
	let now = Date.now();
	vi.spyOn(Date, 'now').mockImplementation(() => (now += 100));
});
afterEach(() => {
	vi.restoreAllMocks();
	session.dispose();
});

const STEPS = [
	['next', { granularity: 'instruction' }],
	['stepIn', {}],
	['psci/nextEvent', {}],
] as const;

it.each(STEPS)('%s of a vCPU that never comes again is paused where one stood', async (command, args) => {
	const stopped = told('stopped');
	await send(command, { threadId: 2, singleThread: true, ...args });
	expect(await send('threads')).toBeDefined();
	await send('pause', { threadId: 2 });
	expect(await stopped).toMatchObject({ reason: 'pause' });
	expect(await row()).toBe(100);
});

it.each(STEPS)('%s of it ends at the end where nobody pauses it', async (command, args) => {
	const step = { threadId: 2, singleThread: true, ...args };
	expect((await move(command, step)).description).toMatch(/^End of the recording/);
	expect(await row()).toBe(EVENTS);
});

it('a step back of it is paused, too, and goes on to its event', async () => {
	await move('psci/goto', { place: String(EVENTS - 1) });
	const back = { threadId: 2, singleThread: true, granularity: 'instruction' };
	const stopped = told('stopped');
	await send('stepBack', back);
	await send('pause', { threadId: 2 });
	expect(await stopped).toMatchObject({ reason: 'pause' });
	expect(await row()).toBe(EVENTS - 1);
	await move('stepBack', back);
	expect(await row()).toBe(0);
});
