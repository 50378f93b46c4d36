// Findings as SARIF 2.1.0 (OASIS), which code-review tools and CI take.

import type { Session } from '../session.ts';
import { FINDING_CODES } from './codes.ts';
import type { Evidence, FindingTree } from './finding.ts';

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const;

/** `uri`: the recording, as the reader of the report will find it. All findings, those under a root included. */
export function sarifOf(
	session: Session,
	roots: readonly FindingTree[],
	uri: string,
	version: string,
): object {
	const location = ({ row, text }: Evidence) => ({
		physicalLocation: {
			artifactLocation: { uri },
			region: { startLine: session.trace.events.line(row) },
		},
		message: { text },
	});
	const result = (finding: FindingTree): object[] => [
		{
			ruleId: finding.code,
			level: LEVELS[finding.severity],
			message: { text: `${finding.cause} ${finding.advice}` },
			locations: [location({ row: finding.row, text: finding.cause })],
			relatedLocations: finding.evidence.map((evidence, id) => ({ id, ...location(evidence) })),
			properties: {
				certainty: finding.certainty,
				...(finding.rule ? { rule: finding.rule } : {}),
				clauses: finding.clauses,
				...(finding.prints ? { prints: finding.prints } : {}),
			},
		},
		...finding.effects.flatMap(result),
	];
	return {
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: {
					driver: {
						name: 'psci-trace',
						version,
						rules: Object.entries(FINDING_CODES).map(([id, text]) => ({ id, shortDescription: { text } })),
					},
				},
				// Binary recordings have no lines: theirs are those of the generated text.
				results: roots.flatMap(result),
			},
		],
	};
}
