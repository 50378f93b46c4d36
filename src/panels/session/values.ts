// Values with where they come from, as every section of the page shows them.

import { html, nothing, type TemplateResult } from 'lit';
import type { ValueView } from '../../session/view.ts';
import { t } from '../l10n.ts';
import type { PageActions } from './actions.ts';

export function valueTable(values: readonly ValueView[], actions?: PageActions): TemplateResult {
	return html`<table class="values">
		<tbody>
			${values.map(
				(value) => html`<tr class=${changedClass(value.changed)}>
					<th scope="row">${value.name}</th>
					<td>${actions ? withWhy(value, code(value), actions) : code(value)}${origin(value)}</td>
				</tr>`,
			)}
		</tbody>
	</table>`;
}

const code = (value: ValueView) => html`<code>${value.text}</code>`;

/** A value that tells, when it is pressed, what made it what it is. */
export function withWhy(
	value: ValueView,
	shown: TemplateResult | string,
	actions: PageActions,
): TemplateResult {
	const question = t('Why is {0} {1}?', value.name, value.text);
	return html`<button type="button" class="why" title=${question} @click=${() => actions.why(value.path)}>${shown}</button>`;
}

/** Where a value comes from, in a word; the whole story on hover. */
export function origin(value: ValueView): TemplateResult | typeof nothing {
	if (!value.provenance) return nothing;
	return html` <span class="origin" data-provenance=${value.provenance} title=${value.origin}>${value.provenance}</span>`;
}

export function changedClass(changed: boolean): string {
	return changed ? 'changed' : '';
}
