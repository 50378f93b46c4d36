// `psci-trace search FILE EXPRESSION [--kernel K]`: the events for which an expression holds, as they are found.

import { describeEvent, timeText } from '../session/describe.ts';
import { ExpressionError, parseExpression } from '../session/expression.ts';
import { positionOf } from '../session/position.ts';
import { searchEvents } from '../session/search.ts';
import type { Session } from '../session/session.ts';
import { command, WrongCall } from './command.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

/** The exit status: 0 where something was found, 1 where nothing was or the file is no session, 2 for a wrong call. */
export const search = command(
	"search FILE 'call == CPU_ON && target_cpu > 1' [--kernel K]",
	async (args, write) => {
		const { words, values } = readOptions(args, { words: 1, optional: 1, values: ['kernel'] });
		const [file = '', text] = words;
		if (text === undefined) throw new WrongCall('no expression given');
		const expression = parsed(text);
		return withSession(file, values.kernel, async (session) => {
			let found = 1;
			for await (const code of searchEvents(session, expression, { row: -1, decision: 0 })) {
				found = 0;
				write(lineOf(session, code));
			}
			return found;
		});
	},
);

function parsed(text: string) {
	try {
		return parseExpression(text);
	} catch (error) {
		throw error instanceof ExpressionError ? new WrongCall(error.message) : error;
	}
}

function lineOf(session: Session, code: number): string {
	const { events, clockUnit } = session.trace;
	const { row, decision } = positionOf(code);
	const decided = decision > 0 ? session.decisionsAt(row)[decision - 1] : undefined;
	const what = decided ? `${decided.rule}: ${decided.outcome}` : describeEvent(session, row);
	const vcpu = events.vcpu(row);
	return `line ${events.line(row)} ${timeText(events.time(row), clockUnit)} ${vcpu < 0 ? '' : `vCPU ${vcpu}: `}${what}`;
}
