// Every kind of finding of an exploration opens as a session that shows it. Vacuous if the finding came in any order:
// each scenario is run in text order, too, where it goes right.

import { expect, test } from 'vitest';
import { explore } from '../../src/scenario/explore.ts';
import type { Finding } from '../../src/scenario/findings.ts';
import { compileScenario } from '../../src/scenario/language/compile.ts';
import { testFolder } from '../test-folder.ts';
import { AdapterProgram } from './adapter-program.ts';

const folder = testFolder();

function findings(text: string): readonly Finding[] {
	const { program } = compileScenario(text, 'a.psci', () => undefined);
	if (!program) throw new Error('the scenario is right');
	const pass = explore(program);
	for (;;) {
		const { done, value } = pass.next();
		if (done) return value.findings;
	}
}

interface Seen {
	/** of the first stop where an expectation fails or a program is left waiting; undefined: there is none */
	readonly stopped: { readonly line: number; readonly description: string | undefined } | undefined;
	/** what vCPU 0 and vCPU 1 have in x0 at the end */
	readonly results: readonly string[];
	readonly end: string;
}

async function debugged(text: string, schedule: string): Promise<Seen> {
	const program = folder.write('scenario.psci', text);
	const adapter = await AdapterProgram.start();
	const filters = { filters: ['expectation'] };
	await adapter.launch(program, { schedule }, () => adapter.send('setExceptionBreakpoints', filters));
	const stop = await adapter.move('continue');
	const info =
		stop.reason === 'exception'
			? await adapter.send<{ description: string }>('exceptionInfo', { threadId: stop.threadId })
			: undefined;
	await adapter.send('setExceptionBreakpoints', { filters: [] });
	const last = info ? await adapter.move('continue') : stop;
	const results: string[] = [];
	for (const vcpu of [0, 1]) {
		const { body } = await adapter.client.evaluateRequest({
			expression: `vcpu[${vcpu}].x0`,
			context: 'watch',
		});
		results.push(body.result.split(' ')[0] ?? '');
	}
	await adapter.stop();
	return {
		stopped: info && { line: stop.line, description: info.description },
		results,
		end: last.description ?? '',
	};
}

const MACHINE = 'machine\n  vcpus 2\nvcpu0 CPU_ON target=vcpu1 entry=pad0 => SUCCESS\n';

test('an expectation that fails in some order', async () => {
	const text = `${MACHINE}program vcpu0\n  AFFINITY_INFO target=vcpu1 => ON\nprogram vcpu1\n  CPU_OFF\n`;
	const found = findings(text).find(({ kind }) => kind === 'expectation');
	expect((await debugged(text, 'text order')).stopped).toBeUndefined();
	const { stopped } = await debugged(text, `turns ${found?.turns.join(' ')}`);
	expect(stopped).toEqual({ line: 5, description: expect.stringContaining('expected ON') });
});

test('a deadlock: the session says who waits, and where', async () => {
	const text = `${MACHINE}program vcpu1\n  CPU_OFF\n  PSCI_VERSION\nprogram vcpu0\n  wait until vcpu1 is RUNNABLE\n  PSCI_VERSION\n`;
	const found = findings(text).find(({ kind }) => kind === 'deadlock');
	const { stopped, end } = await debugged(text, `turns ${found?.turns.join(' ')}`);
	expect(stopped).toEqual({
		line: 5,
		description: expect.stringContaining('vcpu1 waits for ever at line 5'),
	});
	expect(end).toContain('vcpu1 waits for ever at line 5');
});

test('a lost wake-up: the interrupt is gone before the guest sleeps', async () => {
	const text =
		'machine\n  vcpus 1\nprogram vcpu0\n  CPU_SUSPEND\nprogram vmm\n  irq vcpu0\n  irq vcpu0 off\n';
	const found = findings(text).find(({ kind }) => kind === 'lost wake-up');
	expect(found?.place.line).toBe(6);
	const { end } = await debugged(text, `turns ${found?.turns.join(' ')}`);
	expect(end).toContain('vcpu0 waits for ever at line 4');
});

test('a result that depends on the order: two sessions, two results', async () => {
	const text = `machine\n  vcpus 3\nvcpu0 CPU_ON target=vcpu1 entry=pad0\nprogram vcpu0\n  CPU_ON target=vcpu2 entry=pad0\nprogram vcpu1\n  CPU_ON target=vcpu2 entry=pad1\n`;
	const found = findings(text).find(({ kind }) => kind === 'order');
	const one = await debugged(text, `turns ${found?.turns.join(' ')}`);
	const other = await debugged(text, `turns ${found?.other?.join(' ')}`);
	expect([one.results, other.results].sort()).toEqual([
		['0x0', '0xfffffffffffffffc'],
		['0xfffffffffffffffc', '0x0'],
	]);
});
