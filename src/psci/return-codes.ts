// The status codes that a call can leave in x0, per calling service.

/** One status code: `value` is signed, as the specification numbers it. */
export interface ReturnCode {
	readonly name: string;
	readonly value: number;
	readonly meaning: string;
}

/** PSCI (DEN0022 F.b, 5.2.2, table 5). */
export const RETURN_CODES: readonly ReturnCode[] = [
	{ name: 'SUCCESS', value: 0, meaning: 'the call did what was asked' },
	{ name: 'NOT_SUPPORTED', value: -1, meaning: 'this implementation does not have the function' },
	{
		name: 'INVALID_PARAMETERS',
		value: -2,
		meaning: 'an argument has a value that the function does not take',
	},
	{ name: 'DENIED', value: -3, meaning: 'the call is understood but refused in the present situation' },
	{ name: 'ALREADY_ON', value: -4, meaning: 'the target core is on already' },
	{ name: 'ON_PENDING', value: -5, meaning: 'an earlier CPU_ON for the target core is still under way' },
	{ name: 'INTERNAL_FAILURE', value: -6, meaning: 'the implementation could not carry the call out' },
	{ name: 'NOT_PRESENT', value: -7, meaning: 'the Trusted OS is not on the calling core' },
	{ name: 'DISABLED', value: -8, meaning: 'the core, or its level, is disabled for good' },
	{
		name: 'INVALID_ADDRESS',
		value: -9,
		meaning: 'an address argument is not one that the caller may use (1.0 and later)',
	},
];

/** SMCCC architecture and vendor services (DEN0028, return codes; include/linux/arm-smccc.h, 7.2). */
export const SMCCC_RETURN_CODES: readonly ReturnCode[] = [
	{ name: 'SUCCESS', value: 0, meaning: 'the call did what was asked, or the asked function exists' },
	{ name: 'NOT_SUPPORTED', value: -1, meaning: 'the function does not exist here' },
	{ name: 'NOT_REQUIRED', value: -2, meaning: 'this processor does not need the workaround' },
	{
		name: 'INVALID_PARAMETER',
		value: -3,
		meaning: 'an argument has a value that the function does not take',
	},
];

/** ARCH_FEATURES of a workaround: the host's firmware is not needed for it (include/linux/arm-smccc.h, 7.2). */
export const ARCH_FEATURES_RETURN_CODES: readonly ReturnCode[] = [
	...SMCCC_RETURN_CODES,
	{ name: 'UNAFFECTED', value: 1, meaning: 'this processor does not need the workaround' },
];

/** True random number service (DEN0098; arch/arm64/kvm/trng.c, 7.2). */
export const TRNG_RETURN_CODES: readonly ReturnCode[] = [
	{ name: 'SUCCESS', value: 0, meaning: 'the call did what was asked' },
	{ name: 'NOT_SUPPORTED', value: -1, meaning: 'the function does not exist here' },
	{ name: 'INVALID_PARAMETERS', value: -2, meaning: 'more bits were asked for than one call can give' },
	{ name: 'NO_ENTROPY', value: -3, meaning: 'no random bits are available now; ask again later' },
];

/** PSCI status codes by name, as signed 64-bit integers. */
export const PSCI = {
	SUCCESS: 0n,
	NOT_SUPPORTED: -1n,
	INVALID_PARAMETERS: -2n,
	DENIED: -3n,
	ALREADY_ON: -4n,
	ON_PENDING: -5n,
	INTERNAL_FAILURE: -6n,
	NOT_PRESENT: -7n,
	DISABLED: -8n,
	INVALID_ADDRESS: -9n,
} as const;

/** The code with this signed value in `codes`; undefined where there is none. */
export function returnCode(
	value: bigint,
	codes: readonly ReturnCode[] = RETURN_CODES,
): ReturnCode | undefined {
	return codes.find((code) => BigInt(code.value) === value);
}
