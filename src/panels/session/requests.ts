// Every request bit of the session: who made it, who consumed it, and how long it waited. Made when it is unfolded:
// it takes a pass over all states.

import { html, nothing, type TemplateResult } from 'lit';
import type { RequestList, RequestRow } from '../../session/panel/request-list.ts';
import { durationText } from '../timeline/time-text.ts';
import type { PageActions } from './actions.ts';

/** Longer tables are read by nobody. */
const SHOWN = 200;

export function requestSection(
	list: RequestList | undefined,
	actions: PageActions,
	unfold: () => void,
): TemplateResult {
	const opened = ({ target }: Event) => {
		if (target instanceof HTMLDetailsElement && target.open) unfold();
	};
	return html`<section aria-label="Requests">
		<details class="requests" @toggle=${opened}>
			<summary>
				<h2>Requests${list ? html` <small>${list.count} made, ${list.neverConsumed} never consumed</small>` : nothing}</h2>
			</summary>
			${list === undefined ? html`<p class="none">looking through the session …</p>` : table(list, actions)}
		</details>
	</section>`;
}

function table({ rows, count, unit }: RequestList, actions: PageActions): TemplateResult {
	if (count === 0) return html`<p class="none">No request is known to have been made.</p>`;
	// What never was consumed is what a hang looks like: it comes first.
	const sorted = [...rows].sort(
		(a, b) => Number(a.consumedRow !== undefined) - Number(b.consumedRow !== undefined),
	);
	return html`<div class="scroll" tabindex="0" role="region" aria-label="Requests and their consumers">
			<table>
				<thead>
					<tr>
						<th scope="col">request</th>
						<th scope="col">vCPU</th>
						<th scope="col">made</th>
						<th scope="col">consumed</th>
						<th scope="col" class="number">waited</th>
					</tr>
				</thead>
				<tbody>
					${sorted.slice(0, SHOWN).map((row) => requestRow(row, unit, actions))}
				</tbody>
			</table>
		</div>
		${count > SHOWN ? html`<p class="note">${count - SHOWN} more are not listed.</p>` : nothing}`;
}

function requestRow(row: RequestRow, unit: RequestList['unit'], actions: PageActions): TemplateResult {
	const { consumedRow } = row;
	return html`<tr class=${consumedRow === undefined ? 'never' : ''}>
		<th scope="row"><code>${row.name}</code></th>
		<td>${row.vcpu}</td>
		<td>
			<button type="button" class="link" title=${row.why} @click=${() => actions.goto(row.row)}>line ${row.line}</button>
		</td>
		<td>
			${
				consumedRow === undefined
					? html`<strong>✗ never</strong>`
					: html`<button type="button" class="link" title=${row.consumer} @click=${() => actions.goto(consumedRow)}>
							line ${row.consumedLine}
						</button>`
			}
		</td>
		<td class="number">${consumedRow === undefined ? 'still after ' : ''}${durationText(row.waited, unit)}</td>
	</tr>`;
}
