// The kernels as profiles, put together from the table of changes (kernel-table.ts).

import { BASE, type Change, KERNELS, MAINLINE, POSTED, type Posted } from './kernel-table.ts';
import type { BehaviourName, Behaviours, HostProcessor, KernelProfile } from './profile.ts';

export type { Change } from './kernel-table.ts';

/** The processor that the vectors were recorded on: workaround 1 is not needed there. */
const HOST: HostProcessor = {
	aarch32El1: true,
	workaroundLevels: [2n, 0n, 0n],
	archFeatures: [1n, -1n, -1n],
};

/** The same processor as 5.10 judges it. */
const HOST_5_10: HostProcessor = { ...HOST, workaroundLevels: [2n, 0n, 2n], archFeatures: [1n, -1n, 1n] };

function upTo(name: string): readonly Change[] {
	const last = KERNELS.findIndex((kernel) => kernel.name === name);
	return MAINLINE.filter((change) => KERNELS.findIndex((kernel) => kernel.name === change.from) <= last);
}

function behavioursOf(changes: readonly Change[]): Behaviours {
	return Object.assign({}, BASE, ...changes.map((change) => change.is));
}

function mainline({ name, proven, title }: (typeof KERNELS)[number]): KernelProfile {
	const releases = upTo(name).filter((change) => change.from === name);
	return {
		name,
		title,
		proof: proven ? 'proven' : 'unproven',
		release: !proven && releases.some((change) => change.release === 'recalled') ? 'recalled' : 'confirmed',
		behaviours: behavioursOf(upTo(name)),
		host: KERNELS.findIndex((k) => k.name === name) <= 4 ? HOST_5_10 : HOST,
	};
}

function posted({ name, title, on, change }: Posted): KernelProfile {
	return {
		name,
		title,
		proof: 'unproven',
		release: 'as posted',
		behaviours: behavioursOf([...upTo(on), change]),
		host: HOST,
	};
}

/** All kernels, mainline in order, then the series as posted. */
export const PROFILES: readonly KernelProfile[] = [...KERNELS.map(mainline), ...POSTED.map(posted)];

export function profileNamed(name: string): KernelProfile | undefined {
	return PROFILES.find((profile) => profile.name === name);
}

/**
 * The profile for a kernel release such as `6.12.107` or `6.8.0-45-generic`: the newest mainline profile
 * that is not newer. Undefined for a text that is no release, and for kernels before 3.9.
 */
export function profileForRelease(release: string): KernelProfile | undefined {
	const wanted = releaseNumber(release);
	if (wanted === undefined) return undefined;
	const name = KERNELS.findLast((kernel) => (releaseNumber(kernel.name) ?? 0) <= wanted)?.name;
	return name === undefined ? undefined : profileNamed(name);
}

/** The mainline profile that a profile is, or that a posted series was written for. */
export function mainlineOf(name: string): string {
	return POSTED.find((series) => series.name === name)?.on ?? name;
}

/** Major and minor as one number that sorts. */
function releaseNumber(release: string): number | undefined {
	const parts = /^(\d{1,3})\.(\d{1,4})/.exec(release);
	return parts ? Number(parts[1]) * 10_000 + Number(parts[2]) : undefined;
}

/** The changes that make up a profile, oldest first. */
export function changesOf(name: string): readonly Change[] {
	const series = POSTED.find((p) => p.name === name);
	return series ? [...upTo(series.on), series.change] : upTo(name);
}

/** The change that gave a profile its present value of a behaviour; undefined: as in the base. */
export function changeBehind(name: string, behaviour: BehaviourName): Change | undefined {
	return changesOf(name).findLast((change) => behaviour in change.is);
}

/** The behaviours in which two profiles differ. */
export function differences(a: KernelProfile, b: KernelProfile): readonly BehaviourName[] {
	const text = (value: unknown) =>
		JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));
	const names = Object.keys(a.behaviours) as BehaviourName[];
	return names.filter((name) => text(a.behaviours[name]) !== text(b.behaviours[name]));
}

/** How sure one behaviour of a profile is. */
export type BehaviourProof = 'proven' | 'the same before and after' | 'unproven';

/**
 * Whether recorded vectors speak for this behaviour: of the kernel itself, or of both the proven kernel
 * before it and the one after it, which agree with it.
 */
export function behaviourProof(name: string, behaviour: BehaviourName): BehaviourProof {
	const profile = profileNamed(name);
	if (!profile) return 'unproven';
	if (profile.proof === 'proven') return 'proven';
	const at = KERNELS.findIndex((kernel) => kernel.name === name);
	if (at < 0) return 'unproven';
	const before = KERNELS.slice(0, at).findLast((kernel) => kernel.proven);
	const after = KERNELS.slice(at).find((kernel) => kernel.proven);
	const agree = [before, after].every((kernel) => {
		const other = kernel && profileNamed(kernel.name);
		return other && !differences(profile, other).includes(behaviour);
	});
	return agree ? 'the same before and after' : 'unproven';
}
