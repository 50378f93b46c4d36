// What is wrong in a session as a Markdown page with pictures, fit to be attached to a bug report.

import { ruleOf } from '../../kvm/index.ts';
import { clauseById } from '../../psci/clauses.ts';
import { describeEvent, timeText } from '../describe.ts';
import type { Findings } from '../findings/find.ts';
import type { FindingTree } from '../findings/finding.ts';
import type { Session } from '../session.ts';
import { sliced } from '../sliced.ts';
import { tileOf } from '../timeline/timeline.ts';
import { TimelineIndex } from '../timeline/timeline-index.ts';
import { ofVm } from './of-vm.ts';
import { pictureOf } from './picture.ts';

export interface Report {
	readonly markdown: string;
	/** file name, as the page links to it -> SVG */
	readonly pictures: ReadonlyMap<string, string>;
}

/** Pixels of a picture's lanes. */
const COLUMNS = 800;
/** Events before and after the evidence that a picture shows. */
const AROUND = 12;
/** More pictures than a person looks at. */
const MOST_PICTURES = 20;

/** `name`: what the pictures' file names begin with. */
export async function reportOf(
	session: Session,
	{ roots, dropped }: Findings,
	name: string,
	signal?: AbortSignal,
): Promise<Report> {
	const index = await sliced(TimelineIndex.build(session), signal);
	const pictures = new Map<string, string>();
	const sections = roots.map((root, n) => {
		const file = n < MOST_PICTURES ? `${name}-${n + 1}.svg` : undefined;
		if (file) pictures.set(file, pictureAround(index, root));
		return [...section(session, root, n + 1, file)];
	});
	const more = [...dropped].map(([code, count]) => `and ${count} more of ${code}`);
	const lines = [
		// A page that is attached somewhere has nothing to say about where the file was.
		`# Findings in ${plain(session.trace.name.split(/[\\/]/).at(-1) ?? '')}`,
		'',
		...summary(session, roots),
		'',
		...sections.flat(),
		...more,
	];
	return { markdown: `${lines.join('\n').trimEnd()}\n`, pictures };
}

function* summary(session: Session, roots: readonly FindingTree[]): Generator<string> {
	const { trace, kernel, vcpus, length } = session;
	const counts = (['error', 'warning', 'note'] as const)
		.map((severity) => [roots.filter((root) => root.severity === severity).length, severity] as const)
		.filter(([count]) => count > 0)
		.map(([count, severity]) => `${count} ${severity}${count > 1 ? 's' : ''}`);
	yield counts.length > 0 ? `**${counts.join(', ')}.**` : '**Nothing found.**';
	yield '';
	yield '| | |';
	yield '|---|---|';
	yield `| format | ${trace.format} |`;
	yield `| events | ${length} |`;
	yield `| vCPUs | ${vcpus.length} |`;
	yield `| host | ${plain(trace.host ?? 'the recording does not say')} |`;
	yield `| model | KVM of ${kernel.profile.name} (${kernel.origin}) |`;
}

function* section(
	session: Session,
	finding: FindingTree,
	number: number,
	picture: string | undefined,
): Generator<string> {
	yield `## ${number}. ${finding.severity} ${finding.code}: ${plain(finding.cause)}`;
	yield '';
	if (finding.certainty !== 'seen') yield `How sure: ${finding.certainty}.\n`;
	if (picture) yield `![The timeline around it](${picture})\n`;
	yield '| line | time | event | why it matters |';
	yield '|---|---|---|---|';
	for (const { row, text } of finding.evidence) {
		const { events, clockUnit } = session.trace;
		const time = timeText(events.time(row), clockUnit);
		yield `| ${events.line(row)} | ${time} | ${cell(describeEvent(session, row))} | ${cell(text)} |`;
	}
	yield '';
	if (finding.prints) yield `The guest prints: \`${finding.prints}\`\n`;
	if (finding.rule) yield `Decided by \`${finding.rule}\`: ${plain(ruleOf(finding.rule).says)}\n`;
	for (const id of finding.clauses) {
		const clause = clauseById(id);
		if (!clause) continue;
		const number = clause.sections['F.b'];
		yield `- ${clause.document}${number ? ` F.b ${number}` : ''}, ${plain(clause.title)}: ${plain(clause.summary)}`;
	}
	for (const { cause, toldBy } of finding.possibilities ?? [])
		yield `- perhaps ${plain(cause)}; told by ${plain(toldBy)}`;
	yield '';
	yield `**Next:** ${withCode(finding.advice)}`;
	yield '';
	if (finding.effects.length === 0) return;
	yield 'What follows from it:';
	yield '';
	yield* effects(session, finding.effects, '');
	yield '';
}

function* effects(session: Session, findings: readonly FindingTree[], indent: string): Generator<string> {
	for (const finding of findings) {
		yield `${indent}- ${finding.code}, line ${session.trace.events.line(finding.row)}: ${plain(finding.cause)}`;
		yield* effects(session, finding.effects, `${indent}  `);
	}
}

/** From the first evidence to the last, with what came around them. */
function pictureAround(index: TimelineIndex, finding: FindingTree): string {
	const rows = [finding.row, ...finding.evidence.map(({ row }) => row)];
	const [first, last] = [Math.min(...rows), Math.max(...rows)];
	const [from, to] = [index.time(first), index.time(last)];
	const before = from - index.time(Math.max(0, first - AROUND));
	const after = index.time(Math.min(last + AROUND, index.length)) - to;
	// Where one side is silence, the other side and the finding itself say how fast things went.
	const least = 2 * Math.max(Math.min(before, after), to - from);
	const most = Math.max(before, after);
	const margin = Math.max((to - from) / 4, least > 0 ? Math.min(most, least) : most, 1);
	const range = {
		from: Math.max(0, from - margin),
		to: Math.min(Math.max(index.end, 1), to + margin),
		columns: COLUMNS,
	};
	const tile = tileOf(index, range, { findings: [{ row: finding.row, text: finding.cause }] });
	return pictureOf(finding.vm < 0 ? tile : ofVm(tile, index, finding.vm), finding.code);
}

/** Names of files and what a trace says may hold anything; a page must not take it for markup. */
function plain(text: string): string {
	return text.replaceAll(/[\\`*_[\]<>|]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

/** Text of ours, in which what one types stands between backticks. */
function withCode(text: string): string {
	return text
		.split(/(`[^`]+`)/)
		.map((part, n) => (n % 2 === 1 ? part : plain(part)))
		.join('');
}

function cell(text: string): string {
	return plain(text);
}
