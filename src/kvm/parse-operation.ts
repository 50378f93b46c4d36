// One operation of a vector file, read field by field. What FORMAT lets out has its usual value; what it does
// not know is passed over; anything else that is not as it says is a SyntaxError, never an operation made up.

import { FEATURE_NAMES, type Operation } from './operation.ts';
import { FILTER_ACTIONS } from './smccc-filter.ts';
import { MP_STATE_NAMES } from './vcpu.ts';
import type { Json, JsonObject } from './vector.ts';

/** Throws a SyntaxError that names the operation and the field. */
export function parseOperation(o: JsonObject): Operation {
	const fields = new Fields(o);
	switch (o.op) {
		case 'check_cap':
			return { op: 'check_cap', cap: fields.text('cap') };
		case 'enable_cap':
			return {
				op: 'enable_cap',
				cap: fields.text('cap'),
				flags: fields.whole('flags', 0),
				arg0: fields.wide('arg0', 0n),
			};
		case 'has_attr':
			return { op: 'has_attr', group: fields.whole('group'), attr: fields.whole('attr') };
		case 'smccc_filter':
			return {
				op: 'smccc_filter',
				base: fields.whole('base'),
				count: fields.whole('count'),
				action: fields.oneOfOrWhole('action', FILTER_ACTIONS),
				pad: fields.whole('pad', 0),
			};
		case 'observe':
			return { op: 'observe', what: fields.oneOf('what', ['all', 'mp_state', 'nothing']) };
		default:
			return parseVcpuOperation(o, fields);
	}
}

function parseVcpuOperation(o: JsonObject, fields: Fields): Operation {
	switch (o.op) {
		case 'vcpu_create':
			return { op: 'vcpu_create', vcpu: fields.whole('vcpu'), id: fields.whole('id') };
		case 'vcpu_init':
			return {
				op: 'vcpu_init',
				vcpu: fields.whole('vcpu'),
				features: fields.someOf('features', FEATURE_NAMES),
			};
		case 'get_reg':
			return { op: 'get_reg', vcpu: fields.whole('vcpu'), reg: fields.text('reg') };
		case 'set_reg':
			return {
				op: 'set_reg',
				vcpu: fields.whole('vcpu'),
				reg: fields.text('reg'),
				value: fields.wide('value'),
			};
		case 'set_mp_state': {
			const state = fields.oneOfOrWhole('state', MP_STATE_NAMES);
			return {
				op: 'set_mp_state',
				vcpu: fields.whole('vcpu'),
				state: typeof state === 'string' ? MP_STATE_NAMES.indexOf(state) : state,
			};
		}
		case 'irq':
			return {
				op: 'irq',
				vcpu: fields.whole('vcpu'),
				level: fields.whole('level'),
				line: fields.oneOfOrWhole('line', ['irq', 'fiq']),
			};
		case 'call':
			return {
				op: 'call',
				vcpu: fields.whole('vcpu'),
				isa: fields.oneOf('isa', ['a64', 'a32']),
				conduit: fields.oneOf('conduit', ['hvc', 'smc', 'wfi', 'nop']),
				imm: fields.whole('imm', 0),
				x: fields.wides('x'),
			};
		case 'list_fw_regs':
		case 'get_mp_state':
		case 'run':
		case 'run_immediate':
			return { op: o.op, vcpu: fields.whole('vcpu') };
		default:
			throw new SyntaxError(`there is no operation ${shown(o.op)}`);
	}
}

const shown = (json: Json | undefined): string =>
	typeof json === 'string' ? `'${json}'` : (JSON.stringify(json) ?? 'without a name');

class Fields {
	readonly #o: JsonObject;

	constructor(o: JsonObject) {
		this.#o = o;
	}

	#wrong(field: string, what: string): SyntaxError {
		return new SyntaxError(`${String(this.#o.op)}: ${field}${what}`);
	}

	#given(field: string): Json {
		const json = Object.hasOwn(this.#o, field) ? this.#o[field] : undefined;
		if (json === undefined) throw this.#wrong(field, ' is missing');
		return json;
	}

	/** A number of 64 bits and more: hexadecimal or decimal text, or a JSON number. */
	wide(field: string, usual?: bigint): bigint {
		if (usual !== undefined && !Object.hasOwn(this.#o, field)) return usual;
		return this.#number(field, this.#given(field));
	}

	wides(field: string): readonly bigint[] {
		return this.#list(field).map((json) => this.#number(field, json));
	}

	/** A whole number that a double holds exactly. */
	whole(field: string, usual?: number): number {
		const value = Number(this.wide(field, usual === undefined ? undefined : BigInt(usual)));
		if (!Number.isSafeInteger(value)) throw this.#wrong(field, ` is too large: ${value}`);
		return value;
	}

	#number(field: string, json: Json): bigint {
		if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json);
		if (typeof json === 'string' && /^(?:0x[0-9a-f]+|-?\d+)$/i.test(json)) return BigInt(json);
		throw this.#wrong(field, ` is no whole number: ${JSON.stringify(json)}`);
	}

	text(field: string): string {
		const json = this.#given(field);
		if (typeof json !== 'string') throw this.#wrong(field, ` is no name: ${JSON.stringify(json)}`);
		return json;
	}

	oneOf<Name extends string>(field: string, names: readonly Name[]): Name {
		return this.#named(field, this.#given(field), names);
	}

	oneOfOrWhole<Name extends string>(field: string, names: readonly Name[]): Name | number {
		const json = this.#given(field);
		return typeof json === 'string' ? this.#named(field, json, names) : this.whole(field);
	}

	someOf<Name extends string>(field: string, names: readonly Name[]): readonly Name[] {
		return this.#list(field).map((json) => this.#named(field, json, names));
	}

	#named<Name extends string>(field: string, json: Json, names: readonly Name[]): Name {
		const name = names.find((one) => one === json);
		if (name === undefined) throw this.#wrong(field, `: there is no ${shown(json)}`);
		return name;
	}

	#list(field: string): readonly Json[] {
		const json = this.#given(field);
		if (!Array.isArray(json)) throw this.#wrong(field, ` is no list: ${JSON.stringify(json)}`);
		return json;
	}
}
