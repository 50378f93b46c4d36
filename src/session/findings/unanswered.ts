// CPU_ONs of which neither arguments nor result were recorded, and after which no vCPU started: KVM's own tracepoints
// say no more. What the rest of the session tells of them; which cause that makes likeliest is circumstances.ts's.

import { MP_STATE } from '../../kvm/index.ts';
import { type RecordedCall, recordedCall } from '../recorded-call.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import { endingOf } from '../what-came-next.ts';
import { callEvidence, decidedBy, exits, resultOf } from './call-facts.ts';
import { type Circumstances, explain } from './circumstances.ts';
import { CPU_ON_0_1 } from './cpu-on-rule.ts';
import type { Detail, MakeDetector } from './detector.ts';
import type { Evidence } from './finding.ts';
import { releaseOf } from './kernel-release.ts';
import type { SeenVcpu } from './seen.ts';

/** A guest that asks in a loop says nothing new. */
const MOST = 200;
const SMCCC_VERSION = 0x8000_0000;
const KVM_EXIT_SYSTEM_EVENT = 24;
/** Linux waits 5 s for a CPU that it turned on, and for none that it could not (arch/arm64/kernel/smp.c, 7.2). */
const WAITED_NS = 4_500_000_000n;

/** KVM_ARM_VM_SMCCC_FILTER came with 6.4; 6826c6849b46, which was backported to some releases before, with 5.15. */
const FILTER_SINCE = 604;
const RESET_KEPT_SINCE = 515;

interface Vain {
	readonly call: RecordedCall;
	readonly caller: SeenVcpu;
	/** the caller's next call came only after as long as Linux waits, or sooner; -1: it did not, or there was none */
	waited: number;
	wentOn: number;
	/** the VM's boot is recorded, and no CPU had been turned off */
	readonly booting: boolean;
}

/** What a VM was seen to have of PSCI. */
interface Psci {
	/** functions that did what they do */
	readonly works: Set<number>;
	/** it asked PSCI_FEATURES; that SMCCC_VERSION is there, as a later call of that shows */
	asked: boolean;
	hasSmccc: boolean;
	asleep: boolean;
	/** its kernel's PSCI_VERSION was seen, and no CPU_OFF since */
	booting: boolean;
}

export const unanswered: MakeDetector = (seen, report) => {
	let vain: readonly Vain[] = [];
	let count = 0;
	const latest = new Map<SeenVcpu, Vain>();
	/** where each vCPU called CPU_OFF, as long as there is a CPU_ON in vain to be explained */
	const offs = new Map<SeenVcpu, number[]>();
	const all = new Map<number, Psci>();
	const { session } = seen;
	const release = releaseOf(session);
	const name = (vcpu: SeenVcpu) => vcpuName(session, vcpu);

	const psciOf = (vm: number): Psci => {
		const known = all.get(vm);
		if (known) return known;
		const psci = { works: new Set<number>(), asked: false, hasSmccc: false, asleep: false, booting: false };
		all.set(vm, psci);
		return psci;
	};

	const learn = (call: RecordedCall, { vm }: SeenVcpu) => {
		const psci = psciOf(vm);
		if (call.call?.name === 'PSCI_FEATURES') psci.asked = true;
		if (call.call?.name === 'PSCI_VERSION') psci.booting = true;
		if (call.call?.name === 'CPU_OFF') psci.booting = false;
		if (call.rows.functionId === SMCCC_VERSION && psci.asked) psci.hasSmccc = true;
		if (call.call?.name === 'CPU_ON' && call.rows.started >= 0) psci.works.add(call.rows.functionId);
	};

	const waits = (call: RecordedCall, caller: SeenVcpu) => {
		const before = latest.get(caller);
		latest.delete(caller);
		if (!before || session.trace.clockUnit !== 'ns') return;
		const { events } = session.trace;
		const passed = events.time(call.rows.site) - events.time(before.call.rows.site);
		if (passed >= WAITED_NS) before.waited = call.rows.site;
		else before.wentOn = call.rows.site;
	};

	/** The VMM stopped the machine before Linux would have given up on the CPU. */
	const stopped = (call: RecordedCall, caller: SeenVcpu) => {
		const at = seen.stopped(caller.vm);
		if (caller.interrupted < call.rows.site || at < call.rows.site || session.trace.clockUnit !== 'ns')
			return false;
		const { events } = session.trace;
		return events.time(at) - events.time(call.rows.site) < WAITED_NS;
	};

	const isVain = (call: RecordedCall) => {
		if (call.call?.name !== 'CPU_ON' || count === MOST) return false;
		// Without entries a vCPU may have started unseen.
		if (!session.calls.recorded.entries || call.rows.started >= 0 || resultOf(call)) return false;
		// The VMM that a call is forwarded to says nothing of what it made of it.
		if (exits(call) && session.kind === 'simulated') return false;
		return endingOf(session.trace, session.calls, call.rows) !== 'unknown';
	};

	const circumstances = (vain: Vain, until: number): Circumstances => {
		const { call, caller } = vain;
		const { vm } = caller;
		const others = seen.ofVm(vm).filter((vcpu) => vcpu !== caller && seen.has(vm, vcpu.id));
		const state = session.stateAt(call.rows.site);
		const psci = psciOf(vm);
		return {
			name,
			forwarded: exits(call),
			others,
			never: others.filter(({ firstEntry }) => firstEntry < 0),
			on: others.filter(({ firstEntry, id }) => {
				const mpState = vcpuOf(state, vm, id)?.mpState?.value;
				return firstEntry >= 0 && firstEntry < call.rows.site && mpState !== MP_STATE.STOPPED;
			}),
			rival: rivalOf(call, caller, until),
			waited: vain.waited >= 0,
			wentOn: vain.wentOn >= 0,
			stopped: stopped(call, caller),
			booting: vain.booting,
			works: psci.works.has(call.rows.functionId),
			hasPsci: psci.hasSmccc || psci.asleep || psci.works.size > 0 || exits(call),
			lacksSmccc: psci.asked && !psci.hasSmccc,
			mayFilter: release === undefined || release.number >= FILTER_SINCE,
			mayLoseReset: release === undefined || release.number < RESET_KEPT_SINCE,
			oldNumber: call.rows.functionId === CPU_ON_0_1,
		};
	};

	const turnedOff = (row: number, caller: SeenVcpu) => {
		const rows = offs.get(caller) ?? [];
		if (rows.length < MOST) rows.push(row);
		offs.set(caller, rows);
	};

	/** The vCPU that started at `row` was still on as the call came back: it can only be another call's. */
	const turnedOffLater = ({ rows }: RecordedCall, id: number, row: number) => {
		const latest = seen.vcpu(rows.vm, id);
		return latest !== undefined && (offs.get(latest) ?? []).some((off) => off > rows.end && off < row);
	};

	/** Another CPU_ON under way, where both together started one vCPU at most. */
	const rivalOf = (call: RecordedCall, caller: SeenVcpu, until: number): Circumstances['rival'] => {
		const other = vain.find((one) => one.caller.vm === caller.vm && one.caller !== caller);
		if (other) return { row: other.call.rows.site, same: false };
		const start = session.calls
			.starts(caller.vm)
			.find(
				({ call: index, row, sure, vcpu }) =>
					index >= 0 && !sure && row > call.rows.site && row < until && !turnedOffLater(call, vcpu, row),
			);
		const rival = start && recordedCall(session, start.call);
		return rival && { row: rival.rows.site, same: rival.rows.vcpu === caller.id };
	};

	/** All of a life of the machine, which ended before row `until`. */
	const tell = (these: readonly Vain[], until: number) => {
		const told = new Set<number>();
		for (const one of these) {
			const { call, caller, waited, wentOn } = one;
			if (told.has(call.rows.site)) continue;
			const facts = circumstances(one, until);
			const evidence: Evidence[] = [callEvidence(session, call)];
			if (facts.rival) {
				told.add(facts.rival.row);
				evidence.push({ row: facts.rival.row, text: 'the other CPU_ON' });
			}
			if (waited >= 0) evidence.push({ row: waited, text: 'the guest goes on, after its 5 s' });
			if (wentOn >= 0 && wentOn !== facts.rival?.row)
				evidence.push({ row: wentOn, text: 'the guest goes on, without the 5 s that Linux waits for a CPU' });
			if (facts.stopped)
				evidence.push({ row: seen.stopped(caller.vm), text: 'the VMM has stopped all vCPUs' });
			const rule = decidedBy(session, call);
			report({
				...explain(caller, facts),
				row: call.rows.site,
				vm: caller.vm,
				vcpu: caller.id,
				evidence: evidence.sort((a, b) => a.row - b.row),
				...(rule ? { rule } : {}),
				clauses: ['CPU_ON.use'],
				certainty: 'possible',
			});
		}
	};

	return {
		call(call, caller) {
			waits(call, caller);
			learn(call, caller);
			if (call.call?.name === 'CPU_OFF' && vain.length > 0) turnedOff(call.rows.site, caller);
			if (!isVain(call)) return;
			const one = { call, caller, waited: -1, wentOn: -1, booting: psciOf(caller.vm).booting };
			vain = [...vain, one];
			count++;
			latest.set(caller, one);
		},
		userspaceExit(_row: number, { vm }: SeenVcpu, { reason }: Detail<'kvm_userspace_exit'>) {
			if (reason === KVM_EXIT_SYSTEM_EVENT) psciOf(vm).asleep = true;
		},
		lifeEnds: (vm, row) => {
			tell(
				vain.filter(({ caller }) => caller.vm === vm),
				row,
			);
			vain = vain.filter(({ caller }) => caller.vm !== vm);
			all.delete(vm);
		},
		end: () => tell(vain, session.length),
	};
};
