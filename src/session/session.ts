// What every session is, recorded or simulated: a table of events, the guest's calls in it, and what is known
// of the machine at each of its positions. Cursor, adapter, panels and findings know sessions only as this.

import type { Decision, RuleId } from '../kvm/index.ts';
import type { Trace } from '../trace/trace.ts';
import type { VmmDecision } from '../vmm/index.ts';
import type { CallTable } from './calls.ts';
import type { ModelledCall } from './modelled-call.ts';
import type { Position } from './position.ts';
import type { ConfiguredMachine, KernelSetting } from './settings.ts';
import type { MachineState, VcpuState } from './state.ts';

export interface Failure {
	readonly row: number;
	readonly expected: string;
	readonly got: string;
	/** the rule that decided what came */
	readonly rule: string | undefined;
}

/** A line that called a program by name; `file`: of another file than the session's own. */
export interface Caller {
	readonly name: string;
	readonly line: number;
	readonly file?: string;
}

/** How the model decides what happens at a row. */
export interface DecidedBy {
	/** in order; several rows may share one list */
	readonly rules: readonly RuleId[];
	/** whether the recording has the same answer; undefined where one side has none */
	readonly agrees: boolean | undefined;
}

export interface Session {
	/** `recorded`: events that happened on a real machine; `simulated`: events that the model made of a scenario. */
	readonly kind: 'recorded' | 'simulated';
	/** The events. Of a simulated session a line is a line of the scenario, and lines may repeat. */
	readonly trace: Trace;
	readonly calls: CallTable;
	/** rows at which plain steps stop, ascending */
	readonly statements: Uint32Array;
	readonly kernel: KernelSetting;
	/** what the launch configuration says of the machine besides */
	readonly configured?: ConfiguredMachine;
	/** Goes up whenever the session has grown or was corrected: what was made of it before is old. */
	readonly generation?: number;
	/** number of events; also the position after the last one */
	readonly length: number;
	/** The vCPUs of all VMs in the order of every state: thread ids count along it. Nothing is known of them yet. */
	readonly vcpus: readonly VcpuState[];
	/** how many VMs ran a guest, and so are shown */
	readonly shownVms: number;
	/** The machine just before the event at `row`; at `length`, after all of them. Never depends on how one got there. */
	stateAt(row: number): MachineState;
	/** What the model makes of a call; undefined where the recording lacks what it would need. */
	modelled(call: number): ModelledCall | undefined;
	/** The model's decisions about what happens at `row`, in order: what one steps into there. */
	decisionsAt(row: number): readonly Decision[];
	/** Makes ready, in slices, what far jumps need (up to a row, where one is given); stops when aborted. */
	warm?(signal: AbortSignal, upTo?: number): Promise<void>;
	/** The same as a pass. */
	warming?(upTo?: number): Generator<number, void>;
	/**
	 * Of a session that can be changed: the session that goes on from `position` with the value at `path` set to what
	 * `text` says. Rejects with what a person should know.
	 */
	setValue?(position: Position, path: string, text: string): Promise<Session>;
	/**
	 * Of a session that takes statements: what they make of it when `selected` (an index into `vcpus`) carries them out
	 * at `position`, or why the text is no statement.
	 */
	carryOut?(
		position: Position,
		selected: number,
		text: string,
	): { readonly branch: Session; readonly result: string } | { readonly problem: string };
	/** Of a branch by statements: up to `row` it is the session that it branched from; they end before `behind`. */
	readonly branch?: { readonly row: number; readonly behind: number } | undefined;
	/** Of a simulated session: what the VMM decided at `row` about the exit before it. */
	vmmDecisionsAt?(row: number): readonly VmmDecision[];
	/** Of a scenario: how many programs by name the row is in, which plain steps pass over. */
	depthAt?(row: number): number;
	/** Of a scenario: the rows of lines that have this label or call a program of this name, ascending. */
	rowsNamed?(name: string): readonly number[];
	/** Of a scenario: who called the program that the row is in, the innermost first. */
	callersAt?(row: number): readonly Caller[];
	/** Of a scenario: what did not come out as expected, ascending by the row at which the statement begins. */
	failures?(): readonly Failure[];
	/** Of a scenario: the statement that the row belongs to says what comes of it, and that came. */
	isExpected?(row: number): boolean;
	/** Of a scenario that gets stuck: who waits for what never comes. */
	readonly ending?: string | undefined;
	/** Of a scenario: its text, as a scenario that does the same. Any other session is converted (to-scenario.ts). */
	asScenario?(): string;
	/**
	 * Tells of each row that has decisions, ascending, what they come to, as `decisionsAt` and `modelled` have it: a pass
	 * over the session, which costs much less than to ask row by row. Yields now and then so that it can be sliced.
	 */
	decided(take: (row: number, by: DecidedBy) => void): Generator<number, void>;
}
