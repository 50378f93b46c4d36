// What if: a branch of the session, on the model, with something changed; and back to the session it branched
// from.

import { CAPABILITY_NAMES, kernelNamed } from '../session/settings.ts';
import { allDifferences, type Changes, fork } from '../session/what-if.ts';
import { policyNamed } from '../vmm/index.ts';
import type { Conversation } from './conversation.ts';
import { badArguments, noBranch } from './errors.ts';
import { long } from './long.ts';
import type { Handler } from './request-server.ts';
import { sayContinued } from './run.ts';

/** Numbers are texts here: 64 bits do not fit a number of JSON. */
export interface WhatIfArguments {
	readonly kernel?: string;
	/** `1.1` */
	readonly psciVersion?: string;
	readonly capabilities?: readonly string[];
	readonly policy?: string;
	/** of the call at hand, by number: `{ "1": "0x2" }` is x1 */
	readonly registers?: Readonly<Record<string, string>>;
	readonly withoutCall?: boolean;
	readonly newCall?: { readonly vcpu: number; readonly x: readonly string[] };
}

export function branchRequests(conversation: Conversation): Record<string, Handler> {
	const stopped = (description?: string) => {
		sayContinued(conversation);
		conversation.stopped('goto', description ? { description } : {});
	};
	return {
		/** Goes on in a branch from here. */
		'psci/whatIf': async (args: WhatIfArguments, signal) => {
			const { session, cursor } = conversation.movable('psci/whatIf');
			const changes = changesOf(args);
			const at = { row: cursor.row, decision: cursor.decision };
			const answer = await long(conversation, 'psci/whatIf', 'Making a branch', signal, async (until) => {
				const branch = await fork(session, at, changes, until).catch((error: unknown) => {
					throw error instanceof RangeError ? noBranch(error.message) : error;
				});
				conversation.enter(branch, undefined);
				return { events: branch.length };
			});
			return { ...answer, after: () => stopped('What if') };
		},
		/** Back to where the branch was made. */
		'psci/leaveBranch': () => {
			conversation.movable('psci/leaveBranch');
			conversation.leave();
			return { after: () => stopped() };
		},
		/** Every call that the branch answers otherwise than the session it branched from. */
		'psci/differences': (_: object, signal) => {
			const { session, original } = conversation.launched('psci/differences');
			if (!original) throw noBranch('This is no branch.');
			return long(conversation, 'psci/differences', 'Comparing the branch', signal, async (until) => ({
				differences: await allDifferences(original.session, session, until),
			}));
		},
	};
}

/** x0 to x17 are those that a call passes (SMCCC 1.1 and later). */
const REGISTERS = 18;

function changesOf(args: WhatIfArguments): Changes {
	const wrong = (expected: string) => badArguments('psci/whatIf', expected);
	const number = (text: unknown): bigint => {
		if (!/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(String(text))) throw wrong('numbers such as 0x84000003');
		return BigInt.asUintN(64, BigInt(String(text)));
	};
	const changes: { -readonly [K in keyof Changes]: Changes[K] } = {};
	if (args.kernel !== undefined) {
		const kernel = kernelNamed(String(args.kernel));
		if (!kernel) throw wrong('kernel: the name of one');
		changes.kernel = kernel;
	}
	if (args.psciVersion !== undefined) {
		const [, major, minor] = /^(\d)\.(\d)$/.exec(String(args.psciVersion)) ?? [];
		if (major === undefined || minor === undefined) throw wrong('psciVersion: such as 1.1');
		changes.psciVersion = (BigInt(major) << 16n) | BigInt(minor);
	}
	if (args.policy !== undefined) {
		const policy = policyNamed(String(args.policy));
		if (!policy) throw wrong('policy: the name of one');
		changes.policy = policy;
	}
	if (args.capabilities !== undefined) {
		const unknown = args.capabilities.find((name) => !CAPABILITY_NAMES.includes(name));
		if (unknown !== undefined) throw wrong(`capabilities: of ${CAPABILITY_NAMES.join(', ')}`);
		changes.capabilities = args.capabilities;
	}
	if (args.registers !== undefined) {
		const all = Object.entries(args.registers);
		if (!all.every(([n]) => /^(\d|1[0-7])$/.test(n))) throw wrong('registers: by number, 0 to 17');
		changes.registers = Object.fromEntries(all.map(([n, value]) => [Number(n), number(value)]));
	}
	if (args.withoutCall) changes.withoutCall = true;
	if (args.newCall !== undefined) {
		const { vcpu, x } = args.newCall;
		if (!Number.isInteger(vcpu) || !Array.isArray(x) || x.length === 0 || x.length > REGISTERS)
			throw wrong(`newCall: { vcpu: number, x: string[] }, the function and at most ${REGISTERS - 1} more`);
		changes.newCall = { vcpu, x: x.map(number) };
	}
	return changes;
}
