// The calls of a recording as an outline: for each vCPU its calls, with their results and lines.

import { callLines, endLine } from './call-lines.ts';
import { callText, type RecordedCall, recordedCall } from './recorded-call.ts';
import type { Session } from './session.ts';
import { vcpuName } from './view.ts';

export interface OutlinedCall {
	readonly call: RecordedCall;
	readonly text: string;
	/** 1-based, of the site */
	readonly line: number;
	/** 1-based, of the call's last event */
	readonly endLine: number;
}

export interface VcpuOutline {
	readonly name: string;
	readonly calls: readonly OutlinedCall[];
}

/** The first `most` calls, by vCPU in the order of their numbers. */
export function callOutline(session: Session, most: number): VcpuOutline[] {
	const byVcpu = new Map<string, { vm: number; id: number; calls: OutlinedCall[] }>();
	for (const { line, index } of callLines(session).between(1, session.trace.lineCount).slice(0, most)) {
		const call = recordedCall(session, index);
		if (!call) continue;
		const { vm, vcpu: id } = call.rows;
		const key = `${vm}/${id}`;
		const group = byVcpu.get(key) ?? { vm, id, calls: [] };
		byVcpu.set(key, group);
		group.calls.push({ call, text: callText(call), line, endLine: endLine(session, index) });
	}
	return [...byVcpu.values()]
		.sort((a, b) => a.vm - b.vm || a.id - b.id)
		.map(({ vm, id, calls }) => ({ name: vcpuName(session, { vm, id }), calls }));
}
