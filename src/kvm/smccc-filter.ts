// The SMCCC filter: which function numbers userspace took out of KVM's hands
// (KVM_ARM_VM_SMCCC_FILTER; arch/arm64/kvm/hypercalls.c, from 6.4).

export type FilterAction = 'handle' | 'deny' | 'fwd_to_user';

/** In the order of KVM_SMCCC_FILTER_*: the number is the index. */
export const FILTER_ACTIONS: readonly FilterAction[] = ['handle', 'deny', 'fwd_to_user'];

/** Function numbers `first` to `last`, both included, unsigned. */
export interface FilterRange {
	readonly first: number;
	readonly last: number;
	readonly action: FilterAction;
}

/** Put in by the kernel when the filter is first configured: calls of the architecture stay KVM's. */
export const RESERVED_RANGES: readonly FilterRange[] = [
	{ first: 0x80000000, last: 0x8000ffff, action: 'handle' },
	{ first: 0xc0000000, last: 0xc000ffff, action: 'handle' },
];

export interface FilterRequest {
	readonly base: number;
	readonly count: number;
	/** a name or the raw number */
	readonly action: FilterAction | number;
	/** one byte of the reserved padding */
	readonly pad: number;
}

/** The range that a request asks for; undefined where the kernel finds it malformed (EINVAL). */
export function requestedRange(request: FilterRequest): FilterRange | undefined {
	// The fields of struct kvm_smccc_filter: base and count have 32 bits, action and each byte of padding 8.
	const action = typeof request.action === 'number' ? FILTER_ACTIONS[request.action & 0xff] : request.action;
	const first = request.base >>> 0;
	// 32-bit arithmetic, as in the kernel: a count of 0 wraps to the number before the base.
	const last = (first + (request.count >>> 0) - 1) >>> 0;
	if ((request.pad & 0xff) !== 0 || action === undefined || last < first) return undefined;
	return { first, last, action };
}

export function overlaps(range: FilterRange, others: readonly FilterRange[]): boolean {
	return others.some((other) => range.first <= other.last && other.first <= range.last);
}

/** What the filter says of a function number; `handle` where it says nothing. */
export function filterAction(ranges: readonly FilterRange[] | undefined, id: number): FilterAction {
	return ranges?.find((range) => range.first <= id && id <= range.last)?.action ?? 'handle';
}
