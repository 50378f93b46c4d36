// The pieces that a follower of recordings uses, and the rules that no recorded vector reaches. Vacuous if
// a rule were never decided anywhere: the last test counts all of them, over the vectors and these cases.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
	adopt,
	beforeEntry,
	bootVm,
	createRelay,
	createVm,
	type Decision,
	handleGuestCall,
	hasWakeup,
	type KernelProfile,
	learn,
	MP_STATE,
	type Operation,
	onHost,
	powerOffNow,
	profileForRelease,
	profileNamed,
	REQUEST,
	RULE_IDS,
	relayStep,
	resetNow,
	step,
	type Trap,
	type Vm,
} from '../../../src/kvm/index.ts';
import { parseScenario } from '../../../src/kvm/vector.ts';

const decided = new Set<string>();

function note<T extends { readonly decisions: readonly Decision[] }>(piece: T): T {
	for (const { rule } of piece.decisions) decided.add(rule);
	return piece;
}

function kernel(name: string): KernelProfile {
	const profile = profileNamed(name);
	if (!profile) throw new Error(name);
	return profile;
}

function boot(name: string, vcpus = 2): Vm {
	return bootVm(kernel(name), { vcpuIds: Array.from({ length: vcpus }, (_, n) => n) }).vm;
}

const hvc = (...x: bigint[]): Trap => ({ conduit: 'hvc', imm: 0, x });
const smc = (...x: bigint[]): Trap => ({ conduit: 'smc', imm: 0, x });

function call(vm: Vm, trap: Trap, vcpu = 0) {
	return note(handleGuestCall(vm, vcpu, trap));
}

function apply(vm: Vm, operation: Operation) {
	return note(step(vm, operation));
}

describe('following a recording', () => {
	it('a CPU_ON leaves its target owing a reset, which the next entry carries out', () => {
		const on = call(boot('7.2'), hvc(0xc4000003n, 1n, 0x1234n, 7n));
		expect(on).toMatchObject({ end: 'goes on', x0: 0n, exits: false });
		const target = on.after.vcpus[1];
		expect(target?.mpState).toBe(MP_STATE.RUNNABLE);
		expect((target?.requests ?? 0) & REQUEST.VCPU_RESET).not.toBe(0);
		const entry = note(beforeEntry(on.after, 1));
		expect(entry.end).toBe('enters');
		expect(entry.decisions.map((d) => d.rule)).toContain('reset.cpu_on_state');
		expect(entry.after.vcpus[1]?.registers.pc).toBe(0x1234n);
		expect(note(resetNow(on.after, 1, 'register access')).after.vcpus[1]?.registers.x[0]).toBe(7n);
	});

	it('tells what each rule changed, by the kernel’s names', () => {
		const { decisions } = call(boot('7.2'), hvc(0xc4000003n, 1n, 0x1234n, 7n));
		const effects = decisions.find((d) => d.rule === 'cpu_on.target_stopped')?.effects ?? [];
		expect(effects).toContainEqual({ vcpu: 1, field: 'mp_state', before: 'STOPPED', after: 'RUNNABLE' });
		expect(effects).toContainEqual({ vcpu: 1, field: 'reset_state.pc', before: 0n, after: 0x1234n });
		expect(effects).toContainEqual({
			vcpu: 1,
			field: 'requests',
			before: 'SLEEP',
			after: 'SLEEP VCPU_RESET',
		});
	});

	it('uses the model’s own registers where a recording has none, and recorded facts where it has them', () => {
		const known = adopt(boot('7.2'), 1, { mpState: MP_STATE.RUNNABLE, registers: { pc: 5n } });
		expect(known.vcpus[1]?.registers.pc).toBe(5n);
		const partial = call(known, { conduit: 'hvc', imm: 0, x: [0xc4000004n, 1n, undefined] });
		expect(partial.x0).toBe(0n);
		expect(adopt(known, 9, {})).toBe(known);
	});

	it('a CPU_SUSPEND waits unless something is pending, a CPU_OFF sleeps at the next entry', () => {
		const vm = boot('7.2');
		expect(call(vm, hvc(0xc4000001n)).end).toBe('waits');
		const irq = apply(vm, { op: 'irq', vcpu: 0, level: 1, line: 'irq' }).after;
		expect(hasWakeup(irq, 0)).toBe(true);
		expect(call(irq, hvc(0xc4000001n)).end).toBe('goes on');
		expect(note(beforeEntry(call(vm, hvc(0x84000002n)).after, 0)).end).toBe('sleeps');
		expect(note(beforeEntry(powerOffNow(vm, 0), 0)).end).toBe('sleeps');
	});

	it('learns from a recorded answer what userspace had set up, and only that', () => {
		const vm = boot('7.2');
		const told = (trap: Trap, x0: bigint, exits = false) => learn(vm, 0, trap, { x0, exits });
		expect(told(hvc(0x84000000n), 0x10001n).vm.psciVersion).toBe(0x10001n);
		expect(told(hvc(0x84000000n), 0x10003n).vm).toBe(vm);
		expect(told(hvc(0x84000000n), 0x20000n).vm).toBe(vm);
		expect(told(hvc(0xc400000en), 0xc400000en, true).learned).toEqual([
			'the VMM enabled KVM_CAP_ARM_SYSTEM_SUSPEND',
		]);
		expect(told(hvc(0x8400000an, 0xc400000en), 0n).vm.capabilities).toEqual(['ARM_SYSTEM_SUSPEND']);
		const record = told(hvc(0xc5000021n), 0x90a0040n).vm;
		expect(call(record, hvc(0xc5000021n)).x0).toBe(0x90a0040n);
		expect(call(record, hvc(0xc5000020n, 0xc5000021n)).x0).toBe(0n);
		expect(call(record, hvc(0xc5000020n, 1n)).x0).toBe((1n << 64n) - 1n);
		expect(call(vm, hvc(0xc4000053n, 64n)).hostChosen).toEqual([1, 2, 3]);
	});

	it('a refused CPU_ON points at the vCPU of that number, whose MPIDR is another', () => {
		const { decisions } = call(boot('7.2', 20), hvc(0xc4000003n, 0x10n, 0n, 0n));
		const { looked } = decisions.find((d) => d.rule === 'cpu_on.no_such_target') ?? { looked: [] };
		expect(looked).toContainEqual({ name: 'vcpu_of_that_number', value: 16 });
		expect(looked).toContainEqual({ name: 'its_mpidr', value: 0x100n });
	});

	it('an exit says with what KVM_RUN returns', () => {
		expect(call(boot('7.2'), hvc(0x84000008n))).toMatchObject({
			end: 'exits',
			exits: true,
			exit: { outcome: 'system_event', type: 1 },
		});
	});
});

describe('what no recorded vector reaches', () => {
	it('a dead VM fails every entry', () => {
		const dead = adopt(boot('7.2'), 0, { requests: REQUEST.VM_DEAD });
		expect(note(beforeEntry(dead, 0)).end).toBe('fails');
		expect(note(beforeEntry(note(beforeEntry(dead, 0)).after, 0)).end).toBe('fails');
		expect(apply(dead, { op: 'run', vcpu: 0 }).got).toEqual({ outcome: 'error', errno: 5 });
	});

	it('a PSCI version that the kernel does not have', () => {
		const unknown = (name: string): Vm => ({ ...boot(name), psciVersion: 0x20000n });
		expect(call(unknown('7.2'), hvc(0x84000000n)).x0).toBe((1n << 64n) - 1n);
		expect(call(unknown('6.1'), hvc(0x84000000n)).decisions.map((d) => d.rule)).toContain(
			'hvc.handler_failed',
		);
	});

	it('the time service: host time is modelled as zero, an unknown counter refused', () => {
		expect(call(boot('7.2'), hvc(0x86000001n, 0n)).x0).toBe(0n);
		expect(call(boot('7.2'), hvc(0x86000001n, 2n)).x0).toBe((1n << 64n) - 1n);
	});

	it('the first kernels: undefined instructions, and a reset within the call', () => {
		const old = boot('3.9');
		expect(call(old, hvc(0x84000000n)).end).toBe('undefined');
		expect(call(old, smc(0x95c1ba60n)).end).toBe('undefined');
		const on = call(old, hvc(0x95c1ba60n, 1n, 0x40n, 9n));
		expect(on.after.vcpus[1]?.registers).toMatchObject({ pc: 0x40n });
		expect(on.after.vcpus[1]?.registers.x[0]).toBe(0n);
		expect(on.x.slice(1)).toEqual([1n, 0x40n, 9n]);
		expect(call(boot('3.16'), hvc(0xc4000004n, 9n, 0n)).x0).toBe(1n);
	});

	it('a host without AArch32 at EL1, on a kernel of each kind', () => {
		for (const name of ['5.10', '6.1', '7.2']) {
			const vm = createVm(onHost(kernel(name), { aarch32El1: false }));
			const created = apply(vm, { op: 'vcpu_create', vcpu: 0, id: 0 }).after;
			const init = apply(created, { op: 'vcpu_init', vcpu: 0, features: ['EL1_32BIT'] });
			expect(init.got).toEqual({ r: -22 });
			expect(init.after.vcpus[0]?.initialized).toBe(false);
		}
	});

	it('registers and vCPUs that do not exist, and modes that do not fit', () => {
		const vm = boot('7.2');
		expect(apply(vm, { op: 'get_reg', vcpu: 0, reg: 'NO_SUCH' }).got).toEqual({ r: -2 });
		expect(apply(vm, { op: 'set_reg', vcpu: 0, reg: 'PSTATE', value: 0x1d3n }).got).toEqual({ r: -22 });
		expect(apply(vm, { op: 'set_reg', vcpu: 0, reg: 'PSTATE', value: 0x3c0n }).got).toEqual({ r: 0 });
		expect(apply(vm, { op: 'get_mp_state', vcpu: 7 }).got).toEqual({ r: 'no such vcpu' });
	});
});

describe('all rules', () => {
	it('are decided somewhere, in the vectors or in the cases above', () => {
		for (const name of ['5.10', '6.1', '6.12', '7.2']) {
			const file = new URL(`../../data/vectors/${name}.jsonl.gz`, import.meta.url);
			for (const line of gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')) {
				const scenario = parseScenario(line);
				const profile = profileForRelease(scenario.kernel);
				let vm = createVm(profile ?? kernel(name), 'all');
				for (const { op } of scenario.steps) vm = apply(vm, op).after;
			}
		}
		relayCases();
		expect(RULE_IDS.filter((id) => !decided.has(id))).toEqual([]);
	});
});

function relayCases(): void {
	const relay = createRelay({ mpidrs: [0n, 1n], version: 0x10001n });
	const host = (from: typeof relay, id: bigint, x1 = 0n, firmware = 0n) =>
		note(relayStep(from, { op: 'host_call', core: 0, x: [id, x1], firmware }));
	host(relay, 0x1n);
	host(relay, 0x84000003n);
	host(relay, 0x84000000n);
	host(relay, 0xc4000001n);
	host(relay, 0xc4000003n, 9n);
	host(relay, 0xc4000003n, 1n, -2n);
	const on = host(relay, 0xc4000003n, 1n).after;
	host(on, 0xc4000003n, 1n);
	note(relayStep(on, { op: 'core_entry', core: 1, by: 'cpu_on' }));
}
