// A scenario's run as a session: the same table of events, calls, statements and states as a recording has,
// made by the model. A session never changes; a statement given live makes another one, which remembers the
// one it branched from.

import type { Decision } from '../kvm/index.ts';
import { branched, calledFrom } from '../scenario/branch.ts';
import { programOfRun } from '../scenario/from-run.ts';
import type { ReadInclude } from '../scenario/language/includes.ts';
import { namedPlaces } from '../scenario/named-places.ts';
import type { Place } from '../scenario/place.ts';
import { printProgram } from '../scenario/print.ts';
import type { Statement } from '../scenario/program.ts';
import type { Run } from '../scenario/run.ts';
import { waitingText } from '../scenario/waiting.ts';
import type { Trace } from '../trace/trace.ts';
import type { VmmDecision } from '../vmm/index.ts';
import { findCalls } from './call-finder.ts';
import type { CallTable } from './calls.ts';
import { settingText, typedStatements, type Written } from './live.ts';
import type { ModelledCall } from './modelled-call.ts';
import type { Position } from './position.ts';
import { callAnchor } from './recorded-call.ts';
import { RowList } from './row-list.ts';
import type { Caller, DecidedBy, Failure, Session } from './session.ts';
import type { KernelSetting } from './settings.ts';
import { SimulatedEvents } from './simulated-events.ts';
import { applyRow } from './simulated-state.ts';
import { simulatedTrace } from './simulated-trace.ts';
import { drained } from './sliced.ts';
import { type MachineState, unknownMachine, type VcpuState } from './state.ts';

/** Rows between two states that are kept: the most that is applied to reach a position. */
const INTERVAL = 64;

/** Where a session left another one: by statements given live before `row`. */
export interface Branch {
	readonly from: SimulatedSession;
	readonly row: number;
	/** the first row behind the statements */
	readonly behind: number;
}

export class SimulatedSession implements Session {
	readonly kind = 'simulated';
	readonly run: Run;
	readonly trace: Trace;
	readonly calls: CallTable;
	readonly statements: Uint32Array;
	readonly kernel: KernelSetting;
	readonly branch: Branch | undefined;
	readonly shownVms = 1;
	readonly #events: SimulatedEvents;
	readonly #written: Written;
	readonly #configured: boolean;
	readonly #kept: MachineState[];
	#named: ReadonlyMap<string, ReadonlySet<Place>> | undefined;

	/** `text`: the scenario's, for whoever shows its lines; `include` reads what it includes. */
	constructor(
		run: Run,
		text: string,
		configured = false,
		branch?: { readonly from: SimulatedSession; readonly steps: number; readonly added: number },
		include: ReadInclude = () => undefined,
		tables: Tables = drained(tablesOf(run, text)),
	) {
		this.run = run;
		this.#written = { text, include };
		this.#configured = configured;
		this.kernel = {
			profile: run.profile,
			origin: configured
				? 'launch configuration'
				: run.program.machine.kernel === undefined
					? 'default'
					: 'recorded',
		};
		this.#events = tables.events;
		this.trace = tables.trace;
		this.calls = tables.calls;
		this.statements = tables.statements;
		this.branch = branch && {
			from: branch.from,
			row: this.#events.firstRowOfStep(branch.steps),
			behind: this.#events.firstRowOfStep(branch.steps + branch.added),
		};
		this.#kept = [unknownMachine([{ vm: 0, vcpus: this.trace.vms[0]?.vcpus ?? [] }])];
	}

	/** The same as the constructor makes; yields now and then so that a long run can be taken in slices. */
	static *of(run: Run, text: string, configured: boolean): Generator<number, SimulatedSession> {
		return new SimulatedSession(run, text, configured, undefined, undefined, yield* tablesOf(run, text));
	}

	get length(): number {
		return this.#events.length;
	}

	get vcpus(): readonly VcpuState[] {
		return this.#kept[0]?.vcpus ?? [];
	}

	stateAt(row: number): MachineState {
		const target = Math.max(0, Math.min(row, this.length));
		let k = Math.min(Math.floor(target / INTERVAL), this.#kept.length - 1);
		let state = this.#kept[k];
		while (!state && k > 0) state = this.#kept[--k];
		if (!state) throw new Error('the state before the first row is always there');
		for (let at = k * INTERVAL; at < target; at++) {
			if (at % INTERVAL === 0) this.#kept[at / INTERVAL] ??= state;
			state = applyRow(state, this.#events, this.calls, at);
		}
		return state;
	}

	modelled(call: number): ModelledCall | undefined {
		const rows = this.calls.at(call);
		if (!rows) return undefined;
		const ret = rows.ret >= 0 ? this.#events.detail(rows.ret) : undefined;
		const goesOn = ret?.kind === 'ret' && ret.ret !== 0;
		return {
			decisions: this.decisionsAt(callAnchor(rows)),
			x0: goesOn ? ret.x[0] : undefined,
			agrees: undefined,
			assumed: [],
		};
	}

	failures(): readonly Failure[] {
		const found: Failure[] = [];
		let begins = 0;
		this.run.steps.forEach(({ first, outcomes }, n) => {
			if (first) begins = n;
			for (const { met, expected, got, rule } of outcomes)
				if (!met) found.push({ row: this.#events.firstRowOfStep(begins), expected, got, rule });
		});
		for (const waiting of this.run.waiting) {
			const row = this.statements.findLast((at) => this.#events.place(at) === waiting.place);
			const got = waitingText(waiting);
			found.push({
				row: row ?? Math.max(0, this.length - 1),
				expected: 'that it goes on',
				got,
				rule: undefined,
			});
		}
		return found.sort((a, b) => a.row - b.row);
	}

	isExpected(row: number): boolean {
		const { steps } = this.run;
		const from = this.stepsBefore(row);
		const next = steps.findIndex(({ first }, n) => n > from && first);
		const outcomes = steps.slice(from, next < 0 ? undefined : next).flatMap((step) => step.outcomes);
		return outcomes.length > 0 && outcomes.every(({ met }) => met);
	}

	/** Who is left waiting at the end. */
	get ending(): string | undefined {
		return this.run.waiting.map(waitingText).join('; ') || undefined;
	}

	/** As it was written, unless statements given live are part of it. */
	asScenario(): string {
		return this.branch ? printProgram(programOfRun(this.run)) : this.#written.text;
	}

	decisionsAt(row: number): readonly Decision[] {
		return row < this.length ? this.#events.decisions(row) : [];
	}

	*decided(take: (row: number, by: DecidedBy) => void): Generator<number, void> {
		for (let row = 0; row < this.length; row++) {
			if (row % 256 === 255) yield row;
			const rules = this.#events.decisions(row).map(({ rule }) => rule);
			if (rules.length > 0) take(row, { rules, agrees: undefined });
		}
	}

	/** How many programs by name the row is in. */
	depthAt(row: number): number {
		return row < this.length ? callersOf(this.#events.place(row)).length : 0;
	}

	/** The lines that called the program that the row is in, the innermost first. */
	callersAt(row: number): readonly Caller[] {
		if (row >= this.length) return [];
		const { file: own } = this.run.program;
		return callersOf(this.#events.place(row)).map((place) => ({
			name: this.#events.useAt(place),
			line: place.line,
			...(place.file === own ? {} : { file: place.file }),
		}));
	}

	/** Where a line with this label, or one that calls a program of this name, begins; ascending. */
	rowsNamed(name: string): readonly number[] {
		this.#named ??= namedPlaces(this.run.program.statements);
		const places = this.#named.get(name);
		if (!places) return [];
		return Array.from(this.statements).filter((row) => places.has(this.#events.place(row)));
	}

	/** The statement behind a row: in the scenario, or in a library program that it called. */
	placeAt(row: number): Place | undefined {
		return row < this.length ? this.#events.place(row) : undefined;
	}

	/**
	 * The session in which these statements are carried out before `row`, and the rest of the scenario runs on
	 * from there. Up to `row` it is this one, so that stepping back over them is to return to `branch.from`.
	 */
	append(row: number, statements: readonly Statement[]): SimulatedSession {
		const steps = this.stepsBefore(row);
		const at = this.#events.firstRowOfStep(steps);
		const here = this.placeAt(Math.min(at, this.length - 1));
		const { run, added } = branched(
			this.run,
			steps,
			here ? statements.map((s) => calledFrom(s, here)) : statements,
		);
		const { text, include } = this.#written;
		return new SimulatedSession(run, text, this.#configured, { from: this, steps, added }, include);
	}

	carryOut(
		position: Position,
		selected: number,
		text: string,
	): { branch: Session; result: string } | { problem: string } {
		const typed = typedStatements(this.run.program, this.#indexOf(selected), text, this.#written);
		if ('problem' in typed) return typed;
		const branch = this.append(position.row, typed.statements);
		const { row = 0, behind = 0 } = branch.branch ?? {};
		const said: string[] = [];
		for (let at = row; at < behind; at++)
			if (branch.#events.beginsStatement(at)) said.push(branch.#events.resultOf(at));
		return { branch, result: said.filter(Boolean).join('\n') };
	}

	async setValue(position: Position, path: string, text: string): Promise<Session> {
		const vcpu = this.#events.vcpu(Math.min(position.row, this.length - 1));
		const selected = Math.max(
			0,
			this.vcpus.findIndex(({ vm, id }) => vm === 0 && id === vcpu),
		);
		const ids = (this.run.steps.at(-1)?.after.vcpus ?? []).map(({ id }) => id);
		const statement = settingText(path, text, { ids, selected: this.#indexOf(selected) });
		const made = this.carryOut(position, selected, statement);
		if ('problem' in made) throw new Error(made.problem);
		return made.branch;
	}

	/** The position in the VM of a vCPU that is told by its place in the order of ids. */
	#indexOf(selected: number): number {
		const id = this.vcpus[selected]?.id;
		const last = this.run.steps.at(-1)?.after.vcpus ?? [];
		return last.find((v) => v.id === id)?.index ?? 0;
	}

	vmmDecisionsAt(row: number): readonly VmmDecision[] {
		return row < this.length && this.#events.row(row).vmm ? this.#events.step(row).vmm : [];
	}

	/** How many steps of the run lie before `row`; statements are not cut in two. */
	stepsBefore(row: number): number {
		let at = Math.min(row, this.length);
		while (at > 0 && at < this.length && !this.#events.beginsStatement(at)) at--;
		return at < this.length ? this.#events.row(at).step : this.run.steps.length;
	}
}

interface Tables {
	readonly events: SimulatedEvents;
	readonly trace: Trace;
	readonly calls: CallTable;
	readonly statements: Uint32Array;
}

function* tablesOf(run: Run, text: string): Generator<number, Tables> {
	const events = yield* SimulatedEvents.of(run);
	const trace = simulatedTrace(run, events, text);
	const statements = new RowList();
	for (let row = 0; row < events.length; row++) {
		if (row % 1024 === 1023) yield row;
		if (events.beginsStatement(row)) statements.push(row);
	}
	return { events, trace, calls: yield* findCalls(trace), statements: statements.rows };
}

function callersOf(place: Place): Place[] {
	const callers: Place[] = [];
	for (let at = place.caller; at; at = at.caller) callers.push(at);
	return callers;
}
