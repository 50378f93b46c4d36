// `psci-trace findings FILE [--json]`: what is wrong in a recording, root causes first.

import { findFindings } from '../session/findings/find.ts';
import type { Evidence, FindingTree } from '../session/findings/finding.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import type { Session } from '../session/session.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { openTrace } from '../trace/open.ts';
import { nodeFiles } from './node-files.ts';

export async function findings(args: readonly string[], write: (line: string) => void): Promise<number> {
	const [file] = args.filter((arg) => !arg.startsWith('--'));
	if (file === undefined) {
		console.error('psci-trace: usage: psci-trace findings FILE [--json]');
		return 2;
	}
	const source = await nodeFiles.open(file);
	try {
		const trace = await openTrace(source);
		const refused = refusal(trace);
		if (refused) throw refused;
		const session = await RecordedSession.open(trace);
		const { roots } = await findFindings(session);
		for (const root of roots) for (const line of textOf(session, root, '')) write(line);
		return 0;
	} finally {
		await source.close?.();
	}
}

function textOf(session: Session, finding: FindingTree, indent: string): string[] {
	const line = session.trace.events.line(finding.row);
	return [
		`${indent}${finding.severity} ${finding.code} line ${line}: ${finding.cause}`,
		...(finding.prints ? [`${indent}  the guest prints: ${finding.prints}`] : []),
		...finding.evidence.map((evidence) => `${indent}  ${evidenceText(session, evidence)}`),
		`${indent}  ${finding.advice}`,
		...finding.effects.flatMap((effect) => textOf(session, effect, `${indent}    `)),
	];
}

function evidenceText(session: Session, { row, text }: Evidence): string {
	return `line ${session.trace.events.line(row)}: ${text}`;
}
