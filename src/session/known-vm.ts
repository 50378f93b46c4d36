// The model's VM for a session, on any kernel: made as a VMM makes one, with what the session tells of its
// settings, and then brought to what is known of its vCPUs at a position.

import {
	adopt,
	bootVm,
	type KernelProfile,
	learn,
	REQUEST,
	type RequestName,
	TELLING,
	type Trap,
	type Vm,
} from '../kvm/index.ts';
import { functionById } from '../psci/functions.ts';
import { callRegisters, type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import type { MachineState, VcpuState } from './state.ts';

/** What the VMM chose for one VM, whatever the kernel. */
export interface VmChoices {
	/** index of the VM in the session */
	readonly vm: number;
	/** in the order of the model's vCPUs */
	readonly vcpuIds: readonly number[];
	/** without KVM_ARM_VCPU_PSCI_0_2 the guest has the numbers of 0.1 */
	readonly psci02: boolean;
	/** undefined: it left the kernel's newest */
	readonly psciVersion: bigint | undefined;
	readonly capabilities: readonly string[];
	/** guest addresses of the stolen-time records, by position; undefined: the vCPU has none */
	readonly stolenTime: readonly (bigint | undefined)[];
}

/** All VMs of the session, from what its calls were answered. */
export function* choicesOf(session: Session): Generator<number, readonly VmChoices[]> {
	const { profile } = session.kernel;
	const vms = [...new Set(session.vcpus.map(({ vm }) => vm))];
	const choices = new Map<number, { vcpuIds: number[]; psci02: boolean; vm: Vm }>();
	for (const vm of vms) {
		const vcpuIds = session.vcpus.filter((v) => v.vm === vm).map(({ id }) => id);
		choices.set(vm, { vcpuIds, psci02: true, vm: bootVm(profile, { vcpuIds }).vm });
	}
	let told = 0;
	for (let index = 0; index < session.calls.length; index++) {
		if (index % 256 === 255) yield index;
		const id = session.calls.functionId(index);
		const is01 = functionById(id)?.fn.kvm01 === id;
		if (!is01 && !TELLING.has(id)) continue;
		if (told++ % 8 === 7) yield index;
		const call = recordedCall(session, index);
		const choice = choices.get(call?.rows.vm ?? -1);
		const trap = call && trapOf(session, call);
		if (!choice || !call || !trap) continue;
		if (is01 && call.result?.name !== 'NOT_SUPPORTED') choice.psci02 = false;
		const caller = choice.vcpuIds.indexOf(call.rows.vcpu);
		const answer = { x0: call.result?.value, exits: call.goesOn === 0 };
		if (caller >= 0) choice.vm = learn(choice.vm, caller, trap, answer).vm;
	}
	return [...choices].map(([vm, { vcpuIds, psci02, vm: learned }]) => ({
		vm,
		vcpuIds,
		psci02,
		psciVersion: learned.psciVersion || undefined,
		capabilities: learned.capabilities,
		stolenTime: learned.vcpus.map(({ stolenTime }) => stolenTime),
	}));
}

/** The call as it trapped; undefined where its function or an argument was not recorded. */
export function trapOf(session: Session, call: RecordedCall): Trap | undefined {
	if (!call.call || call.call.arguments.some((a) => a.value === undefined)) return undefined;
	const site = session.trace.events.detail(call.rows.site);
	return {
		conduit: call.conduit === 'SMC' ? 'smc' : 'hvc',
		imm: site.kind === 'kvm_hvc_arm64' ? Number(site.imm) : 0,
		x: callRegisters(session, call.rows),
	};
}

/** The VM as these choices make it on a kernel; what a kernel does not have is left out. */
export function bootedVm(profile: KernelProfile, choices: VmChoices): Vm {
	const { vcpuIds, psci02, psciVersion, capabilities } = choices;
	const { vm } = bootVm(profile, {
		vcpuIds,
		psci02,
		capabilities,
		...(psciVersion === undefined ? {} : { psciVersion }),
	});
	// A recorded guest runs: what the first KVM_RUN closes is closed.
	return { ...vm, ranOnce: true };
}

/** The VM with what is known of its vCPUs in place of what booting made of them. */
export function broughtTo(vm: Vm, state: MachineState, choices: VmChoices): Vm {
	return choices.vcpuIds.reduce((now, id, index) => {
		const known = state.vcpus.find((v) => v.vm === choices.vm && v.id === id);
		return known ? adopt(now, index, knownOf(now, index, known, choices.stolenTime[index])) : now;
	}, vm);
}

function knownOf(
	vm: Vm,
	index: number,
	known: VcpuState,
	stolenTime: bigint | undefined,
): Parameters<typeof adopt>[2] {
	const before = vm.vcpus[index];
	const reset = known.resetState?.value;
	return {
		...(known.mpState ? { mpState: known.mpState.value } : {}),
		...(known.mpState || known.requests.length > 0
			? { requests: known.requests.reduce((bits, { name }) => bits | requestBit(name), 0) }
			: {}),
		...(reset ? { resetState: { ...reset, r0: reset.r0 ?? 0n, be: reset.be ?? false } } : {}),
		ranOnce: true,
		...(stolenTime === undefined ? {} : { stolenTime }),
		registers: {
			...(known.pc ? { pc: known.pc.value } : {}),
			x: (before?.registers.x ?? []).map((x, n) => known.x[n]?.value ?? x),
		},
	};
}

function requestBit(kernelName: string): number {
	return REQUEST[kernelName.replace('KVM_REQ_', '') as RequestName] ?? 0;
}
