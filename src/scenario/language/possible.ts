// What can be told of a scenario before it runs: calls that this machine does not serve, results that a function
// never gives, states that a vCPU never has. Whether a call is served the model is asked, not a table.

import { bootVm, MP_STATE, MP_STATE_NAMES, type Operation, step } from '../../kvm/index.ts';
import type { FunctionInfo } from '../../psci/function-info.ts';
import { PSCI } from '../../psci/return-codes.ts';
import { PSCI_VERSIONS, versionText } from '../../psci/versions.ts';
import { policyNamed, setup } from '../../vmm/index.ts';
import type { Place } from '../place.ts';
import type { Compilation } from './compilation.ts';
import type { Fix } from './diagnostic.ts';
import { signedResult } from './literals.ts';
import { STATUS_CODES } from './vocabulary.ts';

/** Tells where the kernel can never show this state. */
export function checkState(c: Compilation, at: Place, state: number): void {
	const name = MP_STATE_NAMES[state] ?? String(state);
	const usual: Fix[] = ['RUNNABLE', 'STOPPED'].map((text) => ({
		title: `Change to ${text}`,
		place: at,
		text,
	}));
	if (!Object.values<number>(MP_STATE).includes(state))
		c.diagnostics.add(
			'warning',
			'cannot-happen',
			at,
			`a vCPU of arm64 is never ${name}; its states are ${Object.keys(MP_STATE).join(', ')}`,
			usual,
		);
	else if (state === MP_STATE.SUSPENDED && !c.profile.behaviours.mpStates.includes(state))
		c.diagnostics.add(
			'warning',
			'cannot-happen',
			at,
			`Linux ${c.profile.name} has no state SUSPENDED; it came with 5.19`,
			usual,
		);
}

/** Tells where this kernel does not serve the call, as the machine is set up. */
export function checkServed(c: Compilation, at: Place, fn: FunctionInfo, id: number): void {
	if (fn.service !== 'PSCI' || served(c, id, c.machine.psciVersion?.value, c.enabled)) return;
	const { profile, machine } = c;
	const kernel = `Linux ${profile.name}`;
	const shown = machine.psciVersion?.value ?? profile.behaviours.psciVersions.at(-1) ?? 1n;
	const better = profile.behaviours.psciVersions.find(
		(version) => version > shown && served(c, id, version, c.enabled),
	);
	if (better !== undefined && fn.since && PSCI_VERSIONS[fn.since] > shown) {
		const where = machine.psciVersion?.place;
		const fixes = where
			? [{ title: `Show PSCI ${versionText(better)} to the guest`, place: where, text: versionText(better) }]
			: [];
		c.diagnostics.add(
			'warning',
			'unavailable',
			at,
			`${fn.name} came with PSCI ${fn.since}, and this machine shows ${versionOrOld(shown)}: the call gives NOT_SUPPORTED`,
			fixes,
		);
		return;
	}
	const cap = ['ARM_SYSTEM_SUSPEND', 'ARM_SYSTEM_OFF2'].find((name) => served(c, id, shown, [name]));
	if (cap) {
		c.diagnostics.add(
			'warning',
			'unavailable',
			at,
			`${fn.name} needs the capability ${cap}: without it the call gives NOT_SUPPORTED`,
			capabilityFix(c, cap),
		);
		return;
	}
	c.diagnostics.add(
		'warning',
		'unavailable',
		at,
		`${kernel} does not serve ${fn.name} here: the call gives NOT_SUPPORTED`,
	);
}

function versionOrOld(version: bigint): string {
	return version === 1n ? '0.1' : versionText(version);
}

/** A line more in the machine block. */
function capabilityFix(c: Compilation, cap: string): Fix[] {
	const { file, line, endLine } = c.machine.place;
	if (line === endLine) return [];
	const after = { file, line: line + 1, column: 1, endLine: line + 1, endColumn: 1 };
	return [{ title: `Add 'capability ${cap}'`, place: after, text: `  capability ${cap}\n` }];
}

/** Whether a call by this number gets past NOT_SUPPORTED, as a first call of a new machine. */
function served(
	c: Compilation,
	id: number,
	version: bigint | undefined,
	capabilities: readonly string[],
): boolean {
	const { profile, machine } = c;
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
	const { got, after } = step(vm, { op: 'call', vcpu: 0, isa: 'a64', conduit: 'hvc', imm: 0, x });
	if (!('outcome' in got) || got.outcome !== 'return') return true;
	return BigInt.asIntN(32, after.vcpus[0]?.registers.x[0] ?? 0n) !== PSCI.NOT_SUPPORTED;
}

const PSCI_FEATURES = 0x8400000a;

/** Tells where a function can never have this result in x0. */
export function checkResult(c: Compilation, at: Place, fn: FunctionInfo, result: bigint): void {
	const value = signedResult(result);
	if (fn.service !== 'PSCI') return;
	if (fn.noReturn && value >= 0n) {
		const instead =
			fn.name === 'CPU_OFF' || fn.name === 'CPU_FREEZE'
				? 'blocked'
				: `exit SYSTEM_EVENT/${fn.name.includes('RESET') ? 'RESET' : 'SHUTDOWN'}`;
		c.diagnostics.add('warning', 'cannot-happen', at, `${fn.name} does not return where it succeeds`, [
			{ title: `Change to '${instead}'`, place: at, text: instead },
		]);
		return;
	}
	if (value >= 0n) return;
	// KVM leaves INTERNAL_FAILURE in x0 of a call that exits, should the VMM run the vCPU on.
	const possible = [...fn.codes, 'NOT_SUPPORTED', ...(fn.noReturn ? ['INTERNAL_FAILURE'] : [])];
	const name = STATUS_CODES.find((code) => code.value === value)?.name;
	if (name !== undefined && possible.includes(name)) return;
	const told = [...new Set(possible)];
	c.diagnostics.add(
		'warning',
		'cannot-happen',
		at,
		`${fn.name} never returns ${name ?? value}; it may return ${told.join(', ')} (${fn.source})`,
		told.slice(0, 8).map((text) => ({ title: `Change to ${text}`, place: at, text })),
	);
}

/** Which system event a function ends in, where it ends in one. */
const EVENTS: Readonly<Record<string, string>> = {
	SYSTEM_OFF: 'SHUTDOWN',
	SYSTEM_OFF2: 'SHUTDOWN',
	SYSTEM_RESET: 'RESET',
	SYSTEM_RESET2: 'RESET',
	SYSTEM_SUSPEND: 'SUSPEND',
};

/** Tells where a call of KVM's PSCI never ends in this system event. */
export function checkEvent(c: Compilation, at: Place, fn: FunctionInfo, event: string): void {
	// A suspended vCPU exits with WAKEUP before it gets to its call.
	if (fn.service !== 'PSCI' || EVENTS[fn.name] === event || event === 'WAKEUP') return;
	const own = EVENTS[fn.name];
	const says = own === undefined ? 'in none' : `in ${own}`;
	const fixes = own === undefined ? [] : [{ title: `Change to ${own}`, place: at, text: own }];
	c.diagnostics.add(
		'warning',
		'cannot-happen',
		at,
		`${fn.name} never ends in the system event ${event}, but ${says}`,
		fixes,
	);
}
