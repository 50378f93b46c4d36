// Guest calls: by name with named arguments, or with raw registers. A call by name is the registers that it
// loads; an argument left out is 0.

import type { ArgumentInfo, FunctionInfo } from '../../psci/function-info.ts';
import { FUNCTIONS, functionById, functionByName } from '../../psci/functions.ts';
import { strayAffinityBits } from '../../psci/mpidr.ts';
import { PSCI_VERSIONS } from '../../psci/versions.ts';
import type { Expression as Value } from '../expression.ts';
import type { OperationTemplate } from '../statement.ts';
import { argumentNamed, shortName } from './argument-names.ts';
import type { Compilation } from './compilation.ts';
import { type Frame, place } from './frame.ts';
import type { Argument, Call, Expectation, Instruction, Modifier, RawCall } from './generated/ast.ts';
import { numberOf, signedResult } from './literals.ts';
import { textOf } from './node-place.ts';
import { checkServed } from './served.ts';
import { misspeltStart } from './syntax-hints.ts';
import { constantIn, valueIn, vcpuOf } from './values.ts';
import { STATUS_CODES, wordNamed, wordsOfArgument } from './vocabulary.ts';

export interface GuestCall {
	readonly operation: Extract<OperationTemplate, { op: 'call' }>;
	readonly fn: FunctionInfo | undefined;
}

/** The vCPU that a line names, or the one that its block is about. */
function callerOf(c: Compilation, f: Frame, node: Call | RawCall | Instruction): number | undefined {
	if (node.vcpu) return vcpuOf(c, f, node.vcpu);
	if (f.self === undefined)
		c.diagnostics.error('syntax', place(f, node), 'which vCPU? Begin the line with one: vcpu0 …');
	return f.self;
}

export function namedCall(
	c: Compilation,
	f: Frame,
	node: Call,
	expected: readonly Expectation[],
): GuestCall | undefined {
	const name = node.function ?? '';
	const fn = /^[A-Z]/.test(name) ? functionByName(name) : undefined;
	if (!fn) {
		// `rnu vcpu1` and `vcpu0 hvc` look like calls, too.
		if (/^vcpu\d/.test(name)) return noCall(c, f, node);
		const statements = [
			'run',
			'set',
			'get',
			'irq',
			'fiq',
			'state',
			'expect',
			'repeat',
			'use',
			'create',
			'init',
		];
		c.unknown(place(f, node, 'function'), 'function', name, [
			...FUNCTIONS.map((known) => known.name),
			...statements,
		]);
		return undefined;
	}
	const vcpu = callerOf(c, f, node);
	if (vcpu === undefined) return undefined;
	const narrow = c.thirtyTwoBit(vcpu);
	const id = idOf(c, f, node, fn, narrow);
	if (id === undefined) return undefined;
	const takes = id === fn.kvm01 ? (fn.arguments01 ?? fn.arguments) : fn.arguments;
	const x = registersOf(c, f, node, fn, takes, id, fails(expected));
	const way = wayOf(c, f, vcpu, node.modifiers, node.arguments);
	if (!x || !way) return undefined;
	// A library asks by itself whether a function is there.
	if (!fails(expected) && !f.caller && !c.remade)
		checkServed(c, place(f, node, 'function'), fn, { id, conduit: way.conduit });
	return { operation: { op: 'call', vcpu, ...way, x: [{ kind: 'number', value: BigInt(id) }, ...x] }, fn };
}

function noCall(c: Compilation, f: Frame, node: Call): undefined {
	const first = misspeltStart(textOf(node));
	if (first) {
		const at = place(f, node, 'vcpu');
		const fix = { title: `Change to '${first.near}'`, place: at, text: first.near };
		c.diagnostics.error('unknown-name', at, `there is no '${first.word}'. Did you mean '${first.near}'?`, [
			fix,
		]);
	} else
		c.diagnostics.error(
			'syntax',
			place(f, node),
			'which call? By its number and registers, vcpu0 hvc 0x84000000, or by name, vcpu0 PSCI_VERSION',
		);
	return undefined;
}

/** Whether the text says itself that KVM does not serve the call: what is strange about it then is meant. */
function fails(expected: readonly Expectation[]): boolean {
	return expected.some((node) =>
		[node.what, node.otherwise].some((what) => {
			if (what?.$type === 'Exit' && what.reason === 'HYPERCALL') return true;
			const words = what?.$type === 'Outcome' ? (what.$cstNode?.text ?? '').split(/[^\w-]+/) : [];
			return words.some((word) => {
				const value = wordNamed(STATUS_CODES, word)?.value ?? numberOf(word);
				return word.startsWith('-') || (value !== undefined && signedResult(value) < 0n);
			});
		}),
	);
}

/** The number by which a function is called: as the line says, else by the machine. */
function idOf(c: Compilation, f: Frame, node: Call, fn: FunctionInfo, narrow: boolean): number | undefined {
	const form = node.modifiers.find(
		(modifier) => modifier === 'smc32' || modifier === 'smc64' || modifier === 'v0.1',
	);
	const old = c.deviceTree.functionIds;
	const own = Object.entries(old).find(([name]) => name.toUpperCase() === fn.name)?.[1] ?? fn.kvm01;
	const by01 =
		form === 'v0.1' || (form === undefined && c.machine.psciVersion?.value === PSCI_VERSIONS['0.1']);
	const usual = narrow ? (fn.smc32 ?? fn.smc64) : (fn.smc64 ?? fn.smc32);
	const id =
		form === 'smc32'
			? fn.smc32
			: form === 'smc64'
				? fn.smc64
				: by01
					? (own ?? (form ? undefined : usual))
					: usual;
	if (id === undefined)
		c.diagnostics.error(
			'out-of-range',
			place(f, node, 'function'),
			`${fn.name} has no number of the form ${form ?? 'that KVM serves'}`,
		);
	return id;
}

/** x1 and up. */
function registersOf(
	c: Compilation,
	f: Frame,
	node: Call,
	fn: FunctionInfo,
	takes: readonly ArgumentInfo[],
	id: number,
	meant: boolean,
): Value[] | undefined {
	const x: Value[] = takes.map(() => ({ kind: 'number', value: 0n }));
	const given = new Set<number>();
	let right = true;
	for (const argument of node.arguments) {
		const name = argument.name ?? '';
		if (name === 'imm') continue;
		const raw = /^x([1-9]|1[0-7])$/i.exec(name)?.[1];
		const at = raw === undefined ? positionOf(takes, name) : Number(raw) - 1;
		if (at < 0) {
			c.unknown(place(f, argument, 'name'), `argument of ${fn.name}`, name, [
				...takes.map((info) => shortName(takes, info)),
				'imm',
				'x1',
			]);
			right = false;
			continue;
		}
		if (given.has(at)) c.diagnostics.error('duplicate', place(f, argument, 'name'), `${name} is given twice`);
		given.add(at);
		const info = raw === undefined ? takes[at] : undefined;
		const value = valueIn(c, f, argument.value, info ? wordsOfArgument(info.kind) : []);
		if (!value) right = false;
		else {
			while (x.length < at) x.push({ kind: 'number', value: 0n });
			x[at] = value;
			if (info && value.kind === 'number' && !meant) checkArgument(c, f, argument, info, value.value, id);
		}
	}
	return right ? x : undefined;
}

function positionOf(takes: readonly ArgumentInfo[], name: string): number {
	const info = argumentNamed(takes, name);
	return info ? takes.indexOf(info) : -1;
}

function checkArgument(
	c: Compilation,
	f: Frame,
	argument: Argument,
	info: ArgumentInfo,
	value: bigint,
	id: number,
): void {
	const at = place(f, argument, 'value');
	const unsigned = BigInt.asUintN(64, value);
	const narrow = info.width === 32 || id < 0xc0000000;
	// KVM looks away from the upper half: nothing is wrong, though it may not be meant.
	if (narrow && unsigned > 0xffffffffn && unsigned < 0xffffffff80000000n) {
		const says = `${info.name}: only the low 32 bits of this number count`;
		c.diagnostics.add('information', 'out-of-range', at, says);
		return;
	}
	const says = problemOf(info, unsigned);
	if (says) c.diagnostics.add('warning', 'out-of-range', at, `${info.name}: ${says}`);
}

function problemOf(info: ArgumentInfo, value: bigint): string | undefined {
	switch (info.kind) {
		case 'affinity':
			return strayAffinityBits(value)
				? 'bits are set that are no affinity: bits 39:32 and 23:0 are'
				: undefined;
		case 'level':
			return value > 3n ? 'affinity levels are 0 to 3' : undefined;
		case 'off_type':
			return value > 1n ? 'the types are HIBERNATE_OFF (1) and the default (0)' : undefined;
		case 'reset_type':
			return value !== 0n && value < 0x80000000n
				? "the architectural type is SYSTEM_WARM_RESET (0); from 0x80000000 on types are the vendor's"
				: undefined;
		case 'suspend_mode':
			return value > 1n ? 'the modes are 0 and 1' : undefined;
		default:
			return undefined;
	}
}

export function rawCall(c: Compilation, f: Frame, node: RawCall | Instruction): GuestCall | undefined {
	const vcpu = callerOf(c, f, node);
	if (vcpu === undefined) return undefined;
	for (const argument of node.arguments)
		if (argument.name !== 'imm') {
			c.unknown(place(f, argument, 'name'), 'argument', argument.name ?? '', ['imm']);
			return undefined;
		}
	const values = node.values.map((value) => valueIn(c, f, value));
	const x = values.filter((value) => value !== undefined);
	const way = wayOf(c, f, vcpu, node.modifiers, node.arguments);
	if (x.length < values.length || !way) return undefined;
	const conduit = node.$type === 'RawCall' ? node.conduit : node.instruction;
	const [id] = x;
	const known =
		conduit === 'wfi' || conduit === 'nop' || id?.kind !== 'number'
			? undefined
			: functionById(Number(BigInt.asUintN(32, id.value)));
	return { operation: { op: 'call', vcpu, ...way, conduit, x }, fn: known?.fn };
}

/** Immediates that the guest's code has a call for (kvm/guest-code.ts). */
const IMMEDIATES = { a64: [0, 1, 0xffff], a32: [0, 1, 0xffff, 15] };

function wayOf(
	c: Compilation,
	f: Frame,
	vcpu: number,
	modifiers: readonly Modifier[],
	args: readonly Argument[],
) {
	const conduit =
		modifiers.findLast((modifier) => modifier === 'hvc' || modifier === 'smc') ?? c.deviceTree.method;
	const isa =
		modifiers.findLast((modifier) => modifier === 'a32' || modifier === 'a64') ??
		(c.thirtyTwoBit(vcpu) ? 'a32' : 'a64');
	const argument = args.find(({ name }) => name === 'imm');
	const imm = argument ? Number(constantIn(c, f, argument.value) ?? -1n) : 0;
	if (argument && !IMMEDIATES[isa].includes(imm)) {
		if (imm !== -1)
			c.diagnostics.error(
				'out-of-range',
				place(f, argument, 'value'),
				`the guest has calls with the immediates ${IMMEDIATES[isa].join(', ')}`,
			);
		return undefined;
	}
	return { isa, conduit, imm };
}
