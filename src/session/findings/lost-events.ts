// Events that the recorder dropped make every conclusion about that time unsure: said once, with where.

import type { Detector, MakeDetector } from './detector.ts';

export const lostEvents: MakeDetector = (seen, report): Detector => {
	const rows: number[] = [];
	let gaps = 0;
	return {
		lost(row) {
			gaps++;
			if (rows.length < 10) rows.push(row);
		},
		end() {
			const [first] = rows;
			if (first === undefined) return;
			const { session } = seen;
			const dropped = session.stateAt(session.length).vms[0]?.lost?.events ?? 0;
			report({
				code: 'PSCI-601',
				severity: 'note',
				row: first,
				vm: -1,
				vcpu: -1,
				evidence: rows.map((row) => ({ row, text: 'events were lost here' })),
				cause: `The recorder dropped ${dropped > 0 ? dropped : 'an unknown number of'} events in ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}: what is deduced across one may be wrong.`,
				clauses: [],
				advice: 'Record with a larger buffer (`trace-cmd record -b`), or fewer events.',
				certainty: 'seen',
			});
		},
	};
};
