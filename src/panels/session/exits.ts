// The exits to userspace with a system event: what the guest wanted, what the VMM did, what the API document asks.

import { html, nothing, type TemplateResult } from 'lit';
import type { ExitRow } from '../../session/panel/exit-list.ts';
import type { ExitList } from '../../session/panel/question.ts';
import type { SessionView } from '../../session/view.ts';
import { t, words } from '../l10n.ts';
import type { PageActions } from './actions.ts';

/** Types that were recorded, or made by the model itself, need no word about where they come from. */
const ASSURED: ReadonlySet<string> = new Set(['recorded', 'modelled']);

/** What lies ahead of where one stands is told apart from what has happened. */
export function exitSection(
	list: ExitList | undefined,
	{ kind, row }: Pick<SessionView, 'kind' | 'row'>,
	actions: PageActions,
): TemplateResult {
	return html`<section class="exits" aria-label=${t('System events')}>
		<h2>${t('System events')}${list ? html` <small>${kind === 'simulated' ? t('{0} in the run', list.count) : t('{0} in the recording', list.count)}</small>` : nothing}</h2>
		${
			list === undefined
				? html`<p class="none">${t('looking for them …')}</p>`
				: list.count === 0
					? html`<p class="none">${t('The guest asked for none: no switching off, reset or suspend.')}</p>`
					: html`<ol>${list.exits.map((exit) => exitItem(exit, row, actions))}</ol>`
		}
	</section>`;
}

function exitItem(exit: ExitRow, row: number, actions: PageActions): TemplateResult {
	const ahead = exit.row >= row;
	return html`<li class=${ahead ? 'ahead' : ''}>
		<p>
			<span aria-hidden="true">◆</span>
			<button type="button" class="link" title=${t('Go there')} @click=${() => actions.goto(exit.row)}>
				${words('{0} by {1}', html`<strong>${exit.type}</strong>`, exit.vcpu)}
			</button>
			${ASSURED.has(exit.provenance) ? nothing : html`<span class="origin" data-provenance=${exit.provenance}>${t('type {0}', exit.provenance)}</span>`}
			<small>${ahead ? t('line {0}, {1}, still ahead', exit.line, exit.time) : t('line {0}, {1}', exit.line, exit.time)}</small>
		</p>
		<dl>
			<div><dt>${t('flags')}</dt><dd><code>${exit.flags}</code></dd></div>
			<div><dt>${t('registers left')}</dt><dd>${exit.registers.length === 0 ? t('not recorded') : exit.registers.map(({ name, value }) => html`<code>${name}=${value}</code> `)}</dd></div>
			<div><dt>${t('the VMM then')}</dt><dd>${exit.next.join('; ') || t('nothing')}</dd></div>
			${
				exit.asks
					? html`<div><dt>${t('is asked to')}</dt><dd>${exit.asks}
							<button type="button" class="link" @click=${() => actions.specification(exit.clause)}>${t('KVM API')}</button></dd></div>`
					: nothing
			}
		</dl>
	</li>`;
}
