// A scenario's run as a host would have recorded it with all probes: KVM's own events, and what record-script adds. As
// stock-trace.ts does without them, but for the tests only.

import { MP_STATE } from '../../../src/kvm/index.ts';
import type { SimulatedSession } from '../../../src/session/simulated-session.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import type { EventDetail } from '../../../src/trace/event.ts';
import { jsonlHead, jsonlLine } from '../../../src/trace/jsonl/write-jsonl.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { Trace } from '../../../src/trace/trace.ts';

const STEP_NS = 10_000;
/** Linux waits 5 s for a CPU. */
const WAIT_NS = 6_000_000_000;
const FIRST_TID = 1000;
const KVM = '0xffff000000000000';

/** Kinds of a run's rows that a recording has as they are. */
const SAME: ReadonlySet<EventDetail['kind']> = new Set<EventDetail['kind']>([
	'kvm_entry',
	'kvm_exit',
	'kvm_hvc_arm64',
	'kvm_wfx_arm64',
	'kvm_userspace_exit',
	'call',
	'ret',
	'reset',
	'set_mp_state',
	'set_fw_reg',
]);

const hex = (value = 0n) => `0x${value.toString(16)}`;

interface Circumstances {
	/** nanoseconds between two events */
	readonly step?: number;
	/** an event of what the recorder dropped stands behind so many */
	readonly lostAfter?: number;
	/** a minute later a signal ends every KVM_RUN */
	readonly killed?: boolean;
}

export async function withProbes(
	session: SimulatedSession,
	{ step = STEP_NS, lostAfter = -1, killed = false }: Circumstances = {},
): Promise<Trace> {
	const { trace, run } = session;
	const lines = [JSON.stringify({ ...JSON.parse(jsonlHead(trace)), clock: 'ns', vms: [{ kvm: KVM }] })];
	const inGuest = new Map<number, string>();
	let now = 0;
	const write = (vcpu: number, thread: number, event: string, fields: object) => {
		now += step;
		if (lines.length === lostAfter)
			lines.push(JSON.stringify({ event: 'lost', time: String(now), cpu: 0, count: 3 }));
		const comm = thread === 0 ? 'qemu-system-aar' : `CPU ${thread - 1}/KVM`;
		const place = { time: String(now), cpu: 0, tid: FIRST_TID + thread, comm, vm: 0, vcpu };
		lines.push(JSON.stringify({ event, ...place, ...fields }));
	};
	for (let row = 0; row < session.length; row++) {
		const detail = trace.events.detail(row);
		const { kind } = detail;
		const vcpu = trace.events.vcpu(row);
		const thread = trace.events.thread(row);
		const owed = session.decisionsAt(row).some(({ rule }) => rule === 'one_reg.owed_reset');
		if (kind === 'operation' && owed && vcpu >= 0) {
			// QEMU reads registers on the vCPU's own thread.
			const { x, pc } = session.stateAt(row + 1).vcpus.find(({ id }) => id === vcpu) ?? { x: [] };
			const fields = { pc: hex(pc?.value), r0: hex(x[0]?.value), be: false };
			write(vcpu, vcpu + 1, 'reset', { kvm: KVM, pending: true, ...fields });
		}
		if (!SAME.has(kind) || vcpu < 0) continue;
		const {
			event,
			time: _t,
			cpu: _c,
			tid: _i,
			comm: _m,
			vm: _v,
			vcpu: _p,
			...fields
		} = JSON.parse(jsonlLine(trace, row)) as Record<string, unknown>;
		if (kind === 'kvm_userspace_exit') {
			const stopped = session.stateAt(row).vcpus.find(({ id }) => id === vcpu)?.mpState?.value;
			// Nobody interrupts a vCPU that is off but a person who has waited.
			if (detail.reasonName === 'restart' && stopped === MP_STATE.STOPPED) now += WAIT_NS;
		}
		if (kind === 'kvm_hvc_arm64')
			write(vcpu, thread, 'kvm_exit', { code: 'TRAP', ec: 0x16, ecName: 'HVC64', pc: fields.pc });
		if (kind === 'ret') {
			const last = session.stateAt(row + 2).vms[0]?.lastExit;
			const next = row + 1 < session.length ? trace.events.detail(row + 1) : undefined;
			if (next?.kind === 'kvm_userspace_exit' && next.reason === 24 && last?.type)
				write(vcpu, thread, 'system_event', {
					kvm: KVM,
					type: last.type.value,
					flags: `0x${(last.flags?.value ?? 0n).toString(16)}`,
				});
			const off = session.stateAt(row + 1).vcpus.find(({ id }) => id === vcpu)?.mpState?.value;
			if (off === MP_STATE.STOPPED && next?.kind !== 'kvm_userspace_exit')
				write(vcpu, thread, 'power_off', { kvm: KVM });
		}
		const probe = !String(event).startsWith('kvm_');
		write(vcpu, thread, String(event), { ...fields, ...(probe ? { kvm: KVM } : {}) });
		if (kind === 'kvm_entry') inGuest.set(thread, String(fields.pc));
		else if (String(event).startsWith('kvm_')) inGuest.delete(thread);
		const stops = session.stateAt(row + 1).vms[0]?.lastExit?.type?.value;
		if (kind === 'kvm_userspace_exit' && detail.reason === 24 && (stops === 1 || stops === 2))
			inGuest.clear();
		if (kind === 'kvm_wfx_arm64') write(vcpu, thread, 'wfi', { kvm: KVM });
	}
	for (let second = 0; second < 6; second++) {
		now += 1_000_000_000;
		for (const [thread, pc] of inGuest) {
			const id = run.steps.at(-1)?.after.vcpus[thread - 1]?.id ?? thread - 1;
			write(id, thread, 'kvm_exit', { code: 'IRQ', ec: 0, ecName: 'UNKNOWN', pc });
			write(id, thread, 'kvm_entry', { pc });
		}
	}
	if (killed) {
		now += 60_000_000_000;
		for (const { index, id } of run.steps.at(-1)?.after.vcpus ?? [])
			write(id, index + 1, 'kvm_userspace_exit', { reason: 4, reasonName: 'restart' });
	}
	return openTrace(bytesInMemory('with-probes.jsonl', new TextEncoder().encode(`${lines.join('\n')}\n`)));
}
