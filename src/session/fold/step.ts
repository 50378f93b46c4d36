// An event that is being applied: which it is, whose, the machine that it changes, and the effects that several
// kinds of events have.

import { MP_STATE } from '../../kvm/index.ts';
import type { Trace } from '../../trace/trace.ts';
import type { CallRows, CallTable } from '../calls.ts';
import type { Known, PendingRequest, Provenance, VcpuState } from '../state.ts';
import type { Draft, MachineDraft } from './machine-draft.ts';

export type VcpuDraft = Draft<VcpuState>;

export class Step {
	readonly machine: MachineDraft;
	readonly trace: Trace;
	readonly calls: CallTable;
	readonly row: number;
	readonly vm: number;
	readonly id: number;
	/** whose event it is */
	readonly vcpu: VcpuDraft;

	constructor(machine: MachineDraft, trace: Trace, calls: CallTable, row: number, vcpu: VcpuDraft) {
		this.machine = machine;
		this.trace = trace;
		this.calls = calls;
		this.row = row;
		this.vm = vcpu.vm;
		this.id = vcpu.id;
		this.vcpu = vcpu;
	}

	recorded<T>(value: T): Known<T> {
		return { value, provenance: 'recorded', row: this.row };
	}

	inferred<T>(value: T, why: string): Known<T> {
		return { value, provenance: 'inferred', row: this.row, why };
	}

	/** Another vCPU of the VM. */
	vcpuOf(id: number): VcpuDraft | undefined {
		return id === this.id ? this.vcpu : this.machine.vcpu(this.vm, id);
	}

	/** The call that the event is one of. */
	get call(): CallRows | undefined {
		return this.calls.at(this.calls.around(this.vm, this.id, this.row));
	}

	/** The event is one of a call's: its index, or -1 where it is of none. */
	takeCall(): number {
		const call = this.calls.around(this.vm, this.id, this.row);
		if (call >= 0) this.vcpu.call = call;
		return call;
	}

	/** x0 to x3 with those that the event has. */
	registers(x: readonly (bigint | undefined)[]): VcpuState['x'] {
		const before = this.vcpu.x;
		return [0, 1, 2, 3].map((n) => {
			const value = x[n];
			return value === undefined ? before[n] : this.recorded(value);
		});
	}

	request(vcpu: VcpuDraft, name: string, provenance: Provenance, why: string): void {
		if (vcpu.requests.some((r) => r.name === name)) return;
		const request: PendingRequest = { name, row: this.row, provenance, why };
		vcpu.requests = [...vcpu.requests, request];
	}

	served(vcpu: VcpuDraft, name: string): void {
		vcpu.requests = vcpu.requests.filter((r) => r.name !== name);
	}

	stop(vcpu: VcpuDraft, provenance: 'recorded' | 'inferred', why: string): void {
		vcpu.mpState =
			provenance === 'recorded'
				? this.recorded<number>(MP_STATE.STOPPED)
				: this.inferred<number>(MP_STATE.STOPPED, why);
		this.request(vcpu, 'KVM_REQ_SLEEP', 'inferred', `${why}; that makes the request`);
	}

	/** kvm_prepare_system_event. */
	stopAll(): void {
		const why = `kvm_prepare_system_event by vCPU ${this.id} stops every vCPU of the VM`;
		for (const { vm, id } of this.machine.vcpus) {
			const vcpu = vm === this.vm ? this.vcpuOf(id) : undefined;
			if (vcpu) this.stop(vcpu, 'inferred', why);
		}
	}
}
