// What a client sees at a stop. Vacuous if the answers were empty: each test names what must be in them.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterProgram, REBOOT } from './adapter-program.ts';

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start({ supportsVariablePaging: true, supportsInvalidatedEvent: true });
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

interface Scope {
	name: string;
	variablesReference: number;
	indexedVariables?: number;
}
interface Variable {
	name: string;
	value: string;
	variablesReference: number;
	valueLocationReference?: number;
	memoryReference?: string;
	presentationHint: { kind: string; attributes: string[] };
}

async function scope(frameId: number, name: string): Promise<Scope> {
	const { scopes } = await adapter.send<{ scopes: Scope[] }>('scopes', { frameId });
	const found = scopes.find((s) => s.name === name);
	if (!found) throw new Error(`no scope ${name}`);
	return found;
}

const variables = async (variablesReference: number, args: object = {}): Promise<Variable[]> =>
	(await adapter.send<{ variables: Variable[] }>('variables', { variablesReference, ...args })).variables;

describe('variables', () => {
	it('come in pages: past the end there are none', async () => {
		const { frameId } = await adapter.launch(REBOOT);
		const { variablesReference, indexedVariables } = await scope(frameId, 'All calls');
		expect(indexedVariables).toBe(71);
		const page = (args: object) => variables(variablesReference, args).then((all) => all.map((v) => v.name));
		expect(await page({ filter: 'indexed', start: 69, count: 10 })).toEqual(['[69]', '[70]']);
		expect(await page({ filter: 'indexed', start: 71, count: 10 })).toEqual([]);
		expect(await page({ filter: 'named' })).toEqual([]);
		const registers = await scope(frameId, 'Registers');
		expect(
			(await variables(registers.variablesReference, { start: 1, count: 2 })).map((v) => v.name),
		).toEqual(['x0', 'x1']);
	});

	it('keep their names from stop to stop', async () => {
		const names = async (frameId: number) =>
			Object.keys(await adapter.variables(frameId)).filter((name) => !name.startsWith('Arguments'));
		const first = await names((await adapter.launch(REBOOT)).frameId);
		for (const move of ['next', 'continue', 'stepBack', 'reverseContinue'])
			expect(await names((await adapter.move(move)).frameId), move).toEqual(first);
	});

	it('are hexadecimal or decimal as the request says, else as the person chose', async () => {
		const { frameId } = await adapter.launch(REBOOT);
		await adapter.move('continue');
		await adapter.send('psci/goto', { place: 'line 247' });
		const at = await adapter.where();
		const { variablesReference } = await scope(at.frameId, 'Registers');
		const pc = async (args: object) => (await variables(variablesReference, args))[0]?.value.split(' ')[0];
		expect(await pc({})).toBe('0xffff998d2e86e998');
		expect(await pc({ format: { hex: false } })).toBe(String(0xffff998d2e86e998n));
		const invalidated = adapter.transcript.events('invalidated').length;
		await adapter.send('psci/showNumbers', { as: 'decimal' });
		expect(await pc({})).toBe(String(0xffff998d2e86e998n));
		expect(await pc({ format: { hex: true } })).toBe('0xffff998d2e86e998');
		expect(adapter.transcript.events('invalidated')).toHaveLength(invalidated + 1);
		expect(frameId).toBeGreaterThan(0);
	});

	it('say that they cannot be changed, what is computed, and where each was written', async () => {
		await adapter.launch(REBOOT);
		await adapter.send('psci/goto', { place: 'line 247' });
		const { frameId } = await adapter.where();
		const vcpu = await variables((await scope(frameId, 'vCPU')).variablesReference);
		const state = vcpu.find((v) => v.name === 'mp_state');
		expect(state).toMatchObject({ presentationHint: { kind: 'virtual', attributes: ['readOnly'] } });
		expect(state?.value).toMatch(/inferred, line 151/);
		const place = await adapter.send('locations', { locationReference: state?.valueLocationReference });
		expect(place).toMatchObject({ source: { path: REBOOT }, line: 151 });
		const [pc] = await variables((await scope(frameId, 'Registers')).variablesReference);
		expect(pc).toMatchObject({ memoryReference: '0xffff998d2e86e998', presentationHint: { kind: 'data' } });
	});

	it('that take a while are found out when asked for: what the model answers', async () => {
		const { frameId } = await adapter.launch(REBOOT);
		const later = (await variables((await scope(frameId, 'Arguments')).variablesReference)).at(-1);
		expect(later).toMatchObject({ name: 'modelled', value: '…', presentationHint: { lazy: true } });
		const asked = await variables(later?.variablesReference ?? 0);
		expect(asked).toMatchObject([{ name: 'modelled', value: '1.3 (modelled)', variablesReference: 0 }]);
	});

	it('of a stop before are no longer valid and never mean another thing', async () => {
		const { frameId } = await adapter.launch(REBOOT);
		const { variablesReference } = await scope(frameId, 'vCPU');
		await adapter.move('next');
		await expect(variables(variablesReference)).rejects.toThrow(/names nothing at this stop/);
		await expect(adapter.send('scopes', { frameId })).rejects.toThrow(/no stack frame/);
	});
});

it('a client that takes no pages gets long lists folded', async () => {
	const other = await AdapterProgram.start({ supportsVariablePaging: false });
	const { frameId } = await other.launch(REBOOT);
	const { scopes } = await other.send<{ scopes: Scope[] }>('scopes', { frameId });
	const all = scopes.find(({ name }) => name === 'All calls');
	const list = await other.send<{ variables: Variable[] }>('variables', {
		variablesReference: all?.variablesReference,
	});
	expect(list.variables.length).toBeLessThanOrEqual(100);
	expect(await other.stop()).toBe(0);
});

it('every frame has a source; threads without an event are subtle; pages of frames are pages of one stack', async () => {
	await adapter.launch(REBOOT);
	const { threads } = await adapter.send<{ threads: { id: number; name: string }[] }>('threads');
	expect(threads.map(({ name }) => name)).toEqual(['vCPU 0', 'vCPU 1', 'vCPU 2', 'vCPU 3', 'VMM']);
	for (const { id } of threads) expect((await adapter.frame(id)).source?.path).toBe(REBOOT);
	await adapter.send('psci/goto', { place: 'line 249' });
	const { threadId } = await adapter.nextStop();
	type Stack = { stackFrames: { name: string; line: number }[]; totalFrames: number };
	const stack = (args: object) => adapter.send<Stack>('stackTrace', { threadId, ...args });
	const whole = await stack({});
	expect(whole.totalFrames).toBe(2);
	const second = await stack({ startFrame: 1, levels: 1 });
	expect(second.totalFrames).toBe(2);
	expect(second.stackFrames.map(({ line }) => line)).toEqual([whole.stackFrames[1]?.line]);
	expect((await stack({ startFrame: 9, levels: 1 })).stackFrames).toEqual([]);
});

it('documents are the trace and the specification; the VMs are modules', async () => {
	await adapter.launch(REBOOT);
	const { sources } = await adapter.send<{ sources: { name: string; path: string }[] }>('loadedSources');
	const page = sources.find(({ name }) => name === 'CPU_ON.md');
	const text = await adapter.send<{ content: string }>('source', { sourceReference: 0, source: page });
	expect(text.content).toContain('cpu_on.target_stopped');
	await expect(adapter.send('source', { sourceReference: 77 })).rejects.toThrow(/loadedSources/);
	expect(await adapter.send('modules')).toMatchObject({
		modules: [{ name: 'Virtual machine', version: 'KVM of 7.2, 4 vCPUs' }],
		totalModules: 1,
	});
});

it('the instructions that trapped can be disassembled, the rest is not recorded', async () => {
	await adapter.launch(REBOOT);
	await adapter.send('psci/goto', { place: 'line 247' });
	await adapter.where();
	const { instructions } = await adapter.send<{ instructions: { instruction: string }[] }>('disassemble', {
		memoryReference: '0xffff998d2e86e998',
		instructionOffset: -2,
		instructionCount: 4,
	});
	expect(instructions).toHaveLength(4);
	expect(instructions[1]).toMatchObject({ instruction: 'hvc #0', instructionBytes: '02 00 00 d4' });
	expect(instructions[2]).toMatchObject({ presentationHint: 'invalid' });
});

it('goto offers every event of a line, and of a document the places where its rule decides', async () => {
	await adapter.launch(REBOOT);
	const { sources } = await adapter.send<{ sources: { name: string; path: string }[] }>('loadedSources');
	const source = sources.find(({ name }) => name === 'CPU_ON.md');
	const { targets } = await adapter.send<{ targets: { id: number; label: string }[] }>('gotoTargets', {
		source,
		line: 61,
	});
	expect(targets.length).toBeGreaterThan(2);
	expect(targets[0]?.label).toMatch(/^cpu_on\..*, at event \d+: /);
	expect(await adapter.move('goto', { targetId: targets[1]?.id })).toMatchObject({ file: 'CPU_ON.md' });
	const beyond = await adapter.send<{ targets: object[] }>('gotoTargets', {
		source: { path: REBOOT },
		line: 99_999,
	});
	expect(beyond.targets).toMatchObject([{ label: 'the end' }]);
});

it('requests of ours go where the protocol cannot', async () => {
	const { threadId } = await adapter.launch(REBOOT);
	expect(await adapter.move('psci/nextEvent', { threadId: 3 })).toMatchObject({ threadId: 3 });
	await adapter.send('psci/setBookmark', { name: 'there' });
	await adapter.move('psci/goto', { place: 'end' });
	const back = await adapter.move('psci/goto', { place: 'there' });
	expect(back.threadId).toBe(3);
	expect(await adapter.send('psci/removeBookmark', { name: 'there' })).toEqual({ bookmarks: [] });
	await expect(adapter.send('psci/goto', { place: 'there' })).rejects.toThrow(/no place of this session/);
	await adapter.move('psci/goto', { place: 'line 249' });
	expect(await adapter.move('psci/stepOutBackwards')).toMatchObject({ line: 247 });
	const found = await adapter.send<{ matches: { place: string }[]; complete: boolean }>('psci/search', {
		expression: 'event == reset',
		direction: 'backwards',
		most: 3,
	});
	expect(found.matches).toHaveLength(3);
	expect(await adapter.send('psci/why', { expression: 'vcpu[1].mp_state' })).toMatchObject({
		text: expect.stringMatching(/since event/),
	});
	// Without a value, of the event; the CPU_ON of vCPU 1 after its CPU_OFF.
	expect(await adapter.send('psci/why', { place: 'line 280' })).toMatchObject({
		text: expect.stringMatching(
			/^SUCCESS \(0\), decided by cpu_on\.target_stopped; vcpu\[1\]\.mp_state was STOPPED/,
		),
	});
	expect(await adapter.send('psci/why', { place: 'line 280', expression: 'vcpu[1].mp_state' })).toMatchObject(
		{
			value: 'STOPPED',
		},
	);
	await expect(adapter.send('psci/why', { place: 'nowhere' })).rejects.toThrow(/no place/);
	// Nothing is wrong here but a note: its picture is named as asked for, and linked to.
	const report = await adapter.send<{ markdown: string; pictures: Record<string, string> }>('psci/report', {
		name: 'mine',
	});
	expect(Object.keys(report.pictures)).toEqual(['mine-1.svg']);
	expect(report.markdown).toContain('](mine-1.svg)');
	expect(report.markdown).toContain('PSCI-205');
	expect(report.pictures['mine-1.svg']).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
	await expect(adapter.send('psci/search', { expression: 'x0 ==' })).rejects.toThrow(/cannot be read/);
	await expect(adapter.send('psci/compare', { kernels: ['6.12'] })).rejects.toThrow(/kernels/);
	expect(await adapter.send('psci/compare', { kernels: ['6.1', '7.2'] })).toHaveProperty('differences');
	expect(await adapter.send('psci/divergences')).toHaveProperty('divergences');
	expect(threadId).toBe(1);
});
