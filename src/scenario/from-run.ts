// A run as a program that does the same step by step: what a branch with statements given live is saved as,
// and what a counterexample is told as. Everything that was decided in the run is written out.

import type { Answer, Operation } from '../kvm/index.ts';
import type { Expectation, Expected } from './expectation.ts';
import type { Place } from './place.ts';
import { expectationText, operationText } from './print-operation.ts';
import type { Program } from './program.ts';
import type { Run } from './run.ts';
import type { RunStep } from './run-step.ts';
import type { OperationTemplate, Statement } from './statement.ts';

/** The statements of the run one after the other, each with what came of it as its expectation. */
export function programOfRun({ program, steps, profile }: Run): Program {
	const statements: Statement[] = [];
	steps.forEach((step, n) => {
		if (step.by !== 'statement') return;
		const { operation, place } = step;
		if (!operation) {
			const { action } = step;
			if (action) statements.push({ kind: 'vmm', place, action, text: step.text, expect: [] });
			return;
		}
		// A policy runs the vCPU on by itself, and will again.
		if (!step.first) return;
		let last = step;
		for (let m = n + 1; m < steps.length && steps[m]?.first === false; m++) {
			const next = steps[m];
			if (next?.by === 'statement' && next.operation?.op === 'run') last = next;
		}
		const template = templateOf(operation);
		const expect = answered(place, last.answer, last);
		statements.push({ kind: 'operation', place, operation: template, text: operationText(template), expect });
	});
	const { needs, ...rest } = program;
	return {
		...rest,
		machine: { ...program.machine, kernel: profile.name },
		statements,
		schedule: { kind: 'text order' },
	};
}

export function templateOf(operation: Operation): OperationTemplate {
	const number = (value: bigint) => ({ kind: 'number', value }) as const;
	switch (operation.op) {
		case 'call':
			return { ...operation, x: operation.x.map(number) };
		case 'set_reg':
			return { ...operation, value: number(operation.value) };
		case 'enable_cap':
			return { ...operation, arg0: number(operation.arg0) };
		default:
			return operation;
	}
}

/** An answer as what is expected the next time. */
function answered(
	place: Place,
	answer: Answer | undefined,
	{ after, operation }: Pick<RunStep, 'after' | 'operation'>,
): readonly Expectation[] {
	if (!answer) return [];
	const vcpu = operation && 'vcpu' in operation ? after.vcpus[operation.vcpu] : undefined;
	const x0 = 'outcome' in answer && answer.outcome === 'return' ? vcpu?.registers.x[0] : undefined;
	const template = operation && templateOf(operation);
	return expectedOf(answer, x0).map((what) => written(place, what, template));
}

function expectedOf(answer: Answer, x0: bigint | undefined): readonly Expected[] {
	const number = (value: bigint) => ({ kind: 'number', value }) as const;
	if ('r' in answer) {
		if (answer.r === 'no such vcpu' || answer.r < 0) return [{ kind: 'returned', r: answer.r }];
		if (answer.ids) return [{ kind: 'ids', ids: answer.ids }];
		if (answer.value !== undefined) return [{ kind: 'value', value: number(answer.value) }];
		if (answer.mp !== undefined) return [{ kind: 'value', value: number(BigInt(answer.mp)) }];
		return [{ kind: 'returned', r: answer.r }];
	}
	switch (answer.outcome) {
		case 'return':
			return x0 === undefined ? [{ kind: 'returns' }] : [{ kind: 'result', anyOf: [number(status(x0))] }];
		case 'system_event':
			return [{ kind: 'system_event', type: answer.type, flags: number(answer.data0) }];
		case 'hypercall':
			return [{ kind: 'hypercall', nr: number(BigInt(answer.nr)), flags: number(BigInt(answer.flags)) }];
		case 'blocked':
			return [{ kind: 'blocked' }];
		case 'error':
			return [{ kind: 'error', errno: answer.errno }];
		case 'exit':
			return [];
	}
}

/** An expectation with the text that it is written as. */
export function written(place: Place, what: Expected, operation: OperationTemplate | undefined): Expectation {
	const text = expectationText({ place, text: '', what }, operation);
	return { place, what, text: text === undefined ? what.kind : `=> ${text}` };
}

/** Small negative numbers are statuses. */
function status(x0: bigint): bigint {
	const signed = BigInt.asIntN(64, x0);
	return signed < 0n && signed > -64n ? signed : x0;
}
