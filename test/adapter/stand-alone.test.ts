// The stand-alone adapter, driven over standard input and output on real recordings. Vacuous if the
// program were not started: every answer here comes through its pipes.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterProgram, REBOOT, SELFTEST } from './adapter-program.ts';

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
});
afterEach(async () => {
	if (adapter.process.exitCode === null) expect(await adapter.stop()).toBe(0);
});

describe('a Linux guest with four vCPUs', () => {
	it('stops first at the first guest call, PSCI_VERSION, with the machine as the VMM left it', async () => {
		const stop = await adapter.launch(REBOOT);
		expect(stop).toMatchObject({ reason: 'entry', threadId: 1, line: 88, name: 'PSCI_VERSION' });
		const { threads } = await adapter.send<{ threads: unknown }>('threads');
		expect(threads).toEqual([
			...[0, 1, 2, 3].map((n) => ({ id: n + 1, name: `vCPU ${n}` })),
			{ id: 1_000_001, name: 'VMM' },
		]);
	});

	it('shows arguments, result, registers, vCPU and VM, each with its provenance', async () => {
		const stop = await adapter.launch(REBOOT);
		const values = await adapter.variables(stop.frameId);
		expect(values).toMatchObject({
			'Arguments.function': 'PSCI_VERSION (0x84000000) (recorded, line 89)',
			'Arguments.conduit': 'HVC (recorded, line 88)',
			'Arguments.result': '1.3 (recorded, line 90)',
			'vCPU.mp_state': 'RUNNABLE (recorded, line 60)',
			'Virtual machine.kvm': '0xfff0000005df2000 (recorded)',
			'Virtual machine.psci_version': '1.3 (recorded, line 90)',
		});
	});

	it('follows CPU_ON: the target is STOPPED before, reset and RUNNABLE after', async () => {
		await adapter.launch(REBOOT, {}, () =>
			adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_ON' }] }),
		);
		const call = await adapter.move('continue');
		expect(call).toMatchObject({
			reason: 'function breakpoint',
			threadId: 1,
			name: 'CPU_ON target_cpu=0x1 entry_point_address=0x41f12498 context_id=0x0',
		});
		const before = await adapter.send<{ result: string }>('evaluate', { expression: 'vcpu[1].mp_state' });
		expect(before.result).toMatch(/^STOPPED \(recorded/);
		const reset = await adapter.move('next');
		expect(reset).toMatchObject({
			threadId: 2,
			name: expect.stringMatching(/reset owed by a CPU_ON.*0x41f12498/),
		});
		await adapter.move('next');
		const after = await adapter.send<{ result: string }>('evaluate', { expression: 'vcpu[1].mp_state' });
		expect(after.result).toMatch(/^RUNNABLE \(inferred/);
		const pc = await adapter.send<{ result: string }>('evaluate', { expression: 'vcpu[1].pc' });
		expect(pc.result).toMatch(/^0x41f12498|^0x/);
	});

	it('steps back to where each step forwards came from', async () => {
		const lines = [(await adapter.launch(REBOOT)).line];
		for (let i = 0; i < 12; i++) lines.push((await adapter.move('next')).line);
		expect(new Set(lines).size).toBe(13);
		const back: number[] = [];
		for (let i = 0; i < 12; i++) back.push((await adapter.move('stepBack')).line);
		expect(back).toEqual(lines.slice(0, -1).reverse());
	});

	it('continue to the end stops there, shows the RESET, and goes back', async () => {
		await adapter.launch(REBOOT);
		const end = await adapter.move('continue');
		expect(end).toMatchObject({ description: 'End of the recording', line: 327 });
		const values = await adapter.variables(end.frameId);
		expect(values['Virtual machine.system_event']).toMatch(/^RESET by vCPU 0 \(recorded/);
		expect(values['vCPU.mp_state']).toMatch(/^STOPPED \(inferred/);
		expect(await adapter.move('next')).toMatchObject({ line: 327 });
		expect(await adapter.move('stepBack')).toMatchObject({ line: 327 });
		expect(await adapter.move('reverseContinue')).toMatchObject({ description: 'Start of the recording' });
	});

	it('line breakpoints say where they really stop, and stop in both directions', async () => {
		const path = REBOOT;
		await adapter.launch(path, {}, async () => {
			const { breakpoints } = await adapter.send<{ breakpoints: { verified: boolean; line: number }[] }>(
				'setBreakpoints',
				{ source: { path }, breakpoints: [{ line: 1 }, { line: 200 }, { line: 9999 }] },
			);
			expect(breakpoints.map(({ verified, line }) => ({ verified, line }))).toEqual([
				{ verified: true, line: 2 },
				{ verified: true, line: 200 },
				{ verified: false, line: 9999 },
			]);
		});
		expect(await adapter.move('continue')).toMatchObject({ reason: 'breakpoint', line: 200 });
		await adapter.move('continue');
		expect(await adapter.move('reverseContinue')).toMatchObject({ reason: 'breakpoint', line: 200 });
	});

	it("stepIn visits the events of a call and the model's decisions about it, stepOut leaves it", async () => {
		await adapter.launch(REBOOT);
		expect(await adapter.move('stepIn')).toMatchObject({ line: 89 });
		const decision = await adapter.move('stepIn');
		expect(decision).toMatchObject({ file: 'hypercalls.md', name: expect.stringMatching(/^hvc\./) });
		const values = await adapter.variables(decision.frameId);
		expect(values['Decision.rule']).toMatch(/^hvc\..* \(modelled\)$/);
		const { stackFrames } = await adapter.send<{ stackFrames: { line: number }[] }>('stackTrace', {
			threadId: 1,
		});
		expect(stackFrames.slice(1).map((frame) => frame.line)).toEqual([89, 88]);
		let inside = await adapter.move('stepIn');
		while (inside.file.endsWith('.md')) inside = await adapter.move('stepIn');
		expect(inside).toMatchObject({ line: 90, name: 'PSCI_VERSION: 1.3' });
		expect(await adapter.move('stepOut')).toMatchObject({ line: 91, name: 'MIGRATE_INFO_TYPE' });
	});

	it('says which kernels it knows when the launch configuration names another', async () => {
		await expect(
			adapter.client.launchRequest({ program: REBOOT, kernel: 'vista' } as object),
		).rejects.toThrow(/'vista'; expected a release such as 6\.12\.107, or one of: .*7\.2/);
		await adapter.launch(REBOOT, { kernel: '6.12.107' });
		const { result } = await adapter.send<{ result: string }>('evaluate', { expression: 'vm.kernel' });
		expect(result).toBe('6.12 (configured)');
	});

	it('a bare register is what the call at hand passes in it, as in a condition', async () => {
		await adapter.launch(REBOOT);
		await adapter.move('psci/goto', { place: 'line 148' });
		const result = async (expression: string, format = {}) =>
			(await adapter.send<{ result: string }>('evaluate', { expression, context: 'watch', format })).result;
		expect(await result('x1')).toBe('0x1 (recorded, line 149)');
		expect(await result('x1 == 1')).toBe('true');
		expect(await result('vcpu[0].x1')).toBe('0x0 (recorded, line 147)');
		expect(await result('x2 + 8')).toBe('0x41f124a0');
		expect(await result('x2 + 8', { hex: false })).toBe(String(0x41f124a0));
		expect(await result('line')).toBe('148');
		expect(await result('line', { hex: true })).toBe('0x94');
	});

	it('evaluates what a person points at', async () => {
		await adapter.launch(REBOOT);
		const ask = async (expression: string, context = 'hover') =>
			(await adapter.send<{ result: string }>('evaluate', { expression, context })).result;
		expect(await ask('0xc4000003')).toBe('CPU_ON (SMC64)');
		expect(await ask('0xfffffffffffffffe')).toBe('INVALID_PARAMETERS (-2)');
		expect(await ask('ALREADY_ON')).toMatch(/^-4: /);
		expect(await ask('mp_state', 'clipboard')).toBe('RUNNABLE');
		await expect(ask('no_such_thing')).rejects.toThrow(/names nothing here/);
	});
});

describe("the kernel's own selftest", () => {
	it('tells its two vCPUs apart though one thread runs both, and shows SYSTEM_OFF2 leave with its flag', async () => {
		await adapter.launch(SELFTEST, {}, () =>
			adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'SYSTEM_*' }] }),
		);
		const suspend = await adapter.move('continue');
		expect(suspend.name).toMatch(/^SYSTEM_SUSPEND .*0xfeedf00d/);
		const off = await adapter.move('continue');
		expect(off.name).toMatch(/^SYSTEM_OFF2/);
	});
});

describe('every displayed value', () => {
	it('evaluates, by its evaluateName, to what is displayed', async () => {
		await adapter.launch(REBOOT);
		const stop = await adapter.move('continue');
		const { scopes } = await adapter.send<{
			scopes: { variablesReference: number; expensive: boolean }[];
		}>('scopes', { frameId: stop.frameId });
		let compared = 0;
		const walk = async (variablesReference: number): Promise<void> => {
			const { variables } = await adapter.send<{
				variables: { name: string; evaluateName: string; value: string; variablesReference: number }[];
			}>('variables', { variablesReference });
			for (const v of variables) {
				// What the model answers is no value of the state.
				if (v.name === 'modelled') continue;
				const { result } = await adapter.send<{ result: string }>('evaluate', {
					expression: v.evaluateName,
					frameId: stop.frameId,
				});
				expect(result, v.evaluateName).toBe(v.value);
				compared++;
				if (v.variablesReference > 0) await walk(v.variablesReference);
			}
		};
		// The list of all calls is no value of the state.
		for (const scope of scopes) if (!scope.expensive) await walk(scope.variablesReference);
		expect(compared).toBeGreaterThan(15);
	});
});
