// The call at hand: what was asked, what came back, and how KVM decides it.

import { html, nothing, type TemplateResult } from 'lit';
import type { CallView, ModelView } from '../../session/view.ts';
import type { PageActions } from './actions.ts';
import { origin, valueTable } from './values.ts';

export function callCard(call: CallView, actions: PageActions): TemplateResult {
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
			<button type="button" class="link" @click=${() => actions.why(call.row)}>Why?</button> ·
			<button type="button" class="link" @click=${() => actions.specification('')}>
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
