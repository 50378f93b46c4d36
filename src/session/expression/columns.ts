// What an expression asks of the columns of an event before it can be true: enough to pass over millions of
// events without looking into them. Undefined: anything goes.

import { FUNCTIONS } from '../../psci/functions.ts';
import { EventKind } from '../../trace/event.ts';
import { equal, matches, type Operand } from './operand.ts';
import type { Node } from './syntax.ts';

export interface Columns {
	readonly kinds?: ReadonlySet<number>;
	readonly vcpus?: ReadonlySet<number>;
	readonly vms?: ReadonlySet<number>;
	/** the event belongs to a call of one of these functions */
	readonly functions?: ReadonlySet<number>;
}

const ANY: Columns = {};

/** Necessary for the expression to be true, not sufficient. */
export function columnsOf(node: Node): Columns {
	switch (node.kind) {
		case 'and':
			return both(columnsOf(node.left), columnsOf(node.right));
		case 'or':
			return either(columnsOf(node.left), columnsOf(node.right));
		case 'compare':
			if (node.operator !== '==') return ANY;
			return both(oneOf(node.left, [node.right]), oneOf(node.right, [node.left]));
		case 'in':
			return oneOf(node.left, node.list);
		case 'matches':
			return named(node.left, (value) => matches(value, node.pattern) === true);
		case 'path':
			return node.path.root === 'argument' ? callWith(node.path.fields[0] ?? '') : ANY;
		default:
			return ANY;
	}
}

/** `node` is one of the values. */
function oneOf(node: Node, list: readonly Node[]): Columns {
	const values = list.flatMap((item) => (item.kind === 'value' ? [item.value] : []));
	if (values.length < list.length) return node.kind === 'path' ? columnsOf(node) : ANY;
	const is = (operand: Operand) =>
		values.some((value) =>
			value.number === undefined && value.name?.includes('*')
				? matches(operand, value.name) === true
				: equal(operand, value) === true,
		);
	if (node.kind === 'path' && node.path.root === 'event' && node.path.fields.length === 1) {
		const [field] = node.path.fields;
		const numbers = new Set(values.map(({ number }) => Number(number ?? -1n)));
		if (field === 'vcpu') return { vcpus: numbers };
		if (field === 'vm') return { vms: numbers };
		if (field === 'type' && values.every(({ name }) => name !== ''))
			return { kinds: new Set([EventKind.system_event, EventKind.kvm_userspace_exit]) };
	}
	return node.kind === 'path' ? both(columnsOf(node), named(node, is, values)) : ANY;
}

/** `node` is a field with names, and `is` says which of them count. */
function named(node: Node, is: (value: Operand) => boolean, values: readonly Operand[] = []): Columns {
	if (node.kind !== 'path' || node.path.root !== 'event' || node.path.fields.length !== 1) return ANY;
	const [field] = node.path.fields;
	if (field === 'event')
		return {
			kinds: new Set(Object.entries(EventKind).flatMap(([name, kind]) => (is({ name }) ? [kind] : []))),
		};
	if (field !== 'call' && field !== 'function') return ANY;
	// No call, and a call of a function that the table does not have, have names too.
	if (is({ name: '' }) || is({ name: 'unknown function 0x1' }) || is({ name: '?' })) return ANY;
	const known = FUNCTIONS.flatMap((fn) => fn.ids.filter((id) => is({ name: fn.name, number: BigInt(id) })));
	return { functions: new Set([...known, ...values.flatMap(({ number }) => Number(number ?? -1n))]) };
}

function callWith(argument: string): Columns {
	const takes = FUNCTIONS.filter((fn) =>
		[...fn.arguments, ...(fn.arguments01 ?? [])].some(({ name }) => name === argument),
	);
	return { functions: new Set(takes.flatMap((fn) => fn.ids)) };
}

function both(a: Columns, b: Columns): Columns {
	return combined(a, b, (x, y) => (x && y ? new Set([...x].filter((n) => y.has(n))) : (x ?? y)));
}

function either(a: Columns, b: Columns): Columns {
	return combined(a, b, (x, y) => (x && y ? new Set([...x, ...y]) : undefined));
}

type Numbers = ReadonlySet<number> | undefined;

function combined(a: Columns, b: Columns, combine: (x: Numbers, y: Numbers) => Numbers): Columns {
	const result: { -readonly [name in keyof Columns]: Columns[name] } = {};
	for (const name of ['kinds', 'vcpus', 'vms', 'functions'] as const) {
		const values = combine(a[name], b[name]);
		if (values) result[name] = values;
	}
	return result;
}
