// Files that are no session: the launch fails with a message that says what was found and what was
// expected, and the adapter lives on. Vacuous if any launch here succeeded.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../test-folder.ts';
import { AdapterProgram, REBOOT } from './adapter-program.ts';

const folder = testFolder();

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

async function refused(program: unknown): Promise<string> {
	const launched = adapter.client.launchRequest({ program } as object);
	return launched.then(
		() => {
			throw new Error('the launch succeeded');
		},
		(error: Error) => error.message,
	);
}

const cases: [string, () => string, RegExp[]][] = [
	[
		'an empty file',
		() => folder.write('empty.txt', ''),
		[/empty\.txt/, /empty|nothing|0 bytes/i, /expected/i],
	],
	[
		'a binary file',
		() =>
			folder.write(
				'random.txt',
				Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff),
			),
		[/random\.txt/, /binary|byte/i, /expected/i],
	],
	[
		'a damaged trace.dat',
		() =>
			folder.write(
				'trace.dat',
				Buffer.concat([Buffer.from([0x17, 8, 0x44]), Buffer.from('tracing7\0'), Buffer.alloc(64)]),
			),
		[/trace\.dat/, /byte 13/, /expected/i],
	],
	[
		'text that is no trace',
		() => folder.write('poem.txt', 'Roses are red\nviolets are blue\n'),
		[/poem\.txt/, /expected/i],
	],
	[
		'a trace without KVM events',
		() =>
			folder.write(
				'sched.txt',
				'# tracer: nop\n#\n          bash-100   [001] d..2.    12.345678: sched_switch: prev_comm=bash\n',
			),
		[/sched\.txt/, /sched_switch/, /kvm/],
	],
	[
		'a trace truncated in mid-line',
		() => {
			const bytes = readFileSync(REBOOT);
			return folder.write('cut.report.txt', bytes.subarray(0, bytes.lastIndexOf('kvm_userspace_exit') + 5));
		},
		[/cut\.report\.txt/, /line 327/, /byte \d+/, /expected/i],
	],
	['a file that does not exist', () => folder.at('missing.txt'), [/missing\.txt/, /no such file/]],
	[
		'a directory',
		() => {
			mkdirSync(folder.at('folder'), { recursive: true });
			return folder.at('folder');
		},
		[/folder/, /directory/],
	],
	[
		'a FIFO',
		() => {
			const fifo = folder.at('pipe');
			execFileSync('mkfifo', [fifo]);
			return fifo;
		},
		[/pipe/, /not a regular file/],
	],
];

describe('the launch is refused, in words, for', () => {
	it.each(cases)('%s', async (_, make, says) => {
		const message = await refused(make());
		for (const part of says) expect(message).toMatch(part);
		// The adapter is still there, and a good file still works.
		expect(await adapter.launch(REBOOT)).toMatchObject({ line: 88 });
	});

	it('no program at all', async () => {
		expect(await refused(undefined)).toMatch(/no "program"/);
		expect(await refused(42)).toMatch(/no "program"/);
	});
});

describe('requests at the wrong time or with the wrong arguments', () => {
	it('are answered with an error, each exactly once, and the adapter lives on', async () => {
		for (const [command, args] of [
			['next', { threadId: 1 }],
			['threads', {}],
			['stackTrace', { threadId: 1 }],
			['evaluate', { expression: 'x0' }],
			['setBreakpoints', { source: { path: REBOOT }, breakpoints: [{ line: 1 }] }],
			['no/such/request', {}],
			['disassemble', { memoryReference: '0', instructionCount: 1 }],
		] as const)
			await expect(adapter.send(command, args), command).rejects.toThrow();
		await adapter.launch(REBOOT);
		await expect(adapter.send('stackTrace', { threadId: 99 })).rejects.toThrow(/threadId/);
		await expect(adapter.send('scopes', { frameId: 4 })).rejects.toThrow(/no stack frame/);
		await expect(adapter.send('goto', { threadId: 1, targetId: -3 })).rejects.toThrow(/no target -3/);
		await expect(adapter.send('evaluate', { expression: 'x'.repeat(100_000) })).rejects.toThrow();
		await expect(adapter.send('variables', { variablesReference: 12345 })).rejects.toThrow(/names nothing/);
		expect(await adapter.move('next')).toMatchObject({ line: 91 });
	});

	it('a malformed message on standard input is passed over', async () => {
		adapter.process.stdin?.write('Content-Length: 5\r\n\r\n{bad}');
		expect(await adapter.launch(REBOOT)).toMatchObject({ line: 88 });
	});
});
