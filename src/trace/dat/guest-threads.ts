// Option GUEST: which host thread runs which CPU of a guest. trace-cmd writes it when host and guest are
// recorded together; it names vCPUs more surely than any thread's name.

import type { FileCursor } from './file-cursor.ts';

export interface GuestThread {
	readonly guest: string;
	readonly vcpu: number;
	readonly tid: number;
}

export async function readGuest(option: FileCursor): Promise<GuestThread[]> {
	const guest = await option.cstring('the name of a guest');
	option.skip(8, "a guest's trace id");
	const count = await option.u32("the number of a guest's CPUs");
	const threads: GuestThread[] = [];
	for (let i = 0; i < count; i++) {
		const vcpu = await option.u32("the number of a guest's CPU");
		const tid = await option.u32("the thread of a guest's CPU");
		if (vcpu < 0x7fff) {
			threads.push({ guest, vcpu, tid });
		}
	}
	return threads;
}
