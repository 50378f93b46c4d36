// The event or decision at hand while an expression is evaluated, and its values by name. Looks at each thing
// only when it is asked for: most expressions over millions of events need no more than the columns.

import { type EventDetail, EventKind } from '../../trace/event.ts';
import { describeEvent } from '../describe.ts';
import { callOfVcpu } from '../inspect.ts';
import { mpStateName, systemEventName } from '../kvm-names.ts';
import type { Position } from '../position.ts';
import { type RecordedCall, recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { type MachineState, type VcpuState, type VmState, vcpuOf } from '../state.ts';
import { systemEventAt } from '../system-event-at.ts';
import { vmAtHand } from '../vm-at-hand.ts';
import type { NamePath } from './names.ts';
import { type Operand, UNKNOWN } from './operand.ts';
import { argumentOf, index, NOTHING, nameOfCall, ofCall, ofKnown, ofModel, ofVm } from './part-values.ts';
import { isRegister, registerAtHand } from './register-at-hand.ts';

const KIND_NAMES: readonly string[] = Object.entries(EventKind).reduce<string[]>((names, [name, kind]) => {
	names[kind] = name;
	return names;
}, []);

export class Place {
	readonly session: Session;
	readonly row: number;
	readonly decision: number;
	readonly #selected: VcpuState | undefined;
	#state: MachineState | undefined;
	#detail: EventDetail | undefined;
	#call: RecordedCall | undefined | null = null;

	/** `selected`: the vCPU that bare names are about; undefined: that of the event. */
	constructor(session: Session, { row, decision }: Position, selected?: VcpuState) {
		this.session = session;
		this.row = row;
		this.decision = decision;
		this.#selected = selected;
	}

	valueOf(path: NamePath): Operand {
		const [field = '', ...rest] = path.fields;
		switch (path.root) {
			case 'event':
				return this.#ofEvent(field, rest);
			case 'argument':
				return argumentOf(this.#callAtHand(), field) ?? this.#looked(field);
			case 'decision':
				return this.#looked(field);
			case 'vm':
				return ofVm(this.session, this.#vm(path.vm), field, rest);
			case 'vcpu':
				return this.#ofVcpu(this.#vcpu(path.vm, path.vcpu), field, rest);
		}
	}

	#ofEvent(field: string, rest: readonly string[]): Operand {
		const { events } = this.session.trace;
		const { row } = this;
		if (field === 'rule')
			return this.#decided()?.rule === undefined ? NOTHING : { name: this.#decided()?.rule ?? '' };
		if (field === 'decision') return { number: BigInt(this.decision) };
		if (field === 'row') return { number: BigInt(row) };
		if (this.#selected && FOLLOWS_SELECTION.has(field) && !this.#isOf(this.#selected))
			return this.#ofVcpu(this.#selected, field, rest);
		if (row >= this.session.length) return isRegister(field) ? this.#register(field) : UNKNOWN;
		switch (field) {
			case 'event':
				return rest.length > 0 ? this.#recorded(rest) : { name: KIND_NAMES[events.kind(row)] ?? '' };
			case 'text':
				return { name: describeEvent(this.session, row) };
			case 'time':
				return { number: events.time(row) };
			case 'line':
				return { number: BigInt(events.line(row)) };
			case 'cpu':
				return { number: BigInt(events.cpu(row)) };
			case 'vcpu':
				return index(events.vcpu(row));
			case 'vm':
				return index(events.vm(row));
			case 'call':
				return rest.length > 0 ? ofCall(this.#callAtHand(), rest) : nameOfCall(this.#callAtHand());
			case 'function':
				return nameOfCall(this.#callAtHand());
			case 'conduit':
			case 'result':
				return ofCall(this.#callAtHand(), [field]);
			case 'type':
				return this.#systemEventType();
			default:
				return this.#register(field);
		}
	}

	/** A field that the event itself records, by the name that the event gives it. */
	#recorded([field = '', element]: readonly string[]): Operand {
		const value: unknown = Object.entries(this.#event()).find(([name]) => name === field)?.[1];
		const one: unknown = Array.isArray(value) && element !== undefined ? value[Number(element)] : value;
		if (field === 'state' && typeof one === 'number') return { number: BigInt(one), name: mpStateName(one) };
		if (field === 'type' && typeof one === 'number')
			return { number: BigInt(one), name: systemEventName(one) };
		if (typeof one === 'bigint') return { number: one };
		if (typeof one === 'number') return { number: BigInt(one) };
		if (typeof one === 'string') return { name: one };
		return typeof one === 'boolean' ? { truth: one } : UNKNOWN;
	}

	/** As the event or its call records it, else as last known of the vCPU. */
	#register(field: string): Operand {
		const shown = isRegister(field) ? registerAtHand(this.session, this.row, field) : undefined;
		if (shown) return { number: shown.value };
		const vcpu = this.#vcpu(undefined, undefined);
		return field === 'pc' ? ofKnown(vcpu?.pc) : ofKnown(vcpu?.x[Number(field.slice(1))]);
	}

	#systemEventType(): Operand {
		const event = systemEventAt(this.session, this.row);
		if (!event) return NOTHING;
		return event.type === undefined
			? UNKNOWN
			: { number: BigInt(event.type), name: systemEventName(event.type) };
	}

	#looked(name: string): Operand {
		const decided = this.#decided();
		if (name === 'rule' || name === 'outcome') return decided ? { name: decided[name] } : UNKNOWN;
		const looked = decided?.looked.find((l) => l.name === name);
		return looked ? ofModel(looked.value) : UNKNOWN;
	}

	#ofVcpu(vcpu: VcpuState | undefined, field: string, [sub]: readonly string[]): Operand {
		if (!vcpu) return UNKNOWN;
		switch (field) {
			case 'mp_state':
				return vcpu.mpState
					? { number: BigInt(vcpu.mpState.value), name: mpStateName(vcpu.mpState.value) }
					: UNKNOWN;
			case 'reset_state': {
				const reset = vcpu.resetState?.value;
				if (!reset) return UNKNOWN;
				if (sub === 'pc' || sub === 'r0') {
					const number = reset[sub];
					return number === undefined ? UNKNOWN : { number };
				}
				return sub === 'be'
					? reset.be === undefined
						? UNKNOWN
						: { truth: reset.be }
					: { truth: reset.reset };
			}
			case 'requests':
				return sub === undefined
					? { name: vcpu.requests.map((r) => r.name).join(' ') }
					: {
							truth: vcpu.requests.some(
								(r) => r.name.replace('KVM_REQ_', '') === sub.replace('KVM_REQ_', ''),
							),
						};
			case 'whereabouts':
				return vcpu.whereabouts ? { name: vcpu.whereabouts.value } : UNKNOWN;
			case 'thread':
				return { name: this.session.trace.threads[vcpu.thread]?.comm ?? '' };
			case 'pc':
				return ofKnown(vcpu.pc);
			case 'call':
			case 'function': {
				const call = callOfVcpu(this.session, vcpu, this.row);
				return sub === undefined ? nameOfCall(call) : ofCall(call, [sub]);
			}
			case 'conduit':
			case 'result':
				return ofCall(callOfVcpu(this.session, vcpu, this.row), [field]);
			default:
				return ofKnown(vcpu.x[Number(field.slice(1))]);
		}
	}

	/** Undefined numbers: the vCPU at hand. Without a VM: that of the event, as most recordings have one. */
	#vcpu(vm: number | undefined, id: number | undefined): VcpuState | undefined {
		const { events } = this.session.trace;
		const state = this.#machine();
		if (id !== undefined) return vcpuOf(state, vm ?? this.#vmIndex(), id);
		if (this.#selected) return vcpuOf(state, this.#selected.vm, this.#selected.id);
		return this.row < this.session.length
			? vcpuOf(state, events.vm(this.row), events.vcpu(this.row))
			: undefined;
	}

	#vm(vm: number | undefined): VmState | undefined {
		const wanted = vm ?? this.#vmIndex();
		return this.#machine().vms.find((v) => v.vm === wanted);
	}

	#vmIndex(): number {
		return this.#selected?.vm ?? vmAtHand(this.session, this.row);
	}

	#isOf({ vm, id }: VcpuState): boolean {
		const { events } = this.session.trace;
		return this.row < this.session.length && events.vm(this.row) === vm && events.vcpu(this.row) === id;
	}

	#machine(): MachineState {
		this.#state ??= this.session.stateAt(this.row);
		return this.#state;
	}

	#event(): EventDetail {
		this.#detail ??= this.session.trace.events.detail(this.row);
		return this.#detail;
	}

	#callAtHand(): RecordedCall | undefined {
		if (this.#call === null) {
			const { events } = this.session.trace;
			const { row } = this;
			const at =
				row < this.session.length ? this.session.calls.around(events.vm(row), events.vcpu(row), row) : -1;
			this.#call = recordedCall(this.session, at);
		}
		return this.#call;
	}

	#decided() {
		return this.decision > 0 ? this.session.decisionsAt(this.row)[this.decision - 1] : undefined;
	}
}

/** Bare names that are about another vCPU where one that the event is not of is selected. */
const FOLLOWS_SELECTION: ReadonlySet<string> = new Set([
	'pc',
	'x0',
	'x1',
	'x2',
	'x3',
	'call',
	'function',
	'conduit',
	'result',
]);
