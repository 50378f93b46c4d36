// `psci-trace findings FILE [--json] [--sarif OUT] [--fail-on error|warning|note]`: what is wrong in a recording, root
// causes first.

import { writeFile } from 'node:fs/promises';
import { findFindings } from '../session/findings/find.ts';
import { type Evidence, type FindingTree, SEVERITIES } from '../session/findings/finding.ts';
import { sarifOf } from '../session/findings/sarif.ts';
import type { Session } from '../session/session.ts';
import { type Command, command, WrongCall } from './command.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

const USAGE = 'findings FILE [--json] [--sarif OUT] [--fail-on error|warning|note] [--kernel K]';

/** The exit status: 1 where a finding is as severe as `--fail-on` says, or the file cannot be read; 2 for a wrong call. */
export const findings = (version: string): Command =>
	command(USAGE, (args, write) => {
		const { words, values, flags } = readOptions(args, {
			words: 1,
			flags: ['json'],
			values: ['sarif', 'fail-on', 'kernel'],
		});
		const [file = ''] = words;
		const { sarif, kernel, 'fail-on': failOn } = values;
		const worst = failOn === undefined ? -1 : SEVERITIES.map(String).indexOf(failOn);
		if (failOn !== undefined && worst < 0) throw new WrongCall(`--fail-on takes ${SEVERITIES.join(', ')}`);
		return withSession(file, kernel, async (session) => {
			const { roots, dropped } = await findFindings(session);
			if (sarif !== undefined)
				await writeFile(sarif, `${JSON.stringify(sarifOf(session, roots, file, version), null, 2)}\n`);
			if (flags.has('json'))
				write(
					JSON.stringify(
						roots.map((root) => jsonOf(session, root)),
						null,
						2,
					),
				);
			else for (const line of text(session, roots, dropped)) write(line);
			return roots.some(({ severity }) => SEVERITIES.indexOf(severity) <= worst) ? 1 : 0;
		});
	});

function* text(
	session: Session,
	roots: readonly FindingTree[],
	dropped: ReadonlyMap<string, number>,
): Generator<string> {
	if (roots.length === 0) yield 'nothing found';
	for (const root of roots) yield* textOf(session, root, '');
	for (const [code, count] of dropped) yield `and ${count} more of ${code}`;
}

function textOf(session: Session, finding: FindingTree, indent: string): string[] {
	const line = session.trace.events.line(finding.row);
	const sure = finding.certainty === 'seen' ? '' : ` (${finding.certainty})`;
	return [
		`${indent}${finding.severity} ${finding.code}${sure}, line ${line}: ${finding.cause}`,
		...finding.evidence.map((evidence) => `${indent}    ${evidenceText(session, evidence)}`),
		...(finding.prints ? [`${indent}    the guest prints: ${finding.prints}`] : []),
		...(finding.rule ? [`${indent}    decided by ${finding.rule}`] : []),
		...(finding.possibilities ?? []).map(
			({ cause, toldBy }) => `${indent}    perhaps ${cause}; told by ${toldBy}`,
		),
		`${indent}    next: ${finding.advice}`,
		...finding.effects.flatMap((effect) => textOf(session, effect, `${indent}    `)),
	];
}

function evidenceText(session: Session, { row, text }: Evidence): string {
	return `line ${session.trace.events.line(row)}: ${text}`;
}

/** Rows are of the event table; lines those that an editor shows. */
function jsonOf(session: Session, { effects, evidence, ...finding }: FindingTree): object {
	const lineOf = (row: number) => session.trace.events.line(row);
	return {
		...finding,
		line: lineOf(finding.row),
		evidence: evidence.map((event) => ({ ...event, line: lineOf(event.row) })),
		effects: effects.map((effect) => jsonOf(session, effect)),
	};
}
