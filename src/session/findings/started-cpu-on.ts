// A CPU_ON that succeeded, and nothing came of it: where the chain from the request to the first entry broke.

import { hex } from '../inspect.ts';
import type { RecordedCall } from '../recorded-call.ts';
import { argument } from './call-facts.ts';
import type { CpuOnFacts } from './cpu-on-facts.ts';
import type { Evidence, Finding } from './finding.ts';
import { OWED_RESET_ADVICE } from './owed-reset.ts';
import type { SeenVcpu } from './seen.ts';

/** A CPU_ON that succeeded, until its target enters the guest. */
export interface Started {
	readonly call: RecordedCall;
	readonly caller: SeenVcpu;
	readonly target: SeenVcpu;
	/** where the reset that it left was carried out; -1: not yet */
	reset: number;
	/** where the VMM's access to a register carried it out instead */
	read: number;
}

/** A fault of an instruction, of the vCPU that was started. */
export interface Fault {
	readonly row: number;
	/** absent in a scenario, whose model says it in one */
	readonly pc?: bigint;
	readonly ipa?: bigint;
}

/** It is in the guest, and executes nothing there: KVM gives it an abort, whose vector is not mapped either. */
export function onlyFaults(facts: CpuOnFacts, started: Started, faults: readonly Fault[]): Finding {
	const { call, caller, target } = started;
	const name = facts.name(target);
	const entry = argument(call, 'entry_point_address');
	const pc = faults.at(-1)?.pc;
	const vector = pc === undefined || pc === entry ? '' : `, and then at its exception vector ${hex(pc)}`;
	return {
		...facts.about(call, caller, target, [
			...faults.slice(0, 1).map(({ row }) => ({ row, text: `${name} faults at its entry address` })),
			...faults.slice(1).map(({ row }) => ({ row, text: 'again' })),
		]),
		code: 'PSCI-103',
		severity: 'error',
		cause: `CPU_ON of ${name} succeeded, but ${name} executes nothing: it faults at its entry address${entry === undefined ? '' : ` ${hex(entry)}`}${vector}, over and over.`,
		prints: `CPU${facts.number(call, caller.vm)}: failed to come online`,
		advice:
			'Nothing is mapped there. KVM does not check the entry address, for which the specification has INVALID_ADDRESS: the guest must pass the physical address of its code.',
	};
}

/** Nanoseconds that a target is given to run after CPU_ON; Linux waits five seconds (arch/arm64/kernel/smp.c, 7.2). */
const SOON = 50_000_000n;

export function raced(facts: CpuOnFacts, before: Started, call: RecordedCall, caller: SeenVcpu): Finding {
	return {
		...facts.about(call, caller, before.target, [
			{ row: before.call.rows.site, text: `the first CPU_ON, by ${facts.name(before.caller)}` },
		]),
		code: 'PSCI-106',
		severity: 'error',
		cause: `Two CPU_ONs of ${facts.name(before.target)} both succeeded before it had run: the second entry point and context replaced the first.`,
		advice:
			'Only one may succeed (PSCI has ALREADY_ON and ON_PENDING for the other). Look at who answered: a hypervisor that locks the caller instead of the target does this.',
	};
}

export function neverRan(facts: CpuOnFacts, started: Started): Finding {
	if (started.read >= 0) return readBefore(facts, started);
	const { call, caller, target, reset } = started;
	const name = facts.name(target);
	const evidence: Evidence[] = [];
	if (reset >= 0) evidence.push({ row: reset, text: `KVM carried out ${name}'s reset` });
	const where = whereItBroke(started);
	const soon = endsSoon(facts, call);
	return {
		...facts.about(call, caller, target, evidence),
		code: 'PSCI-103',
		severity: soon ? 'note' : 'error',
		cause: `CPU_ON of ${name} succeeded, but ${name} never ran: ${where}.`,
		prints: `CPU${facts.number(call, caller.vm)}: failed to come online`,
		advice:
			'CPU_ON only queues KVM_REQ_VCPU_RESET and wakes the thread: the VMM must be in KVM_RUN for that vCPU.',
		certainty: soon ? 'possible' : 'deduced',
		...(soon
			? {
					possibilities: [
						{ cause: 'the recording ended too early', toldBy: 'a longer recording' },
						{ cause: where, toldBy: 'the same' },
					],
				}
			: {}),
	};
}

function whereItBroke({ call, target, reset }: Started): string {
	if (reset >= 0) return 'its reset was carried out, but it never entered the guest';
	return target.lastRow > call.rows.site
		? 'its thread did something, but the reset that it owes was never carried out'
		: 'nothing at all happened on its thread: the VMM is not in KVM_RUN for it';
}

/** A recording that ends right after says nothing: the target had no time. */
function endsSoon({ seen: { session } }: CpuOnFacts, call: RecordedCall): boolean {
	const { events, clockUnit } = session.trace;
	return clockUnit === 'ns' && events.time(session.length - 1) - events.time(call.rows.end) < SOON;
}

/** The VMM looked at its registers, and it was not run: that is how a VM is saved, and a test program does it too. */
function readBefore(facts: CpuOnFacts, { call, caller, target, read }: Started): Finding {
	const name = facts.name(target);
	return {
		...facts.about(call, caller, target, [{ row: read, text: `the VMM accesses registers of ${name}` }]),
		code: 'PSCI-501',
		severity: 'warning',
		cause: `CPU_ON of ${name} succeeded, the VMM accessed its registers before it ran, and it does not run after that.`,
		advice: OWED_RESET_ADVICE,
		certainty: 'possible',
		possibilities: [
			{
				code: 'PSCI-501',
				cause: `the VM was saved or moved there, while ${name} owed its reset`,
				toldBy: 'a recording of where it went on; the log of the VMM',
			},
			{
				code: 'PSCI-103',
				cause: `the VMM does not run ${name}`,
				toldBy: '“failed to come online” from the guest; KVM_RUN in a trace of system calls',
			},
			{
				cause: 'a test program looks at what the CPU_ON left, and ends there: nothing is wrong',
				toldBy: 'the name of the process',
			},
		],
	};
}
