// What every finding about a CPU_ON has: the call, its rule, and what Linux prints for it.

import type { RuleId } from '../../kvm/index.ts';
import { linuxErrno } from '../../psci/linux-errno.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import { argument, resultOf, whoseResult } from './call-facts.ts';
import { cpuOnRule } from './cpu-on-rule.ts';
import type { Evidence, Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

/** KVM_MAX_VCPUS on arm64 (arch/arm64/include/asm/kvm_host.h, 7.2: VGIC_V3_MAX_CPUS). */
const MOST_CPUS = 512;

type About = Pick<Finding, 'row' | 'vm' | 'vcpu' | 'evidence' | 'rule' | 'clauses' | 'prints' | 'certainty'>;

export class CpuOnFacts {
	readonly seen: SeenMachine;
	/** by VM: the number that the guest gives to each affinity */
	readonly #numbers = new Map<number, Map<bigint | undefined, number>>();

	constructor(seen: SeenMachine) {
		this.seen = seen;
	}

	name(vcpu: SeenVcpu): string {
		return vcpuName(this.seen.session, vcpu);
	}

	/** Linux asks for its CPUs in order, so the nth affinity that it asks for is its CPU n. */
	number(call: RecordedCall, vm: number): number {
		const numbers = this.#numbers.get(vm) ?? new Map<bigint | undefined, number>();
		this.#numbers.set(vm, numbers);
		const affinity = argument(call, 'target_cpu');
		const number = numbers.get(affinity) ?? numbers.size + 1;
		if (numbers.size < MOST_CPUS) numbers.set(affinity, number);
		return number;
	}

	about(
		call: RecordedCall,
		caller: SeenVcpu,
		target: SeenVcpu | undefined,
		evidence: readonly Evidence[] = [],
	): About {
		const rule: RuleId | undefined = cpuOnRule(this.seen.session, call);
		const row = call.rows.site;
		const result = resultOf(call);
		const prints = printed(result?.value, this.number(call, caller.vm));
		return {
			row,
			vm: caller.vm,
			vcpu: target?.id ?? caller.id,
			evidence: [
				...evidence,
				{ row, text: `CPU_ON by ${this.name(caller)}: ${result?.text ?? 'not recorded'}` },
			].sort((a, b) => a.row - b.row),
			...(rule ? { rule } : {}),
			clauses: ['CPU_ON.use'],
			...(prints ? { prints } : {}),
			certainty: whoseResult(call),
		};
	}
}

/** `psci: failed to boot CPU1 (-22)` (cpu_psci_cpu_boot, arch/arm64/kernel/psci.c, 7.2); silent for -EPERM. */
function printed(result: bigint | undefined, cpu: number): string | undefined {
	const errno = result === undefined ? 0 : linuxErrno(result);
	if (errno >= -1) return undefined;
	return `psci: failed to boot CPU${cpu} (${errno})`;
}
