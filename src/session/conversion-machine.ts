// The machine of a scenario that is made of a recording: what is known of it where the guest begins, and what the
// calls of the range say of it. Sliced: it looks at every call.

import type { FeatureName } from '../kvm/index.ts';
import type { Machine, Place } from '../scenario/program.ts';
import { KVM_EXIT_HYPERCALL } from './calls.ts';
import type { Session } from './session.ts';
import { machineSettings } from './settings.ts';

/** HVC32 and SMC32 (arch/arm64/include/asm/esr.h). */
const AARCH32_CLASSES: ReadonlySet<number> = new Set([0x12, 0x13]);

const KVM_01 = 0x95c1ba5e;

/** ARM_SMCCC_HV_PV_TIME_ST: answers where the vCPU's stolen-time record is. */
const PV_TIME_ST = 0xc5000021;

/** Rows of one VM, from its guest's first on. */
export interface GuestRange {
	readonly vm: number;
	readonly start: number;
	readonly end: number;
}

/** The VM's vcpu_ids; a vCPU of the scenario is a place among them. */
export function vcpuIds({ trace }: Session, vm: number): readonly number[] {
	return (trace.vms[vm]?.vcpus ?? []).toSorted((a, b) => a - b);
}

/** `denied`: functions that the VMM's filter has. */
export function* machineOf(
	session: Session,
	range: GuestRange,
	denied: ReadonlySet<number>,
): Generator<number, Machine> {
	const { kernel } = session;
	const settings = machineSettings(session, range.vm);
	const place = placeOf(session, range.start);
	const { forwarded, old, aarch32, records } = yield* seen(session, range);
	const usual: FeatureName[] = [
		...(old ? [] : ['PSCI_0_2' as const]),
		...(aarch32 ? ['EL1_32BIT' as const] : []),
	];
	const newest = Number(kernel.profile.behaviours.psciVersions.at(-1) ?? 1n);
	const version = settings.psciVersion.value;
	const capabilities = settings.capabilities.value.map((cap) => ({ place, cap, arg0: 0n }));
	return {
		place,
		kernel: kernel.profile.name,
		host: {},
		observe: 'nothing',
		capabilities,
		filters: [
			...[...forwarded].map((base) => ({ place, base, count: 1, action: 'fwd_to_user' as const })),
			...[...denied].map((base) => ({ place, base, count: 1, action: 'deny' as const })),
		],
		vcpus: vcpuIds(session, range.vm).map((id, index) => ({
			place,
			id,
			features: index === 0 ? usual : [...usual, 'POWER_OFF' as const],
			...recordOf(records.get(id)),
		})),
		...(old || version === newest ? {} : { psciVersion: { place, value: BigInt(version) } }),
		deviceTree: { method: 'hvc', compatible: [], functionIds: {} },
		bootEntry: 0x40000400n,
		bootX0: 0n,
	};
}

/** What the calls of the range say of the machine. */
function* seen({ calls, trace }: Session, { vm, start, end }: GuestRange) {
	const forwarded = new Set<number>();
	let old = false;
	let aarch32 = false;
	const records = new Map<number, bigint>();
	for (let n = calls.firstFrom(start); calls.site(n) >= 0 && calls.site(n) < end; n++) {
		if (n % 32 === 31) yield n;
		const site = calls.site(n);
		if (trace.events.vm(site) !== vm) continue;
		const rows = calls.at(n);
		if (!rows) continue;
		const last = trace.events.detail(rows.end);
		if (last.kind === 'kvm_userspace_exit' && last.reason === KVM_EXIT_HYPERCALL)
			forwarded.add(rows.functionId);
		if (rows.functionId >= KVM_01 && rows.functionId < KVM_01 + 4) old = true;
		if (rows.functionId === PV_TIME_ST) {
			const ret = rows.ret >= 0 ? trace.events.detail(rows.ret) : undefined;
			const address = ret?.kind === 'ret' ? ret.x[0] : undefined;
			if (address !== undefined && BigInt.asIntN(64, address) >= 0n) records.set(rows.vcpu, address);
		}
		const before = site > 0 ? trace.events.detail(site - 1) : undefined;
		const trap = trace.events.detail(site);
		for (const detail of [trap, before])
			if (detail?.kind === 'kvm_exit' && AARCH32_CLASSES.has(detail.ec ?? -1)) aarch32 = true;
	}
	return { forwarded, old, aarch32, records };
}

/** Where the row stands in the recording. */
export function placeOf({ trace }: Session, row: number): Place {
	const line = trace.events.length > 0 ? trace.events.line(Math.min(row, trace.events.length - 1)) : 1;
	return { file: trace.name, line, column: 1, endLine: line, endColumn: 1 };
}

function recordOf(stolenTime: bigint | undefined): { readonly stolenTime?: bigint } {
	return stolenTime === undefined ? {} : { stolenTime };
}
