// What KVM can answer a call of which the trace has the function alone: the model is asked with every argument,
// state and setting that make a difference to it, and what contradicts the end of the call is left out.

import {
	createVm,
	FEATURE,
	type FilterRange,
	handleGuestCall,
	type KernelProfile,
	MP_STATE,
	mpidrOf,
	newVcpu,
	overlaps,
	REQUEST,
	RESERVED_RANGES,
	resetRegisters,
	type Trap,
	type Vcpu,
	type Vm,
} from '../kvm/index.ts';
import type { ArgumentInfo, FunctionInfo } from '../psci/function-info.ts';
import { FUNCTIONS, functionById } from '../psci/functions.ts';
import type { Ending } from './what-came-next.ts';

/** How the model's handling of a call ends. */
type Way = 'exits' | 'forwarded' | 'stops' | 'waits' | 'goes on' | 'does not fit';

export interface PossibleAnswer {
	readonly way: Way;
	/** undefined where KVM_RUN returns to the VMM instead; `any`: the host or the VMM chose the number */
	readonly x0: bigint | 'any' | undefined;
	/** with the settings of the session and nothing that a VMM seldom sets */
	readonly usual: boolean;
}

/** What is known of the machine. */
export interface KnownMachine {
	/** the kernels that it may be, the likeliest first */
	readonly profiles: readonly KernelProfile[];
	/** as PSCI_VERSION answers; undefined: any that the kernel has */
	readonly psciVersion: bigint | undefined;
	/** undefined: not known which */
	readonly capabilities: readonly string[] | undefined;
}

export interface Answers {
	/** distinct results x0 that fit the call's end; those of usual settings first */
	readonly results: readonly bigint[];
	/** another number is possible, too: one that the host or the VMM chose */
	readonly open: boolean;
	/** the one result if nothing unusual is set up; undefined where that leaves several or none */
	readonly usual: bigint | undefined;
	/** the end of the call ruled out others */
	readonly narrowed: boolean;
}

const FITTING: Readonly<Record<Ending, readonly Way[]>> = {
	returns: ['goes on'],
	'sleeps and returns': ['waits'],
	'goes on later': ['goes on', 'waits', 'stops'],
	'system event': ['exits'],
	forwarded: ['forwarded'],
	'does not return': ['stops', 'waits'],
	interrupted: ['goes on', 'waits', 'stops'],
	unknown: ['goes on', 'waits', 'stops', 'exits', 'forwarded'],
};

/** `sleepsShow`: the recording has the wake-ups, so that a call without one did not sleep. */
export function fittingAnswers(all: readonly PossibleAnswer[], ending: Ending, sleepsShow: boolean): Answers {
	const ways: readonly Way[] = ending === 'returns' && !sleepsShow ? ['goes on', 'waits'] : FITTING[ending];
	const fitting = all.filter(({ way, x0 }) => ways.includes(way) && x0 !== undefined);
	const distinct = (answers: readonly PossibleAnswer[]) =>
		[...new Set(answers.map(({ x0 }) => x0))].filter((x0) => typeof x0 === 'bigint');
	const usual = fitting.filter((answer) => answer.usual);
	const usualResults = distinct(usual);
	return {
		results: [...new Set([...usualResults, ...distinct(fitting)])],
		open: fitting.some(({ x0 }) => x0 === 'any'),
		usual: usualResults.length === 1 && usual.every(({ x0 }) => x0 !== 'any') ? usualResults[0] : undefined,
		narrowed: distinct(fitting).length < distinct(all).length,
	};
}

/** Everything that the model can make of a call by this function ID; `given`: its registers where those are recorded. */
export function possibleAnswers(
	known: KnownMachine,
	functionId: number,
	conduit: Trap['conduit'],
	given?: Trap['x'],
): PossibleAnswer[] {
	const fn = functionById(functionId)?.fn;
	const answers = new Map<string, PossibleAnswer>();
	for (const { vm, usual } of machines(known, functionId, fn))
		for (const x of given ? [given] : registers(functionId, fn)) {
			const made = handleGuestCall(vm, 0, { conduit, imm: 0, x });
			const left = made.exits || made.end === 'fails' || made.end === 'undefined';
			const chosen =
				made.hostChosen.includes(0) || (CHOSEN.has(fn?.result ?? '') && BigInt.asIntN(64, made.x0) >= 0n);
			const x0: PossibleAnswer['x0'] = left ? undefined : chosen ? 'any' : BigInt.asUintN(64, made.x0);
			const answer: PossibleAnswer = { way: wayOf(made), x0, usual };
			const key = `${answer.way} ${x0}`;
			if (!answers.has(key) || usual) answers.set(key, answer);
		}
	return [...answers.values()];
}

/** Results that are numbers of the VMM: the address of a record, the services that it left switched on. */
const CHOSEN: ReadonlySet<string> = new Set(['address', 'bitmap']);

function wayOf({ end, exit, after }: ReturnType<typeof handleGuestCall>): Way {
	if (end === 'exits') return exit && 'nr' in exit ? 'forwarded' : 'exits';
	if (end === 'fails' || end === 'undefined') return 'does not fit';
	if (end === 'waits') return 'waits';
	return after.vcpus[0]?.mpState === MP_STATE.STOPPED ? 'stops' : 'goes on';
}

interface Machine {
	readonly vm: Vm;
	readonly usual: boolean;
}

function* machines(known: KnownMachine, id: number, fn: FunctionInfo | undefined): Generator<Machine> {
	const [likeliest] = known.profiles;
	for (const profile of known.profiles)
		for (const { vm, usual } of ofKernel(known, profile, fn)) {
			yield { vm, usual: usual && profile === likeliest };
			if (profile.behaviours.smcccFilter) yield { vm: { ...vm, filter: denied(id) }, usual: false };
		}
}

function* ofKernel(
	{ psciVersion, capabilities }: KnownMachine,
	profile: KernelProfile,
	fn: FunctionInfo | undefined,
): Generator<Machine> {
	const { psciVersions, systemSuspend } = profile.behaviours;
	const versions = psciVersion === undefined ? psciVersions.toReversed() : [psciVersion];
	const unknown = capabilities === undefined && systemSuspend === 'capability' && asksCapabilities(fn);
	const enabled = capabilities ? [capabilities] : unknown ? [[], ['ARM_SYSTEM_SUSPEND']] : [[]];
	const targets = fn?.arguments.some(({ kind }) => kind === 'affinity') ? TARGETS : TARGETS.slice(0, 1);
	const records = fn?.service === 'PV time' ? [0n, undefined] : [undefined];
	for (const version of versions)
		for (const names of enabled)
			for (const served of fn && fn.service !== 'PSCI' ? [true, false] : [true])
				for (const target of targets)
					for (const record of records)
						yield {
							vm: machine(profile, version, names, target, served, record),
							// A VMM seldom asks for an older version, or switches services off.
							usual: served && version === versions[0],
						};
}

/** Calls of the architecture stay KVM's own, whatever the filter. */
function denied(id: number): Vm['filter'] {
	const range: FilterRange = { first: id, last: id, action: 'deny' };
	return overlaps(range, RESERVED_RANGES) ? [] : [range];
}

const TARGETS: readonly Partial<Vcpu>[] = [
	{ mpState: MP_STATE.STOPPED },
	{ mpState: MP_STATE.RUNNABLE },
	{ mpState: MP_STATE.RUNNABLE, requests: REQUEST.VCPU_RESET },
];

function asksCapabilities(fn: FunctionInfo | undefined): boolean {
	return fn?.name === 'SYSTEM_SUSPEND' || fn?.name === 'PSCI_FEATURES';
}

function machine(
	profile: KernelProfile,
	psciVersion: bigint,
	capabilities: readonly string[],
	target: Partial<Vcpu>,
	served: boolean,
	stolenTime: bigint | undefined,
): Vm {
	const fresh = createVm(profile);
	const vcpu = (index: number): Vcpu => ({
		...newVcpu(index, index),
		initialized: true,
		features: FEATURE.PSCI_0_2,
		ranOnce: true,
		stolenTime,
		registers: resetRegisters(false, mpidrOf(index)),
	});
	return {
		...fresh,
		vcpus: [vcpu(0), { ...vcpu(1), ...target }],
		features: psciVersion > 1n ? FEATURE.PSCI_0_2 : 0,
		width: 64,
		ranOnce: true,
		psciVersion,
		capabilities,
		bitmaps: served
			? fresh.bitmaps
			: Object.fromEntries(Object.keys(fresh.bitmaps).map((name) => [name, 0n])),
	};
}

/** x0 to x3 with arguments of every sort that makes a difference: the others of a sort are answered alike. */
function* registers(id: number, fn: FunctionInfo | undefined): Generator<readonly bigint[]> {
	const [first = [0n], second = [0n], third = [0n]] = (fn?.arguments ?? []).map(samples);
	for (const x1 of first) for (const x2 of second) for (const x3 of third) yield [BigInt(id), x1, x2, x3];
}

function samples({ kind }: ArgumentInfo): readonly bigint[] {
	switch (kind) {
		case 'affinity':
			// Another vCPU, the caller, none, and no affinity at all.
			return [1n, 0n, 0xffn, 1n << 31n];
		case 'function_id':
			return ASKED;
		case 'level':
			return [0n, 1n, 4n];
		case 'reset_type':
		case 'off_type':
			return [0n, 1n, 2n, 0x80000000n];
		case 'suspend_mode':
			return [0n, 1n, 2n];
		case 'number':
			return [0n, 1n, 64n, 0x1000n];
		default:
			return [0n, 0x40000000n];
	}
}

/** Every function there is, and a number that is none. */
const ASKED: readonly bigint[] = [...FUNCTIONS.flatMap(({ ids }) => ids), 0x8400ffff].map(BigInt);
