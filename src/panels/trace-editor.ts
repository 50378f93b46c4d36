// The page of a recording that is no text: its timeline, and its events as a table with a filter and breakpoints.

import { html, render } from 'lit';
import { t } from './l10n.ts';
import { Questions } from './questions.ts';
import { TimelineSection } from './timeline/section.ts';
import { asViewport } from './timeline/viewport.ts';
import { EventTable } from './trace-editor/event-table.ts';
import { type FromTraceEditor, type ToTraceEditor, toTraceEditor } from './trace-editor-messages.ts';

declare function acquireVsCodeApi(): {
	postMessage(message: FromTraceEditor): void;
	getState(): unknown;
	setState(state: unknown): void;
};

/** How long one types on before the filter takes effect. */
const TYPING_MS = 300;

const vscode = acquireVsCodeApi();
const root = document.getElementById('page') ?? document.body;
const questions = new Questions((message) => vscode.postMessage(message));
/** row that was asked for here: it is in view already, and may have been scrolled away from meanwhile */
let wanted = -1;
const goto = (row: number) => {
	wanted = row;
	vscode.postMessage({ type: 'goto', row });
};
let shown: Extract<ToTraceEditor, { type: 'trace' }> | undefined;
let filter = { text: '', said: '', problem: '' };
let typing: ReturnType<typeof setTimeout> | undefined;
let keeping: ReturnType<typeof setTimeout> | undefined;

const timeline = new TimelineSection(
	{
		ask: (question) => questions.ask(question),
		goto: (row) => vscode.postMessage({ type: 'goto', row }),
		keepView: ({ from, to }) => {
			clearTimeout(keeping);
			keeping = setTimeout(() => vscode.setState({ from, to }), TYPING_MS);
		},
	},
	asViewport(vscode.getState()),
);
const table = new EventTable({
	events: async (from, count) => (await questions.ask({ ask: 'events', from, count })).events,
	goto,
	breakpoint: (line) => vscode.postMessage({ type: 'breakpoint', line }),
});

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
	const message = toTraceEditor(data);
	switch (message?.type) {
		case 'answer':
		case 'failure':
			questions.take(message);
			break;
		case 'problem':
			render(
				html`<section class="empty"><h1>${t('No PSCI session')}</h1><p role="alert">${message.text}</p></section>`,
				root,
			);
			break;
		case 'loading':
			render(
				html`<section class="empty"><h1>${t('Reading the recording')}</h1>
					<progress max="1" .value=${message.fraction} aria-label=${t('Reading')}></progress></section>`,
				root,
			);
			break;
		case 'trace':
			void show(message);
			break;
		default:
	}
});
vscode.postMessage({ type: 'ready' });

async function show(next: Extract<ToTraceEditor, { type: 'trace' }>): Promise<void> {
	const isFirst = shown === undefined;
	const moved = next.row !== shown?.row;
	shown = next;
	draw();
	if (isFirst) table.list(next.length);
	table.mark(next.row, next.breakpoints);
	timeline.stand(next.row < 0 ? undefined : { at: next.elapsed, lane: next.lane });
	const isOwn = next.row === wanted;
	wanted = -1;
	if (!moved || isOwn || next.row < 0) return;
	const { index } = await questions.ask({ ask: 'index', row: next.row });
	if (shown === next) table.show(index);
}

async function applyFilter(text: string): Promise<void> {
	filter = { text, said: text === '' ? '' : t('filtering …'), problem: '' };
	draw();
	// A newer filter ends this one: its answer is then no answer.
	const result = await questions.ask({ ask: 'filter', text }).catch(() => undefined);
	if (!result || filter.text !== text) return;
	const { count, problem } = result;
	filter = {
		text,
		said: text === '' || problem ? '' : t('{0} of {1} events', count, shown?.length ?? 0),
		problem,
	};
	draw();
	if (!problem) table.list(count);
}

function draw(): void {
	if (!shown) return;
	render(
		html`
			<h1 class="visually-hidden">${t('Recording of {0} events', shown.length)}</h1>
			${timeline.element}
			<div class="bar">
				<label
					>${t('Filter')}
					<input
						type="search"
						class="filter"
						placeholder=${t('CPU_ON, or vcpu == 1 && event == kvm_exit')}
						aria-describedby="filter-said"
						aria-invalid=${filter.problem !== ''}
						@input=${({ target }: InputEvent) => {
							if (!(target instanceof HTMLInputElement)) return;
							const text = target.value.trim();
							clearTimeout(typing);
							typing = setTimeout(() => void applyFilter(text), TYPING_MS);
						}}
				/></label>
				<span id="filter-said" role="status" class=${filter.problem ? 'problem' : ''}>${filter.problem || filter.said}</span>
				<button type="button" ?hidden=${shown.debugged} @click=${() => vscode.postMessage({ type: 'start' })}>
					<span class="codicon codicon-debug-alt" aria-hidden="true"></span> ${t('Debug')}
				</button>
			</div>
			${table.element}
		`,
		root,
	);
}
