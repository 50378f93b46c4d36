// Where something is wrong in the session, root causes and what they brought about alike.

import { findingsPass } from '../findings/find.ts';
import type { FindingTree } from '../findings/finding.ts';
import type { Session } from '../session.ts';
import { atRow, type FoundException, type Search } from './found.ts';

export function* withFindings(session: Session): Search {
	const { roots } = yield* findingsPass(session);
	return roots.flatMap(exceptionsOf);
}

function exceptionsOf(finding: FindingTree): FoundException[] {
	const { code, cause, row, evidence, effects } = finding;
	const found: FoundException = {
		filterId: 'finding',
		id: code,
		description: cause,
		details: evidence,
		position: atRow(row),
	};
	return [found, ...effects.flatMap(exceptionsOf)];
}
