// Expectations compared with what came.

import { type Answer, MP_STATE_NAMES, requestNames, SYSTEM_EVENT, type Vcpu } from '../kvm/index.ts';
import { returnCode } from '../psci/return-codes.ts';
import { versionText } from '../psci/versions.ts';
import type { Expectation, Expected } from './expectation.ts';
import type { Condition, Expression } from './expression.ts';
import { ERRNOS, FIRMWARE_IDS } from './language/vocabulary.ts';
import type { Place } from './place.ts';
import type { Exit, Given } from './thread.ts';
import { holds, numberOf, type Sight } from './values.ts';

/** One expectation of a run, met or not. */
export interface Outcome {
	readonly place: Place;
	/** as it is written */
	readonly text: string;
	readonly met: boolean;
	readonly expected: string;
	readonly got: string;
	/** the rule that decided what came; undefined where none did */
	readonly rule: string | undefined;
}

/** Whether the expectation can be looked at before the call has come back. */
export function needsNoReturn({ what }: Expectation): boolean {
	return what.kind !== 'result' && what.kind !== 'returns';
}

/** The outcomes of those expectations that count here. */
export function check(
	expectations: readonly Expectation[],
	given: Given | undefined,
	sight: Sight,
): readonly Outcome[] {
	return expectations
		.filter(({ where }) => !where || holds(where, sight))
		.map(({ place, text, what }) => ({
			place,
			text,
			met: met(what, given, sight),
			expected: text.replace(/^=> /, ''),
			got: what.kind === 'condition' ? seen(what.condition, sight) : likeWritten(text, givenText(given)),
			rule: given?.rule,
		}));
}

/** A number as a version where a version was expected. */
function likeWritten(wanted: string, got: string): string {
	const number = /^=> \d+\.\d+$/.test(wanted) ? /^(=> )?(0x[0-9a-f]{1,8}|\d)$/.exec(got) : null;
	return number ? `${number[1] ?? ''}${versionText(BigInt(number[2] ?? 0))}` : got;
}

function met(what: Expected, given: Given | undefined, sight: Sight): boolean {
	if (what.kind === 'condition') return holds(what.condition, sight);
	if (!given) return false;
	const { answer, exits } = given;
	switch (what.kind) {
		case 'returns':
			return 'outcome' in answer && answer.outcome === 'return';
		case 'result': {
			const x0 = given.result?.[0];
			if (x0 === undefined) return false;
			const among = what.anyOf.some((e) => sameResult(numberOf(e, sight), x0));
			return among !== (what.negated ?? false);
		}
		case 'system_event':
			return exits.some(
				(exit) =>
					exit.outcome === 'system_event' &&
					exit.type === what.type &&
					(!what.flags || exit.data0 === BigInt.asUintN(64, numberOf(what.flags, sight))),
			);
		case 'hypercall':
			return exits.some(
				(exit) =>
					exit.outcome === 'hypercall' &&
					(!what.nr || BigInt(exit.nr) === numberOf(what.nr, sight)) &&
					(!what.flags || BigInt(exit.flags) === numberOf(what.flags, sight)),
			);
		case 'blocked':
			return 'outcome' in answer && answer.outcome === 'blocked';
		case 'error':
			return 'outcome' in answer && answer.outcome === 'error' && answer.errno === what.errno;
		case 'returned':
			return 'r' in answer && answer.r === what.r;
		case 'value': {
			const value =
				'r' in answer
					? (answer.value ?? (answer.mp === undefined ? undefined : BigInt(answer.mp)))
					: undefined;
			return value !== undefined && value === BigInt.asUintN(64, numberOf(what.value, sight));
		}
		case 'ids': {
			const ids = 'r' in answer ? (answer.ids ?? []) : [];
			return ids.length === what.ids.length && ids.every((id, n) => id === what.ids[n]);
		}
	}
}

/** A negative status is compared in 64 bits, or in the 32 that a guest in AArch32 sees. */
function sameResult(wanted: bigint, x0: bigint): boolean {
	if (BigInt.asUintN(64, wanted) === x0) return true;
	return wanted < 0n && BigInt.asUintN(32, wanted) === x0;
}

const hex = (value: bigint) => `0x${BigInt.asUintN(64, value).toString(16)}`;

/** A number as a status where it is one: `-4 (ALREADY_ON)`. */
function statusText(value: bigint): string {
	const signed =
		value >= 0x80000000n && value <= 0xffffffffn ? BigInt.asIntN(32, value) : BigInt.asIntN(64, value);
	const code = signed < 0n ? returnCode(signed) : undefined;
	if (code) return `${signed} (${code.name})`;
	return signed >= 0n && signed < 10n ? `${signed}` : hex(value);
}

export function firmwareName(id: bigint): string {
	for (const [name, known] of FIRMWARE_IDS) if (known === id) return name;
	return hex(id);
}

const EVENT_NAMES = Object.entries(SYSTEM_EVENT);

export function exitText(exit: Exit): string {
	if (exit.outcome === 'hypercall') return `exit HYPERCALL nr=${hex(BigInt(exit.nr))} flags=${exit.flags}`;
	const name = EVENT_NAMES.find(([, type]) => type === exit.type)?.[0] ?? `${exit.type}`;
	return `exit SYSTEM_EVENT/${name}${exit.data0 === 0n ? '' : ` flags=${hex(exit.data0)}`}`;
}

/** An answer in words; `x0` where the answer of a call that returned leaves it out. */
export function answerText(answer: Answer, x0?: bigint): string {
	if ('r' in answer) {
		const { r, value, mp, ids } = answer;
		if (value !== undefined) return hex(value);
		if (mp !== undefined) return MP_STATE_NAMES[mp] ?? `${mp}`;
		if (ids) return ids.map(firmwareName).join(', ') || 'no registers';
		const errno =
			typeof r === 'number' && r < 0 ? ERRNOS.find((known) => known.value === BigInt(-r)) : undefined;
		return errno ? `${errno.name} (${r})` : `${r}`;
	}
	switch (answer.outcome) {
		case 'return':
			return x0 === undefined && !answer.x ? 'returns' : `=> ${statusText(x0 ?? answer.x?.[0] ?? 0n)}`;
		case 'system_event':
		case 'hypercall':
			return exitText(answer);
		case 'blocked':
			return 'blocked';
		case 'error':
			return `error ${ERRNOS.find(({ value }) => value === BigInt(answer.errno))?.name ?? answer.errno}`;
		case 'exit':
			return `exit ${answer.reason}`;
	}
}

function givenText(given: Given | undefined): string {
	if (!given) return 'nothing was done yet';
	const last = given.exits.at(-1);
	const exits = given.exits.filter((exit) => exit !== given.answer).map(exitText);
	const x0 = given.result?.[0];
	if (given.answer === last) return [...exits, exitText(last)].join(', then ');
	const own = answerText(given.answer, x0);
	return [...exits, own].join(', then ');
}

/** What a condition is about, as it is now. */
function seen(condition: Condition, sight: Sight): string {
	const vcpu = (n: number): Vcpu | undefined => sight.vm.vcpus[n];
	switch (condition.kind) {
		case 'state':
			return `vcpu${condition.vcpu} ${MP_STATE_NAMES[vcpu(condition.vcpu)?.mpState ?? -1] ?? 'does not exist'}`;
		case 'request':
			return `vcpu${condition.vcpu} requests: ${requestNames(vcpu(condition.vcpu)?.requests ?? 0) || 'none'}`;
		case 'asleep':
			return `vcpu${condition.vcpu} ${holds(condition, sight) ? 'asleep' : 'awake'}`;
		case 'machine':
			return `machine ${sight.machine.state}`;
		case 'reached':
			return `${condition.label} ${holds(condition, sight) ? 'was reached' : 'was not reached'}`;
		case 'kernel':
			return `kernel ${sight.vm.profile.name}`;
		case 'compare':
			return [condition.left, condition.right]
				.filter((side: Expression) => side.kind !== 'number')
				.map((side) => hex(numberOf(side, sight)))
				.join(' and ');
		case 'not':
			return seen(condition.condition, sight);
		case 'all':
		case 'any':
			return condition.conditions.map((part) => seen(part, sight)).join(', ');
	}
}
