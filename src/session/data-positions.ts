// Data breakpoints: the events that write a value of the machine's state.

import type { Position } from './position.ts';
import { positionCode } from './position.ts';
import type { Session } from './session.ts';
import { sliced } from './sliced.ts';
import { type MachineState, vcpuOf } from './state.ts';
import { vmAtHand } from './vm-at-hand.ts';

/** A recording tells who wrote a value, never who read it. */
export type DataAccess = 'write';

export interface DataBreakpointInfo {
	/** stable: the same in every session of the same machine, `vcpu[1].mp_state` */
	readonly id: string;
	readonly description: string;
	readonly accessTypes: readonly DataAccess[];
}

const VCPU_DATA: Readonly<Record<string, string>> = {
	mp_state: 'the mp_state',
	reset_state: 'the owed reset',
	requests: 'the pending requests',
	whereabouts: 'the whereabouts',
	pc: 'the pc',
	x0: 'x0',
	x1: 'x1',
	x2: 'x2',
	x3: 'x3',
};

/** What `name` (a variable's path, or a name of the vCPU at hand) can be watched as; undefined: it cannot. */
export function dataIds(session: Session, { row }: Position, name: string): DataBreakpointInfo | undefined {
	const text = name.replaceAll(' ', '');
	const indexed = /^(?:vm\[(\d+)\]\.)?vcpu\[(\d+)\]\.(.+)$/.exec(text);
	const ofVm = /^vm(?:\[(\d+)\])?\.psci_version$/.exec(text);
	const vmIndex = Number((indexed ?? ofVm)?.[1] ?? vmAtHand(session, row));
	if (ofVm || text === 'psci_version') {
		if (!session.vcpus.some(({ vm }) => vm === vmIndex)) return undefined;
		return {
			id: `vm[${vmIndex}].psci_version`,
			description: `the PSCI version of VM ${vmIndex}, as the guest or the VMM shows it`,
			accessTypes: ['write'],
		};
	}
	const id = indexed ? Number(indexed[2]) : row < session.length ? session.trace.events.vcpu(row) : -1;
	const field = indexed?.[3] ?? text;
	const [root = '', sub] = field.split('.');
	if (!session.vcpus.some((v) => v.vm === vmIndex && v.id === id)) return undefined;
	const what = Object.hasOwn(VCPU_DATA, root) ? VCPU_DATA[root] : undefined;
	if (what === undefined || (sub !== undefined && root !== 'requests' && root !== 'reset_state'))
		return undefined;
	return {
		id: `vm[${vmIndex}].vcpu[${id}].${field}`,
		description: `${root === 'requests' && sub ? sub : what} of vCPU ${id}`,
		accessTypes: ['write'],
	};
}

/** The events that write the value. A write of the value that was there already counts. */
export function positionsOfData(
	session: Session,
	dataId: string,
	_access: DataAccess = 'write',
	signal?: AbortSignal,
): Promise<readonly number[]> {
	return sliced(writes(session, dataId), signal);
}

/** Stretches no longer than this are gone through event by event. */
const LEAF = 1024;

function* writes(session: Session, dataId: string): Generator<number, readonly number[]> {
	const look = lookerOf(dataId);
	const positions: number[] = [];
	if (!look) return positions;
	if (session.warming) yield* session.warming();
	let size = LEAF;
	while (size < session.length) size *= 2;
	yield* within(session, look, 0, size, positions);
	return positions;
}

type Look = NonNullable<ReturnType<typeof lookerOf>>;

/**
 * Writes in a stretch of `size` rows from `low`, in halves. A value that is the same at both ends was not
 * written between, as each write makes a new one; what is not there may have come and gone.
 */
function* within(
	session: Session,
	look: Look,
	low: number,
	size: number,
	positions: number[],
): Generator<number, void> {
	if (low >= session.length) return;
	yield low;
	const high = Math.min(low + size, session.length);
	let before = look(session.stateAt(low));
	if (before !== undefined && before !== '' && look(session.stateAt(high)) === before) return;
	if (size > LEAF) {
		yield* within(session, look, low, size / 2, positions);
		yield* within(session, look, low + size / 2, size / 2, positions);
		return;
	}
	for (let row = low; row < high; row++) {
		if (row % 32 === 31) yield row;
		const after = look(session.stateAt(row + 1));
		if (after !== before) positions.push(positionCode({ row, decision: 0 }));
		before = after;
	}
}

/** What is another whenever the value is written: the row of its last write. */
export function lookerOf(dataId: string): ((state: MachineState) => unknown) | undefined {
	const [, vm, psci, vcpu, field, sub] =
		/^vm\[(\d+)\]\.(?:(psci_version)|vcpu\[(\d+)\]\.(\w+)(?:\.(\w+))?)$/.exec(dataId) ?? [];
	if (vm === undefined) return undefined;
	if (psci) return (state) => state.vms.find((v) => v.vm === Number(vm))?.psciVersion?.row;
	const of = (state: MachineState) => vcpuOf(state, Number(vm), Number(vcpu));
	switch (field) {
		case 'mp_state':
			return (state) => of(state)?.mpState?.row;
		case 'reset_state':
			return (state) => of(state)?.resetState?.row;
		case 'requests':
			return sub === undefined
				? (state) =>
						of(state)
							?.requests.map((r) => `${r.name}@${r.row}`)
							.join(' ')
				: (state) => of(state)?.requests.find((r) => r.name === sub)?.row;
		case 'whereabouts':
			return (state) => of(state)?.whereabouts?.row;
		case 'pc':
			return (state) => of(state)?.pc?.row;
		default:
			return (state) => of(state)?.x[Number(field?.slice(1))]?.row;
	}
}
