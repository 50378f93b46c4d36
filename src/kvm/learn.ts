// What an answer that was recorded tells about things that userspace set up before the recording, or by
// ioctls that it does not show: the version, capabilities, stolen time. A follower learns first and then
// asks the model, so that it does not call a difference what was only unknown.

import { adopt, type Trap } from './follow.ts';
import type { Vm } from './vm.ts';

export interface RecordedAnswer {
	/** x0 when the call returned; undefined where it was not recorded */
	readonly x0: bigint | undefined;
	/** KVM_RUN returned to userspace instead of to the guest */
	readonly exits: boolean;
}

/** The VM with what follows from the answer, and in words what that is; nothing where nothing is new. */
export function learn(
	vm: Vm,
	index: number,
	trap: Trap,
	answer: RecordedAnswer,
): { readonly vm: Vm; readonly learned: readonly string[] } {
	const id = Number(BigInt.asUintN(32, trap.x[0] ?? 0n));
	if (!TELLING.has(id)) return none(vm);
	const asked = Number(BigInt.asUintN(32, trap.x[1] ?? 0n));
	const { x0, exits } = answer;
	switch (id) {
		case 0x84000000:
			return x0 === undefined || BigInt.asIntN(64, x0) < 0n ? none(vm) : version(vm, x0);
		case 0x8400000a:
			if (x0 === 0n && SUSPEND.includes(asked)) return capability(vm, 'ARM_SYSTEM_SUSPEND');
			return x0 === 1n && OFF2.includes(asked) ? off2(vm) : none(vm);
		case 0x8400000e:
		case 0xc400000e:
			return exits ? capability(vm, 'ARM_SYSTEM_SUSPEND') : none(vm);
		case 0xc5000020:
			return x0 === 0n ? record(vm, index, 0n) : none(vm);
		case 0xc5000021:
			return x0 === undefined || BigInt.asIntN(64, x0) < 0n ? none(vm) : record(vm, index, x0);
		default:
			return none(vm);
	}
}

/** The functions of which an answer tells something. */
export const TELLING: ReadonlySet<number> = new Set([
	0x84000000, 0x8400000a, 0x8400000e, 0xc400000e, 0xc5000020, 0xc5000021,
]);

const SUSPEND: readonly number[] = [0x8400000e, 0xc400000e];
const OFF2: readonly number[] = [0x84000015, 0xc4000015];

type Learned = ReturnType<typeof learn>;

function none(vm: Vm): Learned {
	return { vm, learned: [] };
}

/** Only what the kernel has at all; an answer that it cannot give stays a difference. */
function version(vm: Vm, value: bigint): Learned {
	const { psciVersions } = vm.profile.behaviours;
	const now = vm.psciVersion || psciVersions.at(-1);
	if (value === now || !psciVersions.includes(value)) return none(vm);
	const text = `the VMM set PSCI ${value >> 16n}.${value & 0xffffn}`;
	return { vm: { ...vm, psciVersion: value }, learned: [text] };
}

function capability(vm: Vm, name: string): Learned {
	const possible = vm.profile.behaviours.systemSuspend === 'capability' || name !== 'ARM_SYSTEM_SUSPEND';
	if (!possible || vm.capabilities.includes(name)) return none(vm);
	return {
		vm: { ...vm, capabilities: [...vm.capabilities, name] },
		learned: [`the VMM enabled KVM_CAP_${name}`],
	};
}

function off2(vm: Vm): Learned {
	return vm.profile.behaviours.systemOff2 === 'capability' ? capability(vm, 'ARM_SYSTEM_OFF2') : none(vm);
}

function record(vm: Vm, index: number, address: bigint): Learned {
	const known = vm.vcpus[index]?.stolenTime;
	if (known === address || (known !== undefined && address === 0n)) return none(vm);
	return {
		vm: adopt(vm, index, { stolenTime: address }),
		learned: [`the VMM gave vCPU ${index} a stolen-time record`],
	};
}
