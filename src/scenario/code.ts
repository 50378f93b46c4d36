// A program made flat: statements and jumps in one list, so that where a program stands is one number and
// the counts of its loops. A run's state is then a plain value, to keep, compare and go on from.

import type { Condition } from './expression.ts';
import type {
	AssignStatement,
	ExpectStatement,
	LoopStatement,
	OperationStatement,
	Statement,
	Task,
	TogetherStatement,
	UseStatement,
	VmmStatement,
	WaitStatement,
} from './statement.ts';

export type Instruction =
	| { readonly do: 'act'; readonly statement: OperationStatement | VmmStatement }
	| { readonly do: 'expect'; readonly statement: ExpectStatement }
	| { readonly do: 'assign'; readonly statement: AssignStatement }
	| { readonly do: 'wait'; readonly statement: WaitStatement }
	| { readonly do: 'use'; readonly statement: UseStatement }
	| { readonly do: 'together'; readonly statement: TogetherStatement; readonly tasks: readonly TaskCode[] }
	| { readonly do: 'jump'; readonly to: number }
	/** jumps where the condition does not hold */
	| { readonly do: 'unless'; readonly condition: Condition; readonly to: number }
	/** sets the count of a loop's rounds */
	| { readonly do: 'begin'; readonly loop: number; readonly rounds: number }
	/** leaves the loop where it ends; otherwise one more round, unless there were enough */
	| {
			readonly do: 'round';
			readonly loop: number;
			readonly end: number;
			readonly statement: LoopStatement;
	  };

export type Code = readonly Instruction[];

export interface TaskCode {
	readonly task: Task;
	readonly code: Code;
}

export function flatten(statements: readonly Statement[]): Code {
	const code: Instruction[] = [];
	let loops = 0;
	const block = (body: readonly Statement[]) => {
		for (const statement of body) one(statement);
	};
	const one = (statement: Statement) => {
		switch (statement.kind) {
			case 'operation':
			case 'vmm':
				code.push({ do: 'act', statement });
				break;
			case 'expect':
				code.push({ do: 'expect', statement });
				break;
			case 'assign':
				code.push({ do: 'assign', statement });
				break;
			case 'wait':
				code.push({ do: 'wait', statement });
				break;
			case 'use':
				code.push({ do: 'use', statement });
				break;
			case 'together': {
				const tasks = statement.tasks.map((task) => ({ task, code: flatten(task.body) }));
				code.push({ do: 'together', statement, tasks });
				break;
			}
			case 'if': {
				const test = code.length;
				code.push({ do: 'jump', to: 0 });
				block(statement.body);
				const skip = code.length;
				if (statement.otherwise.length > 0) code.push({ do: 'jump', to: 0 });
				code[test] = { do: 'unless', condition: statement.condition, to: code.length };
				block(statement.otherwise);
				if (statement.otherwise.length > 0) code[skip] = { do: 'jump', to: code.length };
				break;
			}
			case 'loop':
				loop(statement);
				break;
		}
	};
	/** begin; [jump to the body;] test; body; jump to the test */
	const loop = (statement: LoopStatement) => {
		const number = loops++;
		const testsLater = statement.condition?.check === 'after';
		code.push({ do: 'begin', loop: number, rounds: testsLater ? 1 : 0 });
		if (testsLater) code.push({ do: 'jump', to: code.length + 2 });
		const test = code.length;
		code.push({ do: 'jump', to: 0 });
		block(statement.body);
		code.push({ do: 'jump', to: test });
		code[test] = { do: 'round', loop: number, end: code.length, statement };
	};
	block(statements);
	return code;
}

/** What others may wait for, or look at, having been begun. */
export function labelOf(instruction: Instruction): string | undefined {
	return 'statement' in instruction ? instruction.statement.label : undefined;
}
