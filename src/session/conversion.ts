// One recording on its way to a scenario (to-scenario.ts): statements so far, and the model's VM behind them.

import { type Answer, createVm, isStopped, MP_STATE, type Operation, step, type Vm } from '../kvm/index.ts';
import { encodeCall } from '../psci/call.ts';
import type { Expected } from '../scenario/expectation.ts';
import { templateOf, written } from '../scenario/from-run.ts';
import { setupSteps, withAttributes } from '../scenario/machine-setup.ts';
import { operationText } from '../scenario/print-operation.ts';
import type { Machine, Program, Statement } from '../scenario/program.ts';
import { KVM_EXIT_SYSTEM_EVENT } from './calls.ts';
import { type GuestRange, placeOf, vcpuIds } from './conversion-machine.ts';
import { type Came, cameOf, expectedOf } from './expected-answer.ts';
import { type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';

export interface Converted {
	readonly program: Program;
	/** what the recording did not show, or the model does otherwise: for the head of the text */
	readonly notes: readonly string[];
	/** guest calls, and those whose answer on the model is the recorded one */
	readonly calls: number;
	readonly agreeing: number;
}

export class Conversion {
	/** row of the guest's first event: what comes before it is the machine's set-up */
	readonly start: number;
	readonly end: number;
	calls = 0;
	readonly #session: Session;
	readonly #vm: number;
	/** vcpu_ids by position */
	readonly #ids: readonly number[];
	readonly #machine: Machine;
	readonly #statements: Statement[] = [];
	readonly #notes = new Map<string, number[]>();
	/** answers of each function: whether all were refusals that the model does not give */
	readonly #refused = new Map<number, boolean>();
	#agreeing = 0;
	#model: Vm;

	constructor(session: Session, { vm, start, end }: GuestRange, machine: Machine) {
		this.#session = session;
		this.#vm = vm;
		this.start = start;
		this.end = end;
		this.#ids = vcpuIds(session, vm);
		this.#machine = machine;
		this.#model = createVm(session.kernel.profile, machine.observe);
		for (const { operation } of setupSteps(machine, session.kernel.profile))
			this.#model = step(this.#model, operation).after;
		this.#model = withAttributes(this.#model, machine);
		this.#statesAtStart();
	}

	/** Takes up one row. */
	event(row: number): void {
		const { events } = this.#session.trace;
		if (events.vm(row) !== this.#vm) return;
		const vcpu = this.#ids.indexOf(events.vcpu(row));
		if (vcpu < 0) return;
		const call = this.#session.calls.around(this.#vm, events.vcpu(row), row);
		if (call >= 0 && this.#session.calls.site(call) === row) {
			const recorded = recordedCall(this.#session, call);
			if (recorded) this.#call(recorded, vcpu, row);
			return;
		}
		const detail = events.detail(row);
		if (detail.kind === 'set_mp_state')
			this.#act({ op: 'set_mp_state', vcpu, state: detail.state }, row, [{ kind: 'returned', r: 0 }]);
		else if (detail.kind === 'reset' && !detail.pending)
			this.#act({ op: 'vcpu_init', vcpu, features: this.#machine.vcpus[vcpu]?.features ?? [] }, row, [
				{ kind: 'returned', r: 0 },
			]);
		else if (detail.kind === 'kvm_userspace_exit' && detail.reason === KVM_EXIT_SYSTEM_EVENT && call < 0)
			this.#wakeup(vcpu, row);
		else if (detail.kind === 'set_fw_reg')
			this.#note('a firmware register was written while the guest ran; its value was not recorded', row);
	}

	result(cut: boolean): Converted & { readonly denied: ReadonlySet<number> } {
		const { trace } = this.#session;
		const name = trace.name.split(/[\\/]/).at(-1) ?? trace.name;
		const denied = new Set([...this.#refused].filter(([, always]) => always).map(([id]) => id));
		const first =
			trace.events.length > 0 ? trace.events.line(Math.min(this.start, trace.events.length - 1)) : 1;
		const program: Program = {
			file: name.replace(/(\.[a-z]+)*$/i, '.psci'),
			title: `from ${name}`,
			machine: this.#machine,
			statements: this.#statements,
			schedule: { kind: 'text order' },
		};
		const notes = [
			`Made of ${name}, from line ${first} on: ${this.calls} guest calls, ${this.#agreeing} answered by the model as recorded.`,
			...(cut ? [`Cut after ${this.calls} calls.`] : []),
			...[...this.#notes].map(([text, lines]) => `${text} (line ${shortList(lines)})`),
		];
		return { program, notes, calls: this.calls, agreeing: this.#agreeing, denied };
	}

	/** The states that the machine's set-up does not give of itself. */
	#statesAtStart(): void {
		const state = this.#session.stateAt(this.start);
		this.#ids.forEach((id, vcpu) => {
			const known = state.vcpus.find((v) => v.vm === this.#vm && v.id === id);
			const wanted = known?.mpState?.value;
			if (wanted !== undefined && wanted !== this.#model.vcpus[vcpu]?.mpState)
				this.#act({ op: 'set_mp_state', vcpu, state: wanted }, this.start, []);
			if (known?.resetState?.value.reset)
				this.#note(`vCPU ${id} owes a reset from a CPU_ON before the range, which is left out`, this.start);
		});
	}

	/** Adds a statement, and carries it out on the model. */
	#act(operation: Operation, row: number, expect: readonly Expected[]): Answer {
		const template = templateOf(operation);
		const place = placeOf(this.#session, row);
		this.#statements.push({
			kind: 'operation',
			place,
			operation: template,
			text: operationText(template),
			expect: expect.map((what) => written(place, what, template)),
		});
		const made = step(this.#model, operation);
		this.#model = made.after;
		return made.got;
	}

	#note(text: string, row: number): void {
		const { line } = placeOf(this.#session, row);
		const lines = this.#notes.get(text);
		if (lines) lines.push(line);
		else this.#notes.set(text, [line]);
	}

	#call(recorded: RecordedCall, vcpu: number, row: number): void {
		this.calls++;
		const x = this.#registers(recorded, row);
		this.#runnable(vcpu, row);
		const thirtyTwo = this.#machine.vcpus[vcpu]?.features.includes('EL1_32BIT') ?? false;
		const site = this.#session.trace.events.detail(recorded.rows.site);
		const operation: Operation = {
			op: 'call',
			vcpu,
			isa: thirtyTwo ? 'a32' : 'a64',
			conduit: recorded.conduit === 'SMC' ? 'smc' : 'hvc',
			imm: site.kind === 'kvm_hvc_arm64' && (site.imm === 1n || site.imm === 0xffffn) ? Number(site.imm) : 0,
			x,
		};
		const { got } = step(this.#model, operation);
		const came = cameOf(recorded);
		const blocked = 'outcome' in got && got.outcome === 'blocked';
		const caller = step(this.#model, operation).after.vcpus[vcpu];
		if (blocked && caller && !isStopped(caller) && came.result !== undefined) {
			this.#act(operation, row, [{ kind: 'blocked' }]);
			this.#wake(vcpu, row, came.result);
			return;
		}
		const expected = expectedOf(this.#session, recorded, came, got, caller);
		this.#act(operation, row, expected.what);
		if (expected.agrees) this.#agreeing++;
		else this.#differs(recorded, came, row);
		const id = recorded.rows.functionId;
		const refusal = !expected.agrees && came.result === NOT_SUPPORTED;
		this.#refused.set(id, refusal && (this.#refused.get(id) ?? true));
	}

	/** The interrupt that ends a wait; which one it was, and when exactly, a recording does not say. */
	#wake(vcpu: number, row: number, result: bigint): void {
		this.#act({ op: 'irq', vcpu, line: 'irq', level: 1 }, row, []);
		const got = this.#act({ op: 'run', vcpu }, row, [
			{ kind: 'result', anyOf: [{ kind: 'number', value: result }] },
		]);
		this.#act({ op: 'irq', vcpu, line: 'irq', level: 0 }, row, []);
		if ('outcome' in got && got.outcome === 'return') this.#agreeing++;
	}

	/** A suspended vCPU whose run ended with a system event has been woken. */
	#wakeup(vcpu: number, row: number): void {
		if (this.#model.vcpus[vcpu]?.mpState !== MP_STATE.SUSPENDED) return;
		this.#act({ op: 'irq', vcpu, line: 'irq', level: 1 }, row, []);
		this.#act({ op: 'run', vcpu }, row, [{ kind: 'system_event', type: 4 }]);
		this.#act({ op: 'irq', vcpu, line: 'irq', level: 0 }, row, []);
	}

	/** Who calls is on: what made it so may be missing in the recording. */
	#runnable(vcpu: number, row: number): void {
		const state = this.#model.vcpus[vcpu]?.mpState;
		if (state === MP_STATE.RUNNABLE) return;
		this.#note(`vCPU ${this.#ids[vcpu]} runs although nothing recorded made it RUNNABLE`, row);
		this.#act({ op: 'set_mp_state', vcpu, state: MP_STATE.RUNNABLE }, row, []);
	}

	#registers(recorded: RecordedCall, row: number): readonly bigint[] {
		const call = recorded.inferred?.call ?? recorded.call;
		// What the function does not take says nothing; of an unknown one nobody can tell.
		const x = call ? encodeCall(call.fn ? { ...call, unused: [] } : call) : [];
		if (x.length === 0 || x.some((value) => value === undefined))
			this.#note('arguments that were not recorded are 0', row);
		return x.map((value) => value ?? 0n);
	}

	#differs({ call }: RecordedCall, came: Came, row: number): void {
		const answer = came.exits
			? 'an exit'
			: came.result === undefined
				? 'an answer not recorded'
				: `${came.result}`;
		this.#note(`${call?.name ?? 'a call'}: recorded ${answer}, which the model does not give`, row);
	}
}

const NOT_SUPPORTED = -1n;

function shortList(lines: readonly number[]): string {
	const shown = [...new Set(lines)];
	return shown.length > 5 ? `${shown.slice(0, 5).join(', ')} and ${shown.length - 5} more` : shown.join(', ');
}
