// The system events of a session: each once, by the row at which the guest's call made it where that was recorded,
// else by the exit that brought it to the VMM.

import { EventKind } from '../../trace/event.ts';
import { KVM_EXIT_SYSTEM_EVENT } from '../calls.ts';
import type { Session } from '../session.ts';

export class Exits {
	readonly rows: number[] = [];
	readonly #session: Session;
	/** `vm/vcpu` of events that are made and not delivered yet */
	readonly #made = new Set<string>();
	#nextStatement = 0;

	constructor(session: Session) {
		this.#session = session;
	}

	see(row: number): void {
		const { trace, statements } = this.#session;
		const { events } = trace;
		// Of a recording's many exits to the VMM only those that matter are statements: no other is decoded.
		while ((statements[this.#nextStatement] ?? Infinity) < row) this.#nextStatement++;
		const kind = events.kind(row);
		const isStatement = statements[this.#nextStatement] === row || this.#session.kind === 'simulated';
		if (kind !== EventKind.system_event && !isStatement) return;
		const vcpu = `${events.vm(row)}/${events.vcpu(row)}`;
		if (kind === EventKind.system_event) {
			this.#made.add(vcpu);
			this.rows.push(row);
		} else if (kind === EventKind.kvm_userspace_exit) {
			const detail = events.detail(row);
			if (detail.kind !== 'kvm_userspace_exit' || detail.reason !== KVM_EXIT_SYSTEM_EVENT) return;
			if (!this.#made.delete(vcpu)) this.rows.push(row);
		}
	}
}
