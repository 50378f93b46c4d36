// The program of a what-if branch: the guests' calls that a session has behind a position, in their order, and
// what the VMM did between them, as statements of a scenario for one VM. A call whose vCPU is off in the branch
// is not made there.

import { MP_STATE } from '../kvm/index.ts';
import type { Statement } from '../scenario/program.ts';
import { EventKind } from '../trace/event.ts';
import { trapOf, type VmChoices } from './known-vm.ts';
import { type Position, positionCode } from './position.ts';
import { callText, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import type { Changes } from './what-if.ts';

export interface BranchProgram {
	readonly statements: readonly Statement[];
	/** the branch's text: what it is, then one line for each statement */
	readonly text: string;
	/** 1-based line of the branch by call of the original */
	readonly lines: ReadonlyMap<number, number>;
}

/** More calls than this are not followed: a branch is looked at near its fork. */
const MOST_CALLS = 2000;

export function* branchProgram(
	session: Session,
	from: Position,
	choices: VmChoices,
	changes: Changes,
	file: string,
): Generator<number, BranchProgram> {
	const text = [`# ${file}`];
	const statements: Statement[] = [];
	const lines = new Map<number, number>();
	const { events } = session.trace;
	const add = (words: string, of: (place: Statement['place']) => Statement) => {
		text.push(words);
		const line = text.length;
		statements.push(of({ file, line, column: 1, endLine: line, endColumn: words.length + 1 }));
	};
	const guestCall = (
		vcpu: number,
		conduit: 'hvc' | 'smc',
		imm: number,
		x: readonly bigint[],
		words: string,
	) =>
		add(words, (place) => ({
			kind: 'if',
			place,
			condition: { kind: 'not', condition: { kind: 'state', vcpu, state: MP_STATE.STOPPED } },
			body: [
				{
					kind: 'operation',
					place,
					operation: { op: 'call', vcpu, isa: 'a64', conduit, imm, x: x.map(number) },
					text: words,
					expect: [],
				},
			],
			otherwise: [],
		}));
	const { newCall } = changes;
	if (newCall) {
		const words = `vCPU ${newCall.vcpu}: a call that never happened`;
		guestCall(choices.vcpuIds.indexOf(newCall.vcpu), 'hvc', 0, newCall.x, words);
	}
	const atHand = callAtHand(session, from);
	for (let row = atHand?.rows.site ?? from.row; row < session.length && lines.size < MOST_CALLS; row++) {
		if (row % 256 === 255) yield row;
		if (events.vm(row) !== choices.vm) continue;
		const vcpu = choices.vcpuIds.indexOf(events.vcpu(row));
		if (vcpu < 0) continue;
		const index = session.calls.around(choices.vm, events.vcpu(row), row);
		const call = recordedCall(session, index);
		const trap = call?.rows.site === row ? trapOf(session, call) : undefined;
		if (call && trap) {
			const changed = index === atHand?.index ? changes.registers : undefined;
			if (index === atHand?.index && changes.withoutCall) continue;
			const x = trap.x.map((value, n) => changed?.[n] ?? value ?? 0n);
			guestCall(vcpu, trap.conduit, trap.imm, x, `vCPU ${call.rows.vcpu}: ${callText(call)}`);
			lines.set(index, text.length);
		}
		if (changes.policy || positionCode({ row, decision: 0 }) < positionCode(from)) continue;
		if (events.kind(row) === EventKind.set_mp_state) {
			const detail = events.detail(row);
			const state = detail.kind === 'set_mp_state' ? detail.state : 0;
			const words = `VMM: mp_state of vCPU ${events.vcpu(row)} = ${state}`;
			const operation = { op: 'set_mp_state', vcpu, state } as const;
			add(words, (place) => ({ kind: 'operation', place, operation, text: words, expect: [] }));
		} else if (events.kind(row) === EventKind.reset) {
			const detail = events.detail(row);
			if (detail.kind !== 'reset' || detail.pending) continue;
			const words = `VMM: KVM_ARM_VCPU_INIT of vCPU ${events.vcpu(row)}`;
			const features = [
				...(choices.psci02 ? (['PSCI_0_2'] as const) : []),
				...(vcpu > 0 ? (['POWER_OFF'] as const) : []),
			];
			const operation = { op: 'vcpu_init', vcpu, features } as const;
			add(words, (place) => ({ kind: 'operation', place, operation, text: words, expect: [] }));
		}
	}
	return { statements, text: text.join('\n'), lines };
}

const number = (value: bigint) => ({ kind: 'number', value }) as const;

/** The call that the position is in, or that begins there. */
export function callAtHand(session: Session, { row }: Position) {
	if (row >= session.length) return undefined;
	const { events } = session.trace;
	return recordedCall(session, session.calls.around(events.vm(row), events.vcpu(row), row));
}
