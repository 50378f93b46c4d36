// A page cut to what concerns one kernel, or one version of PSCI, or both.

import type { Behaviours, KernelProfile } from '../kvm/profile.ts';
import { isRuleId } from '../kvm/rules.ts';
import { rowConcerns } from './kernel-rows.ts';
import { parsePage } from './page.ts';
import { outOfReach } from './reach.ts';

export interface Restriction {
	/** the one kernel asked for; undefined: all that can show the version */
	readonly kernel: KernelProfile | undefined;
	readonly version: bigint | undefined;
	/** all kernels that there are */
	readonly kernels: readonly KernelProfile[];
}

/**
 * The page without the lines of rules that cannot decide there, which are named at the end of their section,
 * and without the rows of its table of kernels that are about others.
 */
export function restrictPage(name: string, text: string, restriction: Restriction): string {
	const rules = new Map(
		parsePage(name, text)
			.anchors.filter((anchor) => anchor.kind === 'rule')
			.map((anchor) => [anchor.line, anchor.id]),
	);
	const out: string[] = [];
	let leftOut: string[] = [];
	let section = '';
	const endSection = () => {
		if (leftOut.length > 0) out.push(`Left out: ${leftOut.join(', ')}.`, '');
		leftOut = [];
	};
	for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
		if (line.startsWith('## ')) {
			endSection();
			section = line;
		}
		const rule = rules.get(at + 1);
		const why = rule === undefined ? undefined : whyNot(rule, restriction);
		if (why !== undefined) leftOut.push(`\`${rule}\` (${why})`);
		else if (!otherKernel(section, line, restriction)) out.push(line);
	}
	endSection();
	return out.join('\n');
}

function whyNot(rule: string, { kernel, version, kernels }: Restriction): string | undefined {
	if (!isRuleId(rule)) return undefined;
	const behaviours: readonly Behaviours[] = kernel
		? [kernel.behaviours]
		: kernels
				.map((k) => k.behaviours)
				.filter((b) => version === undefined || b.psciVersions.includes(version));
	const reasons = behaviours.map((b) => outOfReach(rule, b, version));
	return reasons.every((reason) => reason !== undefined) ? (reasons[0] ?? 'nowhere') : undefined;
}

function otherKernel(section: string, line: string, { kernel }: Restriction): boolean {
	if (!kernel || section !== '## Kernels' || !line.startsWith('| ')) return false;
	return !rowConcerns(line.split('|')[1]?.trim() ?? '', kernel.name);
}
