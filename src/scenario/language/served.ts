// Calls that this machine does not serve, told before it runs. Whether a call is served the model is asked, not a
// table.

import { bootVm, type KernelProfile, type Operation, PROFILES, step } from '../../kvm/index.ts';
import type { FunctionInfo } from '../../psci/function-info.ts';
import { PSCI } from '../../psci/return-codes.ts';
import { PSCI_VERSIONS, versionText } from '../../psci/versions.ts';
import { policyNamed, setup } from '../../vmm/index.ts';
import type { Place } from '../place.ts';
import type { Compilation } from './compilation.ts';
import type { Fix } from './diagnostic.ts';

/** A call and what it is made on. */
interface Asked {
	readonly id: number;
	readonly conduit: 'hvc' | 'smc';
	readonly profile: KernelProfile;
	/** what the machine shows; undefined: the kernel's newest */
	readonly version: bigint | undefined;
	readonly capabilities: readonly string[];
}

/** Tells where this kernel does not serve the call, as the machine is set up. */
export function checkServed(
	c: Compilation,
	at: Place,
	fn: FunctionInfo,
	{ id, conduit }: Pick<Asked, 'id' | 'conduit'>,
): void {
	const { profile, machine, enabled: capabilities } = c;
	const asked: Asked = { id, conduit, profile, version: machine.psciVersion?.value, capabilities };
	if (fn.service !== 'PSCI' || served(c, asked)) return;
	const { says, fixes = [] } = reason(c, fn, asked);
	c.diagnostics.add('warning', 'unavailable', at, says, fixes);
}

function reason(
	c: Compilation,
	fn: FunctionInfo,
	asked: Asked,
): { readonly says: string; readonly fixes?: readonly Fix[] } {
	const { profile } = asked;
	const kernel = `Linux ${profile.name}`;
	if (asked.conduit === 'smc' && served(c, { ...asked, conduit: 'hvc' })) {
		const first = firstKernel(c, asked);
		return {
			says: `${kernel} refuses SMC, whatever is called${first ? `; Linux ${first.name} is the first that takes it` : ''}`,
			fixes: kernelFix(c, first),
		};
	}
	const shown = asked.version ?? profile.behaviours.psciVersions.at(-1) ?? 1n;
	const better = profile.behaviours.psciVersions.find(
		(version) => version > shown && served(c, { ...asked, version }),
	);
	if (better !== undefined && fn.since && PSCI_VERSIONS[fn.since] > shown) {
		const text = versionText(better);
		const where = c.machine.psciVersion?.place;
		return {
			says: `${fn.name} came with PSCI ${fn.since}, and this machine shows ${shown === 1n ? '0.1' : versionText(shown)}: the call gives NOT_SUPPORTED`,
			fixes: where ? [{ title: `Show PSCI ${text} to the guest`, place: where, text }] : [],
		};
	}
	const cap = CAPABILITIES.find((name) => served(c, { ...asked, capabilities: [name] }));
	if (cap)
		return {
			says: `${fn.name} needs the capability ${cap}: without it the call gives NOT_SUPPORTED`,
			fixes: capabilityFix(c, cap),
		};
	const first = firstKernel(c, { ...asked, version: undefined, capabilities: CAPABILITIES });
	return {
		says: `${kernel} does not serve ${fn.name} here: the call gives NOT_SUPPORTED${first ? `; Linux ${first.name} is the first that serves it` : ''}`,
		fixes: kernelFix(c, first),
	};
}

const CAPABILITIES: readonly string[] = ['ARM_SYSTEM_SUSPEND', 'ARM_SYSTEM_OFF2'];

/** The first release that serves the call, where it is newer than the scenario's kernel. */
function firstKernel(c: Compilation, asked: Asked): KernelProfile | undefined {
	const at = PROFILES.indexOf(asked.profile);
	return PROFILES.find(
		(profile, n) => n > at && profile.release !== 'as posted' && served(c, { ...asked, profile }),
	);
}

function kernelFix(c: Compilation, kernel: KernelProfile | undefined): Fix[] {
	if (!kernel || !c.kernelPlace) return [];
	return [{ title: `Use Linux ${kernel.name}`, place: c.kernelPlace, text: kernel.name }];
}

/** A line more in the machine block. */
function capabilityFix(c: Compilation, cap: string): Fix[] {
	const { file, line, endLine } = c.machine.place;
	if (line === endLine) return [];
	const after = { file, line: line + 1, column: 1, endLine: line + 1, endColumn: 1 };
	return [{ title: `Add 'capability ${cap}'`, place: after, text: `  capability ${cap}\n` }];
}

/** Whether a call by this number gets past NOT_SUPPORTED, as a first call of a new machine. */
function served(c: Compilation, asked: Asked): boolean {
	const { id, conduit, profile, version, capabilities } = asked;
	const { policy, filters } = c.machine;
	const key = [id, conduit, profile.name, version, capabilities, policy, filters.length].join(' ');
	const known = c.served.get(key) ?? isServed(c, asked);
	c.served.set(key, known);
	return known;
}

function isServed({ machine }: Compilation, { id, conduit, profile, version, capabilities }: Asked): boolean {
	const policy = machine.policy === undefined ? undefined : policyNamed(machine.policy);
	const before: Operation[] = [...(policy ? setup(policy, profile) : [])];
	for (const { base, count, action } of machine.filters)
		before.push({ op: 'smccc_filter', base, count, action, pad: 0 });
	let { vm } = bootVm(profile, {
		vcpuIds: [0],
		psci02: version !== PSCI_VERSIONS['0.1'],
		...(version === undefined ? {} : { psciVersion: version }),
		capabilities,
	});
	for (const operation of before) vm = step(vm, operation).after;
	// PSCI_FEATURES of nothing is not supported either.
	const x = [BigInt(id), id === PSCI_FEATURES ? 0x84000000n : 0n, 0n, 0n];
	const { got, after } = step(vm, { op: 'call', vcpu: 0, isa: 'a64', conduit, imm: 0, x });
	if (!('outcome' in got) || got.outcome !== 'return') return true;
	return BigInt.asIntN(32, after.vcpus[0]?.registers.x[0] ?? 0n) !== PSCI.NOT_SUPPORTED;
}

const PSCI_FEATURES = 0x8400000a;
