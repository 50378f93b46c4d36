// The main flows as whole conversations, as text in test/data/transcripts: what each client asks in its order, and
// all that the adapter says. Vacuous if transcripts were written by the run that compares them: they are not,
// unless asked for.

import { afterEach, expect, it } from 'vitest';
import { AdapterProgram, REBOOT } from './adapter-program.ts';
import { expectTranscript } from './golden.ts';

let adapter: AdapterProgram;
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

const trace = { source: { path: REBOOT } };

/** What every client asks at a stop: frames and scopes; the values of each where the person unfolds them. */
async function look(threadId: number, unfolded = false): Promise<number> {
	await adapter.send('threads');
	const { stackFrames } = await adapter.send<{ stackFrames: { id: number }[] }>('stackTrace', { threadId });
	const frameId = stackFrames[0]?.id ?? 0;
	const { scopes } = await adapter.send<{ scopes: { variablesReference: number; expensive: boolean }[] }>(
		'scopes',
		{ frameId },
	);
	for (const { variablesReference, expensive } of scopes)
		if (unfolded && !expensive) await adapter.send('variables', { variablesReference });
	return frameId;
}

it('VS Code debugs a recording, forwards and backwards', async () => {
	adapter = await AdapterProgram.start({
		clientID: 'vscode',
		clientName: 'Visual Studio Code',
		locale: 'en',
		supportsVariablePaging: true,
		supportsRunInTerminalRequest: true,
		supportsMemoryReferences: true,
		supportsInvalidatedEvent: true,
	});
	await adapter.launch(REBOOT, {}, async () => {
		await adapter.send('setBreakpoints', { ...trace, breakpoints: [{ line: 247 }], lines: [247] });
		await adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_ON' }] });
		await adapter.send('setExceptionBreakpoints', { filters: [], filterOptions: [] });
	});
	await look(1, true);
	for (const move of ['next', 'stepBack', 'continue', 'continue', 'reverseContinue'])
		await adapter.move(move);
	await look(1);
	await adapter.send('evaluate', { expression: 'vcpu[1].mp_state', context: 'hover' });
	await adapter.send('evaluate', { expression: 'vcpu[1].mp_state == STOPPED', context: 'watch' });
	await adapter.send('evaluate', { expression: 'x0', context: 'clipboard' });
	expectTranscript('vscode', adapter.transcript.entries);
});

it('Helix, which never steps back, has the console for it', async () => {
	adapter = await AdapterProgram.start({
		clientID: 'hx',
		clientName: 'helix',
		locale: 'en-us',
		supportsVariablePaging: false,
		supportsRunInTerminalRequest: true,
		supportsMemoryReferences: false,
		supportsInvalidatedEvent: false,
	});
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setBreakpoints', { ...trace, breakpoints: [{ line: 247 }], sourceModified: false }),
	);
	await look(1);
	await adapter.move('continue');
	await look(2);
	const typed = async (expression: string) => {
		const stack = await adapter.send<{ stackFrames: { id: number }[] }>('stackTrace', { threadId: 2 });
		// It names no context.
		return adapter.send('evaluate', { expression, frameId: stack.stackFrames[0]?.id });
	};
	for (const command of [
		'back',
		'reverse',
		'goto line 247',
		'find call == SYSTEM_RESET',
		'out back',
		'event back',
	]) {
		await typed(command);
		await adapter.where();
	}
	for (const asked of ['why vcpu[1].mp_state', 'bookmark here', 'bookmarks', 'vcpu[1]', 'help'])
		await typed(asked);
	expectTranscript('helix', adapter.transcript.entries);
});

it('dape sets all kinds of breakpoints and never steps back', async () => {
	adapter = await AdapterProgram.start({
		clientID: 'dape',
		supportsVariableType: false,
		supportsRunInTerminalRequest: true,
		supportsArgsCanBeInterpretedByShell: true,
	});
	await adapter.launch(REBOOT, { type: 'psci' }, async () => {
		await adapter.send('setExceptionBreakpoints', { filters: ['psci-error'] });
		await adapter.send('setBreakpoints', {
			source: { path: REBOOT, name: 'trace' },
			breakpoints: [
				{ line: 247, condition: 'vcpu == 1' },
				{ line: 107, hitCondition: '1' },
				{ line: 300, logMessage: 'vCPU {vcpu}: {call}' },
			],
			lines: [247, 107, 300],
		});
		await adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'SYSTEM_*' }] });
		await adapter.send('setDataBreakpoints', { breakpoints: [] });
	});
	const frameId = await look(1);
	await adapter.send('dataBreakpointInfo', { name: 'vcpu[1].mp_state', frameId });
	await adapter.send('setDataBreakpoints', {
		breakpoints: [{ dataId: 'vm[1].vcpu[1].mp_state', accessType: 'write' }],
	});
	for (let stops = 0; stops < 4; stops++) await adapter.move('continue');
	await adapter.send('completions', { text: 'vcpu[1].m', column: 10 });
	expectTranscript('dape', adapter.transcript.entries);
});

it('nvim-dap says how fine a step is, and steps back', async () => {
	adapter = await AdapterProgram.start({
		clientID: 'neovim',
		clientName: 'neovim',
		supportsRunInTerminalRequest: true,
		locale: 'C.UTF-8',
	});
	await adapter.launch(REBOOT, { type: 'psci', request: 'launch', name: 'trace' }, async () => {
		await adapter.send('setBreakpoints', {
			source: { path: REBOOT, name: 'trace' },
			sourceModified: false,
			breakpoints: [{ line: 107 }],
			lines: [107],
		});
		await adapter.send('setExceptionBreakpoints', { filters: ['divergence', 'never-ran', 'all-asleep'] });
	});
	await look(1);
	for (const granularity of ['statement', 'line', 'instruction']) {
		await adapter.move('next', { granularity });
		await adapter.move('stepBack', { granularity });
	}
	await adapter.move('stepIn', { granularity: 'statement' });
	await adapter.move('stepOut', { granularity: 'statement' });
	await adapter.move('continue');
	await adapter.move('reverseContinue');
	expectTranscript('nvim-dap', adapter.transcript.entries);
});

it('into the decisions of a call, and back to its beginning', async () => {
	adapter = await AdapterProgram.start();
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'CPU_ON' }] }),
	);
	const site = await adapter.move('continue');
	type Targets = { targets: { id: number; label: string }[] };
	const { targets } = await adapter.send<Targets>('stepInTargets', { frameId: site.frameId });
	const targetId = targets.find(({ label }) => label.startsWith('cpu_on.target_stopped'))?.id;
	await adapter.move('stepBack');
	await adapter.move('next');
	const again = await adapter.send<Targets>('stepInTargets', { frameId: (await adapter.frame(1)).id });
	await expect(adapter.send('stepIn', { threadId: 1, targetId })).rejects.toThrow(/at this stop/);
	const chosen = again.targets.find(({ label }) => label.startsWith('cpu_on.target_stopped'))?.id;
	const { frameId } = await adapter.move('stepIn', { targetId: chosen });
	await adapter.send('scopes', { frameId });
	await adapter.move('restartFrame', { frameId });
	expectTranscript('step-into', adapter.transcript.entries);
});

it('what an exception is, with its evidence', async () => {
	adapter = await AdapterProgram.start();
	await adapter.launch(REBOOT, {}, () =>
		adapter.send('setExceptionBreakpoints', {
			filters: [],
			filterOptions: [{ filterId: 'system-event', condition: 'type == RESET' }, { filterId: 'psci-error' }],
		}),
	);
	await adapter.move('continue');
	await adapter.send('exceptionInfo', { threadId: 1 });
	await adapter.move('continue');
	await adapter.move('reverseContinue');
	expectTranscript('exceptions', adapter.transcript.entries);
});

it('what a recording cannot do is refused in words', async () => {
	adapter = await AdapterProgram.start();
	const refused = (command: string, args: object) => expect(adapter.send(command, args)).rejects.toThrow();
	await refused('stackTrace', { threadId: 1 });
	const { frameId } = await adapter.launch(REBOOT);
	const { scopes } = await adapter.send<{ scopes: { variablesReference: number }[] }>('scopes', { frameId });
	const { variablesReference = 0 } = scopes[1] ?? {};
	await refused('setVariable', { variablesReference, name: 'mp_state', value: 'STOPPED' });
	await refused('setExpression', { expression: 'x0', value: '1' });
	await refused('readMemory', { memoryReference: '0x40080000', count: 16 });
	await refused('disassemble', { memoryReference: '0x40080000', instructionCount: 4 });
	await refused('evaluate', { expression: 'no_such_thing' });
	await refused('evaluate', { expression: 'x0 == ', context: 'watch' });
	await refused('launch', { program: REBOOT });
	await refused('next', { threadId: 'one' });
	await refused('terminateThreads', { threadIds: [1] });
	expectTranscript('refusals', adapter.transcript.entries);
});
