// One kind of thing that can be wrong, watched for while a session is gone through once. A detector keeps bounded
// state and reports; which finding caused which is decided afterwards (rank.ts).

import type { EventDetail } from '../../trace/event.ts';
import type { RecordedCall } from '../recorded-call.ts';
import type { Finding } from './finding.ts';
import type { SeenMachine, SeenVcpu } from './seen.ts';

export type Detail<K extends EventDetail['kind']> = Extract<EventDetail, { kind: K }>;

export interface Detector {
	/** A guest call of PSCI, at its site; what came back later is in the call already. */
	call?(call: RecordedCall, caller: SeenVcpu): void;
	/** An AFFINITY_INFO, by its number: too many to decode each. */
	poll?(index: number, caller: SeenVcpu): void;
	/** An SMC of which not even the function is recorded. */
	unnamedSmc?(row: number, caller: SeenVcpu): void;
	/** An entry into the guest of a vCPU that is `watched`, or its first. */
	entry?(row: number, vcpu: SeenVcpu): void;
	reset?(row: number, vcpu: SeenVcpu, detail: Detail<'reset'>): void;
	/** Of a simulated session: something that the VMM does, or a KVM_RUN without events of its own. */
	operation?(row: number, vcpu: SeenVcpu): void;
	fault?(row: number, vcpu: SeenVcpu, detail: Detail<'kvm_guest_fault'>): void;
	mpState?(row: number, vcpu: SeenVcpu, detail: Detail<'set_mp_state'>): void;
	userspaceExit?(row: number, vcpu: SeenVcpu, detail: Detail<'kvm_userspace_exit'>): void;
	/** The VM is initialised anew at `row`: what is to come is of its next life (seen.ts), or another machine's. */
	lifeEnds?(vm: number, row: number): void;
	lost?(row: number): void;
	end?(): void;
}

export type MakeDetector = (seen: SeenMachine, report: (finding: Finding) => void) => Detector;
