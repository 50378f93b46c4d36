// The guest's code as far as a recording has it: the instructions that trapped. Of an HVC the event gives the
// address after it and its immediate, of a WFI or WFE the address itself; nothing else of the code is known.
// Encodings: Arm ARM (DDI 0487) C6.2, HVC and the hints WFE and WFI of A64.

import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Session } from '../session/session.ts';
import { sliced } from '../session/sliced.ts';
import type { EventDetail } from '../trace/event.ts';

interface Trapped {
	readonly address: bigint;
	readonly text: string;
	readonly encoding: number;
}

/** `count` instructions of four bytes from `first`; those that the recording does not have are `invalid`. */
export async function instructionsAt(
	session: Session,
	first: bigint,
	count: number,
	signal: AbortSignal,
): Promise<DebugProtocol.DisassembledInstruction[]> {
	const known = await sliced(trapped(session, first, first + 4n * BigInt(count)), signal);
	return Array.from({ length: count }, (_, i) => {
		const address = BigInt.asUintN(64, first + 4n * BigInt(i));
		const at = known.get(address);
		return {
			address: `0x${address.toString(16)}`,
			...(at
				? {
						instruction: at.text,
						instructionBytes: bytesOf(at.encoding),
						presentationHint: 'normal' as const,
					}
				: { instruction: '?? (not recorded)', presentationHint: 'invalid' as const }),
		};
	});
}

function* trapped(session: Session, from: bigint, to: bigint): Generator<number, Map<bigint, Trapped>> {
	const { events } = session.trace;
	const known = new Map<bigint, Trapped>();
	for (let row = 0; row < session.length; row++) {
		if (row % 1024 === 1023) yield row;
		const at = instructionOf(events.detail(row));
		if (at && at.address >= from && at.address < to) known.set(at.address, at);
	}
	return known;
}

function instructionOf(event: EventDetail): Trapped | undefined {
	switch (event.kind) {
		case 'kvm_hvc_arm64': {
			const imm = Number(event.imm);
			return { address: event.pc - 4n, text: `hvc #${imm}`, encoding: 0xd4000002 + imm * 32 };
		}
		case 'kvm_wfx_arm64': {
			const encoding = event.instruction === 'wfi' ? 0xd503207f : 0xd503205f;
			return { address: event.pc, text: event.instruction, encoding };
		}
		default:
			return undefined;
	}
}

/** In the order of memory: little-endian. */
function bytesOf(encoding: number): string {
	return [0, 8, 16, 24].map((shift) => ((encoding >>> shift) & 0xff).toString(16).padStart(2, '0')).join(' ');
}
