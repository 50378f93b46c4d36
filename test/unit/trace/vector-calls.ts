// What the program that ran the scenarios called, and what came back: the calls of the vectors beside a recording.

import { sample } from './samples.ts';

interface Vector {
	readonly id: string;
	readonly ops: readonly {
		readonly op: {
			readonly op: string;
			readonly vcpu?: number;
			readonly id?: number;
			readonly isa?: string;
			readonly conduit?: string;
			readonly imm?: number;
			readonly x?: readonly string[];
		};
		readonly got: {
			readonly outcome?: string;
			readonly x?: readonly string[] | null;
			readonly type?: number;
		};
	}[];
}

export interface VectorCall {
	readonly where: string;
	readonly vcpu: number;
	readonly x: readonly bigint[];
	/** the guest is in AArch32 state: it sees half of each register */
	readonly half: boolean;
	/** how it ended: `return`, `system_event`, `hypercall`, `blocked`, `error` */
	readonly outcome: string;
	/** of a system event */
	readonly type: number | undefined;
	/** what the guest saw; undefined where it did not come back or was not looked at */
	readonly result: readonly bigint[] | undefined;
}

/** `smc`: this kernel hands an SMC with immediate 0 to the handler too (from 6.4 on). */
export function callsOfVectors(name: string, smc: boolean): VectorCall[] {
	return sample(name)
		.trim()
		.split('\n')
		.flatMap((line) => {
			const { id, ops } = JSON.parse(line) as Vector;
			const ids = new Map<number, number>();
			return ops.flatMap(({ op, got }, i): VectorCall[] => {
				if (op.op === 'vcpu_create') {
					ids.set(op.vcpu ?? -1, op.id ?? -1);
				}
				const handled = op.conduit === 'hvc' || (smc && op.conduit === 'smc' && op.imm === 0);
				if (op.op !== 'call' || op.x === undefined || !handled) {
					return [];
				}
				return [
					{
						where: `${id} step ${i}`,
						vcpu: ids.get(op.vcpu ?? -1) ?? -1,
						outcome: got.outcome ?? '',
						type: got.outcome === 'system_event' ? got.type : undefined,
						half: op.isa === 'a32',
						x: op.x.slice(0, 4).map(BigInt),
						result: got.outcome === 'return' && got.x ? got.x.map(BigInt) : undefined,
					},
				];
			});
		});
}
