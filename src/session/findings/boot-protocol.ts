// How Linux wants to be entered at boot (Documentation/arch/arm64/booting.rst, 7.2): x0 is the address of the device
// tree, which is aligned to 8 bytes, x1 to x3 are zero.

import { hex } from '../inspect.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import type { Detector, MakeDetector } from './detector.ts';
import type { SeenVcpu } from './seen.ts';

export const bootProtocol: MakeDetector = (seen, report): Detector => {
	/** by VM: the boot vCPU's first entry */
	const wrong = new Map<number, { row: number; vcpu: SeenVcpu; what: string[] }>();
	const asked = new Set<number>();
	return {
		entry(row, vcpu) {
			// No event of a recording has the registers of a first entry.
			if (seen.first.has(vcpu.vm) || seen.session.kind !== 'simulated') return;
			const { x } = vcpuOf(seen.session.stateAt(row), vcpu.vm, vcpu.id) ?? { x: [] };
			const value = (n: number) => x[n]?.value ?? 0n;
			const what = [1, 2, 3].filter((n) => value(n) !== 0n).map((n) => `x${n} is ${hex(value(n))}, not 0`);
			if (value(0) % 8n !== 0n) what.push(`x0 is ${hex(value(0))}, which is no address of a device tree`);
			if (what.length > 0) wrong.set(vcpu.vm, { row, vcpu, what });
		},
		call({ call, rows }) {
			const found = wrong.get(rows.vm);
			// Whoever asks for the version first is Linux, or boots as it does.
			if (!found || asked.has(rows.vm) || call?.name !== 'PSCI_VERSION') return;
			asked.add(rows.vm);
			report({
				code: 'PSCI-503',
				severity: 'warning',
				row: found.row,
				vm: rows.vm,
				vcpu: found.vcpu.id,
				evidence: [
					{ row: found.row, text: 'the first entry into the guest' },
					{ row: rows.site, text: 'the guest asks for PSCI, as Linux does' },
				],
				cause: `${vcpuName(seen.session, found.vcpu)} was not booted as Linux wants: ${found.what.join('; ')}.`,
				clauses: [],
				advice:
					'The VMM must set x0 of the boot vCPU to the address of the device tree, aligned to 8 bytes, and x1 to x3 to zero.',
				certainty: 'deduced',
			});
		},
	};
};
