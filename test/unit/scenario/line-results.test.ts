// What stands at the ends of a scenario's lines after a run. Vacuous if every line were marked as met: one is made wrong.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { lineResults } from '../../../src/scenario/line-results.ts';
import { runScenario } from '../../../src/scenario/run.ts';

const SUSPEND = readFileSync(
	new URL('../../../examples/scenarios/system-suspend.psci', import.meta.url),
	'utf8',
);

function resultsOf(text: string) {
	const { program } = compileScenario(text, 'mine.psci', () => undefined);
	if (!program) throw new Error('does not compile');
	const results = lineResults(runScenario(program));
	const lines = text.split('\n');
	return { of: (part: string) => results.get(lines.findIndex((line) => line.includes(part)) + 1) };
}

it('every line that expects something is marked, also where the policy acts on its exit', () => {
	const { of } = resultsOf(SUSPEND);
	expect(of('SYSTEM_SUSPEND entry=pad2 context=5')).toMatchObject({ met: true, times: 1 });
	expect(of('=> exit SYSTEM_EVENT/WAKEUP')).toMatchObject({ text: 'exit SYSTEM_EVENT/WAKEUP', met: true });
	expect(of('CPU_ON target=vcpu1')).toMatchObject({ text: 'SUCCESS (0)', met: true, times: 1 });
	expect(of('irq vcpu0')).toMatchObject({ text: '0', met: undefined });
});

it('an exit that was not expected is marked with what came', () => {
	const { of } = resultsOf(SUSPEND.replace('exit SYSTEM_EVENT/WAKEUP', 'exit SYSTEM_EVENT/SHUTDOWN'));
	expect(of('SYSTEM_EVENT/SHUTDOWN')).toMatchObject({ met: false, text: 'exit SYSTEM_EVENT/WAKEUP' });
});
