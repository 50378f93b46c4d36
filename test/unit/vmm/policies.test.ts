// Policies on real exits: each test boots a model VM, lets the guest ask, and runs it on as the VMM decides.
// Vacuous if the guest's request had not left the kernel, so the exit is checked before the reaction.

import { describe, expect, it } from 'vitest';
import { bootVm, type Outcome, profileNamed, type Step, step, type Vm } from '../../../src/kvm/index.ts';
import { clauseById } from '../../../src/psci/clauses.ts';
import {
	createMachine,
	type Machine,
	POLICIES,
	policyNamed,
	powerOn,
	react,
	setup,
	VMM_RULES,
} from '../../../src/vmm/index.ts';
import { carryOut } from '../../../src/vmm/reaction.ts';

const ENTRY = 0x40000400n;
const PAD_1 = 0x40000440n;

function boot(policyName: string, kernel = '7.2') {
	const profile = profileNamed(kernel);
	const policy = policyNamed(policyName);
	if (!profile || !policy) throw new Error('unknown name');
	const features = [['PSCI_0_2'], ['PSCI_0_2', 'POWER_OFF'], ['PSCI_0_2', 'POWER_OFF']] as const;
	const booted = bootVm(profile, { vcpuIds: [0, 1, 2] });
	const { vm } = carryOut({ ...booted.vm, observe: 'all' }, setup(policy, profile));
	return { policy, vm, machine: createMachine(features, ENTRY) };
}

function call(vm: Vm, vcpu: number, ...x: bigint[]): { after: Vm; got: Outcome } {
	return outcome(step(vm, { op: 'call', vcpu, isa: 'a64', conduit: 'hvc', imm: 0, x }));
}

function run(vm: Vm, vcpu: number): { after: Vm; got: Outcome } {
	return outcome(step(vm, { op: 'run', vcpu }));
}

function outcome({ after, got }: Step): { after: Vm; got: Outcome } {
	if (!('outcome' in got)) throw new Error('not a run');
	return { after, got };
}

function reacted(
	{ policy, machine }: { policy: NonNullable<ReturnType<typeof policyNamed>>; machine: Machine },
	{ after, got }: { after: Vm; got: Outcome },
	vcpu = 0,
) {
	if (got.outcome !== 'system_event' && got.outcome !== 'hypercall')
		throw new Error(`no exit: ${got.outcome}`);
	const done = react(policy, machine, after, vcpu, got);
	return { ...done, ...carryOut(after, done.operations) };
}

const SYSTEM_OFF = 0x84000008n;
const SYSTEM_RESET = 0x84000009n;
const SYSTEM_OFF2 = 0xc4000015n;
const SYSTEM_RESET2 = 0xc4000012n;
const SYSTEM_SUSPEND = 0xc400000en;
const CPU_ON = 0xc4000003n;

describe('a VMM like QEMU', () => {
	it('switches the machine off', () => {
		const made = boot('qemu');
		expect(reacted(made, call(made.vm, 0, SYSTEM_OFF)).machine.state).toBe('off');
	});

	it('restarts: the boot CPU at the boot entry, all others off', () => {
		const made = boot('qemu');
		const on = call(made.vm, 0, CPU_ON, 1n, PAD_1, 7n).after;
		const { vm, machine } = reacted(made, call(on, 0, SYSTEM_RESET));
		expect(machine.restarts).toBe(1);
		expect(vm.vcpus.map((v) => v.mpState)).toEqual([0, 5, 5]);
		expect(run(vm, 0).got).toEqual({ outcome: 'return', x: [0n, 0n, 0n, 0n] });
		expect(run(vm, 1).got).toEqual({ outcome: 'blocked' });
	});

	it('never sees a suspend, as the capability is off', () => {
		const { vm } = boot('qemu');
		expect(call(vm, 0, SYSTEM_SUSPEND, ENTRY, 1n).got).toMatchObject({ outcome: 'return' });
		expect(call(vm, 0, SYSTEM_SUSPEND, ENTRY, 1n).after.vcpus[0]?.registers.x[0]).toBe((1n << 64n) - 1n);
	});
});

describe('a suspend', () => {
	it('is honoured: the vCPU sleeps, an interrupt wakes it, and it resumes at its entry point', () => {
		const made = boot('honour-suspend');
		const asleep = reacted(made, call(made.vm, 0, SYSTEM_SUSPEND, PAD_1, 0x99n));
		expect(run(asleep.vm, 0).got.outcome).toBe('blocked');
		const irq = step(asleep.vm, { op: 'irq', vcpu: 0, level: 1, line: 'irq' }).after;
		const woken = run(irq, 0);
		expect(woken.got).toMatchObject({ outcome: 'system_event', type: 4 });
		const resumed = reacted({ ...made, machine: asleep.machine }, woken);
		expect(run(resumed.vm, 0).got).toEqual({ outcome: 'return', x: [0x99n, 0n, 0n, 0n] });
		expect(resumed.machine.resumes).toEqual([]);
	});

	it('is denied while another vCPU is on', () => {
		const made = boot('full');
		const on = call(made.vm, 0, CPU_ON, 1n, PAD_1, 0n).after;
		const { vm, decisions } = reacted(made, call(on, 0, SYSTEM_SUSPEND, PAD_1, 0n));
		expect(decisions[0]?.rule).toBe('vmm.suspend_others_on');
		expect(BigInt.asIntN(64, vm.vcpus[0]?.registers.x[0] ?? 0n)).toBe(-3n);
	});

	it.each(['not-supported', 'invalid-address', 'denied', 'already-on'])('can be denied with %s', (code) => {
		const made = boot(`deny-suspend-${code}`);
		const { vm } = reacted(made, call(made.vm, 0, SYSTEM_SUSPEND, PAD_1, 0n));
		const got = run(vm, 0).got;
		expect(got.outcome === 'return' && BigInt.asIntN(64, got.x?.[0] ?? 0n)).toBeLessThan(0n);
	});

	it('stays for ever where wake-ups are ignored', () => {
		const made = boot('stay-suspended');
		const asleep = reacted(made, call(made.vm, 0, SYSTEM_SUSPEND, PAD_1, 0n));
		const irq = step(asleep.vm, { op: 'irq', vcpu: 0, level: 1, line: 'irq' }).after;
		const again = reacted({ ...made, machine: asleep.machine }, run(irq, 0));
		expect(run(again.vm, 0).got).toMatchObject({ outcome: 'system_event', type: 4 });
	});
});

describe('other requests', () => {
	it('SYSTEM_OFF2 hibernates, and a later start is a cold boot', () => {
		const made = boot('full');
		const { vm, machine } = reacted(made, call(made.vm, 0, SYSTEM_OFF2, 1n, 0n));
		expect(machine.state).toBe('hibernated');
		const on = powerOn(vm, machine);
		expect(on.machine.state).toBe('running');
		expect(run(carryOut(vm, on.operations).vm, 0).got.outcome).toBe('return');
	});

	it.each([
		[0n, 'vmm.warm_restart'],
		[0x80000001n, 'vmm.vendor_restart'],
	])('SYSTEM_RESET2 of type %s is told by x1', (type, rule) => {
		const made = boot('full');
		const { decisions } = reacted(made, call(made.vm, 0, SYSTEM_RESET2, type, 5n));
		expect(decisions[0]?.rule).toBe(rule);
	});

	it('run on regardless: the caller finds INTERNAL_FAILURE, the others stay stopped', () => {
		const made = boot('run-on');
		const on = call(made.vm, 0, CPU_ON, 1n, PAD_1, 0n).after;
		const { vm } = reacted(made, call(on, 0, SYSTEM_OFF));
		const got = run(vm, 0).got;
		expect(got.outcome === 'return' && BigInt.asIntN(64, got.x?.[0] ?? 0n)).toBe(-6n);
		expect(run(vm, 1).got.outcome).toBe('blocked');
	});
});

describe('PSCI in userspace', () => {
	it('shows 1.3 and SYSTEM_OFF2 on a kernel that has neither, KVM serving the rest', () => {
		const made = boot('userspace-1.3', '6.12');
		const answers = [[0x84000000n], [0x8400000an, SYSTEM_OFF2], [0x8400000an, 0x84000014n]].map((x) => {
			const { vm } = reacted(made, call(made.vm, 0, ...x));
			const got = run(vm, 0).got;
			return got.outcome === 'return' ? BigInt.asIntN(64, got.x?.[0] ?? 0n) : got;
		});
		expect(answers).toEqual([0x10003n, 1n, -1n]);
		expect(reacted(made, call(made.vm, 0, SYSTEM_OFF2, 0n, 0n)).machine.state).toBe('hibernated');
		expect(call(made.vm, 0, CPU_ON, 1n, PAD_1, 0n).got.outcome).toBe('return');
	});

	it('starts and stops vCPUs by itself', () => {
		const made = boot('userspace-psci', '6.12');
		const on = reacted(made, call(made.vm, 0, CPU_ON, 1n, PAD_1, 0x55n));
		expect(run(on.vm, 1).got).toEqual({ outcome: 'return', x: [0x55n, 0n, 0n, 0n] });
		const again = reacted(made, call(on.vm, 0, CPU_ON, 1n, PAD_1, 0n));
		expect(BigInt.asIntN(64, again.vm.vcpus[0]?.registers.x[0] ?? 0n)).toBe(-4n);
		const off = reacted(made, call(on.vm, 1, 0x84000002n), 1);
		expect(off.vm.vcpus[1]?.mpState).toBe(5);
		const info = reacted(made, call(off.vm, 0, 0xc4000004n, 1n, 0n));
		expect(info.vm.vcpus[0]?.registers.x[0]).toBe(1n);
	});

	it('starts a vCPU with the endianness of its caller (DEN0022 F.b 6.4.3)', () => {
		const made = boot('userspace-psci', '6.12');
		const EE = 0x2c50078n;
		const big = step(made.vm, { op: 'set_reg', vcpu: 0, reg: 'SCTLR_EL1', value: EE }).after;
		const on = reacted(made, call(big, 0, CPU_ON, 1n, PAD_1, 0n));
		expect(on.vm.vcpus[1]?.registers.sctlr).toBe(EE);
		const little = reacted(made, call(made.vm, 0, CPU_ON, 1n, PAD_1, 0n));
		expect(little.vm.vcpus[1]?.registers.sctlr).toBe(0xc50078n);
	});

	it('reads 32 bits of the arguments of an SMC32 suspend, whose registers the filter leaves as they are', () => {
		const made = boot('userspace-psci', '6.12');
		const garbage = 0xdeadbeef00000000n;
		const others = [1, 2].map((vcpu) => ({ op: 'set_mp_state', vcpu, state: 5 }) as const);
		const { vm } = carryOut(made.vm, others);
		const asleep = reacted(made, call(vm, 0, 0x8400000en, garbage | PAD_1, garbage | 7n));
		expect(asleep.machine.resumes).toMatchObject([{ entry: PAD_1, contextId: 7n }]);
	});

	it('suspends a CPU in KVM and goes on behind the call', () => {
		const made = boot('userspace-psci');
		const asleep = reacted(made, call(made.vm, 0, 0xc4000001n, 0n, ENTRY, 0n));
		const irq = step(asleep.vm, { op: 'irq', vcpu: 0, level: 1, line: 'irq' }).after;
		const woken = reacted({ ...made, machine: asleep.machine }, run(irq, 0));
		const got = run(woken.vm, 0).got;
		expect(got.outcome === 'return' && got.x?.[0]).toBe(0n);
	});
});

describe('the tables', () => {
	it('name each policy once, and rest rules on clauses that exist', () => {
		expect(new Set(POLICIES.map((p) => p.name)).size).toBe(POLICIES.length);
		const clauses = Object.values(VMM_RULES).flatMap((rule) => [...rule.clauses]);
		expect(clauses.filter((id) => !clauseById(id))).toEqual([]);
	});
});
