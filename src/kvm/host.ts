// The host's processor as a setting: what FORMAT says depends on the machine.

import type { HostProcessor, KernelProfile } from './profile.ts';

/** The profile on another processor. */
export function onHost(profile: KernelProfile, host: Partial<HostProcessor>): KernelProfile {
	return { ...profile, host: { ...profile.host, ...host } };
}
