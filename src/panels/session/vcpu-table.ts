// What every vCPU is at this stop. What differs from the stop before is marked, in weight and underline.

import { html, nothing, type TemplateResult } from 'lit';
import type { LastCallView, RequestView, SessionView, VcpuView } from '../../session/view.ts';
import type { PageActions } from './actions.ts';
import { changedClass, origin, withWhy } from './values.ts';

/** A shape for each mp_state, so that states are told apart without colour. */
const STATE_SHAPES: Readonly<Record<string, string>> = {
	RUNNABLE: '▶',
	STOPPED: '■',
	SUSPENDED: '❚❚',
	'?': '',
};

export function vcpuTable(
	{ vcpus, kind }: Pick<SessionView, 'vcpus' | 'kind'>,
	actions: PageActions,
): TemplateResult {
	// What most values are is said once; only the others say it each.
	const usual = kind === 'simulated' ? 'modelled' : 'recorded';
	return html`<section class="vcpus" aria-label="vCPUs">
		<h2>vCPUs <small>${vcpus.length}, ${usual} unless marked</small></h2>
		<div class="scroll" tabindex="0" role="region" aria-label="vCPU states">
			<table data-usual=${usual}>
				<thead>
					<tr>
						<th scope="col">vCPU</th>
						<th scope="col" title="Affinity: what a CPU_ON calls it">MPIDR</th>
						<th scope="col">mp_state</th>
						<th scope="col">where</th>
						<th scope="col">for</th>
						<th scope="col">pending requests</th>
						<th scope="col">reset_state</th>
						<th scope="col">last call</th>
					</tr>
				</thead>
				<tbody>
					${vcpus.map((vcpu) => vcpuRow(vcpu, actions))}
				</tbody>
			</table>
		</div>
	</section>`;
}

/** So many rows are in view without scrolling. */
const IN_VIEW = 12;

/** Scrolls the table, and nothing else, to where one stands. Not where all is in view: to measure is to lay out. */
export function showCurrentVcpu(page: HTMLElement, { vcpus }: Pick<SessionView, 'vcpus'>): void {
	if (vcpus.length <= IN_VIEW) return;
	const row = page.querySelector('.vcpus tr.current');
	const scroller = row?.closest('.scroll');
	const head = scroller?.querySelector('thead');
	if (!row || !scroller || !head || scroller.scrollHeight <= scroller.clientHeight) return;
	const top = row.getBoundingClientRect().top - head.getBoundingClientRect().bottom;
	const below = row.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
	if (top < 0) scroller.scrollTop += top;
	else if (below > 0) scroller.scrollTop += below;
}

function vcpuRow(vcpu: VcpuView, actions: PageActions): TemplateResult {
	const { current, mpidr, mpState, whereabouts, reset, requests, lastCall } = vcpu;
	return html`<tr class=${current ? 'current' : ''} aria-current=${current ? 'step' : 'false'}>
		<th scope="row">${current ? html`<span class="cursor" aria-hidden="true">➤</span>` : nothing}${vcpu.name}</th>
		<td class="mpidr" title=${mpidr.origin}><code>${mpidr.text}</code></td>
		<td class=${changedClass(mpState.changed)}>${withWhy(mpState, state(mpState.text), actions)}${origin(mpState)}</td>
		<td class=${changedClass(whereabouts.changed)}>${withWhy(whereabouts, whereabouts.text, actions)}</td>
		<td class="number">${vcpu.inState}</td>
		<td class=${`requests ${changedClass(vcpu.requestsChanged)} ${requests.length === 0 ? 'nothing' : ''}`}>
			${
				requests.length === 0
					? html`<span class="none">none</span>`
					: requests.map((request) => chip(request, actions))
			}
		</td>
		<td class=${`reset ${changedClass(reset.changed)} ${reset.text === 'none owed' ? 'nothing' : ''}`}>
			${withWhy(reset, html`<code>${reset.text}</code>`, actions)}${origin(reset)}
		</td>
		<td class=${`last ${changedClass(lastCall?.changed ?? false)} ${lastCall ? '' : 'nothing'}`}>${lastCallCell(lastCall, actions)}</td>
	</tr>`;
}

function state(text: string): TemplateResult {
	return html`<span class="state" data-state=${text}
		><span aria-hidden="true">${STATE_SHAPES[text] ?? '●'}</span> ${text}</span
	>`;
}

/** A request that waits: what made it, and for how long. */
function chip(request: RequestView, actions: PageActions): TemplateResult {
	const story = `${request.why} (${request.origin}); not consumed for ${request.waited}. Go to the event that made it.`;
	return html`<button
		type="button"
		class="request"
		title=${story}
		aria-label=${`${request.name}: ${story}`}
		@click=${() => actions.goto(request.row)}
	>
		<span class="codicon codicon-watch" aria-hidden="true"></span> ${request.name}
	</button>`;
}

function lastCallCell(call: LastCallView | undefined, actions: PageActions): TemplateResult {
	if (!call) return html`<span class="none">none yet</span>`;
	const { isError, inProgress, result } = call;
	return html`<button type="button" class="link" title=${`Go to line ${call.line}`} @click=${() => actions.goto(call.row)}>
			<code>${call.text}</code></button
		><span class="outcome" data-error=${isError}>${isError ? '✗ ' : '→ '}${result}${inProgress ? ', in progress' : ''}</span>`;
}
