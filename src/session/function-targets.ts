// What the name of a function breakpoint stands for: functions that guests call, and functions of KVM.

import { RULE_IDS, ruleOf } from '../kvm/index.ts';
import { FUNCTIONS, functionByName } from '../psci/functions.ts';
import { EventKind } from '../trace/event.ts';
import { globMatches } from './expression.ts';

export interface FunctionTargets {
	/** numbers of PSCI and SMCCC functions */
	readonly ids: ReadonlySet<number>;
	readonly kvm: readonly KvmFunction[];
}

export interface KvmFunction {
	/** the event of the probe on it, where there is one */
	readonly kind: EventKind | undefined;
	/** rules that say what it does */
	readonly rules: ReadonlySet<string>;
}

/** Which probe is on which function of KVM, by the script that records (src/cli/recorder-script.ts). */
const PROBED: Readonly<Record<string, EventKind>> = {
	kvm_smccc_call_handler: EventKind.call,
	kvm_hvc_call_handler: EventKind.call,
	kvm_psci_vcpu_on: EventKind.cpu_on,
	kvm_arm_vcpu_power_off: EventKind.power_off,
	kvm_psci_vcpu_off: EventKind.power_off,
	kvm_prepare_system_event: EventKind.system_event,
	kvm_vcpu_wfi: EventKind.wfi,
	kvm_vcpu_halt: EventKind.wfi,
	kvm_vcpu_block: EventKind.wfi,
	kvm_reset_vcpu: EventKind.reset,
	kvm_arch_vcpu_ioctl_set_mpstate: EventKind.set_mp_state,
	kvm_arm_set_fw_reg: EventKind.set_fw_reg,
};

/** `psci.c, kvm_psci_vcpu_on (6.4 and later)`: the functions that a rule's source names. */
function functionsOf(source: string): readonly string[] {
	return source.match(/\b[a-z]\w*_\w+\b(?!\.[ch]\b)/g) ?? [];
}

const RULES_OF: ReadonlyMap<string, ReadonlySet<string>> = rulesByFunction();

function rulesByFunction(): ReadonlyMap<string, ReadonlySet<string>> {
	const rules = new Map<string, Set<string>>();
	for (const rule of RULE_IDS)
		for (const name of functionsOf(ruleOf(rule).source))
			rules.set(name, (rules.get(name) ?? new Set()).add(rule));
	return rules;
}

/** All functions of KVM that a breakpoint can name. */
export const KVM_FUNCTIONS: readonly string[] = [
	...new Set([...Object.keys(PROBED), ...RULES_OF.keys()]),
].sort();

/** Undefined where `pattern` (a name, a pattern with `*`, or a number) stands for nothing. */
export function functionTargets(pattern: string): FunctionTargets | undefined {
	const name = pattern.trim();
	if (/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(name)) {
		const id = Number(name);
		return id <= 0xffffffff ? { ids: new Set([id]), kvm: [] } : undefined;
	}
	const ids = new Set(guestFunctions(name).flatMap((fn) => fn.ids));
	const kvm = KVM_FUNCTIONS.filter((fn) => globMatches(name.toLowerCase(), fn)).map((fn) => ({
		kind: PROBED[fn],
		rules: RULES_OF.get(fn) ?? new Set<string>(),
	}));
	return ids.size + kvm.length > 0 ? { ids, kvm } : undefined;
}

function guestFunctions(name: string) {
	const plain = name.toUpperCase().replace(/^PSCI_(?!VERSION|FEATURES|SET_|STAT_)/, '');
	if (plain.includes('*')) return FUNCTIONS.filter((fn) => globMatches(plain, fn.name));
	return [functionByName(plain)].filter((fn) => fn !== undefined);
}
