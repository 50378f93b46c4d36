// The session panel's page: draws the state that the extension sends, and asks for it when it comes up.

import { html, nothing, render, type TemplateResult } from 'lit';
import type { Answers, Ask } from '../session/panel/question.ts';
import type { SessionView } from '../session/view.ts';
import { FindingsSection } from './findings.ts';
import { type FromPanel, toPanel } from './messages.ts';
import { Questions } from './questions.ts';
import type { PageActions } from './session/actions.ts';
import { callCard } from './session/call-card.ts';
import { exitSection } from './session/exits.ts';
import { requestSection } from './session/requests.ts';
import { valueTable } from './session/values.ts';
import { showCurrentVcpu, vcpuTable } from './session/vcpu-table.ts';
import { TimelineSection } from './timeline/section.ts';
import { asViewport } from './timeline/viewport.ts';

declare function acquireVsCodeApi(): {
	postMessage(message: FromPanel): void;
	getState(): unknown;
	setState(state: unknown): void;
};

/** A view is kept when it has come to rest. */
const KEEP_MS = 300;

const vscode = acquireVsCodeApi();
const root = document.getElementById('session') ?? document.body;
const questions = new Questions((message) => vscode.postMessage(message));
const kept = keptState(vscode.getState());
let keeping: ReturnType<typeof setTimeout> | undefined;
/** why there is nothing to show */
let problem: string | undefined;
let shown: { readonly subject: string; readonly debugged: boolean; readonly view: SessionView } | undefined;
/** the lists of the session that is shown, once they were asked for and answered */
let lists: { exits?: Answers['exits']; requests?: Answers['requests'] } = {};

const actions: PageActions = {
	goto: (row) => vscode.postMessage({ type: 'goto', row }),
	why: (of) => vscode.postMessage({ type: 'why', of }),
	reveal: (line) => vscode.postMessage({ type: 'reveal', line }),
	specification: (id) => vscode.postMessage({ type: 'specification', id }),
};

const timeline = new TimelineSection(
	{
		ask: (question) => questions.ask(question),
		goto: actions.goto,
		keepView: ({ from, to }) => {
			clearTimeout(keeping);
			keeping = setTimeout(
				() => vscode.setState({ subject: shown?.subject ?? '', view: { from, to } }),
				KEEP_MS,
			);
		},
	},
	kept?.view,
);

const findings = new FindingsSection(async () => {
	const found = await questions.ask({ ask: 'findings' });
	// Their marks are drawn from now on.
	timeline.refresh();
	return found;
}, actions.goto);

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	const message = toPanel(data);
	switch (message?.type) {
		case 'answer':
		case 'failure':
			questions.take(message);
			break;
		case 'empty':
			shown = undefined;
			problem = message.problem;
			draw();
			break;
		case 'state': {
			const isOther = message.subject !== shown?.subject;
			const isKept = shown === undefined && message.subject === kept?.subject;
			shown = message;
			if (isOther) lists = {};
			draw();
			showCurrentVcpu(root, message.view);
			if (isOther && !isKept) timeline.reset();
			const { view } = message;
			timeline.stand({ at: view.elapsed, lane: view.vcpus.findIndex((vcpu) => vcpu.current) });
			if (isOther) {
				void findings.reset();
				void list('exits');
			}
			break;
		}
		default:
	}
});
draw();
vscode.postMessage({ type: 'ready' });

/** What this page kept when it was hidden, if it is what it should be. */
function keptState(raw: unknown) {
	if (typeof raw !== 'object' || raw === null) return undefined;
	const state = raw as Readonly<Record<string, unknown>>;
	const view = asViewport(state.view);
	return typeof state.subject === 'string' && view ? { subject: state.subject, view } : undefined;
}

/** Asks for a list of the session once. */
async function list<K extends Extract<Ask, 'exits' | 'requests'>>(ask: K): Promise<void> {
	const subject = shown?.subject;
	if (lists[ask]) return;
	// Where there is no answer the session is gone, and the page with it.
	const body = await questions.ask({ ask }).catch(() => undefined);
	if (!body || shown?.subject !== subject) return;
	lists = { ...lists, [ask]: body };
	draw();
}

function draw(): void {
	render(shown ? sessionPage(shown.view, shown.debugged) : emptyPage(), root);
}

function emptyPage(): TemplateResult {
	return html`<section class="empty">
		<h1>No PSCI session</h1>
		${problem ? html`<p role="alert" class="problem"><span class="codicon codicon-error" aria-hidden="true"></span> ${problem}</p>` : nothing}
		<p>
			Open a recorded trace or a scenario (<code>.psci</code>): this panel then shows its timeline and follows the
			cursor. <kbd>F5</kbd> debugs it, step by step in both directions.
		</p>
		${startButton('Debug the open file')}
	</section>`;
}

function startButton(label: string): TemplateResult {
	return html`<button type="button" @click=${() => vscode.postMessage({ type: 'start' })}>
		<span class="codicon codicon-debug-alt" aria-hidden="true"></span> ${label}
	</button>`;
}

function sessionPage(view: SessionView, debugged: boolean): TemplateResult {
	const file = view.kind === 'simulated' ? 'scenario' : 'trace';
	return html`
		<header>
			<p class="where">
				<button type="button" class="link" @click=${() => actions.reveal(view.line)}>line ${view.line}</button>
				${view.kind === 'simulated' ? nothing : html`<span>${view.time}</span>`}
				<span>event ${Math.min(view.row + 1, view.length)} of ${view.length}</span>
				${debugged ? nothing : html`<span>not being debugged: follows the cursor in the ${file}</span>`}
			</p>
			<h1 aria-live="polite">${view.event}</h1>
			${view.notes.map((note) => html`<p class="note" role="note">⚠ ${note}</p>`)}
			${debugged ? nothing : html`<p class="opened">${startButton(`Debug this ${file}`)}</p>`}
		</header>
		${timeline.element} ${vcpuTable(view, actions)} ${findings.element}
		<div class="columns">
			${view.call ? callCard(view.call, actions) : nothing}
			<div>
				${exitSection(lists.exits, view, actions)}
				${requestSection(lists.requests, actions, () => void list('requests'))}
				${view.vms.map(
					({ name, values }) =>
						html`<section aria-label=${name}><h2>${name}</h2>${valueTable(values, actions)}</section>`,
				)}
			</div>
		</div>
	`;
}
