// Expressions and conditions at one moment of a run. Looking changes nothing: no owed reset is carried out.

import { mainlineOf, PROFILES, plainRegister, REQUEST, type Vm } from '../kvm/index.ts';
import type { Machine as VmmMachine } from '../vmm/index.ts';
import { isAsleep } from './asleep.ts';
import type { Comparison, Condition, Expression, KernelCondition } from './expression.ts';

/** What a program sees of a run. */
export interface Sight {
	readonly vm: Vm;
	readonly machine: VmmMachine;
	readonly variables: Readonly<Record<string, bigint>>;
	/** x0..x3 of the last call that returned */
	readonly result: readonly bigint[];
	/** labels of the statements that were begun */
	readonly reached: readonly string[];
}

/** Negative only where a negative literal is meant; what is computed is cut to 64 bits, unsigned. */
export function numberOf(expression: Expression, sight: Sight): bigint {
	switch (expression.kind) {
		case 'number':
			return expression.value;
		case 'variable':
			return sight.variables[expression.name] ?? 0n;
		case 'result':
			return sight.result[expression.x] ?? 0n;
		case 'register': {
			const registers = sight.vm.vcpus[expression.vcpu]?.registers;
			return (registers && plainRegister(registers, expression.register)) ?? 0n;
		}
		case 'unary': {
			const value = numberOf(expression.operand, sight);
			return expression.operator === '-' ? -value : BigInt.asUintN(64, ~value);
		}
		case 'binary':
			return binary(expression, numberOf(expression.left, sight), numberOf(expression.right, sight));
	}
}

function binary({ operator }: Extract<Expression, { kind: 'binary' }>, left: bigint, right: bigint): bigint {
	const [a, b] = [BigInt.asUintN(64, left), BigInt.asUintN(64, right)];
	const cut = (value: bigint) => BigInt.asUintN(64, value);
	switch (operator) {
		case '+':
			return cut(a + b);
		case '-':
			return cut(a - b);
		case '*':
			return cut(a * b);
		// As UDIV does.
		case '/':
			return b === 0n ? 0n : a / b;
		case '%':
			return b === 0n ? a : a % b;
		case '&':
			return a & b;
		case '|':
			return a | b;
		case '^':
			return a ^ b;
		case '<<':
			return b > 63n ? 0n : cut(a << b);
		case '>>':
			return b > 63n ? 0n : a >> b;
	}
}

function compare(operator: Comparison, a: bigint, b: bigint): boolean {
	// A negative literal makes it a comparison of signed numbers.
	const signed = a < 0n || b < 0n;
	const [left, right] = signed
		? [BigInt.asIntN(64, a), BigInt.asIntN(64, b)]
		: [BigInt.asUintN(64, a), BigInt.asUintN(64, b)];
	switch (operator) {
		case '==':
			return left === right;
		case '!=':
			return left !== right;
		case '<':
			return left < right;
		case '<=':
			return left <= right;
		case '>':
			return left > right;
		case '>=':
			return left >= right;
	}
}

export function holds(condition: Condition, sight: Sight): boolean {
	switch (condition.kind) {
		case 'compare':
			return compare(condition.operator, numberOf(condition.left, sight), numberOf(condition.right, sight));
		case 'state':
			return sight.vm.vcpus[condition.vcpu]?.mpState === condition.state;
		case 'request':
			return ((sight.vm.vcpus[condition.vcpu]?.requests ?? 0) & REQUEST[condition.request]) !== 0;
		case 'asleep': {
			const vcpu = sight.vm.vcpus[condition.vcpu];
			return vcpu !== undefined && isAsleep(vcpu);
		}
		case 'machine':
			return sight.machine.state === condition.state;
		case 'kernel':
			return kernelHolds(condition, sight.vm.profile.name);
		case 'reached':
			return sight.reached.includes(condition.label);
		case 'not':
			return !holds(condition.condition, sight);
		case 'all':
			return condition.conditions.every((part) => holds(part, sight));
		case 'any':
			return condition.conditions.some((part) => holds(part, sight));
	}
}

/** Order among mainline kernels; a posted series stands where the kernel stands that it was written for. */
export function kernelHolds(condition: KernelCondition, kernel: string): boolean {
	switch (condition.kind) {
		case 'kernel': {
			const { operator, name } = condition;
			if (operator === '==') return kernel === name;
			if (operator === '!=') return kernel !== name;
			return compare(operator, orderOf(kernel), orderOf(name));
		}
		case 'not':
			return !kernelHolds(condition.condition, kernel);
		case 'all':
			return condition.conditions.every((part) => kernelHolds(part, kernel));
		case 'any':
			return condition.conditions.some((part) => kernelHolds(part, kernel));
	}
}

const ORDER: ReadonlyMap<string, number> = new Map(PROFILES.map(({ name }, n) => [name, n]));

function orderOf(kernel: string): bigint {
	return BigInt(ORDER.get(mainlineOf(kernel)) ?? 0);
}
