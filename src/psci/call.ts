// A call as the guest made it: registers to a readable call, and back. Total and lossless.

import type { ArgumentInfo, FunctionInfo } from './function-info.ts';
import { functionById } from './functions.ts';
import { affinityText } from './mpidr.ts';
import { decodePowerState, powerStateText } from './power-state.ts';
import { named, OFF_TYPES, resetTypeName, SUSPEND_MODES } from './states.ts';

export interface DecodedArgument {
	/** as DEN0022 names it */
	readonly name: string;
	/** 1 for x1, … */
	readonly register: number;
	/** the value that counts (32 bits for a 32-bit argument); undefined: not recorded */
	readonly value: bigint | undefined;
	/** bits 63:32 of the register where they do not count, in place; 0 where nothing was cut */
	readonly ignored: bigint;
	/** the value, and what it stands for where that says more: `0xc4000003 (CPU_ON)` */
	readonly text: string;
}

export interface DecodedCall {
	/** low 32 bits of x0, unsigned; -1 where x0 was not recorded */
	readonly functionId: number;
	/** name of the function; `unknown function 0x…` where the table has none; `?` where x0 is missing */
	readonly name: string;
	/** SMCCC: neither a fast call nor a known function, so the number does not tell the width */
	readonly convention: 'SMC32' | 'SMC64' | 'SMCCC';
	readonly fn: FunctionInfo | undefined;
	readonly arguments: readonly DecodedArgument[];
	/** the recorded registers that the function does not take */
	readonly unused: readonly { readonly register: number; readonly value: bigint | undefined }[];
	/** bits 63:32 of x0, which SMCCC leaves out of the function number, in place */
	readonly functionIdIgnored: bigint;
	/** `CPU_ON target_cpu=0x1 entry_point_address=0x41f12498 context_id=0x0` */
	readonly text: string;
}

const HIGH = 0xffffffff00000000n;
const U64 = (1n << 64n) - 1n;

/** Decodes x0 and up; `x` may be short, and a register that was not recorded is undefined. */
export function decodeCall(x: readonly (bigint | undefined)[]): DecodedCall {
	const x0 = x[0] === undefined ? undefined : x[0] & U64;
	const functionId = x0 === undefined ? -1 : Number(x0 & 0xffffffffn);
	const known = functionById(functionId);
	const infos = argumentsOf(functionId, known?.fn);
	const convention = known?.convention ?? conventionOf(functionId);
	const decoded = infos.map((info, i) => decodeArgument(info, i + 1, x[i + 1], convention === 'SMC32'));
	const unused = x.slice(infos.length + 1).map((value, i) => ({
		register: infos.length + 1 + i,
		value: value === undefined ? undefined : value & U64,
	}));
	const name = known?.fn.name ?? (functionId < 0 ? '?' : `unknown function 0x${functionId.toString(16)}`);
	return {
		functionId,
		name,
		convention,
		fn: known?.fn,
		arguments: decoded,
		unused,
		functionIdIgnored: x0 === undefined ? 0n : x0 & HIGH,
		text: [name, ...decoded.map((a) => `${a.name}=${hex(a.value)}`)].join(' '),
	};
}

/** The registers that decodeCall was given, x0 and up; padded with undefined to the function's arguments. */
export function encodeCall(
	call: Pick<DecodedCall, 'functionId' | 'functionIdIgnored' | 'arguments' | 'unused'>,
): readonly (bigint | undefined)[] {
	const x: (bigint | undefined)[] = [
		call.functionId < 0 ? undefined : BigInt(call.functionId) | call.functionIdIgnored,
	];
	for (const a of call.arguments) x[a.register] = a.value === undefined ? undefined : a.value | a.ignored;
	for (const r of call.unused) x[r.register] = r.value;
	return x;
}

function argumentsOf(id: number, fn: FunctionInfo | undefined): readonly ArgumentInfo[] {
	if (!fn) return [];
	return id === fn.kvm01 ? (fn.arguments01 ?? fn.arguments) : fn.arguments;
}

/** SMCCC: bit 31 says fast call, bit 30 the width (DEN0028, function identifiers). */
function conventionOf(id: number): DecodedCall['convention'] {
	if (id < 0x80000000) return 'SMCCC';
	return id >= 0xc0000000 ? 'SMC64' : 'SMC32';
}

function decodeArgument(
	info: ArgumentInfo,
	register: number,
	raw: bigint | undefined,
	narrow: boolean,
): DecodedArgument {
	const { name } = info;
	if (raw === undefined) return { name, register, value: undefined, ignored: 0n, text: '?' };
	const cut = narrow || info.width === 32;
	const value = raw & (cut ? 0xffffffffn : U64);
	const ignored = cut ? raw & HIGH : 0n;
	const says = explain(info, value);
	const note = ignored === 0n ? '' : `, upper half 0x${(ignored >> 32n).toString(16)} does not count`;
	return { name, register, value, ignored, text: `${hex(value)}${says ? ` (${says})` : ''}${note}` };
}

function explain(info: ArgumentInfo, value: bigint): string | undefined {
	switch (info.kind) {
		case 'affinity':
			return `affinity ${affinityText(value)}`;
		case 'function_id':
			return functionById(Number(value))?.fn.name;
		case 'power_state':
			return powerStateText(decodePowerState(Number(value), 'original'));
		case 'reset_type':
			return resetTypeName(value);
		case 'off_type':
			return named(OFF_TYPES, value)?.name ?? 'reserved';
		case 'suspend_mode':
			return named(SUSPEND_MODES, value)?.name ?? 'reserved';
		default:
			return undefined;
	}
}

function hex(value: bigint | undefined): string {
	return value === undefined ? '?' : `0x${value.toString(16)}`;
}
