// The exits to userspace with a system event, each with what it left and what the VMM did next.

import { EventKind } from '../../trace/event.ts';
import { describeEvent, timeText } from '../describe.ts';
import { hex } from '../inspect.ts';
import { mpStateName, systemEventFlags, systemEventName } from '../kvm-names.ts';
import type { Session } from '../session.ts';
import { vcpuOf } from '../state.ts';
import { vcpuName } from '../view.ts';
import { askedOfVmm } from './asked-of-vmm.ts';

export interface ExitRow {
	readonly row: number;
	readonly line: number;
	readonly time: string;
	/** `RESET`; `?` where the trace does not tell */
	readonly type: string;
	/** the type was recorded, follows from the call, or is not known */
	readonly provenance: string;
	/** flags in words */
	readonly flags: string;
	readonly vcpu: string;
	/** x0..x3 of the caller as the VMM finds them */
	readonly registers: readonly { readonly name: string; readonly value: string }[];
	/** what the VMM did before the guest ran again */
	readonly next: readonly string[];
	/** what the API document asks of userspace; empty: not known, as the type is not */
	readonly asks: string;
	/** id of the clause behind that */
	readonly clause: string;
}

/** Events looked at for what the VMM did. */
const LOOK_AHEAD = 4000;
const MOST_STEPS = 12;

export function exitAt(session: Session, row: number): ExitRow {
	const { events, clockUnit } = session.trace;
	const vm = events.vm(row);
	const id = events.vcpu(row);
	const delivered = deliveredAt(session, row);
	const state = session.stateAt(delivered + 1);
	const exit = state.vms.find((each) => each.vm === vm)?.lastExit;
	const type = exit?.type;
	const asked = askedOfVmm(type?.value);
	const caller = vcpuOf(state, vm, id);
	return {
		row,
		line: events.line(row),
		time: timeText(events.time(row), clockUnit),
		type: type ? systemEventName(type.value) : '?',
		provenance: type?.provenance ?? 'unknown',
		flags: exit?.flags ? systemEventFlags(type?.value ?? 0, exit.flags.value) || 'none' : '?',
		vcpu: vcpuName(session, { vm, id }),
		registers: (caller?.x ?? []).flatMap((x, n) => (x ? [{ name: `x${n}`, value: hex(x.value) }] : [])),
		next: whatTheVmmDid(session, delivered, vm),
		asks: asked?.text ?? '',
		clause: asked?.clause ?? '',
	};
}

/** Row of the exit that brings the event at `row` to the VMM; `row` where none is recorded. */
function deliveredAt(session: Session, row: number): number {
	const { events } = session.trace;
	const [vm, vcpu] = [events.vm(row), events.vcpu(row)];
	for (let at = row; at < Math.min(session.length, row + LOOK_AHEAD); at++) {
		if (events.vm(at) !== vm || events.vcpu(at) !== vcpu) continue;
		if (events.kind(at) === EventKind.kvm_userspace_exit) return at;
		if (events.kind(at) === EventKind.kvm_entry) break;
	}
	return row;
}

/** Operations of the VMM up to the next that a guest of the VM does; the same ones on several vCPUs as one. */
function whatTheVmmDid(session: Session, from: number, vm: number): string[] {
	const { events } = session.trace;
	const steps: { what: string; vcpus: number[] }[] = [];
	const add = (what: string, vcpu: number) => {
		const same = steps.find((step) => step.what === what);
		if (!same) steps.push({ what, vcpus: [vcpu] });
		else if (!same.vcpus.includes(vcpu)) same.vcpus.push(vcpu);
	};
	const last = Math.min(session.length, from + 1 + LOOK_AHEAD);
	let ran = '';
	for (let row = from + 1; row < last && ran === ''; row++) {
		if (events.vm(row) !== vm) continue;
		const detail = events.detail(row);
		// A scenario's own checks are nothing that a VMM does.
		if (detail.kind === 'operation' && detail.op === 'statement') continue;
		if (detail.kind === 'reset' && !detail.pending) add('KVM_ARM_VCPU_INIT', events.vcpu(row));
		else if (detail.kind === 'set_mp_state') add(`sets ${mpStateName(detail.state)}`, events.vcpu(row));
		else if (detail.kind === 'set_fw_reg') add('writes firmware registers', events.vcpu(row));
		else if (detail.kind === 'operation' && detail.op === 'set_reg')
			add('writes registers', events.vcpu(row));
		else if (detail.kind === 'operation' && detail.op === 'vmm') add(`decides ${detail.result}`, -1);
		else if (detail.kind === 'operation' && !RUNS.has(detail.op))
			add(describeEvent(session, row), events.vcpu(row));
		else if (detail.kind === 'operation' || RUNNING.has(detail.kind))
			ran = `then vCPU ${events.vcpu(row)} runs`;
		else if (detail.kind === 'wfi') ran = `then vCPU ${events.vcpu(row)} is run and waits in KVM`;
	}
	const texts = steps
		.slice(0, MOST_STEPS)
		.map(({ what, vcpus }) => [what, onVcpus(vcpus.filter((id) => id >= 0))].filter(Boolean).join(' '));
	const nothing = session.kind === 'simulated' ? 'the run ends' : 'nothing more of this VM is recorded';
	const end = ran || (last >= session.length ? nothing : '');
	return [...texts, ...(end ? [end] : [])];
}

/** Operations of a scenario or vector by which a VMM runs a guest, and events that show one running. */
const RUNS: ReadonlySet<string> = new Set(['run', 'run_immediate', 'call']);
const RUNNING: ReadonlySet<string> = new Set(['kvm_entry', 'kvm_hvc_arm64', 'call']);

function onVcpus(ids: readonly number[]): string {
	return ids.length === 0 ? '' : `on vCPU ${ids.toSorted((a, b) => a - b).join(', ')}`;
}
