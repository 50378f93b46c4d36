// One recording on its way to a scenario (to-scenario.ts): statements so far, and the model's VM behind them.

import {
	type Answer,
	createVm,
	type FeatureName,
	isStopped,
	MP_STATE,
	type Operation,
	step,
	type Vcpu,
	type Vm,
} from '../kvm/index.ts';
import { encodeCall } from '../psci/call.ts';
import type { Expected } from '../scenario/expectation.ts';
import { templateOf, written } from '../scenario/from-run.ts';
import { setupSteps, withAttributes } from '../scenario/machine-setup.ts';
import { operationText } from '../scenario/print-operation.ts';
import type { Machine, Place, Program, Statement } from '../scenario/program.ts';
import { EventKind } from '../trace/event.ts';
import { KVM_EXIT_HYPERCALL, KVM_EXIT_SYSTEM_EVENT } from './calls.ts';
import { type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import { machineSettings } from './settings.ts';
import type { Converted } from './to-scenario.ts';

/** Kinds that show a guest at work. */
const GUEST: ReadonlySet<EventKind> = new Set([
	EventKind.kvm_entry,
	EventKind.kvm_exit,
	EventKind.kvm_hvc_arm64,
	EventKind.call,
]);

/** HVC32 and SMC32 (arch/arm64/include/asm/esr.h). */
const AARCH32_CLASSES: ReadonlySet<number> = new Set([0x12, 0x13]);

const KVM_01 = 0x95c1ba5e;

/** ARM_SMCCC_HV_PV_TIME_ST: answers where the vCPU's stolen-time record is. */
const PV_TIME_ST = 0xc5000021;

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

	constructor(session: Session, vm: number, first: number, end: number, denied: ReadonlySet<number>) {
		this.#session = session;
		this.#vm = vm;
		this.end = end;
		this.start = this.#firstOfGuest(first);
		this.#ids = (session.trace.vms[vm]?.vcpus ?? []).toSorted((a, b) => a - b);
		this.#machine = this.#machineAt(denied);
		this.#model = createVm(session.kernel.profile, this.#machine.observe);
		for (const { operation } of setupSteps(this.#machine, session.kernel.profile))
			this.#model = step(this.#model, operation).after;
		this.#model = withAttributes(this.#model, this.#machine);
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

	#firstOfGuest(first: number): number {
		const { events } = this.#session.trace;
		for (let row = first; row < this.end; row++)
			if (events.vm(row) === this.#vm && GUEST.has(events.kind(row))) return row;
		return first;
	}

	#machineAt(denied: ReadonlySet<number>): Machine {
		const { kernel } = this.#session;
		const settings = machineSettings(this.#session, this.#vm);
		const place = this.#place(this.start);
		const { forwarded, old, aarch32, records } = this.#seen();
		const usual: FeatureName[] = [
			...(old ? [] : ['PSCI_0_2' as const]),
			...(aarch32 ? ['EL1_32BIT' as const] : []),
		];
		const newest = Number(kernel.profile.behaviours.psciVersions.at(-1) ?? 1n);
		const version = settings.psciVersion.value;
		const capabilities = settings.capabilities.value.map((cap) => ({ place, cap, arg0: 0n }));
		return {
			place,
			kernel: kernel.profile.name,
			host: {},
			observe: 'nothing',
			capabilities,
			filters: [
				...[...forwarded].map((base) => ({ place, base, count: 1, action: 'fwd_to_user' as const })),
				...[...denied].map((base) => ({ place, base, count: 1, action: 'deny' as const })),
			],
			vcpus: this.#ids.map((id, index) => ({
				place,
				id,
				features: index === 0 ? usual : [...usual, 'POWER_OFF' as const],
				...recordOf(records.get(id)),
			})),
			...(old || version === newest ? {} : { psciVersion: { place, value: BigInt(version) } }),
			deviceTree: { method: 'hvc', compatible: [], functionIds: {} },
			bootEntry: 0x40000400n,
			bootX0: 0n,
		};
	}

	/** What the calls of the range say of the machine. */
	#seen() {
		const { calls, trace } = this.#session;
		const forwarded = new Set<number>();
		let old = false;
		let aarch32 = false;
		const records = new Map<number, bigint>();
		for (let n = 0; n < calls.length; n++) {
			const site = calls.site(n);
			if (site < this.start || site >= this.end || trace.events.vm(site) !== this.#vm) continue;
			const rows = calls.at(n);
			if (!rows) continue;
			const last = trace.events.detail(rows.end);
			if (last.kind === 'kvm_userspace_exit' && last.reason === KVM_EXIT_HYPERCALL)
				forwarded.add(rows.functionId);
			if (rows.functionId >= KVM_01 && rows.functionId < KVM_01 + 4) old = true;
			if (rows.functionId === PV_TIME_ST) {
				const ret = rows.ret >= 0 ? trace.events.detail(rows.ret) : undefined;
				const address = ret?.kind === 'ret' ? ret.x[0] : undefined;
				if (address !== undefined && BigInt.asIntN(64, address) >= 0n) records.set(rows.vcpu, address);
			}
			const before = site > 0 ? trace.events.detail(site - 1) : undefined;
			const trap = trace.events.detail(site);
			for (const detail of [trap, before])
				if (detail?.kind === 'kvm_exit' && AARCH32_CLASSES.has(detail.ec ?? -1)) aarch32 = true;
		}
		return { forwarded, old, aarch32, records };
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

	#place(row: number): Place {
		const { trace } = this.#session;
		const line = trace.events.length > 0 ? trace.events.line(Math.min(row, trace.events.length - 1)) : 1;
		return { file: trace.name, line, column: 1, endLine: line, endColumn: 1 };
	}

	/** Adds a statement, and carries it out on the model. */
	#act(operation: Operation, row: number, expect: readonly Expected[]): Answer {
		const template = templateOf(operation);
		const place = this.#place(row);
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
		const { line } = this.#place(row);
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
		const came = outcomeOf(recorded);
		const blocked = 'outcome' in got && got.outcome === 'blocked';
		const caller = step(this.#model, operation).after.vcpus[vcpu];
		if (blocked && caller && !isStopped(caller) && came.result !== undefined) {
			this.#act(operation, row, [{ kind: 'blocked' }]);
			this.#wake(vcpu, row, came.result);
			return;
		}
		const expected = this.#expected(recorded, came, got, caller);
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

	#expected(recorded: RecordedCall, came: Came, got: Answer, caller: Vcpu | undefined) {
		const outcome = 'outcome' in got ? got : undefined;
		if (came.exits) {
			const agrees = outcome?.outcome === 'system_event' || outcome?.outcome === 'hypercall';
			if (outcome?.outcome === 'hypercall') return { agrees, what: [hypercall(outcome.nr, outcome.flags)] };
			const event = this.#session.stateAt(recorded.rows.end + 1).vms.find((v) => v.vm === this.#vm)?.lastExit;
			const known = event && event.row >= recorded.rows.site ? event : undefined;
			const type = known?.type?.value ?? (outcome?.outcome === 'system_event' ? outcome.type : undefined);
			if (type === undefined) return { agrees, what: [] };
			const flags = known?.flags?.value;
			const what: Expected = {
				kind: 'system_event',
				type,
				...(flags === undefined ? {} : { flags: { kind: 'number', value: flags } as const }),
			};
			return { agrees: agrees && outcome?.outcome === 'system_event' && outcome.type === type, what: [what] };
		}
		if (came.result === undefined) return { agrees: outcome?.outcome !== 'error', what: [] };
		// CPU_OFF writes SUCCESS for nobody: its caller sleeps.
		if (outcome?.outcome === 'blocked' && caller && isStopped(caller) && came.result === 0n)
			return { agrees: true, what: [{ kind: 'blocked' } as const] };
		const value = caller?.registers.x[0];
		const agrees = outcome?.outcome === 'return' && value === BigInt.asUintN(64, came.result);
		return { agrees, what: [{ kind: 'result', anyOf: [{ kind: 'number', value: came.result }] } as const] };
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

interface Came {
	readonly exits: boolean;
	/** x0, signed where it is a small negative number; undefined: not known */
	readonly result: bigint | undefined;
}

/** How the call ended, as far as that was recorded or is sure. */
function outcomeOf({ result, goesOn, inferred }: RecordedCall): Came {
	const guess = inferred?.result?.sure ? inferred.result : undefined;
	const exits = goesOn === undefined ? (guess?.exits ?? false) : goesOn === 0;
	const value = result?.value ?? guess?.likely?.value;
	if (exits || value === undefined) return { exits, result: undefined };
	const signed = BigInt.asIntN(64, value);
	return { exits, result: signed < 0n && signed > -64n ? signed : BigInt.asUintN(64, value) };
}

function recordOf(stolenTime: bigint | undefined): { readonly stolenTime?: bigint } {
	return stolenTime === undefined ? {} : { stolenTime };
}

function hypercall(nr: number, flags: number): Expected {
	const number = (value: number) => ({ kind: 'number', value: BigInt(value) }) as const;
	return { kind: 'hypercall', nr: number(nr), flags: number(flags) };
}

function shortList(lines: readonly number[]): string {
	const shown = [...new Set(lines)];
	return shown.length > 5 ? `${shown.slice(0, 5).join(', ')} and ${shown.length - 5} more` : shown.join(', ');
}
