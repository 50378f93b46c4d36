// The session panel's page on a recording or a scenario's run, with the session in this process.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { openScenario } from '../../../src/session/open-scenario.ts';
import { PanelData } from '../../../src/session/panel/panel-data.ts';
import { asQuestion } from '../../../src/session/panel/question.ts';
import { RecordedSession } from '../../../src/session/recorded-session.ts';
import type { Session } from '../../../src/session/session.ts';
import { type SessionView, viewAt } from '../../../src/session/view.ts';
import { bytesInMemory } from '../../../src/trace/byte-source.ts';
import { openTrace } from '../../../src/trace/open.ts';
import type { PageUnderTest } from './page-host.ts';

export async function openRecording(path: string): Promise<RecordedSession> {
	const file = readFileSync(path);
	const bytes = path.endsWith('.gz') ? gunzipSync(file) : file;
	return RecordedSession.open(await openTrace(bytesInMemory(path, bytes)));
}

export function openRun(path: string): Promise<Session> {
	return openScenario(readFileSync(path, 'utf8'), path, async () => undefined);
}

export class ShownSession implements PageUnderTest {
	readonly script: string = 'session';
	readonly styles: readonly string[] = ['session-panel.css', 'vcpu-table.css', 'timeline.css'];
	readonly root: string = 'session';
	readonly session: Session;
	readonly received: unknown[] = [];
	readonly #data: PanelData;
	#previous: number;
	row: number;
	/** rows */
	breakpoints: number[] = [];

	constructor(session: Session, row = session.calls.site(0)) {
		this.session = session;
		this.#data = new PanelData(session);
		this.row = this.#previous = row;
	}

	get view(): SessionView {
		const { events } = this.session.trace;
		const vcpu = this.session
			.stateAt(this.row)
			.vcpus.find(({ vm, id }) => vm === events.vm(this.row) && id === events.vcpu(this.row));
		return viewAt(this.session, { row: this.row, decision: 0 }, this.#previous, vcpu);
	}

	/** A stop elsewhere: what the extension sends then. */
	stop(row: number): unknown {
		this.#previous = this.row;
		this.row = row;
		return this.state();
	}

	state(): unknown {
		return { type: 'state', subject: 'test', debugged: true, view: this.view };
	}

	async receive(message: unknown): Promise<readonly unknown[]> {
		this.received.push(message);
		const { type, row, id, question } = message as Readonly<Record<string, unknown>>;
		if (type === 'ready') return [this.state()];
		if (type === 'goto') return [this.stop(Number(row))];
		const asked = type === 'ask' ? asQuestion(question) : undefined;
		return asked ? [{ type: 'answer', id, body: await this.#data.answer(asked, () => this) }] : [];
	}
}
