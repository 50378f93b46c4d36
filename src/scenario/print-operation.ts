// Operations and what is expected of them as text of the language.

import { MP_STATE_NAMES } from '../kvm/index.ts';
import type { FunctionInfo } from '../psci/function-info.ts';
import { functionById } from '../psci/functions.ts';
import { firmwareName } from './check.ts';
import type { Expectation, Expected } from './expectation.ts';
import type { Expression } from './expression.ts';
import { shortName } from './language/argument-names.ts';
import { ERRNOS, EVENT_FLAGS, SYSTEM_EVENTS, wordsOfArgument, wordsOfResult } from './language/vocabulary.ts';
import { conditionText, hex, valueText } from './print-value.ts';
import type { OperationTemplate } from './statement.ts';

type CallTemplate = Extract<OperationTemplate, { op: 'call' }>;

export function operationText(operation: OperationTemplate): string {
	switch (operation.op) {
		case 'call':
			return callText(operation);
		case 'run':
			return `run vcpu${operation.vcpu}`;
		case 'run_immediate':
			return `run vcpu${operation.vcpu} immediate`;
		case 'irq':
			return irqText(operation);
		case 'set_mp_state':
			return `set vcpu${operation.vcpu}.mp_state = ${MP_STATE_NAMES[operation.state] ?? operation.state}`;
		case 'get_mp_state':
			return `get vcpu${operation.vcpu}.mp_state`;
		case 'set_reg':
			return `set vcpu${operation.vcpu}.${operation.reg} = ${valueText(operation.value)}`;
		case 'get_reg':
			return `get vcpu${operation.vcpu}.${operation.reg}`;
		case 'vcpu_create':
			return `create vcpu${operation.vcpu} id=${operation.id}`;
		case 'vcpu_init':
			return `init vcpu${operation.vcpu} features ${['none', ...operation.features].join(', ')}`;
		case 'list_fw_regs':
			return `list vcpu${operation.vcpu}`;
		case 'check_cap':
			return `check ${operation.cap}`;
		case 'enable_cap': {
			const flags = operation.flags === 0 ? '' : ` flags=${operation.flags}`;
			const arg0 = valueText(operation.arg0);
			return `enable ${operation.cap}${flags}${arg0 === '0' ? '' : ` arg0=${arg0}`}`;
		}
		case 'has_attr':
			return `attribute ${operation.group} ${operation.attr}`;
		case 'smccc_filter': {
			const pad = operation.pad === 0 ? '' : ` pad=${operation.pad}`;
			return `filter ${hex(BigInt(operation.base))} +${operation.count} ${operation.action}${pad}`;
		}
		case 'observe':
			return `observe ${operation.what}`;
	}
}

function irqText({ vcpu, line, level }: Extract<OperationTemplate, { op: 'irq' }>): string {
	if (typeof line === 'number') return `irq vcpu${vcpu} line=${line} level=${level}`;
	const how = level === 1 ? '' : level === 0 ? ' off' : ` level=${level}`;
	return `${line} vcpu${vcpu}${how}`;
}

/** By name where the name loads just these registers, else by number. */
function callText(call: CallTemplate): string {
	const { vcpu, conduit, imm, isa, x } = call;
	const way = `${isa === 'a32' ? ' a32' : ''}${imm === 0 ? '' : ` imm=${hex(BigInt(imm))}`}`;
	if (conduit === 'wfi' || conduit === 'nop')
		return `vcpu${vcpu} ${conduit}${x.map((value) => ` ${operand(value)}`).join('')}${way}`;
	return (
		namedText(call, way) ?? `vcpu${vcpu} ${conduit}${x.map((value) => ` ${operand(value)}`).join('')}${way}`
	);
}

function namedText({ vcpu, conduit, isa, x }: CallTemplate, way: string): string | undefined {
	const [id, ...values] = x;
	if (id?.kind !== 'number' || isa === 'a32') return undefined;
	const fn = functionById(Number(BigInt.asUintN(32, id.value)))?.fn;
	if (!fn) return undefined;
	const form = [fn.smc64, fn.smc32].findIndex((known) => known !== undefined && BigInt(known) === id.value);
	const by01 = form < 0 && fn.kvm01 !== undefined && BigInt(fn.kvm01) === id.value;
	const takes = by01 ? (fn.arguments01 ?? fn.arguments) : fn.arguments;
	if ((form < 0 && !by01) || values.length < takes.length) return undefined;
	const args = takes.map((info, n) => {
		const value = values[n];
		const named = value && valueText(value, wordsOfArgument(info.kind));
		return ` ${shortName(takes, info)}=${named}`;
	});
	const more = values.slice(takes.length).map((value, n) => ` x${takes.length + 1 + n}=${valueText(value)}`);
	// The usual form is the one of 64 bits; which one is meant must not depend on the machine.
	const told = by01 ? ' v0.1' : form === 0 ? ' smc64' : ' smc32';
	const plain = form === 0 || (form === 1 && fn.smc64 === undefined);
	return `vcpu${vcpu} ${fn.name}${args.join('')}${more.join('')}${plain ? '' : told}${conduit === 'smc' ? ' smc' : ''}${way}`;
}

/** A value among others: without blanks, or in parentheses. */
function operand(value: Expression): string {
	const text = valueText(value);
	return text.startsWith('-') ? `(${text})` : text;
}

/** Undefined for what the text says anyway, or has no words for. */
export function expectationText(
	{ what, where }: Expectation,
	operation: OperationTemplate | undefined,
): string | undefined {
	const text = expectedText(what, operation);
	return text === undefined || !where ? text : `${text} on ${conditionText(where)}`;
}

function expectedText(what: Expected, operation: OperationTemplate | undefined): string | undefined {
	switch (what.kind) {
		case 'result': {
			// What a vCPU has in x0 where it was run is no status.
			const words = operation?.op === 'run' ? [] : wordsOfResult(functionOf(operation));
			const values = what.anyOf.map((value) => valueText(value, words));
			return `${what.negated ? 'not ' : ''}${values.length > 1 ? `(${values.join(' or ')})` : values[0]}`;
		}
		case 'returns':
			return 'returns';
		case 'system_event': {
			const name = SYSTEM_EVENTS.find(({ value }) => value === BigInt(what.type))?.name;
			if (name === undefined) return undefined;
			const words = EVENT_FLAGS.filter((word) => (word.name === 'PSCI_OFF2') === (name === 'SHUTDOWN'));
			return `exit SYSTEM_EVENT/${name}${what.flags ? ` flags=${valueText(what.flags, words)}` : ''}`;
		}
		case 'hypercall': {
			const nr = what.nr ? ` nr=${valueText(what.nr)}` : '';
			return `exit HYPERCALL${nr}${what.flags ? ` flags=${valueText(what.flags)}` : ''}`;
		}
		case 'blocked':
			return 'blocked';
		case 'error':
			return `error ${errnoName(what.errno) ?? what.errno}`;
		case 'returned':
			if (what.r === 'no such vcpu') return `"${what.r}"`;
			if (what.r < 0) return errnoName(-what.r) ?? `${what.r}`;
			// A register that is read has a value; that it could be read goes without saying.
			return operation?.op === 'get_reg' ||
				operation?.op === 'get_mp_state' ||
				operation?.op === 'list_fw_regs'
				? undefined
				: `${what.r}`;
		case 'value':
			return operation?.op === 'get_mp_state' && what.value.kind === 'number'
				? (MP_STATE_NAMES[Number(what.value.value)] ?? valueText(what.value))
				: valueText(what.value);
		case 'ids':
			return what.ids.map(firmwareName).join(', ');
		case 'condition':
			return conditionText(what.condition);
	}
}

function functionOf(operation: OperationTemplate | undefined): FunctionInfo | undefined {
	const id = operation?.op === 'call' ? operation.x[0] : undefined;
	return id?.kind === 'number' ? functionById(Number(BigInt.asUintN(32, id.value)))?.fn : undefined;
}

function errnoName(errno: number): string | undefined {
	return ERRNOS.find(({ value }) => value === BigInt(errno))?.name;
}
