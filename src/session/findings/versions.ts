// What the guest was told PSCI is: a version that means no PSCI at all, one that changed, and calls that nobody
// promised.

import { versionText } from '../../psci/versions.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { vcpuName } from '../view.ts';
import { decidedBy, whoseResult } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export const versions: MakeDetector = (seen, report) => new Versions(seen, report);

interface Answer {
	readonly value: bigint;
	readonly row: number;
}

class Versions implements Detector {
	readonly #seen: SeenMachine;
	readonly #report: (finding: Finding) => void;
	/** by VM: the latest good answer of PSCI_VERSION */
	readonly #version = new Map<number, Answer>();
	/** by VM and function asked about: the latest answer of PSCI_FEATURES */
	readonly #features = new Map<string, Answer>();

	constructor(seen: SeenMachine, report: (finding: Finding) => void) {
		this.#seen = seen;
		this.#report = report;
	}

	call(call: RecordedCall, caller: SeenVcpu): void {
		if (!call.result || call.goesOn === 0) return;
		if (call.call?.name === 'PSCI_VERSION') this.#versionAnswered(call, caller, call.result.value);
		if (call.call?.name === 'PSCI_FEATURES') this.#featureAnswered(call, caller, call.result.value);
		else if (call.result.name === 'NOT_SUPPORTED') this.#notSupported(call, caller);
	}

	#versionAnswered(call: RecordedCall, caller: SeenVcpu, value: bigint): void {
		if (value < 0n) {
			const smc = call.conduit === 'SMC';
			this.#report({
				...this.#about(call, caller, []),
				code: 'PSCI-301',
				severity: 'error',
				cause: `PSCI_VERSION by ${call.conduit} was answered with ${value}: the call reached no PSCI${
					smc ? ', as before Linux 6.4 KVM answers every SMC of a guest with -1' : ''
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
				...before.map((earlier) => ({ row: earlier, text: 'the earlier answer' })),
				{
					row,
					text: `${call.call?.text ?? call.conduit} by ${vcpuName(session, caller)}: ${call.result?.text ?? '?'}`,
				},
			],
			...(rule ? { rule } : {}),
			clauses: [`${call.call?.name}.use`],
			certainty: whoseResult(call),
		};
	}
}
