// All calls of a recording put to the model in one sweep, state carried along: by which rules each is decided, and whether
// the recording agrees. Calls that are the same to the model are put to it once. It comes to what `decisionsAt` and
// `modelled` say of each call, which a test holds against them; what stands in the decisions besides is theirs to say.

import { EventKind } from '../trace/event.ts';
import { type InferredArgument, inferArguments } from './inferred-call.ts';
import { modelledFrom } from './modelled-call.ts';
import { PowerSweep } from './power-sweep.ts';
import { recordedCall } from './recorded-call.ts';
import type { DecidedBy, Session } from './session.ts';
import type { MachineState, VcpuState } from './state.ts';

const BY_NOTHING: DecidedBy = { rules: [], agrees: undefined };

/** Tells of the decided rows, ascending. Yields now and then so that a long pass can be sliced. */
export function* sweepDecided(
	session: Session,
	take: (row: number, by: DecidedBy) => void,
): Generator<number, void> {
	const { calls, trace } = session;
	const { events } = trace;
	const power = new PowerSweep(session.stateAt(0), trace, calls);
	const known = new KnownCalls(session, power);
	/** calls that have begun and are decided further on, by row */
	const begun = new Map<number, number>();
	let next = 0;
	let decided = 0;
	for (let row = 0; row < session.length; row++) {
		if (row % 4096 === 4095) yield row;
		let call = -1;
		if (calls.site(next) === row) {
			const entry = calls.entry(next);
			if (entry > row) begun.set(entry, next);
			else call = next;
			next++;
		}
		if (call < 0 && events.kind(row) === EventKind.call) {
			call = begun.get(row) ?? -1;
			begun.delete(row);
		}
		if (call >= 0 && calls.around(events.vm(row), events.vcpu(row), row) === call) {
			const by = known.decided(call);
			if (by.rules.length > 0) take(row, by);
			if (++decided % 32 === 0) yield row;
		}
		power.take(row);
	}
}

/** So many different calls, or states, are remembered at a time. */
const MOST_KNOWN = 0x4000;

class KnownCalls {
	readonly #session: Session;
	readonly #power: PowerSweep;
	#known = new Map<string, DecidedBy>();
	/** a number for each state of a VM that has come up */
	#states = new Map<string, number>();
	/** by VM, of the state as it is now */
	#numbers = new Map<number, number>();
	#version = -1;

	constructor(session: Session, power: PowerSweep) {
		this.#session = session;
		this.#power = power;
	}

	decided(call: number): DecidedBy {
		const key = this.#keyOf(call);
		if (key === undefined) return BY_NOTHING;
		let by = this.#known.get(key);
		if (by) return by;
		if (this.#known.size >= MOST_KNOWN) this.#known.clear();
		by = this.#ask(call);
		this.#known.set(key, by);
		return by;
	}

	#ask(call: number): DecidedBy {
		const recorded = recordedCall(this.#session, call);
		const modelled = recorded && modelledFrom(this.#session, recorded, () => bare(this.#power.state));
		if (!modelled) return BY_NOTHING;
		return { rules: modelled.decisions.map(({ rule }) => rule), agrees: modelled.agrees };
	}

	/** Two calls of one key are one to the model. */
	#keyOf(call: number): string | undefined {
		const { calls, trace } = this.#session;
		const rows = calls.at(call);
		if (!rows || rows.functionId < 0) return undefined;
		const site = trace.events.detail(rows.site);
		const entry = rows.entry >= 0 ? trace.events.detail(rows.entry) : undefined;
		const ret = rows.ret >= 0 ? trace.events.detail(rows.ret) : undefined;
		const trap = site.kind === 'kvm_hvc_arm64' ? `${site.imm} ${site.r0}` : site.kind;
		const x = entry?.kind === 'call' ? entry.x.join() : inferredText(inferArguments(this.#session, rows));
		const answer = ret?.kind === 'ret' ? `${ret.ret} ${ret.x[0]}` : '';
		return `${this.#stateOf(rows.vm)} ${rows.vm} ${rows.vcpu} ${rows.functionId} ${trap} ${x} ${answer}`;
	}

	#stateOf(vm: number): number {
		if (this.#version !== this.#power.version) {
			this.#version = this.#power.version;
			this.#numbers = new Map();
		}
		const known = this.#numbers.get(vm);
		if (known !== undefined) return known;
		const text = stateText(this.#power.state, vm);
		if (this.#states.size >= MOST_KNOWN) {
			this.#states.clear();
			this.#known.clear();
		}
		const number = this.#states.get(text) ?? this.#states.size;
		this.#states.set(text, number);
		this.#numbers.set(vm, number);
		return number;
	}
}

/** What is inferred of a call's arguments, where no probe recorded them. */
function inferredText(inferred: readonly InferredArgument[]): string {
	return inferred.map(({ register, value, sure }) => (sure ? `${register}=${value}` : '')).join();
}

function stateText({ vcpus, vms }: MachineState, vm: number): string {
	const states = vcpus.map((vcpu) => (vcpu.vm === vm ? vcpu.mpState?.value : ''));
	return `${vm} ${vms.find((v) => v.vm === vm)?.psciVersion?.value} ${states.join()}`;
}

/** The state without what the sweep does not carry along: no rule depends on that. */
function bare({ vcpus, vms }: MachineState): MachineState {
	return {
		vcpus: vcpus.map(
			({ vm, id, mpState }): VcpuState => ({
				vm,
				id,
				mpState,
				resetState: undefined,
				requests: [],
				whereabouts: undefined,
				pc: undefined,
				x: [],
				call: -1,
				thread: -1,
				lastRow: -1,
			}),
		),
		vms: vms.map(({ vm, psciVersion }) => ({ vm, psciVersion, lastExit: undefined, lost: undefined })),
	};
}
