// What the model needs to know of a machine and a trace does not say: which kernel it was. From the launch
// configuration, else the default.

import { type KernelProfile, PROFILES, profileForRelease, profileNamed } from '../kvm/index.ts';

export interface KernelSetting {
	readonly profile: KernelProfile;
	/** `recorded`: the trace says which host it was made on */
	readonly origin: 'launch configuration' | 'recorded' | 'default';
}

/** What `kernelNamed` takes besides releases. */
export const KERNEL_NAMES: readonly string[] = PROFILES.map((profile) => profile.name);

const DEFAULT_KERNEL = '7.2';

/** The profile that a launch configuration names (`6.12`, or a release such as `6.12.107`); undefined: none. */
export function kernelNamed(name: string): KernelProfile | undefined {
	return profileNamed(name) ?? profileForRelease(name);
}

/** `host`: the traced machine as its uname says (`Linux host 6.12.107 aarch64`), where the trace has that. */
export function kernelSetting(configured: KernelProfile | undefined, host?: string): KernelSetting {
	if (configured) return { profile: configured, origin: 'launch configuration' };
	const release = host?.split(' ').find((word) => /^\d+\.\d+/.test(word));
	const traced = release === undefined ? undefined : profileForRelease(release);
	if (traced) return { profile: traced, origin: 'recorded' };
	const profile = profileNamed(DEFAULT_KERNEL);
	if (!profile) throw new Error(`the default kernel ${DEFAULT_KERNEL} is one of the profiles`);
	return { profile, origin: 'default' };
}
