// The recording that a scenario's run would be: the run's events, with a line of the scenario as the line of each.

import { LIBRARIES } from '../scenario/language/library.ts';
import type { Run } from '../scenario/run.ts';
import type { Trace } from '../trace/trace.ts';
import type { SimulatedEvents } from './simulated-events.ts';

export function simulatedTrace(run: Run, events: SimulatedEvents, text: string): Trace {
	const lines = text.split(/\r?\n/);
	const last = run.steps.at(-1)?.after.vcpus ?? [];
	return {
		name: run.program.file,
		format: 'scenario',
		lines: 'file',
		events,
		threads: [
			{ tid: 0, comm: 'VMM' },
			...last.map(({ index }) => ({ tid: index + 1, comm: `CPU ${index}/KVM` })),
		],
		vms: [{ kvm: undefined, vcpus: last.map(({ id }) => id).sort((a, b) => a - b) }],
		skipped: new Map(),
		problems: [],
		problemCount: 0,
		clockUnit: 'events',
		elsewhere: (row) => {
			const { file, line } = events.place(row);
			return file === run.program.file ? undefined : { file, line };
		},
		otherFiles: [...(run.program.includes?.keys() ?? []), ...LIBRARIES.map(({ file }) => file)],
		lineText: (line) => lines[line - 1] ?? '',
		lineCount: lines.length,
	};
}
