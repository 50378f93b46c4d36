// What if: a branch of a session from one of its positions, on the model, with something changed. It begins
// with the machine as it is known to be there; the calls that the guest made behind it are made again, in the
// recorded order, and the answers are the model's. The branch is a simulated session of its own.

import type { KernelProfile } from '../kvm/index.ts';
import { flatten } from '../scenario/code.ts';
import type { Place, Program } from '../scenario/program.ts';
import { goOn, type Run, setUp } from '../scenario/run.ts';
import type { RunStep } from '../scenario/run-step.ts';
import { MAIN } from '../scenario/turn.ts';
import type { Policy } from '../vmm/index.ts';
import { remember } from './branch-origin.ts';
import { branchProgram, callAtHand } from './branch-program.ts';
import { broughtTo, choicesOf, type VmChoices } from './known-vm.ts';
import type { Position } from './position.ts';
import { positionText } from './position-from-text.ts';
import { reached } from './reached.ts';
import type { Session } from './session.ts';
import { SimulatedSession } from './simulated-session.ts';
import { Pace, sliced } from './sliced.ts';
import type { MachineState } from './state.ts';
import { vmAtHand } from './vm-at-hand.ts';

export { allDifferences } from './first-difference.ts';

/** What is different in the branch; nothing: the model alone. */
export interface Changes {
	readonly kernel?: KernelProfile;
	/** as KVM_REG_ARM_PSCI_VERSION: major in [31:16], minor in [15:0] */
	readonly psciVersion?: bigint;
	/** capabilities that the VMM has enabled besides: ARM_SYSTEM_SUSPEND, … */
	readonly capabilities?: readonly string[];
	/** the VMM reacts by itself; what the recorded one did is left out */
	readonly policy?: Policy;
	/** registers of the call at the position that are other than recorded: `{ 1: 0x5n }` is x1 */
	readonly registers?: Readonly<Record<number, bigint>>;
	/** the call at the position never happens */
	readonly withoutCall?: boolean;
	/** a call that the vCPU of this vcpu_id makes first, by HVC */
	readonly newCall?: { readonly vcpu: number; readonly x: readonly bigint[] };
}

/** Throws a RangeError where the changes make no sense at the position; the signal's reason when aborted. */
export async function fork(
	session: Session,
	position: Position,
	changes: Changes,
	signal?: AbortSignal,
): Promise<Session> {
	const choices = (await sliced(choicesOf(session), signal)).find(
		({ vm }) => vm === vmAtHand(session, position.row),
	);
	if (!choices) throw new RangeError('there is no VM to fork');
	checkChanges(session, position, choices, changes);
	const file = `what if, from event ${positionText(session, position)} of ${session.trace.name}`;
	const made = await sliced(branchProgram(session, position, choices, changes, file), signal);
	const start = callAtHand(session, position)?.rows.site ?? position.row;
	const state = await sliced(reached(session, start), signal);
	const program = programOf(session, choices, changes, file, made.statements);
	const run = await runFrom(program, state, start, choices, signal);
	const branch = await sliced(SimulatedSession.of(run, made.text, changes.kernel !== undefined), signal);
	remember(branch, { original: session, from: position, changes, lines: made.lines });
	return branch;
}

function checkChanges(session: Session, position: Position, choices: VmChoices, changes: Changes): void {
	if ((changes.registers || changes.withoutCall) && !callAtHand(session, position))
		throw new RangeError('there is no call at this position to change');
	if (changes.newCall && !choices.vcpuIds.includes(changes.newCall.vcpu))
		throw new RangeError(`there is no vCPU ${changes.newCall.vcpu}`);
}

function programOf(
	session: Session,
	choices: VmChoices,
	changes: Changes,
	file: string,
	statements: Program['statements'],
): Program {
	const place: Place = { file, line: 1, column: 1, endLine: 1, endColumn: file.length + 3 };
	const { profile } = session.kernel;
	// A version that the session's kernel has as its newest was no choice of the VMM.
	const chosen =
		choices.psciVersion === profile.behaviours.psciVersions.at(-1) ? undefined : choices.psciVersion;
	const psciVersion = changes.psciVersion ?? chosen;
	const capabilities = [...new Set([...choices.capabilities, ...(changes.capabilities ?? [])])];
	return {
		file,
		title: file,
		machine: {
			place,
			kernel: (changes.kernel ?? profile).name,
			host: {},
			observe: 'nothing',
			...(changes.policy ? { policy: changes.policy.name } : {}),
			capabilities: capabilities.map((cap) => ({ place, cap, arg0: 0n })),
			filters: [],
			vcpus: choices.vcpuIds.map((id, index) => ({
				place,
				id,
				features: [
					...(choices.psci02 ? (['PSCI_0_2'] as const) : []),
					...(index > 0 ? (['POWER_OFF'] as const) : []),
				],
			})),
			...(psciVersion === undefined ? {} : { psciVersion: { place, value: psciVersion } }),
			deviceTree: { method: 'hvc', compatible: [], functionIds: {} },
			bootEntry: 0n,
			bootX0: 0n,
		},
		statements,
		schedule: { kind: 'text order' },
	};
}

/** Statements that are run before others get their turn. */
const SLICE = 20;

async function runFrom(
	program: Program,
	known: MachineState,
	row: number,
	choices: VmChoices,
	signal: AbortSignal | undefined,
): Promise<Run> {
	const pace = new Pace(signal);
	const { profile, scene, begin, start, steps } = setUp(program, {});
	const vm = broughtTo({ ...start.vm, ranOnce: true }, known, choices);
	const state = { ...start, vm };
	const brought: RunStep = {
		place: program.machine.place,
		text: `the machine as it is known at event ${row}`,
		first: true,
		by: 'set-up',
		task: MAIN,
		operation: undefined,
		answer: undefined,
		decisions: [],
		vmm: [],
		before: start.vm,
		after: vm,
		outcomes: [],
		state,
	};
	// Some statements after the other: behind each of them the run is a value to go on from.
	const of = (count: number) => ({
		program,
		profile,
		scene: { ...scene, main: flatten(program.statements.slice(0, count)) },
		schedule: undefined,
		start: begin,
	});
	let run = goOn(of(0), state, [...steps, brought]);
	for (let count = SLICE; count < program.statements.length + SLICE; count += SLICE) {
		run = goOn(of(count), run.steps.at(-1)?.state ?? state, run.steps);
		if (pace.due) await pace.breathe();
	}
	return { ...run, scene };
}
