// What stands after the colon of the dynamic probes `psci:*`: the probed address in parentheses, then
// `key=value` fields. Everybody may name a probe `call` or `ret`, so only this shape makes it ours.
//
//   (kvm_smccc_call_handler+0x0/0x440) kvm=0x… vcpu=0 pc=0x… x0=0x… x1=0x… x2=0x… x3=0x…
//   (handle_hvc+0x3c/0x1d8 <- kvm_smccc_call_handler) ret=1 … x={0x0,0x0,0x0,0x0}
//   (ffffa92a1ce9eb10) …            trace-cmd report has no symbols

import { integer, isBlank, skipBlanks, startsWith } from './byte-text.ts';
import type { EventDetail, EventName, ProbeSubject, Registers } from './event.ts';

/** The fields without which a probe says nothing. A `call` may lack any: its absence is shown as unknown. */
const needed = {
	call: [],
	ret: [],
	cpu_on: [],
	cpu_on_ret: [],
	power_off: [],
	system_event: ['type'],
	wfi: [],
	reset: ['pending', 'pc', 'r0', 'be'],
	set_mp_state: ['state'],
	set_fw_reg: ['id'],
} as const satisfies Partial<Record<EventName, readonly string[]>>;

export type ProbeName = keyof typeof needed;

export function isProbe(name: EventName): name is ProbeName {
	return Object.hasOwn(needed, name);
}

/** How the payload of `name` looks, for messages. */
export function probePayloadShape(name: ProbeName): string {
	const fields: readonly string[] = needed[name];
	return ['(address)', ...fields.map((field) => `${field}=<number>`), 'and key=value fields'].join(' ');
}

const mostFields = 32;
const equals = 0x3d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const comma = 0x2c;
const quote = 0x22;

/** Where the fields of a probe lie. Reused: nothing is allocated for a line. */
export class ProbeFields {
	/** fields found */
	count = 0;
	readonly #keys = new Int32Array(mostFields);
	readonly #starts = new Int32Array(mostFields);
	readonly #ends = new Int32Array(mostFields);

	/** Whether the payload begins as a probe's does, with something in parentheses. */
	static begins(bytes: Uint8Array, start: number, end: number): boolean {
		return start < end && bytes[start] === 0x28;
	}

	/** True when the payload is an address and `key=value` fields to the end. */
	read(bytes: Uint8Array, start: number, end: number): boolean {
		this.count = 0;
		if (!ProbeFields.begins(bytes, start, end)) {
			return false;
		}
		let at = start;
		while (at < end && bytes[at] !== 0x29) {
			at++;
		}
		if (at >= end || at === start + 1) {
			return false;
		}
		for (at = skipBlanks(bytes, at + 1, end); at < end; at = skipBlanks(bytes, at, end)) {
			at = this.#field(bytes, at, end);
			if (at < 0) {
				return false;
			}
		}
		return true;
	}

	/** Takes one `key=value`; position behind it, -1 when there is none. */
	#field(bytes: Uint8Array, start: number, end: number): number {
		let at = start;
		while (at < end && bytes[at] !== equals) {
			if ((bytes[at] ?? 0) <= 0x20) {
				return -1;
			}
			at++;
		}
		if (at >= end || at === start) {
			return -1;
		}
		const value = at + 1;
		at = endOfValue(bytes, value, end);
		if (at <= value) {
			return -1;
		}
		if (this.count < mostFields) {
			this.#keys[this.count] = start;
			this.#starts[this.count] = value;
			this.#ends[this.count] = at;
			this.count++;
		}
		return at;
	}

	#find(bytes: Uint8Array, key: string): number {
		for (let i = 0; i < this.count; i++) {
			const start = this.#keys[i] ?? 0;
			const end = (this.#starts[i] ?? 0) - 1;
			if (end - start === key.length && startsWith(bytes, start, end, key)) {
				return i;
			}
		}
		return -1;
	}

	has(bytes: Uint8Array, key: string): boolean {
		return this.#find(bytes, key) >= 0;
	}

	number(bytes: Uint8Array, key: string): bigint | undefined {
		const found = this.#find(bytes, key);
		return found < 0 ? undefined : integer(bytes, this.#starts[found] ?? 0, this.#ends[found] ?? 0);
	}

	/** vcpu_id, undefined where absent or out of what KVM gives (KVM_MAX_VCPUS is 512 on arm64). */
	vcpu(bytes: Uint8Array): number | undefined {
		const id = this.number(bytes, 'vcpu');
		return id !== undefined && id >= 0n && id < 0x7fffn ? Number(id) : undefined;
	}

	/** `x0=… x1=…`, or the array `x={…,…}` that BTF probes give. */
	registers(bytes: Uint8Array): Registers {
		const array = this.#find(bytes, 'x');
		if (array >= 0) {
			return elements(bytes, this.#starts[array] ?? 0, this.#ends[array] ?? 0);
		}
		return ['x0', 'x1', 'x2', 'x3'].map((key) => this.number(bytes, key));
	}

	/** Whether every field that `name` needs is there, and every number of ours is one. */
	fit(name: ProbeName, bytes: Uint8Array): boolean {
		for (const key of needed[name]) {
			if (this.number(bytes, key) === undefined) {
				return false;
			}
		}
		for (const key of numbers) {
			if (this.has(bytes, key) && this.number(bytes, key) === undefined) {
				return false;
			}
		}
		return !this.has(bytes, 'x') || this.registers(bytes).every((value) => value !== undefined);
	}
}

const numbers = ['kvm', 'vcpu', 'pc', 'ret', 'x0', 'x1', 'x2', 'x3', 'flags'] as const;

function endOfValue(bytes: Uint8Array, start: number, end: number): number {
	const close = bytes[start] === openBrace ? closeBrace : bytes[start] === quote ? quote : -1;
	let at = start;
	if (close >= 0) {
		at++;
		while (at < end && bytes[at] !== close) {
			at++;
		}
		return at < end ? at + 1 : -1;
	}
	while (at < end && !isBlank(bytes[at])) {
		at++;
	}
	return at;
}

/** The first four of `{0x1,0x2,…}`. */
function elements(bytes: Uint8Array, start: number, end: number): Registers {
	const values: (bigint | undefined)[] = [];
	let from = start + 1;
	for (let at = from; at < end && values.length < 4; at++) {
		if (bytes[at] === comma || bytes[at] === closeBrace) {
			values.push(integer(bytes, from, at));
			from = at + 1;
		}
	}
	while (values.length < 4) {
		values.push(undefined);
	}
	return values;
}

const scratch = new ProbeFields();

/**
 * The event that the payload says, undefined where it is not a probe of that name.
 * `arraysLost`: the text is from `trace-cmd report`, which prints arrays as zeros whatever they hold
 * (seen with 3.3.1 and 3.1.6); zeros are then no values.
 */
export function decodeProbePayload(
	name: ProbeName,
	bytes: Uint8Array,
	start: number,
	end: number,
	arraysLost: boolean,
): EventDetail | undefined {
	const fields = scratch;
	if (!fields.read(bytes, start, end) || !fields.fit(name, bytes)) {
		return undefined;
	}
	const number = (key: string): bigint => fields.number(bytes, key) ?? 0n;
	const subject = subjectOf(fields, bytes);
	switch (name) {
		case 'call':
			return {
				kind: name,
				...subject,
				...present('pc', fields.number(bytes, 'pc')),
				x: registersOf(fields, bytes, arraysLost),
			};
		case 'ret': {
			const ret = fields.number(bytes, 'ret');
			return {
				kind: name,
				...subject,
				...present('ret', ret === undefined ? undefined : Number(BigInt.asIntN(32, ret))),
				x: registersOf(fields, bytes, arraysLost),
			};
		}
		case 'cpu_on_ret': {
			const ret = fields.number(bytes, 'ret');
			return {
				kind: name,
				...subject,
				...present('ret', ret === undefined ? undefined : BigInt.asIntN(64, ret)),
			};
		}
		case 'system_event':
			return {
				kind: name,
				...subject,
				type: Number(number('type')),
				...present('flags', fields.number(bytes, 'flags')),
			};
		case 'reset':
			return {
				kind: name,
				...subject,
				pending: number('pending') !== 0n,
				pc: number('pc'),
				r0: number('r0'),
				be: number('be') !== 0n,
			};
		case 'set_mp_state':
			return { kind: name, ...subject, state: Number(number('state')) };
		case 'set_fw_reg':
			return { kind: name, ...subject, id: number('id') };
		default:
			return { kind: name, ...subject };
	}
}

function subjectOf(fields: ProbeFields, bytes: Uint8Array): ProbeSubject {
	return { ...present('kvm', fields.number(bytes, 'kvm')), ...present('vcpu', fields.vcpu(bytes)) };
}

function registersOf(fields: ProbeFields, bytes: Uint8Array, arraysLost: boolean): Registers {
	const values = fields.registers(bytes);
	const lost = arraysLost && fields.has(bytes, 'x') && values.every((value) => value === 0n);
	return lost ? values.map(() => undefined) : values;
}

/** A field that is there, or no field: `exactOptionalPropertyTypes` knows no third way. */
function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
	return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
