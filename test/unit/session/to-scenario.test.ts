// Recorded sessions as scenarios that do the same on the model. Vacuous if a conversion left calls out or
// expected nothing: calls and expectations are counted against the recording's own.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { profileForRelease } from '../../../src/kvm/index.ts';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { printProgram } from '../../../src/scenario/print.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { toScenario } from '../../../src/session/to-scenario.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';

const folder = new URL('../../../examples/', import.meta.url);
const examples = readdirSync(folder).filter((name) => /\.txt$/.test(name));

async function session(name: string): Promise<RecordedSession> {
	const trace = await openTrace(bytesInMemory(name, readFileSync(new URL(name, folder))));
	return RecordedSession.open(trace, profileForRelease('7.2'));
}

describe.each(examples)('%s', (name) => {
	it('is a scenario that comes out as recorded, in the model and as text', async () => {
		const recorded = await session(name);
		const { program, notes, calls, agreeing } = await toScenario(recorded);
		const own = Array.from({ length: recorded.calls.length }, (_, n) => recorded.calls.at(n)?.vm);
		expect(calls).toBe(own.filter((vm) => vm === recorded.vcpus[0]?.vm).length);
		expect({ notes, agreeing }).toMatchObject({ agreeing: calls });
		const run = runScenario(program);
		expect(run.outcomes.filter((o) => !o.met)).toEqual([]);
		expect(run.outcomes.length).toBeGreaterThanOrEqual(calls);
		const text = printProgram(program, notes);
		const compiled = compileScenario(text, program.file, () => undefined);
		expect(compiled.diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
		expect(compiled.program && runScenario(compiled.program).outcomes.map((o) => o.met)).toEqual(
			run.outcomes.map(() => true),
		);
	});
});

describe('a range', () => {
	it('begins with the machine as it is there', async () => {
		const recorded = await session('linux-guest-hotplug-reboot.report.txt');
		const half = recorded.calls.site(Math.floor(recorded.calls.length / 2));
		const { program, calls } = await toScenario(recorded, { first: half });
		expect(calls).toBe(recorded.calls.length - Math.floor(recorded.calls.length / 2));
		expect(runScenario(program).outcomes.filter((o) => !o.met)).toEqual([]);
		const { calls: few } = await toScenario(recorded, { first: 0, end: half });
		expect(few).toBe(Math.floor(recorded.calls.length / 2));
	});
});
