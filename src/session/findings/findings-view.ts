// Findings as a page shows them: plain data, ready to be sent.

import { ruleOf } from '../../kvm/index.ts';
import type { Session } from '../session.ts';
import type { Findings } from './find.ts';
import type { Certainty, FindingTree, Severity } from './finding.ts';

export interface EvidenceView {
	readonly row: number;
	readonly line: number;
	readonly text: string;
}

export interface FindingView {
	readonly code: string;
	readonly severity: Severity;
	readonly certainty: Certainty;
	readonly cause: string;
	readonly row: number;
	readonly line: number;
	readonly evidence: readonly EvidenceView[];
	/** the rule that decided it and what it says */
	readonly rule: { readonly id: string; readonly says: string } | undefined;
	readonly prints: string | undefined;
	readonly advice: string;
	readonly possibilities: readonly { readonly cause: string; readonly toldBy: string }[];
	/** what it caused */
	readonly effects: readonly FindingView[];
}

export interface FindingsView {
	/** root causes, the most severe first */
	readonly roots: readonly FindingView[];
	/** found and not kept, as there are too many of a kind */
	readonly more: number;
}

export function findingsView(session: Session, { roots, dropped }: Findings): FindingsView {
	const more = [...dropped.values()].reduce((sum, count) => sum + count, 0);
	return { roots: roots.map((root) => findingView(session, root)), more };
}

function findingView(session: Session, finding: FindingTree): FindingView {
	const { code, severity, certainty, cause, row, prints, advice, rule } = finding;
	const lineOf = (at: number) => session.trace.events.line(at);
	return {
		code,
		severity,
		certainty,
		cause,
		row,
		line: lineOf(row),
		evidence: finding.evidence.map((event) => ({ ...event, line: lineOf(event.row) })),
		rule: rule && { id: rule, says: ruleOf(rule).says },
		prints,
		advice,
		possibilities: finding.possibilities ?? [],
		effects: finding.effects.map((effect) => findingView(session, effect)),
	};
}

/** All of them with what they caused, ascending by row: for marks. */
export function marksOf({ roots }: Findings): { row: number; text: string }[] {
	const all = (finding: FindingTree): FindingTree[] => [finding, ...finding.effects.flatMap(all)];
	return roots
		.flatMap(all)
		.map(({ row, code, cause }) => ({ row, text: `${code}: ${cause}` }))
		.sort((a, b) => a.row - b.row);
}
