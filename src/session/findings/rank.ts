// Root cause before symptoms: which finding caused which.

import type { FindingCode } from './codes.ts';
import { type Finding, type FindingTree, SEVERITIES } from './finding.ts';

/** Whether `cause` explains `effect`. Both are of one VM, and the cause came no later. */
type Explains = (cause: Finding, effect: Finding, lifeAt: LifeAt) => boolean;

/** `cause` brings about each of these, of the same VM and later. */
const BRINGS_ABOUT: Readonly<Partial<Record<FindingCode, readonly FindingCode[]>>> = {
	// Started twice, it is on the second time whoever looks; created running, no CPU_ON can succeed.
	'PSCI-104': ['PSCI-102', 'PSCI-107', 'PSCI-503'],
	'PSCI-106': ['PSCI-102', 'PSCI-107', 'PSCI-108'],
	// All but the caller stay STOPPED: what the guest tries then comes to nothing.
	'PSCI-201': ['PSCI-102', 'PSCI-103', 'PSCI-107', 'PSCI-401', 'PSCI-402', 'PSCI-403'],
	'PSCI-202': ['PSCI-205', 'PSCI-401', 'PSCI-402'],
	// A guest that waits for a CPU that will not come, or not go.
	'PSCI-101': ['PSCI-403'],
	'PSCI-102': ['PSCI-403'],
	'PSCI-103': ['PSCI-403'],
	'PSCI-105': ['PSCI-403'],
	'PSCI-107': ['PSCI-403'],
	'PSCI-208': ['PSCI-401', 'PSCI-402'],
	'PSCI-210': ['PSCI-401', 'PSCI-402'],
	// A guest that finds no PSCI finds none of its functions.
	'PSCI-301': ['PSCI-105', 'PSCI-107', 'PSCI-209', 'PSCI-304'],
	'PSCI-302': ['PSCI-303', 'PSCI-304'],
	'PSCI-303': ['PSCI-304'],
	'PSCI-305': ['PSCI-105', 'PSCI-107', 'PSCI-209', 'PSCI-301', 'PSCI-304'],
	'PSCI-404': ['PSCI-401', 'PSCI-402', 'PSCI-403'],
	'PSCI-504': ['PSCI-102', 'PSCI-104', 'PSCI-107', 'PSCI-306'],
};

const REFUSED: ReadonlySet<FindingCode> = new Set(['PSCI-105', 'PSCI-209']);

/** Where the life of the VM began in which it is at `row`. */
type LifeAt = (vm: number, row: number) => number;

const EXPLANATIONS: readonly Explains[] = [
	// The same trouble with the same vCPU, again: the first time tells it.
	(cause, effect) => kindOf(cause.code) === kindOf(effect.code) && cause.vcpu === effect.vcpu,
	// What breaks nothing brings nothing about, and what broke a machine does not outlive it.
	(cause, effect, lifeAt) =>
		lifeAt(cause.vm, cause.row) === lifeAt(effect.vm, effect.row) &&
		cause.severity !== 'note' &&
		(BRINGS_ABOUT[cause.code]?.includes(effect.code) ?? false),
	// One call, refused against the promise.
	(cause, effect) => REFUSED.has(cause.code) && effect.code === 'PSCI-304' && cause.row === effect.row,
	// A guest that waits in vain for a CPU tries again, and finds it on.
	(cause, effect) => cause.code === 'PSCI-103' && effect.code === 'PSCI-102' && cause.vcpu === effect.vcpu,
];

/** On already, and on its way: one trouble. */
const kindOf = (code: FindingCode): FindingCode => (code === 'PSCI-108' ? 'PSCI-102' : code);

/** Roots by severity, then row; each with what it caused. Every finding is in exactly one place. */
export function rank(findings: readonly Finding[], lifeAt: LifeAt): readonly FindingTree[] {
	const order = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
	const ordered = [...findings].sort((a, b) => a.row - b.row || order(a) - order(b));
	const effects = new Map<Finding, Finding[]>();
	const roots: Finding[] = [];
	for (const [n, effect] of ordered.entries()) {
		const cause = ordered
			.slice(0, n)
			.find(
				(cause) => cause.vm === effect.vm && EXPLANATIONS.some((explains) => explains(cause, effect, lifeAt)),
			);
		if (!cause) roots.push(effect);
		else effects.set(cause, [...(effects.get(cause) ?? []), effect]);
	}
	const tree = (finding: Finding): FindingTree => ({
		...finding,
		effects: (effects.get(finding) ?? []).map(tree),
	});
	return roots.sort((a, b) => order(a) - order(b) || a.row - b.row).map(tree);
}
