// A CPU_ON without arguments and result that started no vCPU: what may be behind it by all that was seen around it,
// the likeliest first. What the circumstances rule out is not among it.

import { mpidrOf } from '../../kvm/index.ts';
import { hex } from '../inspect.ts';
import type { FindingCode } from './codes.ts';
import type { Finding, Possibility, Severity } from './finding.ts';
import type { SeenVcpu } from './seen.ts';

export interface Circumstances {
	readonly name: (vcpu: SeenVcpu) => string;
	/** KVM_RUN returned: the VMM answers PSCI itself */
	readonly forwarded: boolean;
	/** the VM's vCPUs besides the caller; of them, those that never ran, and those that ran before and did not call CPU_OFF */
	readonly others: readonly SeenVcpu[];
	readonly never: readonly SeenVcpu[];
	readonly on: readonly SeenVcpu[];
	/** another CPU_ON under way, where both together started one vCPU at most; of the same caller or of another */
	readonly rival: { readonly row: number; readonly same: boolean } | undefined;
	/** the caller went on only after as long as Linux waits for a CPU that it turned on; it went on sooner; neither: nothing tells */
	readonly waited: boolean;
	readonly wentOn: boolean;
	/** the VMM stopped the machine while Linux would still have waited */
	readonly stopped: boolean;
	/** the recording has the boot of this guest's kernel, which comes to the call without a CPU_OFF before it */
	readonly booting: boolean;
	/** the same function turned another vCPU on */
	readonly works: boolean;
	/** something shows that PSCI is there */
	readonly hasPsci: boolean;
	/** PSCI_FEATURES was asked, and SMCCC_VERSION, which every KVM that has the one has, not called after it */
	readonly lacksSmccc: boolean;
	/** the kernel may have an SMCCC filter; it may lose a reset that is owed, when the VM is saved */
	readonly mayFilter: boolean;
	readonly mayLoseReset: boolean;
	/** the number is KVM's of PSCI 0.1 */
	readonly oldNumber: boolean;
}

type Told = Pick<Finding, 'code' | 'severity' | 'cause' | 'prints' | 'advice' | 'possibilities'>;

export function explain(caller: SeenVcpu, facts: Circumstances): Told {
	const causes = causesOf(facts);
	const code = likeliest(facts);
	const found = causes.find((cause) => cause.code === code);
	const possibilities: readonly Possibility[] = [
		...(found ? [found] : []),
		...(facts.stopped ? [STOPPED] : []),
		...causes.filter((cause) => cause !== found),
	];
	const told = found && `: probably ${found.cause}`;
	const prints = printed(found ? [found] : causes);
	return {
		code: found ? code : 'PSCI-107',
		severity: severityOf(found?.code, facts),
		cause: RIVALS.has(code)
			? `Of two CPU_ONs, one by ${facts.name(caller)}, only one started a vCPU${told}.`
			: `No vCPU started after a CPU_ON by ${facts.name(caller)}${told ?? neverRan(facts)}.`,
		...(prints ? { prints } : {}),
		advice: ADVICE,
		possibilities,
	};
}

const RIVALS: ReadonlySet<FindingCode> = new Set(['PSCI-106', 'PSCI-108']);

function severityOf(code: FindingCode | undefined, { stopped }: Circumstances): Severity {
	if (code === 'PSCI-108' || code === 'PSCI-501') return 'warning';
	// That a machine was stopped meanwhile is nothing bad by itself.
	return stopped && code === undefined ? 'note' : 'error';
}

const STOPPED: Possibility = {
	cause: 'the machine was saved, moved or ended while the vCPU was on its way: nothing is wrong',
	toldBy: 'a recording of where it goes on; the log of the VMM',
};

/** What a Linux guest prints for each (cpu_psci_cpu_boot, arch/arm64/kernel/psci.c, and __cpu_up, smp.c, 7.2). */
const ERRNO: Readonly<Partial<Record<FindingCode, number>>> = {
	'PSCI-101': -22,
	'PSCI-102': -22,
	'PSCI-108': -22,
	'PSCI-105': -95,
	'PSCI-301': -95,
	'PSCI-305': -95,
};
const NEVER_CAME: ReadonlySet<FindingCode> = new Set(['PSCI-103', 'PSCI-501']);

function printed(causes: readonly { readonly code: FindingCode }[]): string | undefined {
	const errnos = [...new Set(causes.flatMap(({ code }) => ERRNO[code] ?? []))].sort((a, b) => b - a);
	return (
		[
			...(errnos.length > 0 ? [`psci: failed to boot CPUn (${errnos.join(' or ')})`] : []),
			...(causes.some(({ code }) => NEVER_CAME.has(code)) ? ['CPUn: failed to come online'] : []),
		].join(', or ') || undefined
	);
}

const ADVICE =
	'Record arguments and results (`psci-trace record-script`), or look into the console of the guest: an errno means that KVM refused, “failed to come online” that it did not.';

function neverRan({ never, name, stopped }: Circumstances): string {
	if (stopped) return '; the VMM stopped the machine right after';
	return never.length > 0 ? `; ${list(never, name)} never ran` : '';
}

function list(vcpus: readonly SeenVcpu[], name: (vcpu: SeenVcpu) => string): string {
	return vcpus.slice(0, 8).map(name).join(', ');
}

/** The code that the circumstances speak for; 107 where they speak for none. */
function likeliest(facts: Circumstances): FindingCode {
	const { rival, lacksSmccc, hasPsci, never, others, waited, works, on, mayFilter } = facts;
	if (rival && never.length === 0) return rival.same ? 'PSCI-108' : 'PSCI-106';
	if (lacksSmccc && !hasPsci) return mayFilter ? 'PSCI-301' : 'PSCI-305';
	if (facts.stopped) return 'PSCI-501';
	// Threads of vCPUs that are off show at the start of a machine only.
	if (waited || (others.length === 0 && facts.booting)) return 'PSCI-103';
	if (works && !facts.forwarded && isMisnumbered(facts)) return 'PSCI-101';
	return never.length === 0 && on.length > 0 ? 'PSCI-102' : 'PSCI-107';
}

/** The others came one by one: it fails where Aff0 ends, or the guest goes on at once with the next, and this one never ran. */
function isMisnumbered({ never, booting, wentOn }: Circumstances): boolean {
	return never[0]?.id === 16 || (booting && wentOn && never.length > 0);
}

function causesOf(facts: Circumstances): readonly (Possibility & { readonly code: FindingCode })[] {
	const { name, forwarded, on, never, rival, waited, works, hasPsci, mayFilter, mayLoseReset } = facts;
	const split = never.find(({ id }) => id > 15);
	const causes: (Possibility & { readonly code: FindingCode })[] = [];
	const add = (may: boolean, code: FindingCode, cause: string, toldBy: string) => {
		if (may) causes.push({ code, cause, toldBy });
	};
	// A guest that waits was told SUCCESS.
	const refused = !waited;
	add(
		refused && !forwarded,
		'PSCI-101',
		split
			? `no vCPU has the affinity: ${name(split)} has ${hex(affinity(split.id))}, not ${hex(BigInt(split.id))}`
			: `no vCPU has the affinity that the guest has for it (INVALID_PARAMETERS)${meant(facts)}`,
		'x1 of the call against the MPIDRs; “reg” of the cpu nodes in the device tree; -22 from the guest',
	);
	add(
		refused,
		'PSCI-102',
		`the vCPU was on already (ALREADY_ON)${
			on.length > 0 ? `: ${list(on, name)} ran and did not call CPU_OFF` : ''
		}`,
		'x1 of the call; -22 from the guest',
	);
	add(
		rival?.same === true,
		'PSCI-108',
		'the call before was turning the same vCPU on (ALREADY_ON by KVM, ON_PENDING in the specification)',
		'x1 of both calls',
	);
	add(
		rival?.same === false,
		'PSCI-106',
		'another CPU_ON for the same vCPU was under way, and both succeeded',
		'x1 of both calls; their results: only one may be SUCCESS',
	);
	// A filter is set before the first vCPU runs, for good: what it let pass once it lets pass again.
	add(
		refused && !works && facts.oldNumber,
		'PSCI-105',
		'the vCPU has a later version of PSCI, which does not know the numbers of 0.1',
		'the errno that the guest prints: -95 for NOT_SUPPORTED; KVM_ARM_VCPU_INIT of the VMM',
	);
	add(
		refused && !works && !facts.oldNumber && (forwarded || mayFilter),
		'PSCI-105',
		forwarded ? 'the VMM, which answers PSCI itself, refused it' : 'an SMCCC filter refused it',
		forwarded ? 'the log of the VMM' : 'the errno that the guest prints: -95 for NOT_SUPPORTED',
	);
	const hasNone = refused && !hasPsci && !facts.oldNumber;
	add(
		hasNone && mayFilter,
		'PSCI-301',
		'there is no PSCI: an SMCCC filter denies all of it',
		'the version that the guest prints: 65535.65535 is none',
	);
	add(
		hasNone,
		'PSCI-305',
		'there is no PSCI but 0.1: the vCPUs were created without KVM_ARM_VCPU_PSCI_0_2',
		'KVM_ARM_VCPU_INIT of the VMM; the version that the guest prints: 65535.65535 is none',
	);
	add(
		true,
		'PSCI-103',
		'it succeeded, but the VMM does not run that vCPU',
		'any event of its thread; KVM_RUN in a trace of system calls; “failed to come online” from the guest',
	);
	add(
		mayLoseReset,
		'PSCI-501',
		'the VM was saved or moved before the vCPU ran, and the reset that it owed was lost',
		'a recording of the destination; a kernel with 6826c6849b46 (5.15) does not lose it',
	);
	return causes;
}

/** Of several, which one was meant is not known. */
function meant({ never: [one, ...more], name }: Circumstances): string {
	return one && more.length === 0 ? `: ${name(one)}, which never ran, has ${hex(affinity(one.id))}` : '';
}

function affinity(id: number): bigint {
	return mpidrOf(id) & 0xff00ffffffn;
}
