// Which rules and functions a kernel and a version have, held against what decides in recorded vectors and
// against the model asked directly. Vacuous if everything were in reach, so what is not is counted too.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
	bootVm,
	createVm,
	type Decision,
	type KernelProfile,
	PROFILES,
	profileForRelease,
	RULE_IDS,
	step,
} from '../../../src/kvm/index.ts';
import { parseScenario } from '../../../src/kvm/vector.ts';
import { FUNCTIONS } from '../../../src/psci/functions.ts';
import { outOfReach } from '../../../src/spec/reach.ts';
import { servedUnder } from '../../../src/spec/served.ts';

function versionOf(decisions: readonly Decision[]): bigint | undefined {
	const chosen = decisions.find(({ rule }) => rule.startsWith('psci.version_'));
	const value = chosen?.looked.find(({ name }) => name === 'version')?.value;
	return typeof value === 'bigint' ? value : undefined;
}

/** Decisions of a step that rules out of reach for the kernel, or for the version of the call, made. */
function impossible(decisions: readonly Decision[], { behaviours, name }: KernelProfile): string[] {
	const version = versionOf(decisions);
	return decisions.flatMap(({ rule }) => {
		const why = outOfReach(rule, behaviours, version);
		return why === undefined ? [] : [`${rule} on ${name}: ${why}`];
	});
}

describe('a rule out of reach', () => {
	it.each(['5.10', '6.1', '6.12', '7.2'])('decides nothing in what was recorded from %s', (name) => {
		const file = new URL(`../../data/vectors/${name}.jsonl.gz`, import.meta.url);
		const wrong = new Set<string>();
		const decided = new Set<string>();
		for (const line of gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')) {
			const scenario = parseScenario(line);
			const profile = profileForRelease(scenario.kernel);
			if (!profile) throw new Error(scenario.kernel);
			let vm = createVm(profile, 'all');
			for (const { op } of scenario.steps) {
				const made = step(vm, op);
				vm = made.after;
				for (const what of impossible(made.decisions, profile)) wrong.add(what);
				for (const { rule } of made.decisions) decided.add(rule);
			}
		}
		expect([...wrong]).toEqual([]);
		expect(decided.size).toBeGreaterThan(80);
	});

	it('exists on every kernel, and every rule is in reach of one', () => {
		for (const { behaviours } of PROFILES) {
			const out = RULE_IDS.filter((rule) => outOfReach(rule, behaviours, undefined) !== undefined);
			expect(out.length).toBeGreaterThan(5);
			expect(out.length).toBeLessThan(RULE_IDS.length);
		}
		const nowhere = RULE_IDS.filter((rule) =>
			PROFILES.every(({ behaviours }) => outOfReach(rule, behaviours, undefined) !== undefined),
		);
		expect(nowhere).toEqual([]);
	});
});

describe('a function', () => {
	const call = (profile: KernelProfile, version: bigint, id: number, enabled: boolean) => {
		const { vm } = bootVm(profile, {
			vcpuIds: [0, 1],
			psci02: version !== 1n,
			...(version === 1n || profile.behaviours.firmwareRegisters === 0 ? {} : { psciVersion: version }),
			capabilities: enabled ? ['ARM_SYSTEM_SUSPEND', 'ARM_SYSTEM_OFF2'] : [],
		});
		const x = [BigInt(id), 0n, 0n, 0n];
		return step(vm, { op: 'call', vcpu: 0, isa: 'a64', conduit: 'hvc', imm: 0, x });
	};
	const REFUSALS = [
		'psci.not_supported',
		'psci.not_supported_0_1',
		'psci.unknown_is_undefined',
		'system_suspend.not_enabled',
		'system_reset2.version_too_low',
		'system_off2.not_available',
	];

	it('is served exactly where the model serves it', () => {
		let asked = 0;
		const wrong: string[] = [];
		for (const profile of PROFILES) {
			const { psciVersions, firmwareRegisters } = profile.behaviours;
			const shown =
				firmwareRegisters > 0
					? psciVersions
					: psciVersions.filter((v, n, all) => v === 1n || n === all.length - 1);
			for (const version of shown) {
				for (const fn of FUNCTIONS.filter((f) => f.service === 'PSCI' && !f.alphaOnly)) {
					const inRange =
						profile.behaviours.systemOffReset === '0.1 range' ? { SYSTEM_OFF: 4, SYSTEM_RESET: 5 } : {};
					const extra: number | undefined = (inRange as Record<string, number>)[fn.name];
					const id =
						version > 1n ? (fn.smc64 ?? fn.smc32) : extra ? 0x95c1ba5e + extra : (fn.kvm01 ?? fn.smc32);
					if (id === undefined) continue;
					const answer = (enabled: boolean) => {
						const made = call(profile, version, id, enabled);
						wrong.push(...impossible(made.decisions, profile));
						expect(versionOf(made.decisions)).toBe(version);
						return !made.decisions.some(({ rule }) => REFUSALS.includes(rule));
					};
					const served = answer(false) ? 'yes' : answer(true) ? 'if enabled' : 'no';
					const said = servedUnder(fn, profile.behaviours, version);
					if (served !== said)
						wrong.push(`${fn.name} on ${profile.name} under ${version}: ${served}, not ${said}`);
					asked++;
				}
			}
		}
		expect(wrong).toEqual([]);
		expect(asked).toBeGreaterThan(800);
	});
});
