// What a kernel that is known does wrong without any event that shows it.

import type { RecordedCall } from '../recorded-call.ts';
import { callEvidence, resultOf } from './call-facts.ts';
import type { Detector, MakeDetector } from './detector.ts';
import { releaseOf } from './kernel-release.ts';

/** From 6.3 until e016333745c7 (6.10); no stable tree is known to have it earlier. */
const [FIRST, FIXED] = [603, 610];

export const kernelFaults: MakeDetector = (seen, report): Detector => {
	const release = releaseOf(seen.session);
	const drops = release !== undefined && release.number >= FIRST && release.number < FIXED;
	const told = new Set<number>();
	return {
		call(call: RecordedCall, caller) {
			if (!drops || call.call?.name !== 'CPU_ON' || told.has(caller.vm)) return;
			if (call.rows.started < 0 && resultOf(call)?.isError !== false) return;
			told.add(caller.vm);
			report({
				code: 'PSCI-502',
				severity: 'note',
				row: call.rows.site,
				vm: caller.vm,
				vcpu: -1,
				evidence: [callEvidence(seen.session, call)],
				cause: `On Linux ${release?.text} the reset of a CPU_ON puts ID registers of the started vCPU back to KVM's own values: what the VMM had set (CLIDR_EL1, say) is lost on secondaries.`,
				clauses: ['CPU_ON.use', 'start.state'],
				advice:
					'Compare CLIDR_EL1, or /sys/devices/system/cpu/cpu*/cache, of CPU 0 with the others. Fixed by e016333745c7 in 6.10; a VMM that overrides no ID register is not concerned.',
				certainty: 'possible',
				possibilities: [
					{
						cause: 'the VMM overrides ID registers, and they are lost',
						toldBy: 'KVM_SET_ONE_REG of them before the first run',
					},
					{ cause: 'it overrides none, and nothing is lost', toldBy: 'the same' },
				],
			});
		},
	};
};
