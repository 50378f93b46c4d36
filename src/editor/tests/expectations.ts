// How much a scenario expects: one that expects nothing is no test.

import type { Program } from '../../scenario/program.ts';
import type { Statement } from '../../scenario/statement.ts';

export function expectationsIn({ statements }: Program): number {
	return statements.reduce((sum, statement) => sum + countIn(statement), 0);
}

function countIn(statement: Statement): number {
	const all = (list: readonly Statement[]) => list.reduce((sum, inner) => sum + countIn(inner), 0);
	switch (statement.kind) {
		case 'operation':
		case 'vmm':
		case 'expect':
			return statement.expect.length;
		case 'if':
			return all(statement.body) + all(statement.otherwise);
		case 'loop':
			return all(statement.body) + (statement.condition ? 1 : 0);
		case 'together':
			return statement.tasks.reduce((sum, { body }) => sum + all(body), 0);
		default:
			return 0;
	}
}
