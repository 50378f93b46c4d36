// Lines that act on the VM without a guest call: every operation of KVM's that a VMM has.

import { FEATURE_NAMES, type FeatureName, FILTER_ACTIONS, MP_STATE_NAMES } from '../../kvm/index.ts';
import { functionByName } from '../../psci/functions.ts';
import { nearestName } from '../../psci/nearest-name.ts';
import { PSCI_VERSIONS } from '../../psci/versions.ts';
import type { Place } from '../place.ts';
import type { OperationTemplate } from '../statement.ts';
import type { Compilation } from './compilation.ts';
import { stateNumber } from './conditions.ts';
import type { Answered } from './expectations.ts';
import { type Frame, place } from './frame.ts';
import type { Action, Argument, Create, Filter, Init, Interrupt, SetRegister } from './generated/ast.ts';
import { numberOf, smallNumber } from './literals.ts';
import { textOf } from './node-place.ts';
import { constantIn, registerName, valueIn, vcpuOf } from './values.ts';
import {
	CAPABILITIES,
	FEATURES,
	FILTER_WORDS,
	MP_STATES,
	OBSERVE,
	REGISTERS,
	wordNamed,
} from './vocabulary.ts';

export interface Made {
	readonly operations: readonly OperationTemplate[];
	readonly answered: Answered;
}

const U32 = 0xffffffff;

/** The operations of a line that is no guest call; undefined: told what is wrong, or another kind of line. */
export function operationsOf(c: Compilation, f: Frame, node: Action): Made | undefined {
	switch (node.$type) {
		case 'Run': {
			const vcpu = node.vcpu ? vcpuOf(c, f, node.vcpu) : f.self;
			if (vcpu === undefined && !node.vcpu)
				c.diagnostics.error('syntax', place(f, node), 'run which vCPU? run vcpu0');
			if (vcpu === undefined) return undefined;
			return guest({ op: node.immediate ? 'run_immediate' : 'run', vcpu });
		}
		case 'Interrupt':
			return interrupt(c, f, node);
		case 'SetRegister':
			return setRegister(c, f, node);
		case 'GetRegister': {
			const vcpu = vcpuOf(c, f, node.vcpu);
			const register = registerOf(c, f, node);
			if (vcpu === undefined || register === undefined) return undefined;
			if (register === 'mp_state')
				return { operations: [{ op: 'get_mp_state', vcpu }], answered: { kind: 'mp_state' } };
			return { operations: [{ op: 'get_reg', vcpu, reg: register }], answered: { kind: 'register' } };
		}
		case 'Create':
			return create(c, f, node);
		case 'Init':
			return init(c, f, node);
		case 'List': {
			const vcpu = vcpuOf(c, f, node.vcpu);
			return vcpu === undefined
				? undefined
				: { operations: [{ op: 'list_fw_regs', vcpu }], answered: { kind: 'list' } };
		}
		case 'Check':
			checkCapability(c, place(f, node, 'capability'), node.capability ?? '');
			return ioctl({ op: 'check_cap', cap: node.capability ?? '' });
		case 'Enable': {
			const args = numbers(c, f, node.arguments, { flags: U32, arg0: 2 ** 53 });
			checkCapability(c, place(f, node, 'capability'), node.capability ?? '');
			if (args && !args.flags) c.enabled.push(node.capability ?? '');
			return (
				args &&
				ioctl({
					op: 'enable_cap',
					cap: node.capability ?? '',
					flags: args.flags ?? 0,
					arg0: { kind: 'number', value: BigInt(args.arg0 ?? 0) },
				})
			);
		}
		case 'Attribute':
			return ioctl({ op: 'has_attr', group: Number(node.group), attr: Number(node.attribute) });
		case 'Filter': {
			const made = filterOf(c, f, node);
			if (!made) return undefined;
			const { ranges, action, pad } = made;
			return {
				operations: ranges.map((range) => ({ op: 'smccc_filter', ...range, action, pad })),
				answered: { kind: 'ioctl' },
			};
		}
		case 'Observe': {
			const what = observeOf(c, f, node);
			return what && ioctl({ op: 'observe', what });
		}
		default:
			return undefined;
	}
}

const guest = (operation: OperationTemplate): Made => ({
	operations: [operation],
	answered: { kind: 'guest', fn: undefined },
});
const ioctl = (operation: OperationTemplate): Made => ({
	operations: [operation],
	answered: { kind: 'ioctl' },
});

/** Any name can be asked for; one that the model does not know is rarely meant. */
export function checkCapability(c: Compilation, at: Place, name: string): void {
	if (CAPABILITIES.some((known) => known.name === name)) return;
	const near = nearestName(
		name,
		CAPABILITIES.map((known) => known.name),
	);
	const hint = near === undefined ? 'the model knows none of this name' : `did you mean '${near}'?`;
	const fixes = near === undefined ? [] : [{ title: `Change to '${near}'`, place: at, text: near }];
	c.diagnostics.add('warning', 'unknown-name', at, `the capability ${name}: ${hint}`, fixes);
}

/** Named constants of a line; undefined: one of them is wrong. */
export function numbers<N extends string>(
	c: Compilation,
	f: Frame,
	args: readonly Argument[],
	most: Readonly<Record<N, number>>,
): Partial<Record<N, number>> | undefined {
	const found: Partial<Record<N, number>> = {};
	for (const argument of args) {
		const name = (Object.keys(most) as N[]).find((known) => known === argument.name);
		if (name === undefined) {
			c.unknown(place(f, argument, 'name'), 'argument', argument.name ?? '', Object.keys(most));
			return undefined;
		}
		const value = constantIn(c, f, argument.value);
		if (value === undefined) return undefined;
		const small = smallNumber(value, most[name]);
		if (small === undefined) {
			c.diagnostics.error('out-of-range', place(f, argument, 'value'), `${name} is 0 to ${most[name]}`);
			return undefined;
		}
		found[name] = small;
	}
	return found;
}

/** `irq vcpu1`, `irq vcpu1 off`, `irq vcpu1 line=3 level=2`. */
function interrupt(c: Compilation, f: Frame, node: Interrupt): Made | undefined {
	const vcpu = node.vcpu ? vcpuOf(c, f, node.vcpu) : f.self;
	if (vcpu === undefined && !node.vcpu)
		c.diagnostics.error('syntax', place(f, node), `${node.line} of which vCPU?`);
	const args = numbers(c, f, node.arguments, { line: U32, level: U32 });
	if (vcpu === undefined || !args) return undefined;
	const level = args.level ?? (node.level === 'off' ? 0 : 1);
	return ioctl({ op: 'irq', vcpu, level, line: args.line ?? node.line });
}

function registerOf(
	c: Compilation,
	f: Frame,
	node: { $type: string; register?: string } & Parameters<typeof place>[1],
): string | undefined {
	const name = registerName(node.register ?? '');
	if (name === undefined)
		c.unknown(
			place(f, node, 'register'),
			'register',
			node.register ?? '',
			REGISTERS.map((r) => r.name),
		);
	return name;
}

function setRegister(c: Compilation, f: Frame, node: SetRegister): Made | undefined {
	const vcpu = vcpuOf(c, f, node.vcpu);
	const register = registerOf(c, f, node);
	if (vcpu === undefined || register === undefined) return undefined;
	if (register === 'mp_state') {
		const text = textOf(node.value);
		// By name where it is one, so that a state that is none is told as such.
		const refused = node.$container.expectations.some(({ what }) => /^(E[A-Z]|-)/.test(textOf(what)));
		const state = MP_STATE_NAMES.includes(text)
			? refused
				? MP_STATE_NAMES.indexOf(text)
				: stateNumber(c, f, node.value, text)
			: smallNumber(constantIn(c, f, node.value, MP_STATES), U32);
		return state === undefined ? undefined : ioctl({ op: 'set_mp_state', vcpu, state });
	}
	if (register === 'PSCI_VERSION') c.remade = true;
	const value = valueIn(c, f, node.value);
	if (!value) return undefined;
	if (register === 'MPIDR_EL1' && value.kind === 'number')
		c.mpidrs.set(vcpu, BigInt.asUintN(64, value.value));
	const version =
		register === 'PSCI_VERSION' && textOf(node.value) === '0.1' ? PSCI_VERSIONS['0.1'] : undefined;
	return ioctl({
		op: 'set_reg',
		vcpu,
		reg: register,
		value: version === undefined ? value : { kind: 'number', value: version },
	});
}

function create(c: Compilation, f: Frame, node: Create): Made | undefined {
	const name = node.vcpu?.named?.$refText ?? '';
	const position = /^vcpu(\d{1,3})$/.exec(name)?.[1];
	const args = numbers(c, f, node.arguments, { id: U32 });
	if (!args) return undefined;
	if (position === undefined) {
		c.diagnostics.error(
			'unknown-name',
			place(f, node, 'vcpu'),
			'a vCPU is created by its position: create vcpu2',
		);
		return undefined;
	}
	const vcpu = Number(position);
	const id = args.id ?? vcpu;
	c.remade = true;
	if (!c.mpidrs.has(vcpu)) c.created(vcpu, id);
	return ioctl({ op: 'vcpu_create', vcpu, id });
}

function init(c: Compilation, f: Frame, node: Init): Made | undefined {
	const vcpu = vcpuOf(c, f, node.vcpu);
	if (vcpu === undefined) return undefined;
	if (node.features.length > 0) c.remade = true;
	const features =
		node.features.length > 0
			? featuresOf(c, f, node, node.features)
			: (c.machine.vcpus[vcpu]?.features ?? []);
	return features && ioctl({ op: 'vcpu_init', vcpu, features });
}

/** `features none` says that there are none. */
export function featuresOf(
	c: Compilation,
	f: Frame,
	node: Parameters<typeof place>[1],
	given: readonly string[],
): FeatureName[] | undefined {
	const found: FeatureName[] = [];
	for (const name of given) {
		if (name === 'none') continue;
		const feature = FEATURE_NAMES.find((known) => known === name);
		if (!feature) {
			c.unknown(place(f, node, 'features'), 'feature', name, [...FEATURES.map((w) => w.name), 'none']);
			return undefined;
		}
		found.push(feature);
	}
	return found;
}

export function observeOf(
	c: Compilation,
	f: Frame,
	node: { $type: 'Observe'; what?: string } & Parameters<typeof place>[1],
) {
	const what = (['all', 'mp_state', 'nothing'] as const).find((known) => known === node.what);
	if (!what)
		c.unknown(
			place(f, node, 'what'),
			'way to observe',
			node.what ?? '',
			OBSERVE.map((w) => w.name),
		);
	return what;
}

/** Function numbers by name (all forms), one by one, with a count or up to a last one. */
export function filterOf(c: Compilation, f: Frame, node: Filter) {
	const args = numbers(c, f, node.arguments, { pad: 255 });
	const word = wordNamed(FILTER_WORDS, node.action ?? '');
	const raw = numberOf(node.action ?? '');
	if (!word && raw === undefined)
		c.unknown(
			place(f, node, 'action'),
			'action',
			node.action ?? '',
			FILTER_WORDS.map((w) => w.name),
		);
	const ranges = rangesOf(c, f, node);
	if (!args || !ranges || (!word && raw === undefined)) return undefined;
	const action = FILTER_ACTIONS.find((known) => known === word?.name) ?? Number(raw ?? 0n);
	return { ranges, action, pad: args.pad ?? 0 };
}

function rangesOf(c: Compilation, f: Frame, node: Filter): { base: number; count: number }[] | undefined {
	const fn = functionByName(textOf(node.first));
	if (fn && node.count === undefined && !node.last)
		return [fn.smc32, fn.smc64].filter((id) => id !== undefined).map((base) => ({ base, count: 1 }));
	const first = constantIn(c, f, node.first);
	const last = node.last ? constantIn(c, f, node.last) : undefined;
	if (first === undefined || (node.last && last === undefined)) return undefined;
	const base = smallNumber(BigInt.asUintN(64, first), U32);
	const count = last === undefined ? numberOf(node.count ?? '1') : last - first + 1n;
	const small = smallNumber(count, U32);
	if (base !== undefined && small !== undefined) return [{ base, count: small }];
	c.diagnostics.error(
		'out-of-range',
		place(f, node),
		'function numbers have 32 bits: filter 0x84000000 +32 deny',
	);
	return undefined;
}
