// The page of a recording that is no text, with the session in this process.

import { ShownSession } from './shown-session.ts';

export class TracePage extends ShownSession {
	override readonly script = 'trace-editor';
	override readonly styles = ['session-panel.css', 'timeline.css', 'trace-editor.css'];
	override readonly root = 'page';
	lines: number[] = [];

	override state(): unknown {
		const { view } = this;
		const lane = view.vcpus.findIndex(({ current }) => current);
		const { lines: breakpoints, row } = this;
		const { length } = this.session;
		return { type: 'trace', length, row, elapsed: view.elapsed, lane, debugged: false, breakpoints };
	}

	override async receive(message: unknown): Promise<readonly unknown[]> {
		const { type, line } = message as Readonly<Record<string, unknown>>;
		if (type !== 'breakpoint') return super.receive(message);
		this.lines = this.lines.includes(Number(line)) ? [] : [Number(line)];
		this.breakpoints = this.lines.map((each) => this.session.trace.events.rowAtOrAfterLine(each));
		return [this.state()];
	}
}
