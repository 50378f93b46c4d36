// PSCI served by the VMM behind the SMCCC filter: a forwarded call is decided here and carried out with the
// operations that userspace has. Nothing of it is KVM's; what KVM would do differently is marked.

import type { HypercallExit } from '../kvm/answer.ts';
import { affinityOf } from '../kvm/mpidr.ts';
import { isBigEndian } from '../kvm/reset.ts';
import { inAarch32, isStopped } from '../kvm/vcpu.ts';
import type { Vm } from '../kvm/vm.ts';
import { AFFINITY_BITS, strayAffinityBits } from '../psci/mpidr.ts';
import { PSCI } from '../psci/return-codes.ts';
import { reset, shutdown, suspend } from './events.ts';
import type { Machine } from './machine.ts';
import type { Policy } from './policy.ts';
import { answer, type Reaction, reaction, setState, start } from './reaction.ts';

/** The version that this VMM shows: 1.3. */
const VERSION = 0x10003n;
const SMC64 = 0x40000000;

interface Call {
	readonly id: number;
	readonly x1: bigint;
	readonly x2: bigint;
	readonly x3: bigint;
	readonly bigEndian: boolean;
}

/** Decides a forwarded call. A number that this VMM does not serve gets NOT_SUPPORTED. */
export function serveForwarded(
	policy: Policy,
	machine: Machine,
	vm: Vm,
	vcpu: number,
	{ nr }: HypercallExit,
): Reaction {
	const caller = vm.vcpus[vcpu];
	const x = caller?.registers.x ?? [];
	const cut = (n: number) => (nr & SMC64 ? (x[n] ?? 0n) : BigInt.asUintN(32, x[n] ?? 0n));
	const bigEndian = caller !== undefined && isBigEndian(caller.registers);
	const call: Call = { id: nr, x1: cut(1), x2: cut(2), x3: cut(3), bigEndian };
	if (nr & SMC64 && caller && inAarch32(caller.registers))
		return answered(machine, vcpu, PSCI.NOT_SUPPORTED, call);
	return (
		serveCommon(policy, machine, vm, vcpu, call) ??
		(policy.psci === 'userspace' ? serveRest(policy, machine, vm, vcpu, call) : undefined) ??
		answered(machine, vcpu, PSCI.NOT_SUPPORTED, call)
	);
}

function answered(machine: Machine, vcpu: number, status: bigint, { id }: Call): Reaction {
	return reaction(machine, vcpu, 'vmm.answers', `${status}`, [answer(vcpu, status)], { function: id });
}

/** PSCI_VERSION, PSCI_FEATURES and SYSTEM_OFF2. */
function serveCommon(
	policy: Policy,
	machine: Machine,
	vm: Vm,
	vcpu: number,
	call: Call,
): Reaction | undefined {
	switch (call.id) {
		case 0x84000000:
			return answered(machine, vcpu, VERSION, call);
		case 0x8400000a:
			return answered(machine, vcpu, features(policy, vm, vcpu, call), call);
		case 0x84000015:
		case 0xc4000015: {
			const type = BigInt.asUintN(32, call.x1);
			if (type > 1n || call.x2 !== 0n) return answered(machine, vcpu, PSCI.INVALID_PARAMETERS, call);
			return preloaded(vcpu, shutdown(policy, machine, vcpu, { data0: 1n }));
		}
		default:
			return undefined;
	}
}

/** KVM preloads x0 for a caller that is run on; behind the filter the VMM must do so itself. */
function preloaded(vcpu: number, wanted: Reaction): Reaction {
	return { ...wanted, operations: [answer(vcpu, PSCI.INTERNAL_FAILURE), ...wanted.operations] };
}

const SERVED: readonly number[] = [
	0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003, 0x84000004, 0xc4000004, 0x84000006,
	0x84000008, 0x84000009, 0x8400000a, 0x84000012, 0xc4000012, 0x80000000,
];

function features(policy: Policy, vm: Vm, vcpu: number, { x1 }: Call): bigint {
	const asked = Number(BigInt.asUintN(32, x1));
	const caller = vm.vcpus[vcpu];
	if (asked & SMC64 && caller && inAarch32(caller.registers)) return PSCI.NOT_SUPPORTED;
	if (asked === 0x84000015 || asked === 0xc4000015) return 1n;
	if (asked === 0x8400000e || asked === 0xc400000e)
		return policy.onSuspend === 'off' ? PSCI.NOT_SUPPORTED : 0n;
	return SERVED.includes(asked) ? 0n : PSCI.NOT_SUPPORTED;
}

/** All other functions, where nothing is left to KVM. */
function serveRest(policy: Policy, machine: Machine, vm: Vm, vcpu: number, call: Call): Reaction | undefined {
	switch (call.id) {
		case 0x84000001:
		case 0xc4000001:
			return cpuSuspend(machine, vcpu, call);
		case 0x84000002:
			return reaction(machine, vcpu, 'vmm.stops_vcpu', 'stopped', [setState(vcpu, 'STOPPED')]);
		case 0x84000003:
		case 0xc4000003:
			return cpuOn(machine, vm, vcpu, call);
		case 0x84000004:
		case 0xc4000004:
			return answered(machine, vcpu, affinityInfo(vm, call), call);
		case 0x84000006:
			return answered(machine, vcpu, 2n, call);
		case 0x84000008:
			return preloaded(vcpu, shutdown(policy, machine, vcpu, { data0: 0n }));
		case 0x84000009:
			return preloaded(vcpu, reset(policy, machine, vm, vcpu, { data0: 0n }));
		case 0x8400000e:
		case 0xc400000e:
			return suspend(policy, machine, vm, vcpu, call.x1, call.x2);
		case 0x84000012:
		case 0xc4000012: {
			const type = BigInt.asUintN(32, call.x1);
			if (type !== 0n && type < 0x80000000n) return answered(machine, vcpu, PSCI.INVALID_PARAMETERS, call);
			return preloaded(vcpu, reset(policy, machine, vm, vcpu, { data0: 1n }));
		}
		default:
			return undefined;
	}
}

function cpuOn(machine: Machine, vm: Vm, vcpu: number, call: Call): Reaction {
	const target = vm.vcpus.find((v) => affinityOf(v) === call.x1);
	if (strayAffinityBits(call.x1) !== 0n || !target)
		return answered(machine, vcpu, PSCI.INVALID_PARAMETERS, call);
	if (!isStopped(target)) return answered(machine, vcpu, PSCI.ALREADY_ON, call);
	return reaction(
		machine,
		vcpu,
		'vmm.starts_vcpu',
		'SUCCESS',
		[...start(machine, target.index, call.x2, call.x3, call.bigEndian), answer(vcpu, PSCI.SUCCESS)],
		{ target: target.index, entry: call.x2, context_id: call.x3 },
	);
}

function affinityInfo(vm: Vm, { x1, x2 }: Call): bigint {
	if (strayAffinityBits(x1) !== 0n || x2 > 3n) return PSCI.INVALID_PARAMETERS;
	const mask = AFFINITY_BITS & ~((1n << (8n * x2)) - 1n);
	const matching = vm.vcpus.filter((v) => (affinityOf(v) & mask) === (x1 & mask));
	if (matching.length === 0) return PSCI.INVALID_PARAMETERS;
	return matching.some((v) => !isStopped(v)) ? 0n : 1n;
}

/** A standby: the vCPU is suspended in KVM and goes on behind its call when something wakes it. */
function cpuSuspend(machine: Machine, vcpu: number, call: Call): Reaction {
	const promised = { vcpu, entry: 0n, contextId: 0n, inPlace: true };
	return reaction(
		{ ...machine, resumes: [...machine.resumes.filter((r) => r.vcpu !== vcpu), promised] },
		vcpu,
		'vmm.suspend_honoured',
		'SUSPENDED, to go on behind the call',
		[answer(vcpu, PSCI.SUCCESS), setState(vcpu, 'SUSPENDED')],
		{ function: call.id },
	);
}
