// What the names in an expression are: fields of the event at hand, of a vCPU, of a VM or of a decision, and
// the constants of the field (functions, return codes, states, events, rules). A name that is none of these is
// refused, so that a slip of the pen is no breakpoint that never stops.

import { isRuleId, MP_STATE, MP_STATE_NAMES } from '../../kvm/index.ts';
import { FUNCTIONS, functionByName } from '../../psci/functions.ts';
import { RETURN_CODES, SMCCC_RETURN_CODES, TRNG_RETURN_CODES } from '../../psci/return-codes.ts';
import { AFFINITY_STATES, NODE_HW_STATES, TRUSTED_OS_TYPES } from '../../psci/states.ts';
import { EventKind } from '../../trace/event.ts';
import { VMM_RULES } from '../../vmm/index.ts';
import { SYSTEM_EVENT } from '../kvm-names.ts';
import type { Operand } from './operand.ts';
import { ExpressionError, type Token } from './tokens.ts';

/** A value's place. `vcpu` undefined: the vCPU at hand; `vm` undefined: the VM at hand. */
export type NamePath =
	| { readonly root: 'event'; readonly fields: readonly string[] }
	| {
			readonly root: 'vcpu';
			readonly vm: number | undefined;
			readonly vcpu: number | undefined;
			readonly fields: readonly string[];
	  }
	| { readonly root: 'vm'; readonly vm: number | undefined; readonly fields: readonly string[] }
	| { readonly root: 'argument' | 'decision'; readonly fields: readonly string[] };

/** Fields of the event at hand. */
export const EVENT_FIELDS: Readonly<Record<string, string>> = {
	event: 'kind of event: kvm_exit, call, reset, …; event.FIELD for what it records',
	text: 'the event in words',
	time: 'time of the event, in nanoseconds of the trace clock',
	row: 'number of the event, from 0',
	line: 'line of the event',
	cpu: 'host CPU',
	vcpu: 'vcpu_id of the event; vcpu[N].FIELD for what is known of a vCPU',
	vm: 'number of the VM of the event; vm.FIELD for what is known of it',
	call: 'name of the PSCI or SMCCC function being called; call.FIELD for its arguments and result',
	function: 'name of the function being called',
	conduit: 'HVC or SMC',
	result: 'what the call gives, by number or name',
	type: 'type of a system event: SHUTDOWN, RESET, CRASH, WAKEUP, SUSPEND',
	pc: 'guest program counter',
	x0: 'x0 of the call at hand, else as last known',
	x1: 'x1 of the call at hand, else as last known',
	x2: 'x2 of the call at hand, else as last known',
	x3: 'x3 of the call at hand, else as last known',
	rule: "id of the model's rule that decides here",
	decision: 'number of the decision, from 1; decision.NAME for what the rule looked at',
};

/** Fields of a vCPU: `vcpu[1].mp_state`, or `mp_state` of the one at hand. */
export const VCPU_FIELDS: Readonly<Record<string, string>> = {
	mp_state: 'RUNNABLE, STOPPED or SUSPENDED',
	reset_state: 'whether a reset is owed; reset_state.pc, .r0, .be for what it carries',
	requests: 'pending requests; requests.KVM_REQ_SLEEP whether one is pending',
	whereabouts: 'guest, KVM, waiting or VMM',
	pc: 'program counter',
	x0: 'register x0',
	x1: 'register x1',
	x2: 'register x2',
	x3: 'register x3',
	thread: 'name of the host thread that runs it',
	call: 'its call in progress, or the last; call.FIELD for arguments and result',
};

/** Fields of a VM: `vm.psci_version`. */
export const VM_FIELDS: Readonly<Record<string, string>> = {
	psci_version: 'major in bits 31:16, minor in 15:0',
	system_event: 'type of the last system event; system_event.flags, .vcpu',
	lost_events: 'events that the recorder dropped up to here',
	kernel: 'kernel that the model follows',
	vcpus: 'how many vCPUs it has',
};

/** What rules look at, by name, besides the fields above (a test compares this with what they do look at). */
export const LOOKED: ReadonlySet<string> = new Set([
	'asked',
	'bits',
	'capability',
	'configured',
	'flags',
	'imm',
	'lines',
	'matching',
	'others_not_stopped',
	'record',
	'target',
	'version',
]);

const ARGUMENTS: ReadonlySet<string> = new Set(
	FUNCTIONS.flatMap((fn) => [...fn.arguments, ...(fn.arguments01 ?? [])]).map(({ name }) => name),
);

const WHEREABOUTS = ['guest', 'KVM', 'waiting', 'VMM'];
const REQUESTS = ['KVM_REQ_SLEEP', 'KVM_REQ_VCPU_RESET', 'KVM_REQ_SUSPEND', 'KVM_REQ_IRQ_PENDING'];

/** Names by what they stand for. Of several with one name the first counts; names are compared before numbers. */
export const CONSTANTS: ReadonlyMap<string, Operand> = new Map(
	[
		...WHEREABOUTS.map((name): [string, Operand] => [name, { name }]),
		...['HVC', 'SMC', ...REQUESTS].map((name): [string, Operand] => [name, { name }]),
		...[...TRUSTED_OS_TYPES, ...NODE_HW_STATES, ...AFFINITY_STATES].map(numbered),
		...[...TRNG_RETURN_CODES, ...SMCCC_RETURN_CODES, ...RETURN_CODES].map(numbered),
		...Object.entries(SYSTEM_EVENT).map(([name, value]) => numbered({ name, value })),
		...Object.entries(SYSTEM_EVENT).map(([name, value]): [string, Operand] => [
			`KVM_SYSTEM_EVENT_${name}`,
			{ name, number: BigInt(value) },
		]),
		...Object.values(MP_STATE).map((value) => numbered({ name: MP_STATE_NAMES[value] ?? '', value })),
		...Object.entries(MP_STATE).map(([name, value]): [string, Operand] => [
			`KVM_MP_STATE_${name}`,
			{ name, number: BigInt(value) },
		]),
		...FUNCTIONS.map(({ name }): [string, Operand] => [name, { name }]),
	].reverse(),
);

function numbered({ name, value }: { name: string; value: number | bigint }): [string, Operand] {
	return [name, { name, number: BigInt(value) }];
}

/** What the name stands for: a place to look at, or a constant. */
export function pathOf({ text, at }: Token): NamePath | Operand {
	const whole = constantNamed(text);
	if (whole) return whole;
	const indexed = /^(?:vm\[(\d+)\]\.)?vcpu\[(\d+)\]\.(.+)$/.exec(text);
	if (indexed) {
		const [, vm, vcpu, rest = ''] = indexed;
		return {
			root: 'vcpu',
			vm: vm === undefined ? undefined : Number(vm),
			vcpu: Number(vcpu),
			fields: known(rest, VCPU_FIELDS, 'vCPU', at),
		};
	}
	const ofVm = /^vm(?:\[(\d+)\])?\.(.+)$/.exec(text);
	if (ofVm) {
		const [, vm, rest = ''] = ofVm;
		return {
			root: 'vm',
			vm: vm === undefined ? undefined : Number(vm),
			fields: known(rest, VM_FIELDS, 'VM', at),
		};
	}
	const fields = text.split('.');
	const [first = '', ...rest] = fields;
	if (text.includes('[')) throw unknownName(text, at);
	if (first === 'decision' && rest.length > 0) return { root: 'decision', fields: rest };
	if (Object.hasOwn(EVENT_FIELDS, first)) return { root: 'event', fields };
	if (Object.hasOwn(VCPU_FIELDS, first)) return { root: 'vcpu', vm: undefined, vcpu: undefined, fields };
	if (rest.length === 0 && ARGUMENTS.has(first)) return { root: 'argument', fields };
	if (rest.length === 0 && LOOKED.has(first)) return { root: 'decision', fields };
	throw unknownName(text, at);
}

function known(path: string, fields: Readonly<Record<string, string>>, of: string, at: number): string[] {
	const parts = path.split('.');
	if (path.includes('[') || !Object.hasOwn(fields, parts[0] ?? ''))
		throw new ExpressionError(`a ${of} has no '${parts[0]}' (it has ${Object.keys(fields).join(', ')})`, at);
	return parts;
}

function unknownName(name: string, at: number): ExpressionError {
	return new ExpressionError(`'${name}' is no value, function, state or code`, at);
}

/** A constant by its name, in any case where that is no field's name. */
function constantNamed(name: string): Operand | undefined {
	if (Object.hasOwn(EVENT_FIELDS, name) || Object.hasOwn(VCPU_FIELDS, name)) return undefined;
	if (isRuleId(name) || Object.hasOwn(VMM_RULES, name)) return { name };
	const constant = CONSTANTS.get(name) ?? CONSTANTS.get(name.toUpperCase());
	if (constant) return constant;
	if (Object.hasOwn(EventKind, name)) return { name };
	const fn = functionByName(name);
	return fn ? { name: fn.name } : undefined;
}
