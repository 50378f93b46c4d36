// All calls of a recording put to the model in one sweep, state carried along: by which rules each is decided, and whether
// the recording agrees. Calls that are the same to the model are put to it once. It comes to what `decisionsAt` and
// `modelled` say of each call, which a test holds against them; what stands in the decisions besides is theirs to say.

import { EventKind } from '../trace/event.ts';
import { inferArguments } from './inferred-call.ts';
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
	let site = calls.site(next);
	let decided = 0;
	for (let row = 0; row < session.length; row++) {
		if (row % 4096 === 4095) yield row;
		const kind = events.kind(row);
		let call = -1;
		if (row === site) {
			const entry = calls.entry(next);
			if (entry > row) begun.set(entry, next);
			else call = next;
			site = calls.site(++next);
		} else if (kind === EventKind.call) {
			call = begun.get(row) ?? -1;
			begun.delete(row);
		}
		if (call >= 0 && calls.around(events.vm(row), events.vcpu(row), row) === call) {
			const by = known.decided(call);
			if (by.rules.length > 0) take(row, by);
			if (++decided % 32 === 0) yield row;
		}
		power.take(row, kind);
	}
}

/** What the model is asked: two calls of which this is the same are one to it. */
interface Asked {
	/** number of the state that the VM is in */
	readonly state: number;
	readonly vm: number;
	readonly vcpu: number;
	readonly functionId: number;
	/** kind of the site's event */
	readonly site: EventKind;
	/** as recorded */
	readonly x: readonly (bigint | undefined)[];
	/** arguments that are inferred and sure, as a text */
	readonly inferred: string;
	/** the answer */
	readonly ret: number | undefined;
	readonly x0: bigint | undefined;
}

function isSame(a: Asked, b: Asked): boolean {
	return (
		a.state === b.state &&
		a.vm === b.vm &&
		a.vcpu === b.vcpu &&
		a.functionId === b.functionId &&
		a.site === b.site &&
		a.x.length === b.x.length &&
		a.x.every((value, n) => value === b.x[n]) &&
		a.inferred === b.inferred &&
		a.ret === b.ret &&
		a.x0 === b.x0
	);
}

/** A number that is most often another where what is asked is another. */
function hashOf({ state, vcpu, functionId, x, x0 = 0n }: Asked): number {
	let hash = state;
	const add = (value: number) => {
		hash = (Math.imul(hash, 0x9e3779b1) ^ (value | 0)) | 0;
	};
	add(vcpu);
	add(functionId);
	for (let n = 1; n < x.length; n++) add(Number(x[n] ?? 0n));
	add(Number(BigInt.asIntN(32, x0)));
	return hash;
}

/** So many different calls, or states, are remembered at a time. */
const MOST_KNOWN = 0x4000;

class KnownCalls {
	readonly #session: Session;
	readonly #power: PowerSweep;
	readonly #known = new Map<number, { readonly asked: Asked; readonly by: DecidedBy }>();
	/** a number for each state of a VM that has come up */
	readonly #states = new Map<string, number>();
	#nextState = 0;
	/** by VM, of the state as it is now */
	readonly #now = new Map<number, number>();
	#version = -1;

	constructor(session: Session, power: PowerSweep) {
		this.#session = session;
		this.#power = power;
	}

	decided(call: number): DecidedBy {
		if (this.#session.calls.functionId(call) < 0) return BY_NOTHING;
		const asked = this.#asked(call);
		const hash = hashOf(asked);
		const known = this.#known.get(hash);
		if (known && isSame(known.asked, asked)) return known.by;
		if (this.#known.size >= MOST_KNOWN) this.#known.clear();
		const by = this.#ask(call);
		this.#known.set(hash, { asked, by });
		return by;
	}

	#ask(call: number): DecidedBy {
		const recorded = recordedCall(this.#session, call);
		const modelled = recorded && modelledFrom(this.#session, recorded, () => bare(this.#power.state));
		if (!modelled) return BY_NOTHING;
		return { rules: modelled.decisions.map(({ rule }) => rule), agrees: modelled.agrees };
	}

	#asked(call: number): Asked {
		const { calls, trace } = this.#session;
		const { events } = trace;
		const [vm, site, entry, ret] = [calls.vm(call), calls.site(call), calls.entry(call), calls.ret(call)];
		// No rule looks at the immediate of an HVC, and an SMC's is not recorded.
		const at = events.detail(entry >= 0 ? entry : site);
		const answer = ret >= 0 ? events.detail(ret) : undefined;
		return {
			state: this.#stateOf(vm),
			vm,
			vcpu: calls.vcpu(call),
			functionId: calls.functionId(call),
			site: events.kind(site),
			x: at.kind === 'call' ? at.x : at.kind === 'kvm_hvc_arm64' ? [at.r0] : [],
			inferred: entry >= 0 ? '' : this.#inferred(call),
			ret: answer?.kind === 'ret' ? answer.ret : undefined,
			x0: answer?.kind === 'ret' ? answer.x[0] : undefined,
		};
	}

	#inferred(call: number): string {
		const rows = this.#session.calls.at(call);
		const inferred = rows ? inferArguments(this.#session, rows) : [];
		return inferred.map(({ register, value, sure }) => (sure ? `${register}=${value}` : '')).join();
	}

	#stateOf(vm: number): number {
		if (this.#version !== this.#power.version) {
			this.#version = this.#power.version;
			this.#now.clear();
		}
		const known = this.#now.get(vm);
		if (known !== undefined) return known;
		const text = stateText(this.#power.state, vm);
		if (this.#states.size >= MOST_KNOWN) this.#states.clear();
		// Never a number twice: calls are remembered by it.
		const number = this.#states.get(text) ?? this.#nextState++;
		this.#states.set(text, number);
		this.#now.set(vm, number);
		return number;
	}
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
