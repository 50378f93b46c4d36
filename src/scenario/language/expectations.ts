// What stands behind `=>`, and what `state`, `expect` and `exit` look at.

import type { FunctionInfo } from '../../psci/function-info.ts';
import type { Expectation as Checked, Expected as What } from '../expectation.ts';
import type { Condition, Expression as Value } from '../expression.ts';
import type { Compilation } from './compilation.ts';
import { conditionOf } from './conditions.ts';
import { type Frame, place } from './frame.ts';
import type { Argument, Exit, Expectation, Expected, Expression, Outcome } from './generated/ast.ts';
import { textOf } from './node-place.ts';
import { checkEvent, checkFlags, checkMeaning, checkResult } from './possible.ts';
import { constantIn, valueIn } from './values.ts';
import {
	ERRNOS,
	EVENT_FLAGS,
	FIRMWARE_IDS,
	HYPERCALL_FLAGS,
	MP_STATES,
	SYSTEM_EVENTS,
	type Word,
	wordNamed,
	wordsOfResult,
} from './vocabulary.ts';

/** What kind of answer is expected, which tells how a number or name is meant. */
export type Answered =
	| { readonly kind: 'guest'; readonly fn: FunctionInfo | undefined }
	| { readonly kind: 'ioctl' }
	| { readonly kind: 'register' | 'mp_state' | 'list' };

export function expectationsOf(
	c: Compilation,
	f: Frame,
	nodes: readonly Expectation[],
	answered: Answered,
): Checked[] {
	if (answered.kind === 'list' && !nodes.some(({ what }) => what && isAbsence(what)))
		return listed(c, f, nodes);
	return nodes.flatMap((node) => {
		if (!node.what) return [];
		const where = node.where && conditionOf(c, f, node.where);
		if (node.where && !where) return [];
		const first = expectation(c, f, node.what, answered, where);
		const other =
			node.otherwise && where
				? expectation(c, f, node.otherwise, answered, { kind: 'not', condition: where })
				: [];
		return [...first, ...other];
	});
}

function expectation(
	c: Compilation,
	f: Frame,
	node: Expected,
	answered: Answered,
	where: Condition | undefined,
): Checked[] {
	const what = isAbsence(node) ? NO_SUCH_VCPU : expectedOf(c, f, node, answered);
	if (!what) return [];
	return [{ place: place(f, node), text: `=> ${textOf(node)}`, what, ...(where ? { where } : {}) }];
}

function expectedOf(c: Compilation, f: Frame, node: Expected, answered: Answered): What | undefined {
	switch (node.$type) {
		case 'Exit': {
			const fn = answered.kind === 'guest' ? answered.fn : undefined;
			if (fn && node.reason === 'SYSTEM_EVENT' && wordNamed(SYSTEM_EVENTS, node.event ?? ''))
				checkEvent(c, place(f, node, 'event'), fn, node.event ?? '');
			const what = exitOf(c, f, node);
			const flags = node.arguments.find(({ name }) => name === 'flags');
			if (fn && flags && what?.kind === 'system_event' && what.flags?.kind === 'number')
				checkFlags(c, place(f, flags, 'value'), fn, node.event ?? '', what.flags.value);
			return what;
		}
		case 'Blocked':
			return { kind: 'blocked' };
		case 'Returns':
			return { kind: 'returns' };
		case 'Failed': {
			const errno = errnoOf(node.errno ?? '');
			if (errno !== undefined) return { kind: 'error', errno };
			c.unknown(
				place(f, node, 'errno'),
				'error',
				node.errno ?? '',
				ERRNOS.map((e) => e.name),
			);
			return undefined;
		}
		case 'Outcome':
			return outcome(c, f, node, answered);
	}
}

const NO_SUCH_VCPU = { kind: 'returned', r: 'no such vcpu' } as const;

/** `=> "no such vcpu"`, which is what any operation on a vCPU gives that does not exist. */
export function isAbsence({ $type, $cstNode }: Expected): boolean {
	return $type === 'Outcome' && $cstNode?.text === '"no such vcpu"';
}

function errnoOf(text: string): number | undefined {
	const word = wordNamed(ERRNOS, text);
	if (word) return Number(word.value);
	return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** `exit SYSTEM_EVENT/SHUTDOWN flags=PSCI_OFF2`, `exit HYPERCALL nr=CPU_ON`. */
export function exitOf(c: Compilation, f: Frame, node: Exit): What | undefined {
	const args = (name: string) => node.arguments.find((argument) => argument.name === name);
	const known = node.reason === 'HYPERCALL' ? ['nr', 'flags'] : ['flags'];
	for (const argument of node.arguments)
		if (!known.includes(argument.name ?? '')) {
			c.unknown(place(f, argument, 'name'), `field of ${node.reason}`, argument.name ?? '', known);
			return undefined;
		}
	const value = (argument: Argument | undefined, words: readonly Word[]) =>
		argument ? valueIn(c, f, argument.value, words) : undefined;
	if (node.reason === 'HYPERCALL') {
		const nr = value(args('nr'), []);
		const flags = value(args('flags'), HYPERCALL_FLAGS);
		return { kind: 'hypercall', ...(nr ? { nr } : {}), ...(flags ? { flags } : {}) };
	}
	if (node.reason !== 'SYSTEM_EVENT') {
		c.unknown(place(f, node, 'reason'), 'exit', node.reason ?? '', ['SYSTEM_EVENT', 'HYPERCALL']);
		return undefined;
	}
	const event = wordNamed(SYSTEM_EVENTS, node.event ?? '');
	if (!event) {
		const at = node.event === undefined ? place(f, node) : place(f, node, 'event');
		if (node.event === undefined)
			c.diagnostics.error(
				'syntax',
				at,
				`which event? ${SYSTEM_EVENTS.map((e) => `SYSTEM_EVENT/${e.name}`).join(', ')}`,
			);
		else
			c.unknown(
				at,
				'system event',
				node.event,
				SYSTEM_EVENTS.map((e) => e.name),
			);
		return undefined;
	}
	const flags = value(args('flags'), EVENT_FLAGS);
	return { kind: 'system_event', type: Number(event.value), ...(flags ? { flags } : {}) };
}

function outcome(c: Compilation, f: Frame, node: Outcome, answered: Answered): What | undefined {
	if (isCondition(node.value)) {
		const condition = conditionOf(c, f, node.value);
		return condition && { kind: 'condition', condition };
	}
	switch (answered.kind) {
		case 'guest':
			return result(c, f, node.value, answered.fn);
		case 'ioctl': {
			const r = constantIn(c, f, node.value, negated(ERRNOS));
			return r === undefined ? undefined : { kind: 'returned', r: Number(r) };
		}
		default: {
			const errno = wordNamed(ERRNOS, textOf(node.value));
			if (errno) return { kind: 'returned', r: -Number(errno.value) };
			const value = valueIn(c, f, node.value, answered.kind === 'mp_state' ? MP_STATES : []);
			return value && { kind: 'value', value };
		}
	}
}

/** KVM's ioctls answer with negated errno numbers: `=> EINVAL`. */
function negated(words: readonly Word[]): Word[] {
	return words.map((word) => ({ ...word, value: -word.value }));
}

/** `SUCCESS`, `SUCCESS or ALREADY_ON`, `not SUCCESS`. */
function result(c: Compilation, f: Frame, node: Expression, fn: FunctionInfo | undefined): What | undefined {
	const inverted = node.$type === 'Unary' && node.operator === 'not';
	const alternatives = alternativesOf(inverted ? node.operand : node);
	const anyOf: Value[] = [];
	for (const alternative of alternatives) {
		const text = textOf(alternative);
		if (isErrno(c, f, alternative, text)) return undefined;
		const value = valueIn(c, f, alternative, wordsOfResult(fn));
		if (!value) return undefined;
		if (fn?.service === 'PSCI' && !f.names.get(text) && /^([A-Z]\w*|\d+\.\d+)$/.test(text))
			checkMeaning(c, place(f, alternative), fn, text, wordsOfResult(fn));
		if (fn && value.kind === 'number' && !inverted) checkResult(c, place(f, alternative), fn, value.value);
		anyOf.push(value);
	}
	return inverted ? { kind: 'result', anyOf, negated: true } : { kind: 'result', anyOf };
}

function isErrno(c: Compilation, f: Frame, node: Expression, text: string): boolean {
	if (f.names.get(text) || !wordNamed(ERRNOS, text)) return false;
	const at = place(f, node);
	c.diagnostics.error(
		'wrong-place',
		at,
		`${text} is an errno, which no guest sees; 'error ${text}' expects that KVM_RUN fails with it`,
		[{ title: `Change to 'error ${text}'`, place: at, text: `error ${text}` }],
	);
	return true;
}

function alternativesOf(node: Expression): Expression[] {
	if (node.$type === 'Group') return alternativesOf(node.inner);
	if (node.$type !== 'Binary' || node.operator !== 'or') return [node];
	return [...alternativesOf(node.left), ...alternativesOf(node.right)];
}

/** Whether an expression is true or false, not a number. */
function isCondition(node: Expression | undefined): boolean {
	switch (node?.$type) {
		case 'Group':
			return isCondition(node.inner);
		case 'Unary':
			return node.operator === 'not' && isCondition(node.operand);
		case 'Binary':
			if (node.operator === 'and') return true;
			return node.operator === 'or' ? isCondition(node.left) : /^([=!]=|[<>]=?)$/.test(node.operator);
		case 'Member':
			return node.state !== undefined || node.request !== undefined;
		case 'MachineIs':
		case 'Reached':
			return true;
		default:
			return false;
	}
}

/** `list vcpu0 => PSCI_VERSION, STD_BMAP`: all registers together are one expectation. */
function listed(c: Compilation, f: Frame, nodes: readonly Expectation[]): Checked[] {
	const [first] = nodes;
	if (!first) return [];
	const ids: bigint[] = [];
	for (const node of nodes) {
		const text = textOf(node);
		const errno = wordNamed(ERRNOS, text);
		if (errno && nodes.length === 1)
			return [
				{ place: place(f, node), text: `=> ${text}`, what: { kind: 'returned', r: -Number(errno.value) } },
			];
		const id =
			FIRMWARE_IDS.get(text) ??
			(node.what?.$type === 'Outcome' ? constantIn(c, f, node.what.value) : undefined);
		if (id === undefined) return [];
		ids.push(id);
	}
	return [{ place: place(f, first), text: `=> ${nodes.map(textOf).join(', ')}`, what: { kind: 'ids', ids } }];
}
