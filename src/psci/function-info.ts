// What the tables say of one function. PSCI: function-table.ts; SMCCC services: smccc-table.ts.

/** Whose function it is: the SMCCC owner and service (DEN0028), named as KVM's code groups them. */
export type Service = 'PSCI' | 'SMCCC architecture' | 'TRNG' | 'PV time' | 'vendor hypervisor';

export type PsciVersion = '0.1' | '0.2' | '1.0' | '1.1' | '1.2' | '1.3';

export type Convention = 'SMC32' | 'SMC64';

/** What an argument's number means, where more than a number can be said of it. */
export type ArgumentKind =
	| 'number'
	| 'address'
	| 'affinity'
	| 'power_state'
	| 'function_id'
	| 'level'
	| 'reset_type'
	| 'off_type'
	| 'suspend_mode';

export interface ArgumentInfo {
	/** as DEN0022 names it */
	readonly name: string;
	/** `register`: as wide as the convention, 32 bits by SMC32 and 64 by SMC64 */
	readonly width: 32 | 'register';
	readonly kind: ArgumentKind;
	readonly meaning: string;
}

/** What stands in x0 when the call returns. */
export type ResultKind =
	| 'status'
	| 'version'
	| 'affinity'
	| 'features'
	| 'trusted_os'
	| 'mpidr'
	| 'node_state'
	| 'previous_state'
	| 'counter'
	| 'uid'
	| 'bitmap'
	| 'address';

export interface FunctionInfo {
	/** without the PSCI_ prefix where the specification's name works without it: CPU_ON, PSCI_VERSION */
	readonly name: string;
	readonly service: Service;
	readonly smc32: number | undefined;
	readonly smc64: number | undefined;
	/** KVM's own number of the function under PSCI 0.1, which has no fixed ones (KVM_PSCI_FN_*) */
	readonly kvm01: number | undefined;
	/** all numbers of the function */
	readonly ids: readonly number[];
	/** PSCI version that brought it; undefined for other services */
	readonly since: PsciVersion | undefined;
	/** F.b table 17 (6.9); `conditional`: see `presence` */
	readonly mandatory: 'mandatory' | 'optional' | 'conditional' | undefined;
	/** the condition, in words; empty where there is none */
	readonly presence: string;
	readonly summary: string;
	readonly arguments: readonly ArgumentInfo[];
	/** arguments by PSCI 0.1, where they differ */
	readonly arguments01: readonly ArgumentInfo[] | undefined;
	readonly result: ResultKind;
	/** names of the status codes that the specification allows */
	readonly codes: readonly string[];
	/** the specification gives the caller no return on success */
	readonly noReturn: boolean;
	/** only in the alpha of PSCI 1.3; never found by ID where the final text gave the ID away */
	readonly alphaOnly: boolean;
	readonly source: string;
}
