// The session panel's page: draws the state that the extension sends, and asks for it when it comes up.

import { html, nothing, render, type TemplateResult } from 'lit';
import type { CallView, ExitView, ModelView, SessionView, ValueView, VcpuView } from '../session/view.ts';
import { type FromPanel, toPanel } from './messages.ts';
import { Questions } from './questions.ts';
import { TimelineSection } from './timeline/section.ts';
import { asViewport } from './timeline/viewport.ts';

declare function acquireVsCodeApi(): {
	postMessage(message: FromPanel): void;
	getState(): unknown;
	setState(state: unknown): void;
};

const vscode = acquireVsCodeApi();
const root = document.getElementById('session') ?? document.body;
const questions = new Questions((message) => vscode.postMessage(message));
/** the session that is shown, so that another one is noticed */
let subject = '';

/** A shape for each mp_state, so that states are told apart without colour. */
const STATE_SHAPES: Readonly<Record<string, string>> = {
	RUNNABLE: '▶',
	STOPPED: '■',
	SUSPENDED: '❚❚',
	'?': '?',
};

/** A view is kept when it has come to rest. */
const KEEP_MS = 300;
let keeping: ReturnType<typeof setTimeout> | undefined;

const kept = keptState(vscode.getState());
const timeline = new TimelineSection(
	{
		ask: (question) => questions.ask(question),
		goto: (row) => vscode.postMessage({ type: 'goto', row }),
		keepView: ({ from, to }) => {
			clearTimeout(keeping);
			keeping = setTimeout(() => vscode.setState({ subject, view: { from, to } }), KEEP_MS);
		},
	},
	kept?.view,
);

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	const message = toPanel(data);
	switch (message?.type) {
		case 'answer':
		case 'failure':
			questions.take(message);
			break;
		case 'empty':
			subject = '';
			render(emptyPage(), root);
			break;
		case 'state': {
			const { view } = message;
			const isOther = message.subject !== (subject || kept?.subject);
			subject = message.subject;
			render(sessionPage(view, message.debugged), root);
			if (isOther) timeline.reset();
			timeline.stand({ at: view.elapsed, lane: view.vcpus.findIndex((vcpu) => vcpu.current) });
			break;
		}
		default:
	}
});
render(emptyPage(), root);
vscode.postMessage({ type: 'ready' });

/** What this page kept when it was hidden, if it is what it should be. */
function keptState(raw: unknown) {
	if (typeof raw !== 'object' || raw === null) return undefined;
	const state = raw as Readonly<Record<string, unknown>>;
	const view = asViewport(state.view);
	return typeof state.subject === 'string' && view ? { subject: state.subject, view } : undefined;
}

function emptyPage(): TemplateResult {
	return html`<section class="empty">
		<h1>No PSCI session</h1>
		<p>Open a recorded trace and press <kbd>F5</kbd>: this panel then shows every vCPU at each step.</p>
		${startButton()}
	</section>`;
}

function startButton(): TemplateResult {
	return html`<button type="button" @click=${() => vscode.postMessage({ type: 'start' })}>Debug the open trace</button>`;
}

function sessionPage(view: SessionView, debugged: boolean): TemplateResult {
	return html`
		<header>
			<p class="where">
				${lineLink(view.line, `line ${view.line}`)}<span>${view.time}</span>
				<span>event ${Math.min(view.row + 1, view.length)} of ${view.length}</span>
			</p>
			<h1 aria-live="polite">${view.event}</h1>
			${view.notes.map((note) => html`<p class="note" role="note">⚠ ${note}</p>`)}
			${debugged ? nothing : html`<p class="opened">Not being debugged: the panel follows the cursor in the trace. ${startButton()}</p>`}
		</header>
		${timeline.element}
		${vcpuTable(view.vcpus)}
		${view.call ? callCard(view.call) : nothing}
		${view.exits.length > 0 ? view.exits.map(exitCard) : noExit()}
		${view.vms.map(({ name, values }) => html`<section aria-label=${name}><h2>${name}</h2>${valueTable(values)}</section>`)}
	`;
}

function vcpuTable(vcpus: readonly VcpuView[]): TemplateResult {
	return html`<section aria-label="vCPUs">
		<h2>vCPUs</h2>
		<div class="scroll" tabindex="0" role="region" aria-label="vCPU states">
			<table class="vcpus">
				<thead>
					<tr>
						<th scope="col">vCPU</th>
						<th scope="col">mp_state</th>
						<th scope="col">reset_state</th>
						<th scope="col">pending requests</th>
						<th scope="col">where</th>
					</tr>
				</thead>
				<tbody>
					${vcpus.map(vcpuRow)}
				</tbody>
			</table>
		</div>
	</section>`;
}

function vcpuRow(vcpu: VcpuView): TemplateResult {
	return html`<tr class=${vcpu.current ? 'current' : ''} aria-current=${vcpu.current ? 'step' : 'false'}>
		<th scope="row">${vcpu.current ? html`<span class="cursor" aria-hidden="true">➤</span>` : nothing}${vcpu.name}</th>
		<td class=${changedClass(vcpu.mpState.changed)}>
			<span class="state" data-state=${vcpu.mpState.text}
				><span aria-hidden="true">${STATE_SHAPES[vcpu.mpState.text] ?? '●'}</span> ${vcpu.mpState.text}</span
			>${origin(vcpu.mpState)}
		</td>
		<td class=${changedClass(vcpu.reset.changed)}><code>${vcpu.reset.text}</code>${origin(vcpu.reset)}</td>
		<td class=${changedClass(vcpu.requestsChanged)}>
			${
				vcpu.requests.length === 0
					? html`<span class="none">none</span>`
					: vcpu.requests.map(
							(r) => html`<span class="request" title=${`${r.origin}: ${r.why}`}>${r.name}</span>`,
						)
			}
		</td>
		<td class=${changedClass(vcpu.whereabouts.changed)}>${vcpu.whereabouts.text}</td>
	</tr>`;
}

function callCard(call: CallView): TemplateResult {
	return html`<section aria-label="Call" class="call">
		<h2>${call.inProgress ? 'Current call' : 'Last call'}: <code>${call.name}</code> <small>${call.vcpu}</small></h2>
		${valueTable(call.arguments)}
		<p class="result" data-error=${call.isError}>
			<span class="label">Result</span>
			<code>${call.isError ? '✗ ' : ''}${call.result.text}</code>${origin(call.result)}
			${call.meaning ? html`<span class="meaning">${call.meaning}</span>` : nothing}
		</p>
		${call.model ? modelDetails(call.model) : nothing}
		${
			call.clauses.length > 0
				? html`<details open>
						<summary>What the specification says</summary>
						<dl>
							${call.clauses.map(
								(clause) => html`<dt>${clause.title} <small>${clause.section}</small></dt>
									<dd>${clause.summary}</dd>`,
							)}
						</dl>
					</details>`
				: nothing
		}
		<p>
			<button type="button" class="link" @click=${() => vscode.postMessage({ type: 'specification' })}>
				Open the specification
			</button>
		</p>
	</section>`;
}

/** How KVM decides the call: the rules in order. */
function modelDetails(model: ModelView): TemplateResult {
	const verdict =
		model.agrees === undefined
			? `the model answers ${model.answer}`
			: model.agrees
				? '✓ the model gives the recorded answer'
				: `✗ the recording differs: the model answers ${model.answer}`;
	return html`<details open>
		<summary>How KVM ${model.kernel} decides it <small data-agrees=${String(model.agrees)}>${verdict}</small></summary>
		<ol class="decisions">
			${model.decisions.map(
				(decision) => html`<li aria-current=${decision.current ? 'step' : 'false'}>
					<code title=${decision.says}>${decision.rule}</code> ${decision.outcome}
					${decision.looked ? html`<small>${decision.looked}</small>` : nothing}
				</li>`,
			)}
		</ol>
		${model.proven ? nothing : html`<p class="note">⚠ This profile is not proven on a real kernel.</p>`}
		${model.assumed.map((what) => html`<p class="note">Assumed: ${what}.</p>`)}
	</details>`;
}

function exitCard(exit: ExitView): TemplateResult {
	return html`<section aria-label="Latest system event">
		<h2>Latest system event${exit.vm ? html` <small>${exit.vm}</small>` : nothing}</h2>
		<p><strong>${exit.text}</strong></p>
		${valueTable(exit.values)}
	</section>`;
}

function noExit(): TemplateResult {
	return html`<section aria-label="Latest system event">
		<h2>Latest system event</h2>
		<p class="none">none so far</p>
	</section>`;
}

function valueTable(values: readonly ValueView[]): TemplateResult {
	return html`<table class="values">
		<tbody>
			${values.map(
				(value) => html`<tr class=${changedClass(value.changed)}>
					<th scope="row">${value.name}</th>
					<td><code>${value.text}</code>${origin(value)}</td>
				</tr>`,
			)}
		</tbody>
	</table>`;
}

/** Where a value comes from, in a word; the whole story on hover. */
function origin(value: ValueView): TemplateResult | typeof nothing {
	if (!value.provenance) return nothing;
	return html` <span class="origin" data-provenance=${value.provenance} title=${value.origin}>${value.provenance}</span>`;
}

function changedClass(changed: boolean): string {
	return changed ? 'changed' : '';
}

function lineLink(line: number, text: string): TemplateResult {
	return html`<button type="button" class="link" @click=${() => vscode.postMessage({ type: 'reveal', line })}>
		${text}
	</button>`;
}
