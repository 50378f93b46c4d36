// In a few words: whether KVM serves a function, on a kernel and under a version of PSCI.

import type { KernelProfile } from '../kvm/profile.ts';
import type { FunctionInfo } from '../psci/functions.ts';
import { definedIn, versionText } from '../psci/versions.ts';
import type { Restriction } from './restrict.ts';
import { type Served, servedUnder } from './served.ts';

/** Sentences; none for a function of another service than PSCI, or where nothing was asked for. */
export function verdict(
	fn: FunctionInfo | undefined,
	{ kernel, version, kernels }: Restriction,
): readonly string[] {
	if (fn?.service !== 'PSCI' || (!kernel && version === undefined)) return [];
	const sentences: string[] = [];
	if (version !== undefined && !definedIn(fn, version))
		sentences.push(`PSCI ${versionText(version)} does not have ${fn.name}${newer(fn)}.`);
	if (kernel) sentences.push(...onKernel(fn, kernel, version));
	else if (version !== undefined) sentences.push(...onKernels(fn, kernels, version));
	return sentences;
}

/** `3.9, 3.16, … and 7.2` */
function kernelsText(kernels: readonly KernelProfile[]): string {
	return list(kernels.map((kernel) => kernel.name));
}

function newer(fn: FunctionInfo): string {
	return fn.alphaOnly ? ', nor does any other final version' : ` (since ${fn.since})`;
}

function list(words: readonly string[]): string {
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function onKernel(fn: FunctionInfo, kernel: KernelProfile, version: bigint | undefined): readonly string[] {
	const versions = version === undefined ? kernel.behaviours.psciVersions : [version];
	const under = (served: Served) =>
		list(versions.filter((v) => servedUnder(fn, kernel.behaviours, v) === served).map(versionText));
	const sentences: string[] = [];
	const yes = under('yes');
	const enabled = under('if enabled');
	const no = under('no');
	if (yes) sentences.push(`Linux ${kernel.name} serves ${fn.name} to a guest that is shown PSCI ${yes}.`);
	if (enabled)
		sentences.push(
			`Linux ${kernel.name} serves ${fn.name} under PSCI ${enabled} once userspace has enabled its capability; until then it is NOT_SUPPORTED.`,
		);
	if (no)
		sentences.push(
			`Linux ${kernel.name} does not serve ${fn.name} under PSCI ${no}: ${refusal(fn, kernel)}.`,
		);
	if (kernel.proof !== 'proven')
		sentences.push('No answers were recorded from this kernel: what stands here rests on its sources.');
	return sentences;
}

/** The oldest kernels take a number that they do not know for no call at all. */
function refusal(fn: FunctionInfo, { behaviours }: KernelProfile): string {
	const known = fn.kvm01 !== undefined || fn.name === 'MIGRATE_INFO_UP_CPU';
	return behaviours.unknownCalls === 'undefined instruction' && !known
		? 'the guest takes an undefined-instruction exception'
		: 'NOT_SUPPORTED';
}

function onKernels(fn: FunctionInfo, kernels: readonly KernelProfile[], version: bigint): readonly string[] {
	const able = kernels.filter((kernel) => kernel.behaviours.psciVersions.includes(version));
	const serving = able.filter((kernel) => servedUnder(fn, kernel.behaviours, version) !== 'no');
	const text = versionText(version);
	if (serving.length === 0) return [`No KVM serves ${fn.name} under PSCI ${text}: NOT_SUPPORTED.`];
	const rest = able.filter((kernel) => !serving.includes(kernel));
	return [
		`Under PSCI ${text}, ${fn.name} is served by ${kernelsText(serving)}.`,
		...(rest.length > 0 ? [`NOT_SUPPORTED: ${kernelsText(rest)}.`] : []),
	];
}
