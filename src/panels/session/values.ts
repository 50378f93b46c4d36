// Values with where they come from, as every section of the page shows them.

import { html, nothing, type TemplateResult } from 'lit';
import type { ValueView } from '../../session/view.ts';

export function valueTable(values: readonly ValueView[]): TemplateResult {
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
export function origin(value: ValueView): TemplateResult | typeof nothing {
	if (!value.provenance) return nothing;
	return html` <span class="origin" data-provenance=${value.provenance} title=${value.origin}>${value.provenance}</span>`;
}

export function changedClass(changed: boolean): string {
	return changed ? 'changed' : '';
}
