// Expressions over a session's values: `vcpu[2].mp_state == STOPPED && x1 > 0x40000000`. A small language of
// its own for breakpoint conditions, watches, searches, filters and the command line; bounded, and never
// evaluated as JavaScript. From loosest to tightest:
//
//   a || b     a && b     a == b, !=, <, <=, >, >=, a ~ "GLOB*", a in [b, "GLOB*"]
//   a | b      a ^ b      a & b      a << b, a >> b      a + b, a - b      !a, -a, ~a      (a), value
//
// A value is a number (0x… or decimal), a name in quotes, true or false, a constant (CPU_ON, STOPPED,
// ALREADY_ON, kvm_exit, a rule's id), or a place: a field of the event at hand (`event`, `call`, `x1`,
// `target_cpu`, `decision.NAME`), of a vCPU (`vcpu[1].reset_state.pc`), of a VM (`vm.psci_version`).

import {
	calculate,
	compare,
	complement,
	equal,
	matches,
	negative,
	not,
	type Operand,
	truth,
	truthOf,
} from './expression/operand.ts';
import { Place } from './expression/place.ts';
import { anyPath, type Node, parse } from './expression/syntax.ts';
import type { Position } from './position.ts';
import type { Session } from './session.ts';
import type { VcpuState } from './state.ts';

export { completionsAt } from './expression/completions.ts';
export { globMatches } from './expression/operand.ts';
export { ExpressionError } from './expression/tokens.ts';

/** Undefined: nothing up to here shows it. */
export type ExpressionValue = bigint | string | boolean | undefined;

export interface Expression {
	readonly text: string;
	readonly node: Node;
}

/** Throws an ExpressionError with the place of what is wrong. */
export function parseExpression(text: string): Expression {
	return { text, node: parse(text) };
}

/** The value at a position. Bare names are about `vcpu`; undefined: the vCPU of the event there. */
export function evaluateExpression(
	session: Session,
	position: Position,
	vcpu: VcpuState | undefined,
	expression: Expression,
): ExpressionValue {
	const { truth, number, name } = operandAt(new Place(session, position, vcpu), expression.node);
	return truth ?? number ?? name;
}

/** How a number is written that is no name. */
export type NumberBase = 'hex' | 'decimal';

/** The value as a person reads it: `STOPPED (5)`, `0x40080000`, `true`, `?`. For log messages and consoles. */
export function expressionText(
	session: Session,
	position: Position,
	vcpu: VcpuState | undefined,
	expression: Expression,
	base?: NumberBase,
): string {
	const { truth, number, name } = operandAt(new Place(session, position, vcpu), expression.node);
	if (truth !== undefined) return String(truth);
	const text = number === undefined ? undefined : numberText(number, base ?? usualBase(number, expression));
	if (name !== undefined) return text === undefined ? name : `${name} (${text})`;
	return text ?? '?';
}

/** Numbers of things are counted; all others are registers, addresses and bits. */
function usualBase(number: bigint, { node }: Expression): NumberBase {
	const counts = node.kind === 'path' && COUNTS.has(node.path.fields[0] ?? '');
	return counts || number < 10n ? 'decimal' : 'hex';
}

const COUNTS: ReadonlySet<string> = new Set([
	'row',
	'line',
	'time',
	'cpu',
	'vcpu',
	'vm',
	'decision',
	'vcpus',
	'lost_events',
]);

function numberText(number: bigint, base: NumberBase): string {
	return base === 'hex' ? `0x${BigInt.asUintN(64, number).toString(16)}` : `${number}`;
}

/** Whether it holds at a position, seen from the event there. Unknown does not hold. */
export function holdsAt(session: Session, position: Position, expression: Expression): boolean {
	return holds(session, position, expression.node);
}

/** The same of a part of an expression. */
export function holds(session: Session, position: Position, node: Node): boolean {
	return truthOf(operandAt(new Place(session, position), node)) === true;
}

/** Whether it asks about rules and what they looked at, so that decisions are places where it may hold. */
export function looksAtDecisions({ node }: Expression): boolean {
	return anyPath(
		node,
		({ root, fields: [field] }) => root === 'decision' || field === 'rule' || field === 'decision',
	);
}

/** Whether it asks about the machine's state, which takes a replay where nobody has been yet. */
export function asksState({ node }: Expression): boolean {
	return anyPath(node, ({ root, fields: [field = ''] }) =>
		root === 'event' ? field === 'rule' || field === 'type' : root !== 'argument',
	);
}

function operandAt(place: Place, node: Node): Operand {
	switch (node.kind) {
		case 'value':
			return node.value;
		case 'path':
			return place.valueOf(node.path);
		case 'or':
		case 'and': {
			const decisive = node.kind === 'or';
			const left = truthOf(operandAt(place, node.left));
			if (left === decisive) return { truth: left };
			const right = truthOf(operandAt(place, node.right));
			if (right === decisive) return { truth: right };
			return truth(left === undefined ? undefined : right);
		}
		case 'not':
			return truth(not(truthOf(operandAt(place, node.of))));
		case 'negative':
			return negative(operandAt(place, node.of));
		case 'complement':
			return complement(operandAt(place, node.of));
		case 'compare':
			return truth(compare(node.operator, operandAt(place, node.left), operandAt(place, node.right)));
		case 'calculate':
			return calculate(node.operator, operandAt(place, node.left), operandAt(place, node.right));
		case 'matches':
			return truth(matches(operandAt(place, node.left), node.pattern));
		case 'in':
			return truth(isIn(place, operandAt(place, node.left), node.list));
	}
}

function isIn(place: Place, value: Operand, list: readonly Node[]): boolean | undefined {
	let found: boolean | undefined = false;
	for (const node of list) {
		const one = operandAt(place, node);
		const pattern = one.number === undefined && one.name?.includes('*') ? one.name : undefined;
		const is = pattern === undefined ? equal(value, one) : matches(value, pattern);
		if (is) return true;
		if (is === undefined) found = undefined;
	}
	return found;
}
