// The timeline of a simulated session, whose lanes are asked of its full state. Vacuous if the run changed nothing:
// the second vCPU is STOPPED, runs and is STOPPED again.

import { expect, it } from 'vitest';
import { runScenario } from '../../../../src/scenario/run.ts';
import { PanelData } from '../../../../src/session/panel/panel-data.ts';
import { SimulatedSession } from '../../../../src/session/simulated-session.ts';
import { sliced } from '../../../../src/session/sliced.ts';
import { LANE_STATES } from '../../../../src/session/timeline/lane-state.ts';
import { TimelineIndex } from '../../../../src/session/timeline/timeline-index.ts';
import { CPU_OFF, CPU_ON, call, gives, op, PAD, program, SYSTEM_OFF } from '../../scenario/build.ts';

const session = () =>
	new SimulatedSession(
		runScenario(
			program(
				{ policy: 'full' },
				call(0, [CPU_ON, 1, PAD, 7], gives(0)),
				op({ op: 'run', vcpu: 1 }, gives(7)),
				call(1, [CPU_OFF]),
				call(0, [SYSTEM_OFF]),
			),
		),
		'the text',
	);

it('has the lanes, calls, arrows and system events of the run', async () => {
	const run = session();
	const index = await sliced(TimelineIndex.build(run));
	const states = Array.from(
		{ length: run.length + 1 },
		(_, row) => LANE_STATES[index.statesAt(row)[1] ?? -1],
	);
	expect(new Set(states)).toContain('STOPPED');
	expect(new Set(states)).toContain('guest');
	expect(states.at(-1)).toBe('STOPPED');
	const data = new PanelData(run);
	const tile = await data.answer({ ask: 'timeline', from: -1, to: index.end + 1, columns: 2000 });
	expect(tile.lanes.flatMap(({ calls }) => calls).reduce((n, { count }) => n + count, 0)).toBe(
		run.calls.length,
	);
	expect(tile.links.map(({ kind, fromLane, toLane }) => [kind, fromLane, toLane])).toContainEqual([
		'CPU_ON',
		0,
		1,
	]);
	const { exits } = await data.answer({ ask: 'exits' });
	expect(exits.map(({ type }) => type)).toEqual(['SHUTDOWN']);
	const { rows } = await data.answer({ ask: 'requests' });
	expect(rows.map(({ name }) => name)).toContain('KVM_REQ_VCPU_RESET');
});
