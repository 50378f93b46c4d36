// A recording as a user without probes has it: the kernel's own events alone, and nothing that a probe told, so that
// who is who has to be found out anew. And how what is inferred from it compares with what the probes recorded.

import { decodeCall } from '../../../src/psci/call.ts';
import { decodeResult } from '../../../src/psci/result.ts';
import { recordedCall } from '../../../src/session/recorded-call.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { jsonlOf } from '../../../src/trace/jsonl/write-jsonl.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { Trace } from '../../../src/trace/trace.ts';

/** The events that kvm has of its own. */
const STOCK = /^kvm_|^lost$/;

/** The recording with the probes' events taken out, opened as any file. */
export function withoutProbes(trace: Trace): Promise<Trace> {
	const lines: string[] = [];
	for (const line of jsonlOf(trace)) {
		const {
			vms: _,
			vm: __,
			vcpu: ___,
			vcpuFrom: ____,
			...rest
		} = JSON.parse(line) as Record<string, unknown>;
		if (rest.format !== undefined) lines.push(JSON.stringify(rest));
		else if (STOCK.test(String(rest.event))) lines.push(JSON.stringify({ ...rest, tgid: undefined }));
	}
	return openTrace(bytesInMemory(trace.name, new TextEncoder().encode(`${lines.join('\n')}\n`)));
}

/** Of the results, and of the arguments, of all calls whose truth a probe recorded. */
export interface Share {
	/** inferred and sure; all of them right */
	sure: number;
	/** marked as uncertain, with one likelier than the others: that was right, or wrong */
	probablyRight: number;
	probablyWrong: number;
	/** marked as uncertain between several, or not inferred at all */
	open: number;
}

export interface Comparison {
	readonly calls: number;
	readonly results: Share;
	readonly arguments: Share;
	/** what was sure and wrong, or ruled out and true: there must be none */
	readonly wrong: readonly string[];
}

const none = (): Share => ({ sure: 0, probablyRight: 0, probablyWrong: 0, open: 0 });

/** What the stock events alone give, against what the probes recorded. */
export async function compareWithProbes(trace: Trace): Promise<Comparison> {
	const recorded = await RecordedSession.open(trace);
	const stock = await RecordedSession.open(await withoutProbes(trace));
	const truth = new Map<string, number>();
	for (let index = 0; index < recorded.calls.length; index++) truth.set(siteOf(recorded, index), index);
	const wrong: string[] = [];
	const [results, args] = [none(), none()];
	let calls = 0;
	for (let index = 0; index < stock.calls.length; index++) {
		const call = recordedCall(stock, index);
		const known = recordedCall(recorded, truth.get(siteOf(stock, index)) ?? -1);
		// SMC calls without probes do not even have their function.
		if (!call?.call || !known?.call || known.rows.entry < 0 || known.rows.ret < 0) continue;
		calls++;
		const where = `${known.call.text} at ${siteOf(stock, index)}`;
		const inferred = call.inferred?.result;
		const exits = known.goesOn === 0;
		const x0 = recorded.trace.events.detail(known.rows.ret);
		const value =
			x0.kind === 'ret' ? decodeResult(decodeCall([BigInt(known.call.functionId)]), x0.x[0] ?? 0n).value : 0n;
		const likely = inferred?.likely;
		const right =
			inferred !== undefined && (exits ? inferred.exits : !inferred.exits && likely?.value === value);
		if (!inferred) results.open++;
		else if (inferred.sure) {
			results.sure++;
			if (!right) wrong.push(`${where}: ${exits ? 'exits' : value}, inferred ${likely?.text ?? 'exits'}`);
		} else if (!likely) results.open++;
		else if (right) results.probablyRight++;
		else results.probablyWrong++;
		if (
			inferred &&
			!exits &&
			!inferred.open &&
			!inferred.exits &&
			!inferred.candidates.some((c) => c.value === value)
		)
			wrong.push(`${where}: ${value} is not among ${inferred.candidates.map(({ text }) => text).join()}`);

		for (const argument of known.call.arguments) {
			const guess = call.inferred?.arguments.find(({ register }) => register === argument.register);
			const same = guess?.value === argument.value;
			if (!guess) args.open++;
			else if (guess.sure) {
				args.sure++;
				if (!same) wrong.push(`${where}: ${argument.name} inferred 0x${guess.value.toString(16)}`);
			} else if (same) args.probablyRight++;
			else args.probablyWrong++;
		}
	}
	return { calls, results, arguments: args, wrong };
}

function siteOf({ calls, trace }: RecordedSession, index: number): string {
	const row = calls.site(index);
	return `${trace.events.time(row)} of ${trace.threads[trace.events.thread(row)]?.tid}`;
}
