// Root cause before symptoms: which finding caused which.

import { type Finding, type FindingTree, SEVERITIES } from './finding.ts';

/** Whether `cause` explains `effect`. Both are of one VM, and the cause came no later. */
type Explains = (cause: Finding, effect: Finding) => boolean;

const EXPLANATIONS: readonly Explains[] = [
	// The same trouble with the same vCPU, again: the first time tells it.
	(cause, effect) => cause.code === effect.code && cause.vcpu === effect.vcpu,
];

/** Roots by severity, then row; each with what it caused. Every finding is in exactly one place. */
export function rank(findings: readonly Finding[]): readonly FindingTree[] {
	const ordered = [...findings].sort((a, b) => a.row - b.row);
	const effects = new Map<Finding, Finding[]>();
	const roots: Finding[] = [];
	for (const [n, effect] of ordered.entries()) {
		const cause = ordered
			.slice(0, n)
			.find((cause) => cause.vm === effect.vm && EXPLANATIONS.some((explains) => explains(cause, effect)));
		if (!cause) roots.push(effect);
		else effects.set(cause, [...(effects.get(cause) ?? []), effect]);
	}
	const tree = (finding: Finding): FindingTree => ({
		...finding,
		effects: (effects.get(finding) ?? []).map(tree),
	});
	const order = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
	return roots.sort((a, b) => order(a) - order(b) || a.row - b.row).map(tree);
}
