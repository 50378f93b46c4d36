// The call at hand: what was asked, what came back, and how KVM decides it.

import { html, nothing, type TemplateResult } from 'lit';
import type { CallView, ModelView } from '../../session/view.ts';
import { t } from '../l10n.ts';
import type { PageActions } from './actions.ts';
import { origin, valueTable } from './values.ts';

export function callCard(call: CallView, actions: PageActions): TemplateResult {
	return html`<section aria-label=${t('Call')} class="call">
		<h2>${call.inProgress ? t('Current call') : t('Last call')}: <code>${call.name}</code> <small>${call.vcpu}</small></h2>
		${valueTable(call.arguments)}
		<p class="result" data-error=${call.isError}>
			<span class="label">${t('Result')}</span>
			<code>${call.isError ? '✗ ' : ''}${call.result.text}</code>${origin(call.result)}
			${call.meaning ? html`<span class="meaning">${call.meaning}</span>` : nothing}
		</p>
		${call.model ? modelDetails(call.model) : nothing}
		${
			call.clauses.length > 0
				? html`<details open>
						<summary>${t('What the specification says')}</summary>
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
			<button type="button" class="link" @click=${() => actions.why(call.row)}>${t('Why?')}</button> ·
			<button type="button" class="link" @click=${() => actions.specification('')}>
				${t('Open the specification')}
			</button>
		</p>
	</section>`;
}

/** How KVM decides the call: the rules in order. */
function modelDetails(model: ModelView): TemplateResult {
	const verdict =
		model.agrees === undefined
			? t('the model answers {0}', model.answer)
			: model.agrees
				? `✓ ${t('the model gives the recorded answer')}`
				: `✗ ${t('the recording differs: the model answers {0}', model.answer)}`;
	return html`<details open>
		<summary>${t('How KVM {0} decides it', model.kernel)} <small data-agrees=${String(model.agrees)}>${verdict}</small></summary>
		<ol class="decisions">
			${model.decisions.map(
				(decision) => html`<li aria-current=${decision.current ? 'step' : 'false'}>
					<code title=${decision.says}>${decision.rule}</code> ${decision.outcome}
					${decision.looked ? html`<small>${decision.looked}</small>` : nothing}
				</li>`,
			)}
		</ol>
		${model.proven ? nothing : html`<p class="note">⚠ ${t('This profile is not proven on a real kernel.')}</p>`}
		${model.assumed.map((what) => html`<p class="note">${t('Assumed: {0}.', what)}</p>`)}
	</details>`;
}
