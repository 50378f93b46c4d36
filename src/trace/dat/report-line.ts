// One event as a line of `trace-cmd report -t`: with all digits of the time, so that the lines of a recording,
// saved as text, open as the same session.

export interface ReportedEvent {
	readonly comm: string;
	readonly tid: number;
	readonly cpu: number;
	/** `common_flags` and `common_preempt_count` */
	readonly flags: number;
	readonly preemption: number;
	readonly time: bigint;
	/** false where the clock only counts */
	readonly nanoseconds: boolean;
	readonly name: string;
	readonly payload: string;
}

export function reportLine(event: ReportedEvent): string {
	const { comm, tid, cpu, flags, preemption, time, nanoseconds, name, payload } = event;
	const shell = `${comm.padStart(16)}-${String(tid).padEnd(5)} [${String(cpu).padStart(3, '0')}]`;
	return `${shell} ${stateOf(flags, preemption)} ${timeText(time, nanoseconds)}: ${`${name}:`.padEnd(21)} ${oneLine(payload)}`;
}

export function droppedLine(cpu: number, count: number | undefined): string {
	return count === undefined ? `CPU:${cpu} [EVENTS DROPPED]` : `CPU:${cpu} [${count} EVENTS DROPPED]`;
}

function timeText(time: bigint, nanoseconds: boolean): string {
	if (!nanoseconds) {
		return String(time).padStart(12);
	}
	const seconds = String(time / 1_000_000_000n).padStart(5);
	return `${seconds}.${String(time % 1_000_000_000n).padStart(9, '0')}`;
}

function oneLine(text: string): string {
	return text.trimEnd().replace(/[\r\n]/g, ' ');
}

/** By NEED_RESCHED (4) and NEED_RESCHED_LAZY (2): trace-cmd does not tell who asked. */
const rescheduling = ['.', 'L', 'N', 'B'] as const;

/**
 * The five columns that the latency format has: interrupts, rescheduling, context, preemption and migration
 * (TRACE_FLAG_* of include/linux/trace_events.h; libtraceevent prints them so since it knows lazy rescheduling).
 */
function stateOf(flags: number, preemption: number): string {
	const has = (flag: number) => (flags & flag) !== 0;
	const interrupts = has(0x01) ? (has(0x80) ? 'D' : 'd') : has(0x80) ? 'b' : '.';
	const context = has(0x40)
		? has(0x08)
			? 'Z'
			: 'z'
		: has(0x08)
			? has(0x10)
				? 'H'
				: 'h'
			: has(0x10)
				? 's'
				: '.';
	const digit = (value: number) => (value === 0 ? '.' : value.toString(16));
	const resched = rescheduling[(flags >> 1) & 3] ?? '.';
	return `${interrupts}${resched}${context}${digit(preemption & 0xf)}${digit((preemption >> 4) & 0xf)}`;
}
