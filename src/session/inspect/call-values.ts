// Arguments and result of a guest call, as values: what was recorded, and what is inferred where it was not.

import type { DecodedArgument } from '../../psci/call.ts';
import type { DecodedResult } from '../../psci/result.ts';
import type { Operand } from '../expression/operand.ts';
import { type RecordedCall, resultText } from '../recorded-call.ts';
import { hex, type Origin, type Value } from './value.ts';

export function callValues(call: RecordedCall, row: number, path: string): Value[] {
	const { rows, provenance } = call;
	const from: Origin = { provenance, row: rows.entry >= 0 ? rows.entry : rows.site };
	const missing: Origin = {
		provenance: 'unknown',
		why: 'kvm_hvc_arm64 records the function ID only; the call and ret probes record the rest',
	};
	const values: Value[] = [
		{
			name: 'function',
			path: `${path}.function`,
			text: call.call ? `${call.call.name} (${hex(BigInt(call.call.functionId))})` : '?',
			...(call.call ? { raw: { name: call.call.name, number: BigInt(call.call.functionId) } } : {}),
			origin: call.call ? from : missing,
		},
		{
			name: 'conduit',
			path: `${path}.conduit`,
			text: call.conduit,
			origin: { provenance, row: rows.site },
		},
	];
	for (const argument of call.call?.arguments ?? [])
		values.push(
			argument.value === undefined
				? inferredArgument(call, argument, path, missing)
				: {
						name: argument.name,
						path: `${path}.${argument.name}`,
						text: argument.text,
						raw: { number: argument.value },
						origin: from,
					},
		);
	values.push(
		call.result || call.goesOn !== undefined
			? recordedResult(call, row, path)
			: inferredResult(call, path, missing),
	);
	return values;
}

function recordedResult(call: RecordedCall, row: number, path: string): Value {
	const { ret } = call.rows;
	const ahead = `still to come: the ${call.provenance === 'modelled' ? 'run' : 'recording'} shows it further on`;
	return {
		name: 'result',
		path: `${path}.result`,
		text: resultText(call),
		...(call.result && call.goesOn !== 0 ? { raw: rawResult(call.result) } : {}),
		origin: {
			provenance: call.provenance,
			row: ret,
			...(ret >= row ? { why: ahead } : {}),
		},
	};
}

const rawResult = ({ value, name }: DecodedResult): Operand => ({ number: value, ...(name ? { name } : {}) });

/** An argument that was not recorded. What is uncertain has no value to compare with. */
function inferredArgument(
	call: RecordedCall,
	{ name, register }: DecodedArgument,
	path: string,
	missing: Origin,
): Value {
	const inferred = call.inferred?.arguments.find((argument) => argument.register === register);
	const decoded = call.inferred?.call.arguments.find((argument) => argument.register === register);
	if (!inferred || !decoded) {
		const targets = register === 1 ? (call.inferred?.targets ?? []) : [];
		const why = `one of the vCPUs ${targets.join(', ')}, which start after it`;
		return {
			name,
			path: `${path}.${name}`,
			text: '?',
			origin: targets.length > 0 ? { ...missing, why } : missing,
		};
	}
	const { row, why, sure, value } = inferred;
	return {
		name,
		path: `${path}.${name}`,
		text: sure ? decoded.text : `probably ${decoded.text}`,
		...(sure ? { raw: { number: value } } : {}),
		origin: { provenance: 'inferred', row, why: sure ? why : `uncertain: ${why}` },
	};
}

function inferredResult(call: RecordedCall, path: string, missing: Origin): Value {
	const inferred = call.inferred?.result;
	if (!inferred) return { name: 'result', path: `${path}.result`, text: '?', origin: missing };
	const { likely, sure, why, row, provenance } = inferred;
	// Where it comes from stands in the origin already.
	const text = resultText(call).replace(/ \((?:inferred|modelled)\)$/, '');
	return {
		name: 'result',
		path: `${path}.result`,
		text,
		...(sure && likely ? { raw: rawResult(likely) } : {}),
		origin: { provenance, ...(row === undefined ? {} : { row }), why: sure ? why : `uncertain: ${why}` },
	};
}
