// What Linux as a guest makes of a PSCI status (psci_to_linux_errno, drivers/firmware/psci/psci.c, 7.2).
// Its logs show only this: `psci: failed to boot CPU1 (-22)` may be any of seven statuses.

import { RETURN_CODES } from './return-codes.ts';

const EPERM = 1;
const EINVAL = 22;
const EOPNOTSUPP = 95;

/** The errno that a Linux guest reports for a status, negated as in its logs; 0 for SUCCESS. */
export function linuxErrno(status: bigint): number {
	switch (status) {
		case 0n:
			return 0;
		case -1n:
			return -EOPNOTSUPP;
		case -3n:
			return -EPERM;
		default:
			return -EINVAL;
	}
}

/** Names of the statuses that a Linux guest reports with this negated errno; empty for one it never gives. */
export function statusesBehind(errno: number): readonly string[] {
	return RETURN_CODES.filter((code) => linuxErrno(BigInt(code.value)) === errno).map((code) => code.name);
}
