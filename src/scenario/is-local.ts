// Whether an instruction concerns nobody but its own program.

import { type Instruction, labelOf } from './code.ts';
import { conditionReads, expectationsRead, expressionReads, looksAtNothing } from './reads.ts';

/** Concerns no other program: it neither changes the VM nor looks at it. */
export function isLocal(instruction: Instruction): boolean {
	if (labelOf(instruction) !== undefined) return false;
	switch (instruction.do) {
		case 'jump':
		case 'begin':
		case 'use':
			return true;
		case 'unless':
			return looksAtNothing(conditionReads(instruction.condition));
		case 'round': {
			const { condition } = instruction.statement;
			return !condition || looksAtNothing(conditionReads(condition.ends));
		}
		case 'expect':
			return looksAtNothing(expectationsRead(instruction.statement.expect));
		case 'assign':
			return looksAtNothing(expressionReads(instruction.statement.value));
		case 'act':
		case 'wait':
		case 'together':
			return false;
	}
}
