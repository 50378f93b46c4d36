// What can be told of a scenario before it runs: results that a function never gives, exits that it never ends in,
// states that a vCPU never has.

import { MP_STATE, MP_STATE_NAMES } from '../../kvm/index.ts';
import type { FunctionInfo } from '../../psci/function-info.ts';
import { versionText } from '../../psci/versions.ts';
import type { Place } from '../place.ts';
import type { Compilation } from './compilation.ts';
import type { Fix } from './diagnostic.ts';
import { signedResult } from './literals.ts';
import { STATUS_CODES, type Word } from './vocabulary.ts';

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

/** KVM_SYSTEM_EVENT_*_FLAG_* of the events that these end in. */
const FLAGS: Readonly<Record<string, bigint>> = {
	SYSTEM_OFF: 0n,
	SYSTEM_RESET: 0n,
	SYSTEM_SUSPEND: 0n,
	SYSTEM_OFF2: 1n,
	SYSTEM_RESET2: 1n,
};

/** Tells where a call's event never has these flags. */
export function checkFlags(c: Compilation, at: Place, fn: FunctionInfo, event: string, flags: bigint): void {
	const own = FLAGS[fn.name];
	if (own === undefined || own === flags || EVENTS[fn.name] !== event) return;
	c.diagnostics.add('warning', 'cannot-happen', at, `the event of ${fn.name} has the flags ${own}`, [
		{ title: `Change to ${own}`, place: at, text: `${own}` },
	]);
}

/** Tells where a name or a version stands that means something else than a result of this function. */
export function checkMeaning(
	c: Compilation,
	at: Place,
	fn: FunctionInfo,
	text: string,
	words: readonly Word[],
): void {
	if (/^[0-9]+\.[0-9]+$/.test(text)) {
		const versions = c.profile.behaviours.psciVersions.map(versionText);
		if (fn.result !== 'version')
			c.diagnostics.add('warning', 'cannot-happen', at, `${text} is a version, and ${fn.name} returns none`);
		else if (fn.name === 'PSCI_VERSION' && !versions.includes(text))
			c.diagnostics.add(
				'warning',
				'cannot-happen',
				at,
				`Linux ${c.profile.name} shows no PSCI ${text}; it has ${versions.join(', ')}`,
			);
		return;
	}
	if (words.some(({ name }) => name === text)) return;
	const own = words.filter(({ name, value }) => value >= 0n || fn.codes.includes(name));
	c.diagnostics.add(
		'warning',
		'cannot-happen',
		at,
		`${text} is no result of ${fn.name}: it may return ${own.map(({ name }) => name).join(', ')}`,
		own.slice(0, 8).map(({ name }) => ({ title: `Change to ${name}`, place: at, text: name })),
	);
}
