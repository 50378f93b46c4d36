// pKVM's relay: with kvm-arm.mode=protected the hypervisor traps the host's own PSCI calls by SMC, answers
// some itself, wraps those that start a core, forwards others to the firmware and refuses the rest
// (arch/arm64/kvm/hyp/nvhe/psci-relay.c, 6.1 to 7.2; absent from 5.10).

import { AFFINITY_BITS } from '../psci/mpidr.ts';
import { PSCI } from '../psci/return-codes.ts';
import type { Decision, Value } from './decision.ts';
import type { RuleId } from './rules.ts';

/** Numbers of PSCI 0.1 as the device tree gave them; undefined: the node lacks the function. */
export interface Ids01 {
	readonly cpuSuspend: number | undefined;
	readonly cpuOff: number | undefined;
	readonly cpuOn: number | undefined;
	readonly migrate: number | undefined;
}

/** What the relay keeps per core: the start that the host asked for, handed over when the core enters EL2. */
export interface BootArguments {
	readonly pc: bigint;
	readonly r0: bigint;
	/** CPU_ON only: taken by the caller, released by the target or on failure */
	readonly locked: boolean;
}

export interface RelayCore {
	readonly mpidr: bigint;
	readonly cpuOn: BootArguments;
	readonly suspend: BootArguments;
}

export interface Relay {
	/** version of the firmware as probed when KVM was initialised, major in bits 31:16; 0.1 is 1 */
	readonly version: bigint;
	/** used only by version 0.1 */
	readonly ids01: Ids01;
	/** SYSTEM_OFF2 is forwarded: 6.13 and later */
	readonly off2: boolean;
	/** the number is all of x0 (6.1), not its low 32 bits without the hint about SVE (6.12) */
	readonly wholeX0: boolean;
	/** cores that were online when KVM was initialised, by logical number */
	readonly cores: readonly RelayCore[];
	/**
	 * Where the relay makes cores start: its own entry and resume points, physical addresses. The argument
	 * that it passes along is its own too, and 0 in the model.
	 */
	readonly entry: { readonly cpuOn: bigint; readonly resume: bigint };
}

export type RelayOperation =
	/** the host's SMC on a core; `firmware` is what EL3 will answer if it is asked at all */
	| {
			readonly op: 'host_call';
			readonly core: number;
			readonly x: readonly bigint[];
			readonly firmware: bigint;
	  }
	/** a core arrives in EL2, started by CPU_ON or resumed */
	| { readonly op: 'core_entry'; readonly core: number; readonly by: 'cpu_on' | 'suspend' };

export type RelayAnswer =
	/** no PSCI call: the relay leaves it to others */
	| { readonly kind: 'not psci' }
	/** `asked`: x0..x3 as the firmware saw them; undefined: it was not asked. `x`: x0..x3 for the host */
	| {
			readonly kind: 'answered';
			readonly asked: readonly bigint[] | undefined;
			readonly x: readonly bigint[];
	  }
	/** the core goes on in the host's EL1 */
	| { readonly kind: 'enters host'; readonly pc: bigint; readonly x0: bigint };

export interface RelayStep {
	readonly after: Relay;
	readonly got: RelayAnswer;
	readonly decisions: readonly Decision[];
}

const UNLOCKED: BootArguments = { pc: 0n, r0: 0n, locked: false };

/** A relay as KVM's initialisation leaves it. */
export function createRelay(settings: {
	readonly mpidrs: readonly bigint[];
	readonly version: bigint;
	readonly ids01?: Ids01;
	readonly off2?: boolean;
	readonly wholeX0?: boolean;
	readonly entry?: Relay['entry'];
}): Relay {
	const none: Ids01 = { cpuSuspend: undefined, cpuOff: undefined, cpuOn: undefined, migrate: undefined };
	return {
		version: settings.version,
		ids01: settings.ids01 ?? none,
		off2: settings.off2 ?? true,
		wholeX0: settings.wholeX0 ?? false,
		cores: settings.mpidrs.map((mpidr) => ({ mpidr, cpuOn: UNLOCKED, suspend: UNLOCKED })),
		entry: settings.entry ?? { cpuOn: 0n, resume: 0n },
	};
}

/** Applies one event to the relay, which stays as it is. Total: any core number, any registers. */
export function relayStep(relay: Relay, operation: RelayOperation): RelayStep {
	if (operation.op === 'core_entry') return coreEntry(relay, operation.core, operation.by);
	return hostCall(relay, operation.core, operation.x, operation.firmware);
}

type Way = 'forward' | 'cpu_on' | 'cpu_suspend' | 'system_suspend' | 'refuse' | 'not psci';

const FORWARDED_0_2: readonly bigint[] = [
	0x84000000n,
	0x84000002n,
	0xc4000004n,
	0xc4000005n,
	0x84000006n,
	0xc4000007n,
	0x84000008n,
	0x84000009n,
];
const FORWARDED_1_X: readonly bigint[] = [0x8400000an, 0x8400000fn, 0xc4000012n];
const OFF2: readonly bigint[] = [0x84000015n, 0xc4000015n];

const SVE_HINT = 0x10000n;

/** The function number as the relay reads it from x0 (handle_host_smc, hyp/nvhe/hyp-main.c). */
function numberIn(relay: Relay, x0: bigint): bigint {
	return relay.wholeX0 ? x0 : x0 & 0xffffffffn & ~SVE_HINT;
}

/** What the relay does with a number in x0. */
export function relayWay(relay: Relay, x0: bigint): Way {
	const id = numberIn(relay, x0);
	if (relay.version === 1n) return way01(relay.ids01, id);
	const number = id & 0xffffffffn;
	const psci = id === number && (number & ~0x4000001fn) === 0x84000000n;
	if (!psci) return 'not psci';
	if (relay.version !== 2n) {
		if (FORWARDED_1_X.includes(id) || (relay.off2 && OFF2.includes(id))) return 'forward';
		if (id === 0xc400000en) return 'system_suspend';
	}
	if (FORWARDED_0_2.includes(id)) return 'forward';
	if (id === 0xc4000001n) return 'cpu_suspend';
	return id === 0xc4000003n ? 'cpu_on' : 'refuse';
}

function way01(ids: Ids01, id: bigint): Way {
	const is = (known: number | undefined) => known !== undefined && BigInt(known) === id;
	if (is(ids.cpuOff) || is(ids.migrate)) return 'forward';
	if (is(ids.cpuOn)) return 'cpu_on';
	return is(ids.cpuSuspend) ? 'cpu_suspend' : 'not psci';
}

function decision(rule: RuleId, core: number, outcome: string, looked: Record<string, Value>): Decision {
	const list = Object.entries(looked).map(([name, value]) => ({ name, value }));
	return { rule, vcpu: core, looked: list, outcome, effects: [] };
}

function hostCall(relay: Relay, core: number, x: readonly bigint[], firmware: bigint): RelayStep {
	const reg = (n: number) => BigInt.asUintN(64, x[n] ?? 0n);
	const way = relayWay(relay, reg(0));
	const id = numberIn(relay, reg(0));
	// The functions that wrap a call return an int.
	const status = BigInt.asIntN(32, firmware);
	const looked = { function: id, version: relay.version };
	const done = (
		after: Relay,
		asked: readonly bigint[] | undefined,
		x0: bigint,
		...decisions: Decision[]
	): RelayStep => ({
		after,
		got: { kind: 'answered', asked, x: [BigInt.asUintN(64, x0), 0n, 0n, 0n] },
		decisions,
	});
	switch (way) {
		case 'not psci':
			return {
				after: relay,
				got: { kind: 'not psci' },
				decisions: [decision('relay.not_psci', core, 'not a PSCI call', looked)],
			};
		case 'refuse':
			return done(
				relay,
				undefined,
				PSCI.NOT_SUPPORTED,
				decision('relay.refuses', core, 'NOT_SUPPORTED', looked),
			);
		case 'forward':
			return done(
				relay,
				[reg(0), reg(1), reg(2), reg(3)],
				firmware,
				decision('relay.forwards', core, 'forwarded', looked),
			);
		case 'cpu_on':
			return cpuOn(relay, core, { id, mpidr: reg(1), pc: reg(2), r0: reg(3) }, status, done);
		case 'cpu_suspend': {
			const after = withSuspend(relay, core, reg(2), reg(3));
			const asked = [id, reg(1), relay.entry.resume, 0n];
			return done(after, asked, status, decision('relay.wraps_suspend', core, 'entry replaced', looked));
		}
		case 'system_suspend': {
			const after = withSuspend(relay, core, reg(1), reg(2));
			const asked = [id, relay.entry.resume, 0n, 0n];
			return done(after, asked, status, decision('relay.wraps_suspend', core, 'entry replaced', looked));
		}
	}
}

type Done = (
	after: Relay,
	asked: readonly bigint[] | undefined,
	x0: bigint,
	...decisions: Decision[]
) => RelayStep;

function cpuOn(
	relay: Relay,
	core: number,
	{ id, mpidr, pc, r0 }: { id: bigint; mpidr: bigint; pc: bigint; r0: bigint },
	status: bigint,
	done: Done,
): RelayStep {
	const looked = { target_cpu: mpidr };
	const target = mpidr & ~AFFINITY_BITS ? -1 : relay.cores.findIndex((c) => c.mpidr === mpidr);
	const found = relay.cores[target];
	if (!found)
		return done(
			relay,
			undefined,
			PSCI.INVALID_PARAMETERS,
			decision('relay.cpu_on_unknown_core', core, 'INVALID_PARAMETERS', looked),
		);
	if (found.cpuOn.locked)
		return done(
			relay,
			undefined,
			PSCI.ALREADY_ON,
			decision('relay.cpu_on_under_way', core, 'ALREADY_ON', { ...looked, core: target }),
		);
	const started = status === PSCI.SUCCESS;
	const wrapped = decision('relay.wraps_cpu_on', core, 'entry replaced, lock taken', {
		...looked,
		core: target,
	});
	const after = withCore(relay, target, { ...found, cpuOn: { pc, r0, locked: started } });
	const asked = [id, mpidr, relay.entry.cpuOn, 0n];
	if (started) return done(after, asked, status, wrapped);
	const released = decision('relay.cpu_on_failed', core, 'lock released', { ...looked, firmware: status });
	return done(after, asked, status, wrapped, released);
}

function coreEntry(relay: Relay, core: number, by: 'cpu_on' | 'suspend'): RelayStep {
	const entered = relay.cores[core];
	const args = by === 'cpu_on' ? entered?.cpuOn : entered?.suspend;
	const after =
		entered && by === 'cpu_on'
			? withCore(relay, core, { ...entered, cpuOn: { ...entered.cpuOn, locked: false } })
			: relay;
	const pc = args?.pc ?? 0n;
	const x0 = args?.r0 ?? 0n;
	return {
		after,
		got: { kind: 'enters host', pc, x0 },
		decisions: [decision('relay.core_entry', core, 'goes on where the host asked', { by, pc, x0 })],
	};
}

function withSuspend(relay: Relay, core: number, pc: bigint, r0: bigint): Relay {
	const caller = relay.cores[core];
	return caller ? withCore(relay, core, { ...caller, suspend: { pc, r0, locked: false } }) : relay;
}

function withCore(relay: Relay, index: number, core: RelayCore): Relay {
	return { ...relay, cores: relay.cores.with(index, core) };
}
