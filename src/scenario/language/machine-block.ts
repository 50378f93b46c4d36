// The machine block: how the VM is made before the first statement.

import { type FeatureName, FILTER_ACTIONS, mpidrOf, PROFILES } from '../../kvm/index.ts';
import { PSCI_VERSIONS, versionText } from '../../psci/versions.ts';
import { POLICIES } from '../../vmm/index.ts';
import type { Place } from '../place.ts';
import type { MachineVcpu, Machine as Program } from '../program.ts';
import { type Compilation, isNewer, kernelNamed } from './compilation.ts';
import { type Frame, place } from './frame.ts';
import type { Argument, Machine, NodeSetting, Setting, VcpuSetting, VcpusSetting } from './generated/ast.ts';
import { smallNumber, unquoted, versionOf } from './literals.ts';
import { textOf } from './node-place.ts';
import { checkCapability, featuresOf, filterOf, numbers, observeOf } from './operations.ts';
import { constantIn } from './values.ts';
import { wordsOfArgument } from './vocabulary.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A landing pad of the guest's page, as good as any place to start. */
const BOOT_ENTRY = 0x40000400n;
const U32 = 0xffffffff;

/** The machine of a scenario that says nothing about it: one vCPU of the newest kernel, nobody reacts to exits. */
export function usualMachine(at: Place): Program {
	return {
		place: at,
		host: {},
		observe: 'nothing',
		capabilities: [],
		filters: [],
		vcpus: [vcpu(at, 0)],
		deviceTree: { method: 'hvc', compatible: ['arm,psci-1.0', 'arm,psci-0.2', 'arm,psci'], functionIds: {} },
		bootEntry: BOOT_ENTRY,
		bootX0: 0n,
	};
}

/** As VMMs do it: the first vCPU runs, all others wait for a CPU_ON. */
function vcpu(at: Place, index: number, more: readonly FeatureName[] = []): MachineVcpu {
	const usual: FeatureName[] = index === 0 ? ['PSCI_0_2'] : ['PSCI_0_2', 'POWER_OFF'];
	return { place: at, id: index, features: [...new Set([...usual, ...more])] };
}

/** Puts the settings of `node` into the compilation's machine. */
export function setMachine(c: Compilation, f: Frame, node: Machine): void {
	const machine: Writable<Program> = { ...c.machine, place: place(f, node) };
	c.machine = machine;
	for (const setting of node.settings) {
		const { line } = place(f, setting);
		if (!f.broken.has(line)) apply(c, f, machine, setting);
	}
	machine.vcpus.forEach(({ id }, index) => {
		c.created(index, id);
	});
	for (const index of [...c.mpidrs.keys()]) if (index >= machine.vcpus.length) c.mpidrs.delete(index);
	checkVersion(c, f, node);
}

function apply(c: Compilation, f: Frame, machine: Writable<Program>, node: Setting): void {
	switch (node.$type) {
		case 'KernelSetting': {
			const name = unquoted(node.kernel ?? '');
			const profile = kernelNamed(name);
			c.kernelPlace = place(f, node, 'kernel');
			if (profile) machine.kernel = profile.name;
			if (profile && profile.name !== name && isNewer(name))
				c.diagnostics.add(
					'information',
					'unavailable',
					c.kernelPlace,
					`Linux ${name} is newer than what is modelled: ${profile.name} stands for it`,
				);
			if (!profile)
				c.unknown(
					place(f, node, 'kernel'),
					'kernel',
					name,
					PROFILES.map((known) => known.name),
				);
			return;
		}
		case 'PsciSetting': {
			const value = node.version === '0.1' ? PSCI_VERSIONS['0.1'] : versionOf(node.version ?? '');
			const known = Object.values(PSCI_VERSIONS).find((version) => version === value);
			if (known !== undefined) machine.psciVersion = { place: place(f, node, 'version'), value: known };
			else
				c.unknown(place(f, node, 'version'), 'PSCI version', node.version ?? '', Object.keys(PSCI_VERSIONS));
			return;
		}
		case 'VcpusSetting':
			vcpus(c, f, machine, node);
			return;
		case 'VcpuSetting':
			oneVcpu(c, f, machine, node);
			return;
		case 'CapabilitySetting': {
			const args = numbers(c, f, node.arguments, { arg0: 2 ** 53 });
			const cap = node.capability ?? '';
			checkCapability(c, place(f, node, 'capability'), cap);
			if (args) c.enabled.push(cap);
			if (args)
				machine.capabilities = [
					...machine.capabilities,
					{ place: place(f, node), cap, arg0: BigInt(args.arg0 ?? 0) },
				];
			return;
		}
		case 'FilterSetting': {
			const made = filterOf(c, f, node.filter);
			if (!made) return;
			const action = typeof made.action === 'number' ? FILTER_ACTIONS[made.action] : made.action;
			if (action === undefined || made.pad !== 0)
				c.diagnostics.error(
					'wrong-place',
					place(f, node),
					'a filter that KVM refuses belongs among the statements',
				);
			else
				machine.filters = [
					...machine.filters,
					...made.ranges.map((range) => ({ place: place(f, node), ...range, action })),
				];
			return;
		}
		case 'PolicySetting': {
			const name = unquoted(node.policy ?? '');
			if (POLICIES.some((policy) => policy.name === name)) machine.policy = name;
			else
				c.unknown(
					place(f, node, 'policy'),
					'policy',
					name,
					POLICIES.map((policy) => policy.name),
				);
			return;
		}
		case 'NodeSetting':
			deviceTree(c, f, machine, node);
			return;
		case 'BootSetting': {
			const value = named(c, f, node.arguments, ['entry', 'x0']);
			machine.bootEntry = value.entry ?? machine.bootEntry;
			machine.bootX0 = value.x0 ?? machine.bootX0;
			return;
		}
		case 'HostSetting': {
			const value = named(c, f, node.arguments, ['aarch32']);
			if (value.aarch32 !== undefined) machine.host = { ...machine.host, aarch32El1: value.aarch32 !== 0n };
			return;
		}
		case 'ObserveSetting':
			machine.observe = observeOf(c, f, node.observe) ?? machine.observe;
			return;
		case 'ScheduleLine':
			c.diagnostics.error(
				'wrong-place',
				place(f, node),
				"'schedule' stands before the programs, not in the machine",
			);
	}
}

function vcpus(c: Compilation, f: Frame, machine: Writable<Program>, node: VcpusSetting): void {
	const count = smallNumber(BigInt(node.count), 512);
	const more = featuresOf(c, f, node, node.features);
	if (count === undefined)
		c.diagnostics.error('out-of-range', place(f, node, 'count'), 'a machine has 0 to 512 vCPUs');
	if (count === undefined || !more) return;
	const none = node.features.includes('none');
	machine.vcpus = Array.from({ length: count }, (_, index) => {
		const made = vcpu(place(f, node), index, more);
		return none ? { ...made, features: more } : made;
	});
}

/** `vcpu 2 id=16 features POWER_OFF, EL1_32BIT`, `vcpu 1 mpidr=0x100`: differs from the others. */
function oneVcpu(c: Compilation, f: Frame, machine: Writable<Program>, node: VcpuSetting): void {
	const index = smallNumber(BigInt(node.index), 511);
	const args = named(c, f, node.arguments, ['id', 'mpidr', 'stolen_time']);
	const features = featuresOf(c, f, node, node.features);
	if (index === undefined || index > machine.vcpus.length) {
		c.diagnostics.error(
			'out-of-range',
			place(f, node, 'index'),
			`vCPUs are told in order: the next is vcpu ${machine.vcpus.length}`,
		);
		return;
	}
	const id = smallNumber(args.id, U32) ?? (args.mpidr === undefined ? undefined : idOfMpidr(args.mpidr));
	if (args.mpidr !== undefined) c.placedAt(index, args.mpidr);
	if (!features) return;
	const usual = machine.vcpus[index] ?? vcpu(place(f, node), index);
	const made: MachineVcpu = {
		place: place(f, node),
		id: id ?? usual.id,
		...(args.stolen_time === undefined ? {} : { stolenTime: args.stolen_time }),
		features:
			node.features.length === 0
				? usual.features
				: node.features.includes('none')
					? features
					: [...new Set<FeatureName>(['PSCI_0_2', ...features])],
	};
	machine.vcpus = index < machine.vcpus.length ? machine.vcpus.with(index, made) : [...machine.vcpus, made];
}

/** The vcpu_id that has this affinity; undefined: none has, and MPIDR_EL1 is written. */
function idOfMpidr(mpidr: bigint): number | undefined {
	const id = Number((mpidr & 0xfn) | (((mpidr >> 8n) & 0xffn) << 4n) | (((mpidr >> 16n) & 0xffn) << 12n));
	return (mpidrOf(id) & 0xff00ffffffn) === (mpidr & 0xff00ffffffn) && id < 512 ? id : undefined;
}

const IDS = ['cpu_suspend', 'cpu_off', 'cpu_on', 'migrate'] as const;

/** The guest's `psci` node (Documentation/devicetree/bindings/arm/psci.yaml). */
function deviceTree(c: Compilation, f: Frame, machine: Writable<Program>, node: NodeSetting): void {
	const compatible = node.arguments.find(({ name }) => name === 'compatible');
	const ids = node.arguments.filter((argument) => argument !== compatible);
	const values = named(c, f, ids, IDS);
	machine.deviceTree = {
		method: node.method ?? machine.deviceTree.method,
		compatible: compatible ? [unquoted(textOf(compatible.value))] : machine.deviceTree.compatible,
		functionIds: Object.fromEntries(
			IDS.flatMap((name) =>
				values[name] === undefined ? [] : [[name, Number(BigInt.asUintN(32, values[name]))]],
			),
		),
	};
}

function named<N extends string>(
	c: Compilation,
	f: Frame,
	args: readonly Argument[],
	names: readonly N[],
): Partial<Record<N, bigint>> {
	const found: Partial<Record<N, bigint>> = {};
	for (const argument of args) {
		const name = names.find((known) => known === argument.name);
		if (name === undefined) {
			c.unknown(place(f, argument, 'name'), 'setting', argument.name ?? '', names);
			continue;
		}
		const value = constantIn(c, f, argument.value, wordsOfArgument('address'));
		if (value !== undefined) found[name] = value;
	}
	return found;
}

/** A version that this kernel cannot show: its register write would fail. */
function checkVersion(c: Compilation, f: Frame, node: Machine): void {
	const { psciVersion, kernel } = c.machine;
	if (!psciVersion) return;
	const { name, behaviours } = c.profile;
	if (behaviours.psciVersions.includes(psciVersion.value)) return;
	const texts = behaviours.psciVersions.map((version) => (version === 1n ? '0.1' : versionText(version)));
	const fixes = texts
		.slice(-1)
		.map((text) => ({ title: `Show PSCI ${text}`, place: psciVersion.place, text }));
	const newer = PROFILES.find(
		(p) => p.release !== 'as posted' && p.behaviours.psciVersions.includes(psciVersion.value),
	);
	const setting = node.settings.find((s) => s.$type === 'KernelSetting');
	if (newer && setting)
		fixes.push({ title: `Use Linux ${newer.name}`, place: place(f, setting, 'kernel'), text: newer.name });
	c.diagnostics.error(
		'unavailable',
		psciVersion.place,
		`Linux ${kernel ?? name} cannot show PSCI ${versionText(psciVersion.value)} to a guest; it has ${texts.join(', ')}`,
		fixes,
	);
}
