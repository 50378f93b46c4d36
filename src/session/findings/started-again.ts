// A machine that starts again after it asked for its end: whether the VMM looked at the flag that says warm, or
// hibernated. KVM only passes the flag on.

import type { VmmDecision } from '../../vmm/index.ts';
import { callText, type RecordedCall } from '../recorded-call.ts';
import type { Finding, Possibility } from './finding.ts';

type Told = Pick<
	Finding,
	'code' | 'severity' | 'cause' | 'advice' | 'certainty' | 'possibilities' | 'clauses'
>;

/** data[0] bit 0 of both events: KVM_SYSTEM_EVENT_RESET_FLAG_PSCI_RESET2, _SHUTDOWN_FLAG_PSCI_OFF2 */
export const hasFlag = (flags: bigint | undefined) => flags !== undefined && (flags & 1n) !== 0n;

/** Nothing in a recording tells two machines of one process apart where the kernel gives both the same address. */
const ANOTHER: Possibility = {
	cause: 'what starts is another machine, to which the kernel gave the address of this one',
	toldBy: 'the log of the VMM; KVM_CREATE_VM in a trace of system calls',
};

const API = ['kvm-api.system_event'];

/** A vendor's reset (bit 31) may be cold. */
function isWarm(call: RecordedCall | undefined): boolean {
	const type = call?.call?.arguments.find(({ name }) => name === 'reset_type')?.value;
	return type === undefined || BigInt.asUintN(32, type) === 0n;
}

/** What the VMM decided about the event, where the session has that. */
export function ignoredFlag(
	call: RecordedCall | undefined,
	flags: bigint | undefined,
	decisions: readonly VmmDecision[],
): Told | undefined {
	if (!hasFlag(flags)) return undefined;
	if (decisions.some(({ rule }) => rule === 'vmm.restart') && isWarm(call))
		return {
			code: 'PSCI-203',
			severity: 'warning',
			cause: `The VMM restarts cold after ${call ? callText(call) : 'SYSTEM_RESET2'}: it does not look at the RESET2 flag, and main memory is not kept.`,
			advice:
				'On KVM_SYSTEM_EVENT_RESET with the RESET2 flag in data[0] the VMM must look at the type in x1: 0 is a warm reset, which keeps memory.',
			certainty: 'seen',
			clauses: ['SYSTEM_RESET2.warm', ...API],
		};
	if (decisions.some(({ rule }) => rule === 'vmm.power_off'))
		return {
			code: 'PSCI-204',
			severity: 'warning',
			cause: `The VMM takes ${call ? callText(call) : 'SYSTEM_OFF2'} for a power-off: it does not look at the OFF2 flag, so what the guest saved may not be there for the resume, which then boots cold.`,
			advice:
				'On KVM_SYSTEM_EVENT_SHUTDOWN with the OFF2 flag in data[0] the VMM must keep the machine for a resume: the same memory layout and devices.',
			certainty: 'seen',
			clauses: ['SYSTEM_OFF2.use', ...API],
		};
	return undefined;
}

/** What a recording leaves open when the machine runs again. */
export function startedAgain(
	shutdown: boolean,
	call: RecordedCall | undefined,
	flags: bigint | undefined,
): Told | undefined {
	if (shutdown && hasFlag(flags))
		return {
			code: 'PSCI-204',
			severity: 'note',
			cause:
				'The machine starts again after a hibernation: whether as a resume or as any cold boot is not recorded.',
			advice: 'Look whether the guest found its image: “PM: Image not found” says that it did not.',
			certainty: 'possible',
			possibilities: [
				{
					code: 'PSCI-204',
					cause: 'the VMM took it for a power-off, and another machine starts',
					toldBy: 'memory layout and devices of both boots',
				},
				{ cause: 'the VMM kept the machine', toldBy: 'the same' },
			],
			clauses: ['SYSTEM_OFF2.use', ...API],
		};
	if (shutdown)
		return {
			code: 'PSCI-211',
			severity: 'note',
			cause: 'The machine starts again after SYSTEM_OFF: if it had hibernated, the VMM could not know.',
			advice:
				'A guest hibernates by SYSTEM_OFF2 where PSCI_FEATURES has it: PSCI 1.3, so Linux 6.13 or later on the host, and a guest that knows of it.',
			certainty: 'possible',
			possibilities: [
				{
					code: 'PSCI-211',
					cause: 'the guest hibernated, and SYSTEM_OFF2 is not there',
					toldBy: '“PM: hibernation” in the console of the guest',
				},
				{ cause: 'a person switched it off and on', toldBy: 'the same' },
				ANOTHER,
			],
			clauses: ['SYSTEM_OFF.use', 'SYSTEM_OFF2.use'],
		};
	if (!hasFlag(flags) || !isWarm(call)) return undefined;
	return {
		code: 'PSCI-203',
		severity: 'note',
		cause:
			'The machine starts again after SYSTEM_RESET2: whether warm, with its memory kept, is not recorded.',
		advice: 'Look whether what the guest left in memory (pstore, ramoops) is there after the reset.',
		certainty: 'possible',
		possibilities: [
			{
				code: 'PSCI-203',
				cause: 'the VMM did not look at the RESET2 flag, and restarted cold',
				toldBy: 'memory that is cleared; the log of the VMM',
			},
			{ cause: 'the VMM kept the memory', toldBy: 'the same' },
			...(call?.call?.arguments.some(({ value }) => value !== undefined) ? [] : [VENDORS]),
			ANOTHER,
		],
		clauses: ['SYSTEM_RESET2.warm', ...API],
	};
}

const VENDORS: Possibility = {
	cause: "it was a vendor's reset (bit 31 of the type), which may be cold",
	toldBy: 'x1 of the call',
};
