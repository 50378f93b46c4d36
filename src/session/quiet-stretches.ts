// Stretches of a session in which an expression cannot hold, as what it asks of the machine's state does not
// hold at their beginning and is not written within: those need not be gone through event by event.

import { lookerOf } from './data-positions.ts';
import type { NamePath } from './expression/names.ts';
import { anyPath, type Node } from './expression/syntax.ts';
import { holds } from './expression.ts';
import type { Session } from './session.ts';
import type { MachineState } from './state.ts';

interface Part {
	readonly node: Node;
	readonly looks: readonly ((state: MachineState) => unknown)[];
}

/** Whether the expression holds nowhere from row `low` to before `high`. */
export type IsQuiet = (low: number, high: number) => boolean;

/** Undefined: every stretch has to be gone through. */
export function quietStretches(session: Session, node: Node): IsQuiet | undefined {
	const parts = conjuncts(node).flatMap((part) => partOf(session, part) ?? []);
	if (parts.length === 0) return undefined;
	return (low, high) => {
		const [before, after] = [session.stateAt(low), session.stateAt(high)];
		return parts.some(
			({ node: part, looks }) =>
				looks.every((look) => isSame(look(before), look(after))) &&
				!holds(session, { row: low, decision: 0 }, part),
		);
	};
}

/** What is not there at either end may have come and gone. */
function isSame(before: unknown, after: unknown): boolean {
	return before !== undefined && before !== '' && before === after;
}

function conjuncts(node: Node): readonly Node[] {
	return node.kind === 'and' ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}

/** A part that is about states of named vCPUs and VMs alone, whatever the event. */
function partOf(session: Session, node: Node): Part | undefined {
	const looks: ((state: MachineState) => unknown)[] = [];
	const other = anyPath(node, (path) => {
		const id = dataIdOf(session, path);
		const look = id === undefined ? undefined : lookerOf(id);
		if (look) looks.push(look);
		return look === undefined;
	});
	return other || looks.length === 0 ? undefined : { node, looks };
}

/** The path as a data breakpoint names it. Without a VM it is that of the event, which is known where there is one. */
function dataIdOf(session: Session, path: NamePath): string | undefined {
	if (path.root !== 'vcpu' && path.root !== 'vm') return undefined;
	const vm = path.vm ?? (session.shownVms === 1 ? session.vcpus[0]?.vm : undefined);
	const [field = ''] = path.fields;
	if (vm === undefined) return undefined;
	if (path.root === 'vm') return field === 'psci_version' ? `vm[${vm}].psci_version` : undefined;
	if (path.vcpu === undefined || !WATCHED.has(field)) return undefined;
	return `vm[${vm}].vcpu[${path.vcpu}].${path.fields.join('.')}`;
}

const WATCHED: ReadonlySet<string> = new Set([
	'mp_state',
	'reset_state',
	'requests',
	'whereabouts',
	'pc',
	'x0',
	'x1',
	'x2',
	'x3',
]);
