// SMC as the conduit. KVM has no event of its own for it, so that without probes not even the function is known; but
// kernels before 6.4 answer every SMC of a guest with -1 (kvm_handle smc, arch/arm64/kvm/handle_exit.c, 6.1).

import { vcpuName } from '../view.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { SeenVcpu } from './seen.ts';

interface Smcs {
	readonly row: number;
	readonly caller: SeenVcpu;
	count: number;
}

export const smcOnly: MakeDetector = (seen, report): Detector => {
	const smcs = new Map<number, Smcs>();
	const served = new Set<number>();
	return {
		unnamedSmc(row, caller) {
			const before = smcs.get(caller.vm);
			if (before) before.count++;
			else smcs.set(caller.vm, { row, caller, count: 1 });
		},
		userspaceExit(_row, vcpu, { reason }) {
			if (reason === 24 || reason === 3) served.add(vcpu.vm);
		},
		call(call, caller) {
			if (call.conduit === 'HVC' && call.call?.fn?.service === 'PSCI') served.add(caller.vm);
		},
		end() {
			const { session } = seen;
			const refuses = session.kernel.profile.behaviours.smc !== 'served';
			const known = session.kernel.origin !== 'default';
			for (const [vm, { row, caller, count }] of smcs) {
				const others = seen.ofVm(vm).some((vcpu) => vcpu !== caller && vcpu.firstEntry >= 0);
				if (served.has(vm) || others || (known && !refuses)) continue;
				report({
					code: 'PSCI-301',
					severity: known ? 'error' : 'warning',
					row,
					vm,
					vcpu: caller.id,
					evidence: [{ row, text: `the first SMC of ${vcpuName(session, caller)}` }],
					cause: `${vcpuName(session, caller)} makes SMCs (${count}) and no HVC, and nothing comes of them${known ? `: KVM of Linux ${session.kernel.profile.name} answers each with -1` : ''}.`,
					prints: 'psci: PSCIv65535.65535 detected in firmware.',
					clauses: ['PSCI_VERSION.use'],
					advice: 'Give `method = "hvc"` in the psci node of the device tree (PSCI_USE_HVC in the FADT).',
					certainty: known ? 'deduced' : 'possible',
					...(known
						? {}
						: {
								possibilities: [
									{
										code: 'PSCI-301' as const,
										cause: 'the host is older than Linux 6.4, whose KVM answers every SMC with -1',
										toldBy: 'the release of the host; the version that the guest prints',
									},
									{
										cause: 'the guest has one CPU, and its SMCs are served',
										toldBy: 'the console of the guest',
									},
								],
							}),
				});
			}
		},
	};
};
