// A binary recording: its text is made by the adapter, and lines, breakpoints and steps are of that text.
// Vacuous if the file were opened as text: it is the binary twin of the example, and says so by its source.

import { readFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterProgram, root } from './adapter-program.ts';

const DAT = `${root}test/data/traces/psci_test.dat`;
let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

it('shows the text that trace-cmd report would print, and stands on its lines', async () => {
	const stop = await adapter.launch(DAT);
	const { stackFrames } = await adapter.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
		threadId: 1,
	});
	const source = stackFrames[0]?.source;
	expect(source).toMatchObject({ name: 'psci_test.dat.report.txt', sourceReference: 1 });
	const { content } = await adapter.send<{ content: string }>('source', { source, sourceReference: 1 });
	const lines = content.split('\n');
	expect(lines[stop.line - 1]).toMatch(/kvm_hvc_arm64: +HVC at .*r0/);
	expect(stop.name).toMatch(/^[A-Z_]+/);
	const offTwo = lines.findIndex((line) => /r0: 0x00000000c4000015/.test(line)) + 1;
	const { breakpoints } = await adapter.send<{ breakpoints: DebugProtocol.Breakpoint[] }>('setBreakpoints', {
		source,
		breakpoints: [{ line: offTwo }],
	});
	expect(breakpoints).toMatchObject([{ verified: true, line: offTwo }]);
	expect(await adapter.move('continue')).toMatchObject({
		line: offTwo,
		name: expect.stringMatching(/^SYSTEM_OFF2/),
	});
});

it('takes breakpoints on the file itself, by the lines of its text, and any row to go to', async () => {
	await adapter.launch(DAT);
	const { breakpoints } = await adapter.send<{ breakpoints: DebugProtocol.Breakpoint[] }>('setBreakpoints', {
		source: { path: DAT },
		breakpoints: [{ line: 40 }],
	});
	expect(breakpoints).toMatchObject([{ verified: true, line: 40 }]);
	expect(await adapter.move('continue')).toMatchObject({ line: 40 });
	const tile = await adapter.send<{ breakpoints: { row: number }[]; lanes: unknown[] }>('psci/ask', {
		ask: 'timeline',
		from: 0,
		to: 1e15,
		columns: 400,
	});
	expect(tile.breakpoints.map(({ row }) => row)).toEqual([39]);
	expect(tile.lanes.length).toBeGreaterThan(1);
});

it('knows the kernel that it was recorded on', async () => {
	await adapter.launch(DAT);
	const { result } = await adapter.send<{ result: string }>('evaluate', { expression: 'vm.kernel' });
	expect(result).toBe('7.2 (recorded)');
	expect(readFileSync(DAT).subarray(3, 10).toString()).toBe('tracing');
});
