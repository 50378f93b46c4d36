// The pieces of KVM_RUN one by one, for a caller that follows a recording: there the guest is real, so
// the model does not run it, but is told what trapped and answers what KVM makes of it. The pieces are the
// very ones that `step` is made of.

import type { HypercallExit, SystemEvent } from './answer.ts';
import type { Decision } from './decision.ts';
import { hypercall } from './hypercall.ts';
import { type Path, startPath, vcpuAt, writeX } from './path.ts';
import { powerOff } from './power.ts';
import { serveRequests } from './requests.ts';
import { resetVcpu, serveOwedReset } from './reset.ts';
import { REQUEST, type Registers, type Vcpu } from './vcpu.ts';
import type { Vm } from './vm.ts';
import { isRunnable } from './wait.ts';

/** A piece's result: the VM afterwards and the rules decided, in order. */
export interface Piece {
	readonly after: Vm;
	readonly decisions: readonly Decision[];
}

/** A guest call as it trapped. The execution state is that of the vCPU's PSTATE. */
export interface Trap {
	readonly conduit: 'hvc' | 'smc';
	readonly imm: number;
	/** x0 and up; undefined where it was not recorded: the model's own value is used */
	readonly x: readonly (bigint | undefined)[];
	/** the pc that the guest goes on from; undefined: the model's pc is left alone */
	readonly pc?: bigint;
}

export interface CallPiece extends Piece {
	/** `waits`: the result is written, but the vCPU sleeps first (CPU_SUSPEND with nothing pending) */
	readonly end: 'goes on' | 'waits' | 'undefined' | 'exits' | 'fails';
	/** KVM_RUN returns to userspace with `exit` */
	readonly exits: boolean;
	/** what KVM_RUN returns with, where it exits */
	readonly exit: SystemEvent | HypercallExit | undefined;
	/** negated by KVM_RUN, where it fails */
	readonly errno: number | undefined;
	/** x0..x3 as the guest or the VMM will find them */
	readonly x: readonly bigint[];
	readonly x0: bigint;
	/** registers whose value the host picks (random bits, host time): the model has zeros there */
	readonly hostChosen: readonly number[];
}

/** What KVM makes of one HVC or SMC of a vCPU, from the trap to the result in its registers. */
export function handleGuestCall(vm: Vm, index: number, trap: Trap): CallPiece {
	const path = startPath(vm);
	placeTrap(path, index, trap);
	const end = hypercall(path, index, trap.conduit, trap.imm);
	const x = vcpuAt(path, index).registers.x.slice(0, 4);
	return {
		after: path.vm,
		decisions: path.decisions,
		end: end.kind,
		exits: end.kind === 'exits',
		exit: end.kind === 'exits' ? end.exit : undefined,
		errno: end.kind === 'fails' ? end.errno : undefined,
		x,
		x0: x[0] ?? 0n,
		hostChosen: hostChosen(path.decisions),
	};
}

function hostChosen(decisions: readonly Decision[]): readonly number[] {
	const rules = decisions.map((d) => d.rule);
	if (rules.includes('vendor_hyp.ptp')) return [0, 1, 2, 3];
	return rules.includes('trng.random') ? [1, 2, 3] : [];
}

function placeTrap(path: Path, index: number, { x, pc }: Trap): void {
	writeX(path, index, x);
	if (pc !== undefined) path.vm = adopt(path.vm, index, { registers: { pc } });
}

export interface EntryPiece extends Piece {
	/** `sleeps`: stopped or suspended with nothing to wake for */
	readonly end: 'enters' | 'sleeps' | 'exits' | 'fails';
	readonly exit: SystemEvent | undefined;
}

/** The checks between a KVM_RUN, or an exit that KVM handled, and the next entry into the guest. */
export function beforeEntry(vm: Vm, index: number): EntryPiece {
	const path = startPath(vm);
	const end = serveRequests(path, index);
	return {
		after: path.vm,
		decisions: path.decisions,
		end: end.kind,
		exit: end.kind === 'exits' ? end.exit : undefined,
	};
}

/** kvm_reset_vcpu as a recording shows it: the owed reset if there is one, else a plain one. */
export function resetNow(vm: Vm, index: number, where: 'entry' | 'register access'): Piece {
	const path = startPath(vm);
	if (vcpuAt(path, index).requests & REQUEST.VCPU_RESET) serveOwedReset(path, index, where);
	else resetVcpu(path, index);
	return { after: path.vm, decisions: path.decisions };
}

/** kvm_arm_vcpu_power_off as a recording shows it, whoever asked for it. */
export function powerOffNow(vm: Vm, index: number): Vm {
	const path = startPath(vm);
	powerOff(path, index);
	return path.vm;
}

/** What a recording knows of a vCPU better than the model. Undefined fields stay as modelled. */
export interface KnownState {
	readonly mpState?: number;
	readonly requests?: number;
	readonly resetState?: Vcpu['resetState'];
	readonly lines?: number;
	readonly initialized?: boolean;
	readonly ranOnce?: boolean;
	readonly stolenTime?: bigint;
	readonly registers?: Partial<Registers>;
}

/** The VM with recorded facts in place of modelled ones. No rule is decided. */
export function adopt(vm: Vm, index: number, known: KnownState): Vm {
	const vcpu = vm.vcpus[index];
	if (!vcpu) return vm;
	const { registers, ...rest } = known;
	const after: Vcpu = { ...vcpu, ...rest, registers: { ...vcpu.registers, ...registers } };
	return { ...vm, vcpus: vm.vcpus.with(index, after) };
}

/** Whether a vCPU that waits has something to wake for, as far as the model knows its interrupt lines. */
export function hasWakeup(vm: Vm, index: number): boolean {
	return isRunnable(startPath(vm), index);
}
