// A recorded call put to the model: the rules that KVM decides it by, and the answer it must then give.
// The model starts from what is known at the call; what is not known is assumed, and said.

import {
	createVm,
	type Decision,
	FEATURE,
	type FilterAction,
	handleGuestCall,
	learn,
	MP_STATE,
	mpidrOf,
	newVcpu,
	REQUEST,
	type RequestName,
	resetRegisters,
	type Trap,
	type Vcpu,
	type Vm,
} from '../kvm/index.ts';
import type { CallRows } from './calls.ts';
import { callAnchor, type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import { machineSettings } from './settings.ts';
import type { MachineState, VcpuState } from './state.ts';

export interface ModelledCall {
	readonly decisions: readonly Decision[];
	/** x0 that the guest gets; undefined where KVM_RUN returns to the VMM instead */
	readonly x0: bigint | undefined;
	/** whether the recording has the same answer; undefined where it has none */
	readonly agrees: boolean | undefined;
	/** what the model had to assume */
	readonly assumed: readonly string[];
}

/**
 * Undefined where the recording lacks what the model would need: the function, or arguments that decide and cannot
 * be inferred.
 */
export function modelledCall(session: Session, index: number): ModelledCall | undefined {
	const recorded = recordedCall(session, index);
	return recorded && modelledFrom(session, recorded, () => session.stateAt(callAnchor(recorded.rows)));
}

/** The same from the state at the call, of which mp_states and PSCI versions decide. */
export function modelledFrom(
	session: Session,
	recorded: RecordedCall,
	stateThere: () => MachineState,
): ModelledCall | undefined {
	if (!recorded.call || !argumentsKnown(recorded)) return undefined;
	const state = stateThere();
	const caller = state.vcpus
		.filter((v) => v.vm === recorded.rows.vm)
		.findIndex((v) => v.id === recorded.rows.vcpu);
	if (caller < 0) return undefined;
	const plain = ask(session, recorded, state, caller, {});
	if (fits(recorded, plain) !== false) return plain;
	// What the recording does not show may explain its answer; the first guess that does is taken, and said.
	for (const guess of guesses(session, recorded, state)) {
		const guessed = ask(session, recorded, state, caller, guess);
		if (fits(recorded, guessed)) return guess.filter ? { ...guessed, agrees: undefined } : guessed;
	}
	return plain;
}

/** Whether the model's answer is the recorded one or, where none is recorded, the one that came for sure. */
function fits({ inferred }: RecordedCall, { agrees, x0 }: ModelledCall): boolean | undefined {
	const { sure, exits, likely } = inferred?.result ?? {};
	if (agrees !== undefined || !sure || exits) return agrees;
	return x0 !== undefined && likely !== undefined && BigInt.asIntN(64, x0) === likely.value;
}

/** Of a CPU_ON the target decides: entry point and context are only handed on. */
function argumentsKnown({ call, inferredArguments }: RecordedCall): boolean {
	if (call?.arguments.every((argument) => argument.value !== undefined)) return true;
	return inferredArguments.some(({ register, sure }) => register === 1 && sure);
}

/** What a VMM may have set up without a trace of it. */
interface Guess {
	/** vCPUs of unknown mp_state are STOPPED (KVM_ARM_VCPU_POWER_OFF) */
	readonly stopped?: boolean;
	/** KVM_REG_ARM_PSCI_VERSION */
	readonly version?: bigint;
	/** the SMCCC filter's action for the function */
	readonly filter?: FilterAction;
}

function* guesses(session: Session, { rows, call }: RecordedCall, state: MachineState): Generator<Guess> {
	const unknown = state.vcpus.some((v) => v.vm === rows.vm && !v.mpState);
	const known = state.vms.find((v) => v.vm === rows.vm)?.psciVersion ?? session.configured?.psciVersion;
	// Under 0.1 every later function is NOT_SUPPORTED: that version is only believed where its own numbers are used.
	const versions = (known ? [] : session.kernel.profile.behaviours.psciVersions).filter(
		(version) => version > 1n || call?.fn?.kvm01 === rows.functionId,
	);
	if (unknown) yield { stopped: true };
	for (const version of versions) {
		yield { version };
		if (unknown) yield { version, stopped: true };
	}
	// A filter can explain too much to count as agreement: it is offered as an explanation only.
	if (session.kernel.profile.behaviours.smcccFilter) {
		yield { filter: 'deny' };
		yield { filter: 'fwd_to_user' };
	}
}

function ask(
	session: Session,
	recorded: RecordedCall,
	state: MachineState,
	caller: number,
	guess: Guess,
): ModelledCall {
	const { rows } = recorded;
	const assumed: string[] = [];
	const entry = rows.entry >= 0 ? session.trace.events.detail(rows.entry) : undefined;
	const site = session.trace.events.detail(rows.site);
	const x: (bigint | undefined)[] =
		entry?.kind === 'call' ? [...entry.x] : site.kind === 'kvm_hvc_arm64' ? [site.r0] : [];
	for (const { register, value, sure } of recorded.inferredArguments)
		if (sure) {
			x[register] = value;
			assumed.push(`x${register} 0x${value.toString(16)}, which was not recorded but is inferred`);
		}
	const trap: Trap = {
		conduit: recorded.conduit === 'SMC' ? 'smc' : 'hvc',
		imm: site.kind === 'kvm_hvc_arm64' ? Number(site.imm) : 0,
		x,
	};
	const answer = { x0: recorded.result?.value, exits: recorded.goesOn === 0 };
	const vm = vmAt(session, state, rows, guess, assumed);
	const known = guess.filter ? { vm, learned: [] } : learn(vm, caller, trap, answer);
	const { decisions, exits, end, x0 } = handleGuestCall(known.vm, caller, trap);
	const leaves = exits || end === 'fails';
	return {
		decisions,
		x0: leaves ? undefined : x0,
		agrees: agreement(recorded.goesOn, recorded.result?.value, leaves, x0),
		assumed: [...assumed, ...known.learned.map((what) => `${what}, as the recorded answer shows`)],
	};
}

function agreement(
	goesOn: number | undefined,
	recorded: bigint | undefined,
	exits: boolean,
	x0: bigint,
): boolean | undefined {
	if (goesOn !== undefined && (goesOn === 0) !== exits) return false;
	if (exits) return goesOn === 0 ? true : undefined;
	return recorded === undefined ? undefined : BigInt.asIntN(64, recorded) === BigInt.asIntN(64, x0);
}

function vmAt(session: Session, state: MachineState, rows: CallRows, guess: Guess, assumed: string[]): Vm {
	const { profile, origin } = session.kernel;
	const settings = machineSettings(session, rows.vm);
	// What was answered up to here, else what the launch configuration says; what is answered later is learned.
	const configured = session.configured?.psciVersion;
	const version = state.vms.find((v) => v.vm === rows.vm)?.psciVersion?.value ?? configured;
	if (origin === 'default') assumed.push(`kernel ${profile.name}, as none is configured`);
	if (guess.version !== undefined)
		assumed.push(
			`the VMM set PSCI ${guess.version >> 16n}.${guess.version & 0xffffn}, which explains the answer`,
		);
	if (guess.filter) {
		const does =
			guess.filter === 'deny'
				? 'denies the function (or the vCPU has no KVM_ARM_VCPU_PSCI_0_2)'
				: 'forwards the function';
		assumed.push(`the VMM's SMCCC filter ${does}, which would explain the answer`);
	}
	const fresh = createVm(profile);
	return {
		...fresh,
		vcpus: state.vcpus
			.filter((v) => v.vm === rows.vm)
			.map((v, index) => vcpuAt(v, index, guess.stopped === true, assumed)),
		features: FEATURE.PSCI_0_2,
		width: 64,
		ranOnce: true,
		// 0: never set, so the newest that the kernel has
		psciVersion: guess.version ?? BigInt(version ?? 0),
		capabilities: settings.capabilities.value,
		filter: guess.filter
			? [{ first: rows.functionId, last: rows.functionId, action: guess.filter }]
			: fresh.filter,
	};
}

function vcpuAt(state: VcpuState, index: number, stopped: boolean, assumed: string[]): Vcpu {
	const fresh = newVcpu(index, state.id);
	const unshown = stopped ? MP_STATE.STOPPED : MP_STATE.RUNNABLE;
	if (!state.mpState)
		assumed.push(
			`vCPU ${state.id} ${stopped ? 'STOPPED, which explains the answer' : 'RUNNABLE, as nothing shows its mp_state'}`,
		);
	const reset = state.resetState?.value;
	const registers = resetRegisters(false, mpidrOf(state.id));
	return {
		...fresh,
		initialized: true,
		features: FEATURE.PSCI_0_2,
		ranOnce: true,
		mpState: state.mpState?.value ?? unshown,
		requests: state.requests.reduce((bits, { name }) => bits | requestBit(name), 0),
		resetState: reset ? { ...reset, r0: reset.r0 ?? 0n, be: reset.be ?? false } : fresh.resetState,
		registers: {
			...registers,
			x: registers.x.map((zero, n) => state.x[n]?.value ?? zero),
			pc: state.pc?.value ?? 0n,
		},
	};
}

function requestBit(kernelName: string): number {
	return REQUEST[kernelName.replace('KVM_REQ_', '') as RequestName] ?? 0;
}
