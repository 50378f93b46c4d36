// Lines and blocks of a scenario as statements. What the text alone decides (`for`, `use`) is written out here;
// what a run decides (`if`, `repeat`, `while`, `wait`) stays.

import type { Statement } from '../statement.ts';
import type { Compilation } from './compilation.ts';
import { conditionOf, stateNumber } from './conditions.ts';
import { useDefinition } from './definitions.ts';
import { exitOf, expectationsOf, isAbsence } from './expectations.ts';
import { type Bound, type Frame, Names, place } from './frame.ts';
import type {
	Block,
	Expectation,
	For,
	If,
	Line,
	Range,
	Repeat,
	StateCheck,
	Statement as StatementNode,
	Use,
	While,
} from './generated/ast.ts';
import { namedCall, rawCall } from './guest-calls.ts';
import { smallNumber } from './literals.ts';
import { textOf } from './node-place.ts';
import { operationsOf } from './operations.ts';
import { constantIn, valueIn, vcpuOf } from './values.ts';
import { ANYWHERE, wordNamed } from './vocabulary.ts';

/** Rounds of a loop that ends by a condition and does not say. */
const USUAL_ROUNDS = 1000;
const MOST_ROUNDS = 1_000_000;

export function blockOf(c: Compilation, f: Frame, node: Block | undefined): Statement[] {
	const inner: Frame = { ...f, names: new Names(f.names) };
	return (node?.lines ?? []).flatMap((line) => linesOf(c, inner, line));
}

export function linesOf(c: Compilation, f: Frame, node: Line): Statement[] {
	if (f.broken.has(place(f, node).line)) return [];
	switch (node.$type) {
		case 'Statement':
			return statement(c, f, node);
		case 'If':
			return choice(c, f, node);
		case 'Repeat':
		case 'While':
			return loop(c, f, node);
		case 'For':
			return forEach(c, f, node);
	}
}

/** Tells where a block has no lines. */
export function needsLines(
	c: Compilation,
	f: Frame,
	node: Line | ({ $type: string; body?: Block } & Parameters<typeof place>[1]),
): void {
	if ('body' in node && node.body) return;
	c.diagnostics.error('syntax', headOf(f, node), 'indented lines have to follow');
}

/** The first line of a block statement. */
function headOf(f: Frame, node: Parameters<typeof place>[1]) {
	const all = place(f, node);
	return { ...all, endLine: all.line, endColumn: all.endLine === all.line ? all.endColumn : all.column + 6 };
}

function choice(c: Compilation, f: Frame, node: If): Statement[] {
	const at = headOf(f, node);
	const condition = conditionOf(c, f, node.condition);
	needsLines(c, f, node);
	if (!c.room(at)) return [];
	const body = blockOf(c, f, node.body);
	const otherwise = node.chained ? linesOf(c, f, node.chained) : blockOf(c, f, node.otherwise);
	return condition ? [{ kind: 'if', place: at, condition, body, otherwise }] : [];
}

function loop(c: Compilation, f: Frame, node: Repeat | While): Statement[] {
	const at = headOf(f, node);
	needsLines(c, f, node);
	const rounds = node.count ? constantIn(c, f, node.count) : undefined;
	const limit = node.count ? smallNumber(rounds, MOST_ROUNDS) : USUAL_ROUNDS;
	if (node.count && rounds !== undefined && (limit === undefined || limit === 0))
		c.diagnostics.error('out-of-range', place(f, node, 'count'), `a loop has 1 to ${MOST_ROUNDS} rounds`);
	if (!node.count && !node.condition)
		c.diagnostics.error('syntax', at, "how often? 'repeat 3', or 'repeat until …'");
	if (!c.room(at)) return [];
	// The condition of `until` is about what the body did.
	const body = blockOf(c, f, node.body);
	const ends = node.condition && conditionOf(c, f, node.condition);
	if (!limit || (node.condition && !ends) || (!node.count && !node.condition)) return [];
	if (!ends) return [{ kind: 'loop', place: at, limit, body }];
	const condition =
		node.$type === 'While'
			? ({ check: 'before', ends: { kind: 'not', condition: ends } } as const)
			: ({ check: 'after', ends } as const);
	return [{ kind: 'loop', place: at, condition, limit, body }];
}

function forEach(c: Compilation, f: Frame, node: For): Statement[] {
	needsLines(c, f, node);
	const made: Statement[] = [];
	for (const bound of node.values.flatMap((range) => valuesOf(c, f, range))) {
		const names = new Names(f.names);
		names.set(node.name, bound);
		if (!c.room(headOf(f, node))) break;
		made.push(...blockOf(c, { ...f, names }, node.body));
	}
	return made;
}

/** `vcpu1..vcpu3`, `others`, `vcpus`, `1..4`, `CPU_OFF`. */
function valuesOf(c: Compilation, f: Frame, node: Range): Bound[] {
	const all = [...c.mpidrs.keys()].sort((a, b) => a - b);
	const vcpus = (list: readonly number[]) => list.map((index): Bound => ({ kind: 'vcpu', index }));
	const text = textOf(node.first);
	if (!node.last && text === 'vcpus') return vcpus(all);
	if (!node.last && text === 'others') return vcpus(all.filter((index) => index !== (f.self ?? 0)));
	const first = vcpuIn(c, f, node.first);
	if (first !== undefined) {
		const last = node.last ? vcpuIn(c, f, node.last) : first;
		if (last !== undefined) return vcpus(all.filter((index) => index >= first && index <= last));
	}
	const from = constantIn(c, f, node.first);
	const to = node.last ? constantIn(c, f, node.last) : from;
	if (from === undefined || to === undefined) return [];
	if (to - from >= 10_000n) {
		c.diagnostics.error('too-much', place(f, node), 'a range has at most 10000 values');
		return [];
	}
	const values: Bound[] = [];
	for (let value = from; value <= to; value++)
		values.push({ kind: 'value', value: { kind: 'number', value } });
	return values;
}

function vcpuIn(c: Compilation, f: Frame, node: Range['first']): number | undefined {
	if (node?.$type !== 'Member' || node.member !== undefined) return undefined;
	const name = node.subject?.named?.$refText ?? '';
	if (!/^(vcpu\d+|self)$/.test(name) && f.names.get(name)?.kind !== 'vcpu') return undefined;
	return vcpuOf(c, f, node.subject);
}

function statement(c: Compilation, f: Frame, node: StatementNode): Statement[] {
	const at = place(f, node);
	if (!node.action || !c.room(at)) return [];
	const absentMeant = node.expectations.some(({ what }) => what && isAbsence(what));
	const made = acting(c, absentMeant ? { ...f, absentMeant } : f, node);
	if (node.into && wordNamed(ANYWHERE, node.into.name)) {
		const { name } = node.into;
		c.diagnostics.add(
			'warning',
			'wrong-place',
			place(f, node.into),
			`'-> ${name}' keeps the result under this name; '=> ${name}' expects it`,
		);
	}
	if (node.into)
		f.names.set(node.into.name, {
			kind: 'value',
			value: { kind: 'variable', name: f.prefix + node.into.name },
		});
	const label = node.label?.name;
	return label === undefined ? made : made.map((one, n) => (n === 0 ? { ...one, label } : one));
}

function acting(c: Compilation, f: Frame, node: StatementNode): Statement[] {
	const { action } = node;
	const at = place(f, node);
	const text = textOf(action).replace(/\s+/g, ' ');
	switch (action.$type) {
		case 'Call':
		case 'RawCall':
		case 'Instruction': {
			const call =
				action.$type === 'Call' ? namedCall(c, f, action, node.expectations) : rawCall(c, f, action);
			if (!call) return [];
			f.last.fn = call.fn;
			const expect = expectationsOf(c, f, node.expectations, { kind: 'guest', fn: call.fn });
			const shown =
				action.vcpu && /^vcpu/.test(text)
					? text
					: `vcpu${call.operation.vcpu} ${action.vcpu ? text.replace(/^\S+\s/, '') : text}`;
			return [
				{ kind: 'operation', place: at, operation: call.operation, text: shown, ...into(f, node), expect },
			];
		}
		case 'Use':
			return use(c, f, node, action);
		case 'StateCheck':
			return [{ kind: 'expect', place: at, expect: stateCheck(c, f, action) }];
		case 'Expect':
			noExpectation(c, f, node);
			return [
				{
					kind: 'expect',
					place: at,
					expect: expectationsOf(c, f, action.checks, { kind: 'guest', fn: f.last.fn }),
				},
			];
		case 'ExitCheck': {
			noExpectation(c, f, node);
			const what = action.exit && exitOf(c, f, action.exit);
			return what ? [{ kind: 'expect', place: at, expect: [{ place: at, text, what }] }] : [];
		}
		case 'Let': {
			noExpectation(c, f, node);
			const value = valueIn(c, f, action.value);
			const name = f.prefix + action.name;
			f.names.set(action.name, { kind: 'value', value: { kind: 'variable', name } });
			return value ? [{ kind: 'assign', place: at, name, value }] : [];
		}
		case 'Wait': {
			noExpectation(c, f, node);
			const until = conditionOf(c, f, action.condition);
			return until ? [{ kind: 'wait', place: at, until, text }] : [];
		}
		case 'PowerOn':
			return [
				{
					kind: 'vmm',
					place: at,
					action: { do: 'power on' },
					text,
					expect: expectationsOf(c, f, node.expectations, { kind: 'ioctl' }),
				},
			];
		case 'Wake': {
			const vcpu = action.vcpu ? vcpuOf(c, f, action.vcpu) : f.self;
			if (vcpu === undefined && !action.vcpu)
				c.diagnostics.error('syntax', at, 'wake which vCPU? wake vcpu0');
			if (vcpu === undefined) return [];
			return [
				{
					kind: 'vmm',
					place: at,
					action: { do: 'wake', vcpu },
					text,
					expect: expectationsOf(c, f, node.expectations, { kind: 'ioctl' }),
				},
			];
		}
		default: {
			const made = operationsOf(c, f, action);
			if (!made) return [];
			if (action.$type === 'Run') f.last.fn = undefined;
			const expect = expectationsOf(c, f, node.expectations, made.answered);
			return made.operations.map((operation) => ({
				kind: 'operation',
				place: at,
				operation,
				text,
				...into(f, node),
				expect,
			}));
		}
	}
}

function into(f: Frame, node: StatementNode): { into?: string } {
	return node.into ? { into: f.prefix + node.into.name } : {};
}

function use(c: Compilation, f: Frame, node: StatementNode, action: Use): Statement[] {
	noExpectation(c, f, node);
	const vcpu = action.vcpu ? vcpuOf(c, f, action.vcpu) : f.self;
	return action.vcpu && vcpu === undefined ? [] : useDefinition(c, f, action, vcpu);
}

function stateCheck(c: Compilation, f: Frame, node: StateCheck) {
	const vcpu = vcpuOf(c, f, node.vcpu);
	if (vcpu === undefined) return [];
	const at = place(f, node);
	const text = textOf(node).replace(/\s+/g, ' ');
	if (node.state === 'asleep')
		return [{ place: at, text, what: { kind: 'condition', condition: { kind: 'asleep', vcpu } } } as const];
	const state = stateNumber(c, f, node, node.state ?? '');
	if (state === undefined) return [];
	return [
		{ place: at, text, what: { kind: 'condition', condition: { kind: 'state', vcpu, state } } } as const,
	];
}

/** Lines that look or keep have no answer of their own. */
function noExpectation(c: Compilation, f: Frame, node: StatementNode): void {
	const [first]: readonly Expectation[] = node.expectations;
	if (first)
		c.diagnostics.error(
			'wrong-place',
			place(f, first),
			"this line has no answer: an expectation stands behind an action, or behind 'expect'",
		);
}
