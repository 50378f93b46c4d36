// Programs that are called by name: `define` of a file, and the libraries. A call is written out, with its
// arguments as constants, so that every step has a line of its own.

import type { Statement } from '../statement.ts';
import type { Compilation, Defined } from './compilation.ts';
import { type Bound, type Frame, Names, place } from './frame.ts';
import type { Argument, Expression, Use } from './generated/ast.ts';
import { LIBRARIES, libraryDefinition } from './library.ts';
import { blockOf } from './lines.ts';
import { textOf } from './node-place.ts';
import { valueIn, vcpuOf } from './values.ts';
import { wordsOfArgument } from './vocabulary.ts';

const DEEPEST = 16;

export function useDefinition(c: Compilation, f: Frame, node: Use, self: number | undefined): Statement[] {
	const given = node.definition?.$refText ?? '';
	const at = place(f, node);
	// Programs of a library call each other without its name.
	const own = libraryOf(f);
	const name = own === undefined || given.includes('.') ? given : `${own}.${given}`;
	const found = (own === undefined ? c.definitions.get(name) : undefined) ?? libraryDefinition(name);
	if (!found) {
		const known = [...c.definitions.keys(), ...LIBRARIES.flatMap((library) => library.names())];
		c.unknown(place(f, node, 'definition'), 'program', name, known);
		return [];
	}
	if (f.within.includes(name) || f.within.length >= DEEPEST) {
		c.diagnostics.error(
			'too-much',
			at,
			f.within.includes(name) ? `'${name}' would use itself for ever` : 'programs use each other too deeply',
		);
		return [];
	}
	const names = argumentsOf(c, f, node, found, name);
	if (!names) return [];
	const inner: Frame = {
		file: found.file,
		broken: found.broken,
		names,
		self,
		last: f.last,
		caller: at,
		prefix: f.prefix + c.nextPrefix(),
		within: [...f.within, name],
	};
	const text = textOf(node).replace(/\s+/g, ' ');
	const called: Statement = {
		kind: 'use',
		name,
		place: at,
		text,
		...(self === undefined ? {} : { vcpu: self }),
	};
	return [called, ...blockOf(c, inner, found.node.body)];
}

/** The library that the lines of `f` belong to. */
function libraryOf(f: Frame): string | undefined {
	const [library, definition] = f.within.at(-1)?.split('.') ?? [];
	return definition === undefined ? undefined : library;
}

/** The names that a definition's lines see: its parameters, and the constants around it. */
function argumentsOf(c: Compilation, f: Frame, node: Use, found: Defined, name: string): Names | undefined {
	const { parameters } = found.node;
	const names = new Names(c.constantsOf(found));
	const wanted = parameters.map((parameter) => parameter.name);
	for (const argument of node.arguments) {
		if (wanted.includes(argument.name)) continue;
		c.unknown(place(f, argument, 'name'), `argument of ${name}`, argument.name ?? '', wanted);
		return undefined;
	}
	for (const parameter of parameters) {
		const given = node.arguments.find((argument) => argument.name === parameter.name);
		const bound = given
			? boundTo(c, f, given)
			: standard(c, { ...f, names, file: found.file }, parameter.standard);
		if (bound) names.set(parameter.name, bound);
		else if (!given) {
			c.diagnostics.error('syntax', place(f, node), `${name} needs ${parameter.name}=…`);
			return undefined;
		} else return undefined;
	}
	return names;
}

/** A vCPU stays one, so that a definition can let it act. */
function boundTo(c: Compilation, f: Frame, argument: Argument): Bound | undefined {
	const { value } = argument;
	const name =
		value?.$type === 'Member' && value.member === undefined ? value.subject?.named?.$refText : undefined;
	if (
		value?.$type === 'Member' &&
		name !== undefined &&
		(/^(vcpu\d+|self)$/.test(name) || f.names.get(name)?.kind === 'vcpu')
	) {
		const index = vcpuOf(c, f, value.subject);
		return index === undefined ? undefined : { kind: 'vcpu', index };
	}
	const made = valueIn(c, f, value, wordsOfArgument('address'));
	return made && { kind: 'value', value: made };
}

function standard(c: Compilation, f: Frame, node: Expression | undefined): Bound | undefined {
	const made = node && valueIn(c, f, node, wordsOfArgument('address'));
	return made && { kind: 'value', value: made };
}
