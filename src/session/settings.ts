// What the model needs to know of a machine: which kernel it was, which PSCI version the VMM asked for, what it
// enabled. From the launch configuration, else from the trace, else the default; each says which.

import { type KernelProfile, PROFILES, profileForRelease, profileNamed } from '../kvm/index.ts';
import { DEFAULT_KERNEL } from '../scenario/machine-setup.ts';
import { type CallTable, KVM_EXIT_SYSTEM_EVENT, SYSTEM_SUSPEND_IDS } from './calls.ts';
import type { Session } from './session.ts';

/** `recorded`: the trace says it, or an answer or exit in it shows it */
export type SettingOrigin = 'launch configuration' | 'recorded' | 'default';

export interface KernelSetting {
	readonly profile: KernelProfile;
	/** `recorded`: the trace says which host it was made on */
	readonly origin: SettingOrigin;
}

/** What a launch configuration may say of the machine besides the kernel. */
export interface ConfiguredMachine {
	/** as PSCI_VERSION answers it: major in [31:16], minor in [15:0] */
	readonly psciVersion?: number;
	/** names without KVM_CAP_: `ARM_SYSTEM_SUSPEND` */
	readonly capabilities?: readonly string[];
}

export interface Setting<T> {
	readonly value: T;
	readonly origin: SettingOrigin;
	/** of the event that shows it, where one does */
	readonly row?: number;
	readonly why: string;
}

export interface MachineSettings {
	/** The version that the recording shows first; the state says which one holds at a position. */
	readonly psciVersion: Setting<number>;
	readonly capabilities: Setting<readonly string[]>;
}

/** What `kernelNamed` takes besides releases. */
export const KERNEL_NAMES: readonly string[] = PROFILES.map((profile) => profile.name);

/** Capabilities that change what KVM answers, and that a launch configuration may name. */
export const CAPABILITY_NAMES: readonly string[] = ['ARM_SYSTEM_SUSPEND', 'ARM_SYSTEM_OFF2'];

/** The profile that a launch configuration names (`6.12`, or a release such as `6.12.107`); undefined: none. */
export function kernelNamed(name: string): KernelProfile | undefined {
	return profileNamed(name) ?? profileForRelease(name);
}

/** `1.1` as a version; undefined for a text that is none of PSCI's. */
export function psciVersionNamed(text: string): number | undefined {
	const parts = /^(0\.[12]|1\.[0-3])$/.exec(text);
	const [major = 0, minor = 0] = text.split('.').map(Number);
	return parts ? major * 0x10000 + minor : undefined;
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

const CONFIGURED = { origin: 'launch configuration', why: '' } as const;

/** Settings of one VM besides the kernel. */
export function machineSettings(session: Session, vm: number): MachineSettings {
	const { configured = {}, kernel } = session;
	const shown = shownBy(session).get(vm) ?? {};
	const newest = Number(kernel.profile.behaviours.psciVersions.at(-1) ?? 1n);
	const versionByDefault = {
		value: newest,
		origin: 'default',
		why: `the newest that Linux ${kernel.profile.name} has, as nothing shows another; "psciVersion" in the launch configuration says which it was`,
	} as const;
	const nothingEnabled = {
		value: [],
		origin: 'default',
		why: 'nothing shows one; "capabilities" in the launch configuration says which the VMM enabled',
	} as const;
	return {
		psciVersion:
			configured.psciVersion === undefined
				? (shown.psciVersion ?? versionByDefault)
				: { value: configured.psciVersion, ...CONFIGURED },
		capabilities:
			configured.capabilities === undefined
				? (shown.capabilities ?? nothingEnabled)
				: { value: configured.capabilities, ...CONFIGURED },
	};
}

type Shown = Partial<MachineSettings>;
type Finding = { -readonly [K in keyof Shown]: Shown[K] };

/** A recording may go on growing: what is known of its first calls is looked for again when there are more. */
const found = new WeakMap<
	CallTable,
	{ readonly calls: number; readonly shown: ReadonlyMap<number, Shown> }
>();

function shownBy(session: Session): ReadonlyMap<number, Shown> {
	const known = found.get(session.calls);
	if (known?.calls === session.calls.length) return known.shown;
	const shown = find(session);
	found.set(session.calls, { calls: session.calls.length, shown });
	return shown;
}

const PSCI_VERSION = 0x84000000;
const PSCI_FEATURES = 0x8400000a;

/** One pass over the calls' function IDs; looks into those alone that tell something new. */
function find({ calls, trace }: Session): ReadonlyMap<number, Shown> {
	const { events } = trace;
	const byVm = new Map<number, Finding>();
	for (let index = 0; index < calls.length; index++) {
		const id = calls.functionId(index);
		if (id !== PSCI_VERSION && id !== PSCI_FEATURES && !SYSTEM_SUSPEND_IDS.has(id)) continue;
		const rows = calls.at(index);
		if (!rows) continue;
		const shown: Finding = byVm.get(rows.vm) ?? {};
		if (id === PSCI_VERSION ? shown.psciVersion : shown.capabilities) continue;
		byVm.set(rows.vm, shown);
		const [ret, entry, next] = [rows.ret, rows.entry, rows.next].map((row) =>
			row < 0 ? undefined : events.detail(row),
		);
		const x0 = ret?.kind === 'ret' && ret.ret !== 0 ? ret.x[0] : undefined;
		if (id === PSCI_VERSION) {
			if (x0 !== undefined && BigInt.asIntN(64, x0) >= 0n)
				shown.psciVersion = recorded(Number(x0 & 0xffffffffn), rows.ret, 'the answer to PSCI_VERSION');
			continue;
		}
		const asked = entry?.kind === 'call' ? Number((entry.x[1] ?? 0n) & 0xffffffffn) : 0;
		if (id === PSCI_FEATURES && x0 === 0n && SYSTEM_SUSPEND_IDS.has(asked))
			shown.capabilities = recorded(['ARM_SYSTEM_SUSPEND'], rows.ret, 'PSCI_FEATURES has SYSTEM_SUSPEND');
		if (
			SYSTEM_SUSPEND_IDS.has(id) &&
			next?.kind === 'kvm_userspace_exit' &&
			next.reason === KVM_EXIT_SYSTEM_EVENT
		)
			shown.capabilities = recorded(['ARM_SYSTEM_SUSPEND'], rows.next, 'a SYSTEM_SUSPEND exits to the VMM');
	}
	return byVm;
}

function recorded<T>(value: T, row: number, why: string): Setting<T> {
	return { value, origin: 'recorded', row, why };
}
