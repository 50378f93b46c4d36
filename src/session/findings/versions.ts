// What the guest was told PSCI is: a version that means no PSCI at all, one that changed, and calls that nobody
// promised.

import { versionText } from '../../psci/versions.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import { decidedBy, exits, resultOf, whoseResult } from './call-facts.ts';
import type { Detail, Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import { releaseOf } from './kernel-release.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export const versions: MakeDetector = (seen, report) => new Versions(seen, report);

interface Answer {
	readonly value: bigint;
	readonly row: number;
}

const KVM_EXIT_SYSTEM_EVENT = 24;
/** Upper half of KVM_PSCI_FN_BASE (arch/arm64/include/uapi/asm/kvm.h, 7.2). */
const KVM_PSCI_FN_BASE = 0x95c1;
const V0_1 = 1;
/** KVM_ARM_VM_SMCCC_FILTER */
const FILTER_SINCE = 604;

const ONLY_0_1 = {
	code: 'PSCI-305',
	advice:
		'Set KVM_ARM_VCPU_PSCI_0_2 in KVM_ARM_VCPU_INIT of every vCPU; a CPU template or a snapshot may have cleared it.',
} as const;

class Versions implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** by VM: the latest good answer of PSCI_VERSION */
	readonly #version = new Map<number, Answer>();
	/** by VM: the latest asking */
	readonly #asked = new Map<number, number>();
	/** VMs that use the numbers of 0.1 */
	readonly #old = new Set<number>();
	/** by VM and function asked about: the latest answer of PSCI_FEATURES */
	readonly #features = new Map<string, Answer>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	/** What an earlier machine at the same address was told, or this one before it was set up anew, is no promise. */
	lifeEnds(vm: number): void {
		this.#version.delete(vm);
		this.#asked.delete(vm);
		this.#old.delete(vm);
		for (const key of this.#features.keys()) if (key.startsWith(`${vm}/`)) this.#features.delete(key);
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		if (exits(call)) return;
		if ((call.call?.functionId ?? 0) >>> 16 === KVM_PSCI_FN_BASE) this.#oldNumbers(call, caller);
		const result = resultOf(call);
		if (call.call?.name === 'PSCI_VERSION') {
			if (result) this.#versionAnswered(call, caller, result.value);
			else this.#askedAgain(call, caller);
		}
		if (!result) return;
		if (call.call?.name === 'PSCI_FEATURES') this.#featureAnswered(call, caller, result.value);
		else if (result.name === 'NOT_SUPPORTED') this.#notSupported(call, caller);
	}

	/** What comes after a system event is a boot of its own. */
	userspaceExit(_row: number, vcpu: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>): void {
		if (reason === KVM_EXIT_SYSTEM_EVENT) this.#asked.delete(vcpu.vm);
	}

	/** The answer is not recorded, so that nothing but the asking shows. */
	#askedAgain(call: RecordedCall, caller: SeenVcpu): void {
		const before = this.#asked.get(caller.vm);
		this.#asked.set(caller.vm, call.rows.site);
		if (before === undefined) return;
		this.#report({
			...this.#about(call, caller, [before]),
			code: 'PSCI-306',
			severity: 'note',
			cause: 'PSCI_VERSION was asked again without a reset, and what it answered is not recorded.',
			advice: 'Compare the versions that the guest prints (“psci: PSCIv1.1 detected in firmware”).',
			certainty: 'possible',
			possibilities: [
				{
					cause: 'firmware and then the kernel asked, or a kernel started another (kexec)',
					toldBy: 'the console of the guest',
				},
				{
					code: 'PSCI-302',
					cause:
						'the VM was moved or restored, or its host was upgraded: the version may be another one since',
					toldBy: 'results of both calls; KVM_REG_ARM_PSCI_VERSION in the VMM',
				},
			],
		});
	}

	/** KVM's own numbers of PSCI 0.1 are served to a vCPU without KVM_ARM_VCPU_PSCI_0_2 only. */
	#oldNumbers(call: RecordedCall, caller: SeenVcpu): void {
		const result = resultOf(call);
		if (this.#old.has(caller.vm) || result?.name === 'NOT_SUPPORTED') return;
		this.#old.add(caller.vm);
		const number = `${call.call?.name} (0x${call.rows.functionId.toString(16)}) is a number of PSCI 0.1 as KVM has them`;
		const without = 'the vCPU was created without KVM_ARM_VCPU_PSCI_0_2';
		this.#report({
			...this.#about(call, caller, []),
			...ONLY_0_1,
			// The guest knows: its device tree has the numbers.
			severity: 'note',
			...(result
				? { cause: `${number}: ${without}.` }
				: {
						cause: `${number}, and what it answered is not recorded.`,
						certainty: 'possible',
						possibilities: [
							{
								code: 'PSCI-305',
								cause: without,
								toldBy: 'KVM_ARM_VCPU_INIT of the VMM; whether CPUs come up',
							},
							{
								cause: 'the vCPU has a later version of PSCI, which does not know the number',
								toldBy: 'the same; -95 from the guest',
							},
						],
					}),
		});
	}

	#versionAnswered(call: RecordedCall, caller: SeenVcpu, value: bigint): void {
		if (value < 0n) {
			const smc = call.conduit === 'SMC' && this.#seen.session.kernel.profile.behaviours.smc !== 'served';
			const state = this.#seen.session.stateAt(call.rows.site);
			const known = state.vms.find(({ vm }) => vm === caller.vm)?.psciVersion?.value;
			// Without a filter, which came with 6.4, nothing else leaves an HVC unanswered.
			const release = releaseOf(this.#seen.session);
			const noFilter = release !== undefined && release.number < FILTER_SINCE && call.conduit === 'HVC';
			if (known === V0_1 || noFilter) {
				this.#report({
					...this.#about(call, caller, []),
					...ONLY_0_1,
					severity: 'error',
					cause: `PSCI_VERSION is answered with ${value}, as the vCPUs were created without KVM_ARM_VCPU_PSCI_0_2: they have PSCI 0.1, whose functions have other numbers.`,
					prints: 'psci: PSCIv65535.65535 detected in firmware.',
				});
				return;
			}
			this.#report({
				...this.#about(call, caller, []),
				code: 'PSCI-301',
				severity: 'error',
				cause: `PSCI_VERSION by ${call.conduit} was answered with ${value}: ${
					decidedBy(this.#seen.session, call) === 'smccc_filter.denies'
						? 'the SMCCC filter denies it'
						: `the call reached no PSCI${smc ? ', as before Linux 6.4 KVM answers every SMC of a guest with -1' : ''}`
				}.`,
				prints: 'psci: PSCIv65535.65535 detected in firmware.',
				advice: smc
					? 'Give `method = "hvc"` in the psci node of the device tree (PSCI_USE_HVC in the FADT).'
					: 'Look whether KVM_ARM_VCPU_PSCI_0_2 is set for every vCPU, and whether an SMCCC filter denies the call.',
			});
			return;
		}
		const before = this.#version.get(caller.vm);
		this.#version.set(caller.vm, { value, row: call.rows.site });
		if (before && before.value !== value)
			this.#report({
				...this.#about(call, caller, [before.row]),
				code: 'PSCI-302',
				severity: 'warning',
				cause: `PSCI_VERSION answered ${versionText(value)}, and ${versionText(before.value)} before.`,
				advice:
					'A VMM that moves or restores a VM must keep KVM_REG_ARM_PSCI_VERSION: a newer host offers a newer version.',
			});
	}

	#featureAnswered(call: RecordedCall, caller: SeenVcpu, value: bigint): void {
		const asked = call.call?.arguments[0];
		if (asked?.value === undefined) return;
		const key = `${caller.vm}/${asked.value}`;
		const before = this.#features.get(key);
		this.#features.set(key, { value, row: call.rows.site });
		if (before && before.value !== value)
			this.#report({
				...this.#about(call, caller, [before.row]),
				code: 'PSCI-303',
				severity: 'warning',
				cause: `PSCI_FEATURES of ${asked.text} answered ${value}, and ${before.value} before.`,
				advice:
					'What a guest was promised must stay: look at the capabilities and the version that the VMM sets after a restore.',
			});
	}

	/** A guest that asked first knew; one that did not ask should have. */
	#notSupported(call: RecordedCall, caller: SeenVcpu): void {
		const { fn, functionId } = call.call ?? {};
		// Every implementation has VERSION; before 1.0 there was no asking.
		if (fn?.service !== 'PSCI' || fn.name === 'PSCI_VERSION' || functionId === undefined) return;
		const answer = this.#features.get(`${caller.vm}/${BigInt(functionId)}`);
		if (!answer) return;
		this.#report({
			...this.#about(call, caller, [answer.row]),
			code: 'PSCI-304',
			severity: 'warning',
			cause:
				answer.value < 0n
					? `${fn.name} was called although PSCI_FEATURES had said that it is not there.`
					: `${fn.name} is NOT_SUPPORTED although PSCI_FEATURES had said that it is there.`,
			advice:
				answer.value < 0n
					? 'The guest must not call it: look at how it found the function.'
					: 'What was promised must be kept: look at the filter, and at what the VMM restored.',
		});
	}

	#about(
		call: RecordedCall,
		caller: SeenVcpu,
		before: readonly number[],
	): Pick<Finding, 'row' | 'vm' | 'vcpu' | 'evidence' | 'rule' | 'clauses' | 'certainty'> {
		const { session } = this.#seen;
		const row = call.rows.site;
		const rule = decidedBy(session, call);
		return {
			row,
			vm: caller.vm,
			vcpu: caller.id,
			evidence: [
				...before.map((earlier) => ({
					row: earlier,
					text: resultOf(call) ? 'the earlier answer' : 'it was asked before',
				})),
				{
					row,
					text: `${call.call?.text ?? call.conduit} by ${vcpuName(session, caller)}: ${resultOf(call)?.text ?? 'not recorded'}`,
				},
			],
			...(rule ? { rule } : {}),
			clauses: [`${call.call?.name}.use`],
			certainty: whoseResult(call),
		};
	}
}
