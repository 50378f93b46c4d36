// Events that the recorder dropped make every conclusion about that time unsure: said once, with where.

import type { Detector, MakeDetector } from './detector.ts';

export const lostEvents: MakeDetector = (seen, report): Detector => {
	const rows: number[] = [];
	let gaps = 0;
	let dropped = 0;
	return {
		lost(row) {
			gaps++;
			const detail = seen.session.trace.events.detail(row);
			if (detail.kind === 'lost') dropped += detail.count ?? 0;
			if (rows.length < 10) rows.push(row);
		},
		end() {
			const [first] = rows;
			if (first === undefined) return;
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
