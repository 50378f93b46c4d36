// A recording of two machines, made of the text of a real one of one machine: the second does the same a moment
// later, in other threads, under another address. Threads move between two host CPUs all the time.

/** What is added to make the second machine's: to times in microseconds, thread ids and addresses of struct kvm. */
export const SECOND = { later: 3n, tids: 1000, kvm: 0x200000n };

const LINE = /^(\s*.+-)(\d+)(\s+\[)\d+(\]\s+(?:\S{5}\s+)?)(\d+)\.(\d{6})(: .*)$/;

interface Line {
	readonly time: bigint;
	readonly tid: number;
	readonly text: (time: bigint, tid: number, kvm: bigint, cpu: number) => string;
}

function parsed(line: string): Line | undefined {
	const [, comm, tid, cpu, flags, seconds, micros, event = ''] = LINE.exec(line) ?? [];
	if (comm === undefined) return undefined;
	return {
		time: BigInt(`${seconds}${micros}`),
		tid: Number(tid),
		text: (time, thread, kvm, on) => {
			const stamp = `${time / 1_000_000n}.${String(time % 1_000_000n).padStart(6, '0')}`;
			const moved = event.replace(
				/\bkvm=(?:0x)?([\da-f]+)/,
				(_, at: string) => `kvm=0x${(BigInt(`0x${at}`) + kvm).toString(16)}`,
			);
			return `${comm}${thread}${cpu}${String(on).padStart(3, '0')}${flags}${stamp}${moved}`;
		},
	};
}

/** The text of both machines, of a `trace-cmd report`. */
export function twoVms(report: string): string {
	const lines = report.split('\n').flatMap((line) => parsed(line) ?? []);
	const both = [
		...lines.map((line, i) => ({ time: line.time, text: line.text(line.time, line.tid, 0n, i % 2) })),
		...lines.map((line, i) => {
			const time = line.time + SECOND.later;
			return { time, text: line.text(time, line.tid + SECOND.tids, SECOND.kvm, (i + 1) % 2) };
		}),
	];
	both.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
	return `cpus=2\n${both.map(({ text }) => text).join('\n')}\n`;
}

/** The kernel's own events alone. */
export function stockLines(report: string): string {
	return report
		.split('\n')
		.filter((line) => !LINE.test(line) || /: kvm_\w+:/.test(line))
		.join('\n');
}
