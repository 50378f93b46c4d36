// A condition as a filter over positions: a breakpoint with a condition stops where it holds, whichever way
// one comes from.

import { MP_STATE_NAMES } from '../kvm/index.ts';
import { RETURN_CODES } from '../psci/return-codes.ts';
import { type Condition, holds, type Operand } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { positionOf } from './position.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';
import { vcpuOf } from './state.ts';

/** Those of the positions (codes, ascending) at which the condition holds. */
export function where(
	session: Session,
	positions: readonly number[],
	condition: Condition,
): Promise<number[]> {
	return sliced(filterPositions(session, positions, condition));
}

function* filterPositions(
	session: Session,
	positions: readonly number[],
	condition: Condition,
): Generator<number, number[]> {
	const kept: number[] = [];
	for (const [n, code] of positions.entries()) {
		if (n % 256 === 255) yield n;
		if (holdsAt(session, code, condition)) kept.push(code);
	}
	return kept;
}

function holdsAt(session: Session, code: number, condition: Condition): boolean {
	const { row, decision } = positionOf(code);
	const { events } = session.trace;
	const [vm, id] = [events.vm(row), events.vcpu(row)];
	const vcpu = vcpuOf(session.stateAt(row), vm, id);
	const looked = decision > 0 ? (session.decisionsAt(row)[decision - 1]?.looked ?? []) : [];
	return holds(condition, (path) => {
		const seen = looked.find(({ name }) => name === path || `decision.${name}` === path);
		if (seen) return typeof seen.value === 'string' ? { name: seen.value } : { number: BigInt(seen.value) };
		if (path === 'vcpu') return { number: BigInt(id) };
		return constant(path) ?? evaluate(session, row, vcpu, path)?.raw;
	});
}

/** States and status codes by name. */
function constant(name: string): Operand | undefined {
	const state = MP_STATE_NAMES.indexOf(name);
	if (state >= 0) return { number: BigInt(state), name };
	const code = RETURN_CODES.find((c) => c.name === name);
	return code ? { number: BigInt(code.value), name } : undefined;
}
