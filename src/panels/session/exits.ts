// The exits to userspace with a system event: what the guest wanted, what the VMM did, what the API document asks.

import { html, nothing, type TemplateResult } from 'lit';
import type { ExitRow } from '../../session/panel/exit-list.ts';
import type { ExitList } from '../../session/panel/question.ts';
import type { SessionView } from '../../session/view.ts';
import type { PageActions } from './actions.ts';

/** Types that were recorded, or made by the model itself, need no word about where they come from. */
const ASSURED: ReadonlySet<string> = new Set(['recorded', 'modelled']);

/** What lies ahead of where one stands is told apart from what has happened. */
export function exitSection(
	list: ExitList | undefined,
	{ kind, row }: Pick<SessionView, 'kind' | 'row'>,
	actions: PageActions,
): TemplateResult {
	return html`<section class="exits" aria-label="System events">
		<h2>System events${list ? html` <small>${list.count} in the ${kind === 'simulated' ? 'run' : 'recording'}</small>` : nothing}</h2>
		${
			list === undefined
				? html`<p class="none">looking for them …</p>`
				: list.count === 0
					? html`<p class="none">The guest asked for none: no switching off, reset or suspend.</p>`
					: html`<ol>${list.exits.map((exit) => exitItem(exit, row, actions))}</ol>`
		}
	</section>`;
}

function exitItem(exit: ExitRow, row: number, actions: PageActions): TemplateResult {
	const ahead = exit.row >= row;
	return html`<li class=${ahead ? 'ahead' : ''}>
		<p>
			<span aria-hidden="true">◆</span>
			<button type="button" class="link" title="Go there" @click=${() => actions.goto(exit.row)}>
				<strong>${exit.type}</strong> by ${exit.vcpu}
			</button>
			${ASSURED.has(exit.provenance) ? nothing : html`<span class="origin" data-provenance=${exit.provenance}>type ${exit.provenance}</span>`}
			<small>line ${exit.line}, ${exit.time}${ahead ? ', still ahead' : ''}</small>
		</p>
		<dl>
			<div><dt>flags</dt><dd><code>${exit.flags}</code></dd></div>
			<div><dt>registers left</dt><dd>${exit.registers.length === 0 ? 'not recorded' : exit.registers.map(({ name, value }) => html`<code>${name}=${value}</code> `)}</dd></div>
			<div><dt>the VMM then</dt><dd>${exit.next.join('; ') || 'nothing'}</dd></div>
			${
				exit.asks
					? html`<div><dt>is asked to</dt><dd>${exit.asks}
							<button type="button" class="link" @click=${() => actions.specification(exit.clause)}>KVM API</button></dd></div>`
					: nothing
			}
		</dl>
	</li>`;
}
