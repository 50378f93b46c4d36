// The model's front door: one operation of userspace applied to a VM.

import type { Answer, VcpuView } from './answer.ts';
import type { Decision } from './decision.ts';
import { firmwareRegisterIds } from './firmware-registers.ts';
import { stubAddress } from './guest-code.ts';
import { ERRNO, type Operation } from './operation.ts';
import { changeRegisters, changeVm, decide, type Path, startPath, vcpuAt } from './path.ts';
import { beforeRegisterAccess, callRegisters, getRegister, setRegister } from './registers.ts';
import { runVcpu } from './run.ts';
import { initVcpu } from './vcpu-init.ts';
import { createVcpu, featureBits, getMpState, irqLine, setMpState } from './vcpu-ioctls.ts';
import type { Vm } from './vm.ts';
import { checkCapability, enableCapability, hasAttribute, setFilter } from './vm-ioctls.ts';

export interface Step {
	/** the VM after the operation and what was read back (see Vm.observe) */
	readonly after: Vm;
	readonly got: Answer;
	/** every rule that was decided, in order, those of the reading back included */
	readonly decisions: readonly Decision[];
	/** what was read back; empty with `observe` nothing */
	readonly vcpus: readonly VcpuView[];
}

/** Applies `operation` to `vm`, which stays as it is. Total: any operation gets an answer. */
export function step(vm: Vm, operation: Operation): Step {
	const path = startPath(vm);
	const got = apply(path, operation);
	const vcpus = readBack(path);
	return { after: path.vm, got, decisions: path.decisions, vcpus };
}

function apply(path: Path, operation: Operation): Answer {
	switch (operation.op) {
		case 'check_cap':
			return checkCapability(path, operation.cap);
		case 'enable_cap':
			return enableCapability(path, operation.cap, operation.flags);
		case 'has_attr':
			return hasAttribute(path, operation.group, operation.attr);
		case 'smccc_filter':
			return setFilter(path, operation);
		case 'vcpu_create':
			return createVcpu(path, operation.id);
		case 'observe':
			decide(path, 'observe.set', undefined, operation.what);
			changeVm(path, { observe: operation.what });
			return { r: 0 };
		default:
			return applyToVcpu(path, operation);
	}
}

type VcpuOperation = Extract<Operation, { vcpu: number }>;

function applyToVcpu(path: Path, operation: Exclude<VcpuOperation, { op: 'vcpu_create' }>): Answer {
	const index = operation.vcpu;
	if (!path.vm.vcpus[index]) {
		decide(path, 'vcpu.does_not_exist', undefined, 'no such vcpu', { vcpu: index });
		return { r: 'no such vcpu' };
	}
	switch (operation.op) {
		case 'vcpu_init':
			return initVcpu(path, index, featureBits(operation.features));
		case 'get_reg':
			return getRegister(path, index, operation.reg);
		case 'set_reg':
			return setRegister(path, index, operation.reg, operation.value);
		case 'list_fw_regs':
			return listFirmwareRegisters(path, index);
		case 'set_mp_state':
			return setMpState(path, index, operation.state);
		case 'get_mp_state':
			return getMpState(path, index);
		case 'irq':
			return irqLine(path, index, operation.line, operation.level);
		case 'run':
			return runVcpu(path, index, false);
		case 'run_immediate':
			return runVcpu(path, index, true);
		case 'call':
			return call(path, operation);
	}
}

function listFirmwareRegisters(path: Path, index: number): Answer {
	if (!vcpuAt(path, index).initialized) {
		decide(path, 'one_reg.not_initialised', index, 'ENOEXEC');
		return { r: -ERRNO.ENOEXEC, ids: [] };
	}
	decide(path, 'fw_reg.list', index, 'listed');
	return { r: 0, ids: firmwareRegisterIds(path.vm) };
}

/** Writes x0 and up and the pc of the call's stub, one KVM_SET_ONE_REG each, then runs. */
function call(path: Path, operation: Extract<Operation, { op: 'call' }>): Answer {
	const { vcpu: index, isa, conduit, imm, x } = operation;
	if (!vcpuAt(path, index).initialized) {
		decide(path, 'one_reg.not_initialised', index, 'ENOEXEC');
		return { outcome: 'error', errno: ERRNO.ENOEXEC, at: 'set_reg' };
	}
	beforeRegisterAccess(path, index);
	decide(path, 'call.registers_written', index, 'x0 and up and the pc are set', { isa, conduit, imm });
	changeRegisters(
		path,
		index,
		callRegisters(path.vm.profile, vcpuAt(path, index).registers, x, stubAddress(isa, conduit, imm)),
	);
	return runVcpu(path, index, false);
}

/** Reads as the recording program does: per vCPU the mp_state, then pc and x0..x3. */
function readBack(path: Path): readonly VcpuView[] {
	const { observe } = path.vm;
	if (observe === 'nothing') return [];
	return path.vm.vcpus.map(({ index, mpState }) => {
		if (observe === 'mp_state') return { i: index, mp: mpState };
		const errno = beforeRegisterAccess(path, index);
		if (errno !== 0) return { i: index, mp: mpState, regs: -errno };
		const { pc, x } = vcpuAt(path, index).registers;
		return { i: index, mp: mpState, pc, x: x.slice(0, 4) };
	});
}
