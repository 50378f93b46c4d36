// A recording that grows while it is debugged, through the protocol. Vacuous if the file were read as a whole: the
// stops at its end say that it is not.

import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeLarge } from '../../bench/trace-large.ts';
import { AdapterProgram, SELFTEST } from './adapter-program.ts';

let adapter: AdapterProgram;
let folder = '';
beforeEach(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'growing-'));
	adapter = await AdapterProgram.start({ supportsInvalidatedEvent: true, supportsProgressReporting: true });
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
	rmSync(folder, { recursive: true });
});

const line = (time: number, vcpu: number, payload: string) =>
	` CPU ${vcpu}/KVM-${10 + vcpu} [000] ..... ${time}.000000: ${payload}\n`;
const entry = 'kvm_entry: PC: 0x0000000000000040';
const hvc = 'kvm_hvc_arm64: HVC at 0x0000000040000004 (r0: 0x84000000, imm: 0x0)';

describe('a text that is followed', () => {
	it('goes on where it stopped when there is more, finds breakpoints in that, and tells of new vCPUs', async () => {
		const file = path.join(folder, 'live.txt');
		writeFileSync(file, `# tracer: nop\n${line(1, 0, entry)}${line(2, 0, hvc)}${line(3, 0, entry)}`);
		await adapter.launch(file, { follow: true }, () =>
			adapter.send('setFunctionBreakpoints', { breakpoints: [{ name: 'PSCI_VERSION' }] }),
		);
		expect(await adapter.move('continue')).toMatchObject({
			reason: 'step',
			description: 'End of what has been recorded so far',
		});
		const started = once(adapter.client, 'thread');
		const invalidated = once(adapter.client, 'invalidated');
		appendFileSync(file, line(4, 1, entry) + line(5, 1, hvc).slice(0, 30));
		const [thread] = (await started) as [DebugProtocol.ThreadEvent];
		expect(thread.body).toEqual({ reason: 'started', threadId: 2 });
		await invalidated;
		const more = once(adapter.client, 'invalidated');
		appendFileSync(file, line(5, 1, hvc).slice(30));
		await more;
		expect(await adapter.move('continue')).toMatchObject({
			reason: 'function breakpoint',
			line: 6,
			threadId: 2,
		});
	});

	it('that is cut says so, and stays what it was', async () => {
		const file = path.join(folder, 'live.txt');
		writeFileSync(file, line(1, 0, entry) + line(2, 0, hvc));
		await adapter.launch(file, { follow: true });
		const told = once(adapter.client, 'output');
		truncateSync(file, 10);
		const [output] = (await told) as [DebugProtocol.OutputEvent];
		expect(output.body).toMatchObject({ category: 'important' });
		expect(output.body.output).toMatch(/cut or replaced/);
		expect(await adapter.move('continue')).toMatchObject({ description: 'End of the recording' });
	});

	it('may be refused: a trace.dat is written when its recording ends', async () => {
		const program = path.join(folder, 'x.dat');
		writeLarge(program, 1000);
		await expect(adapter.client.launchRequest({ program, follow: true } as object)).rejects.toThrow(
			/when it has stopped recording/,
		);
	});
});

it('a large recording can be stepped through while the rest is read, to its very end', async () => {
	const program = path.join(folder, 'large.dat');
	const events = 1_200_000;
	writeLarge(program, events);
	const grown = once(adapter.client, 'invalidated');
	await adapter.launch(program);
	const first = await adapter.move('next');
	expect(first.reason).toBe('step');
	await grown;
	for (let tries = 0; ; tries++) {
		const end = await adapter.move('continue');
		expect(end.line).toBeGreaterThan(1000);
		if (end.description === 'End of the recording') {
			expect(end.line).toBe(events);
			break;
		}
		expect(end.description).toBe('End of what is loaded so far');
		expect(tries).toBeLessThan(200);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	expect(await adapter.move('stepBack')).toMatchObject({ reason: 'step' });
}, 60_000);

it('a recording of usual size is there as a whole, and follows nothing', async () => {
	await adapter.launch(SELFTEST);
	expect(await adapter.move('continue')).toMatchObject({ description: 'End of the recording' });
});
