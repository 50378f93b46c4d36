// The event table of a run: kinds and places as columns, details made from the run's steps when looked at.

import type { Decision, Operation } from '../kvm/index.ts';
import { CONSOLE } from '../scenario/branch.ts';
import { answerText, exitText } from '../scenario/check.ts';
import type { Place } from '../scenario/place.ts';
import type { Program } from '../scenario/program.ts';
import type { Run } from '../scenario/run.ts';
import type { RunStep } from '../scenario/run-step.ts';
import { type EventDetail, EventKind } from '../trace/event.ts';
import type { Attribution, EventTable } from '../trace/trace.ts';
import { fwRegisterId } from './kvm-names.ts';
import { rowsOf, type SimulatedRow } from './simulated-rows.ts';

/** More than the files and calls that lead from one to another. */
const MOST_FILES = 200;

/** Thread 0 is the VMM's own; the vCPUs' threads follow in the order of their creation. */
export const VMM_THREAD = 0;

export class SimulatedEvents implements EventTable {
	readonly length: number;
	readonly #rows: readonly SimulatedRow[];
	readonly #steps: readonly RunStep[];
	readonly #file: string;
	readonly #includes: Program['includes'];
	readonly #uses: ReadonlyMap<Place, string>;
	/** lines that have rows, ascending, and the first row of each */
	#lines = new Uint32Array();
	#firsts = new Uint32Array();

	private constructor({ steps, program }: Run, rows: readonly SimulatedRow[]) {
		this.#steps = steps;
		this.#file = program.file;
		this.#includes = program.includes;
		const looks = steps.filter(({ operation }) => !operation);
		this.#uses = new Map(looks.map(({ place, text }) => [place, text]));
		this.#rows = rows;
		this.length = rows.length;
	}

	/** Yields now and then so that a long run can be taken in slices. */
	static *of(run: Run): Generator<number, SimulatedEvents> {
		const rows: SimulatedRow[] = [];
		for (const [n, step] of run.steps.entries()) {
			if (n % 256 === 255) yield n;
			rows.push(...rowsOf(step, n));
		}
		const events = new SimulatedEvents(run, rows);
		const firsts = new Map<number, number>();
		for (let row = 0; row < rows.length; row++) {
			if (row % 1024 === 1023) yield row;
			const line = events.line(row);
			if (!firsts.has(line)) firsts.set(line, row);
		}
		const lines = [...firsts].sort(([a], [b]) => a - b);
		events.#lines = Uint32Array.from(lines, ([line]) => line);
		events.#firsts = Uint32Array.from(lines, ([, row]) => row);
		return events;
	}

	row(row: number): SimulatedRow {
		const found = this.#rows[row];
		if (!found) throw new RangeError(`no row ${row} in a table of ${this.length}`);
		return found;
	}

	step(row: number): RunStep {
		const step = this.#steps[this.row(row).step];
		if (!step) throw new RangeError(`row ${row} is of no step`);
		return step;
	}

	/** Of the first step that has `steps` before it; the table's length where there is none. */
	firstRowOfStep(steps: number): number {
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#rows[middle]?.step ?? 0) < steps) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** The last row of its step: the VM is then as the step left it. */
	endsStep(row: number): boolean {
		return this.#rows[row + 1]?.step !== this.row(row).step;
	}

	/** The first row of a statement: where a plain step stops. */
	beginsStatement(row: number): boolean {
		return this.step(row).first && this.#rows[row - 1]?.step !== this.row(row).step;
	}

	/** What the statement that begins at `row` came to, in words. */
	resultOf(row: number): string {
		const from = this.row(row).step;
		let last = this.#steps[from];
		for (let n = from + 1; n < this.#steps.length && this.#steps[n]?.first === false; n++)
			if (this.#steps[n]?.by === 'statement') last = this.#steps[n];
		const detail = last && operationDetail(last);
		return detail?.kind === 'operation' ? detail.result : '';
	}

	decisions(row: number): readonly Decision[] {
		const { from, to } = this.row(row);
		return this.step(row).decisions.slice(from, to);
	}

	kind(row: number): EventKind {
		return this.row(row).kind;
	}

	/** There is no clock: events are counted, from 1 as people count. */
	time(row: number): bigint {
		return BigInt(this.row(row) ? row + 1 : 0);
	}

	cpu(): number {
		return 0;
	}

	thread(row: number): number {
		const { operation } = this.step(row);
		const runs = operation?.op === 'call' || operation?.op === 'run' || operation?.op === 'run_immediate';
		return runs && !this.row(row).vmm ? 1 + operation.vcpu : VMM_THREAD;
	}

	vm(): number {
		return 0;
	}

	vcpu(row: number): number {
		const { operation, after, vcpu = -1 } = this.step(row);
		return after.vcpus[operation && 'vcpu' in operation ? operation.vcpu : vcpu]?.id ?? -1;
	}

	attribution(row: number): Attribution {
		return this.vcpu(row) < 0 ? 'none' : 'event';
	}

	/** Of the scenario's own text: of another one, the line that calls or includes it. */
	line(row: number): number {
		let place = this.place(row);
		for (let n = 0; place.file !== this.#file && n < MOST_FILES; n++)
			place = place.caller ?? this.#includes?.get(place.file) ?? place;
		return place.line;
	}

	/** What was typed at a stop stands where one stood. */
	place(row: number): Place {
		const { place } = this.step(row);
		return place.file === CONSOLE && place.caller ? place.caller : place;
	}

	/** The text of the statement at this place that called a program. */
	useAt(place: Place): string {
		return this.#uses.get(place) ?? '';
	}

	rowAtOrAfterLine(line: number): number {
		let low = 0;
		let high = this.#lines.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((this.#lines[middle] ?? 0) < line) low = middle + 1;
			else high = middle;
		}
		return this.#firsts[low] ?? this.length;
	}

	detail(row: number): EventDetail {
		const { kind, from, vmm } = this.row(row);
		const step = this.step(row);
		const { operation, answer } = step;
		const vcpu = operation && 'vcpu' in operation ? operation.vcpu : -1;
		const at = registersAt(step, vcpu, from);
		switch (kind) {
			case EventKind.kvm_entry:
				return { kind: 'kvm_entry', pc: at.pc };
			case EventKind.kvm_hvc_arm64: {
				const trapped = registersAt(step, vcpu, this.row(row).to);
				return { kind: 'kvm_hvc_arm64', pc: trapped.pc, r0: trapped.x[0] ?? 0n, imm: BigInt(immOf(step)) };
			}
			case EventKind.kvm_exit:
				return {
					kind: 'kvm_exit',
					code: 'TRAP',
					// SMC64, SMC32 (arch/arm64/include/asm/esr.h)
					...(isA32(operation) ? { ec: 0x13, ecName: 'SMC32' } : { ec: 0x17, ecName: 'SMC64' }),
					pc: registersAt(step, vcpu, this.row(row).to).pc,
				};
			case EventKind.kvm_wfx_arm64:
				return { kind: 'kvm_wfx_arm64', instruction: 'wfi', pc: at.pc };
			case EventKind.call:
				return { kind: 'call', vcpu: this.vcpu(row), pc: at.pc, x: at.x };
			case EventKind.ret: {
				const leaves =
					answer !== undefined &&
					'outcome' in answer &&
					(answer.outcome === 'system_event' || answer.outcome === 'hypercall');
				return { kind: 'ret', vcpu: this.vcpu(row), ret: leaves ? 0 : 1, x: at.x };
			}
			case EventKind.kvm_userspace_exit:
				return userspaceExit(step);
			case EventKind.reset:
				return { kind: 'reset', vcpu: this.vcpu(row), ...resetDetail(step, from) };
			case EventKind.set_mp_state:
				return {
					kind: 'set_mp_state',
					vcpu: this.vcpu(row),
					state: operation?.op === 'set_mp_state' ? operation.state : 0,
				};
			case EventKind.set_fw_reg:
				return { kind: 'set_fw_reg', id: operation?.op === 'set_reg' ? fwRegisterId(operation.reg) : 0n };
			default:
				return vmm ? vmmDetail(step) : operationDetail(step);
		}
	}
}

/** x0..x3 and pc of a vCPU before the nth decision of a step, by the effects of those before it. */
export function registersAt(
	{ before, decisions }: Pick<RunStep, 'before' | 'decisions'>,
	vcpu: number,
	upTo: number,
): { readonly pc: bigint; readonly x: readonly bigint[] } {
	const registers = before.vcpus[vcpu]?.registers;
	const x = registers?.x.slice(0, 4) ?? [];
	let pc = registers?.pc ?? 0n;
	for (const { effects } of decisions.slice(0, upTo))
		for (const { vcpu: whose, field, after } of effects) {
			if (whose !== vcpu || typeof after !== 'bigint') continue;
			if (field === 'pc') pc = after;
			else if (/^x[0-3]$/.test(field)) x[Number(field[1])] = after;
		}
	return { pc, x };
}

function isA32(operation: Operation | undefined): boolean {
	return operation?.op === 'call' && operation.isa === 'a32';
}

function immOf({ operation, decisions }: RunStep): number {
	if (operation?.op === 'call') return operation.imm;
	const looked = decisions.find(({ rule }) => rule === 'hvc.any_immediate')?.looked;
	return Number(looked?.find(({ name }) => name === 'imm')?.value ?? 0);
}

/** As the kernel prints the event: the exit's reason, or the errno (include/trace/events/kvm.h). */
function userspaceExit({ answer }: RunStep): EventDetail {
	const kind = 'kvm_userspace_exit';
	if (answer && 'outcome' in answer) {
		if (answer.outcome === 'system_event') return { kind, reason: 24, reasonName: 'KVM_EXIT_SYSTEM_EVENT' };
		if (answer.outcome === 'hypercall') return { kind, reason: 3, reasonName: 'KVM_EXIT_HYPERCALL' };
		if (answer.outcome === 'error')
			return { kind, reason: answer.errno, reasonName: answer.errno === 4 ? 'restart' : 'error' };
	}
	return { kind, reason: 0, reasonName: 'KVM_EXIT_UNKNOWN' };
}

function resetDetail({ operation, decisions }: RunStep, from: number) {
	if (operation?.op === 'vcpu_init') return { pending: false, pc: 0n, r0: 0n, be: false };
	const looked = decisions.slice(from).find(({ rule }) => rule.startsWith('reset.'))?.looked ?? [];
	const of = (name: string) => looked.find((one) => one.name === name)?.value;
	const number = (value: unknown) => (typeof value === 'bigint' ? value : 0n);
	return { pending: true, pc: number(of('pc')), r0: number(of('r0')), be: of('be') === true };
}

function operationDetail({ by, operation, text, answer, outcomes, after }: RunStep): EventDetail {
	const vcpu = operation && 'vcpu' in operation ? after.vcpus[operation.vcpu] : undefined;
	const failed = outcomes.find(({ met }) => !met);
	const result = failed
		? `expected ${failed.expected}, got ${failed.got}`
		: answer
			? answerText(answer, vcpu?.registers.x[0])
			: outcomes.length > 0
				? 'as expected'
				: '';
	// What a VMM does about an exit is not what the statement says that led to it.
	const said = by === 'policy' && operation ? policyText(operation) : text;
	return { kind: 'operation', op: operation?.op ?? 'statement', text: said, result };
}

function policyText(operation: Operation): string {
	if (operation.op !== 'set_reg') return `VMM: ${operation.op}`;
	return `VMM sets ${operation.reg} to 0x${operation.value.toString(16)}`;
}

function vmmDetail({ vmm, answer }: RunStep): EventDetail {
	const exit =
		answer && 'outcome' in answer && (answer.outcome === 'system_event' || answer.outcome === 'hypercall')
			? exitText(answer)
			: 'the VMM acts';
	return {
		kind: 'operation',
		op: 'vmm',
		text: `VMM: ${exit}`,
		result: vmm.map(({ rule, outcome }) => `${outcome} (${rule})`).join(', '),
	};
}
