// What every vCPU is at this stop. What differs from the stop before is marked, in weight and underline.

import { html, nothing, type TemplateResult } from 'lit';
import type { LastCallView, RequestView, VcpuView } from '../../session/view.ts';
import type { PageActions } from './actions.ts';
import { changedClass, origin, withWhy } from './values.ts';

/** A shape for each mp_state, so that states are told apart without colour. */
const STATE_SHAPES: Readonly<Record<string, string>> = {
	RUNNABLE: '▶',
	STOPPED: '■',
	SUSPENDED: '❚❚',
	'?': '?',
};

export function vcpuTable(vcpus: readonly VcpuView[], actions: PageActions): TemplateResult {
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
						<th scope="col">for</th>
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

function vcpuRow(vcpu: VcpuView, actions: PageActions): TemplateResult {
	return html`<tr class=${vcpu.current ? 'current' : ''} aria-current=${vcpu.current ? 'step' : 'false'}>
		<th scope="row">${vcpu.current ? html`<span class="cursor" aria-hidden="true">➤</span>` : nothing}${vcpu.name}</th>
		<td class=${changedClass(vcpu.mpState.changed)}>
			${withWhy(vcpu.mpState, state(vcpu.mpState.text), actions)}${origin(vcpu.mpState)}
		</td>
		<td class=${changedClass(vcpu.reset.changed)}>${withWhy(vcpu.reset, html`<code>${vcpu.reset.text}</code>`, actions)}${origin(vcpu.reset)}</td>
		<td class=${changedClass(vcpu.requestsChanged)}>
			${
				vcpu.requests.length === 0
					? html`<span class="none">none</span>`
					: vcpu.requests.map((request) => chip(request, actions))
			}
		</td>
		<td class=${changedClass(vcpu.whereabouts.changed)}>${withWhy(vcpu.whereabouts, vcpu.whereabouts.text, actions)}</td>
		<td class="number">${vcpu.inState}</td>
		<td class=${changedClass(vcpu.lastCall?.changed ?? false)}>${lastCall(vcpu.lastCall, actions)}</td>
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

function lastCall(call: LastCallView | undefined, actions: PageActions): TemplateResult | typeof nothing {
	if (!call) return html`<span class="none">none yet</span>`;
	return html`<button type="button" class="link" title=${`Go to line ${call.line}`} @click=${() => actions.goto(call.row)}>
			<code>${call.text}</code></button
		><span class="origin" data-error=${call.isError}
			>${call.isError ? '✗ ' : ''}${call.inProgress ? `in progress: ${call.result}` : call.result}</span
		>`;
}
