// What is wrong in the session, in the panel: root causes with their evidence, each event a place to go to, and what
// followed from them underneath.

import { html, nothing, render, type TemplateResult } from 'lit';
import type { FindingsView, FindingView } from '../session/findings/findings-view.ts';

const SHAPES: Readonly<Record<FindingView['severity'], string>> = { error: '✗', warning: '⚠', note: 'ℹ' };
const SURE: Readonly<Record<FindingView['certainty'], string>> = {
	seen: '',
	deduced: 'deduced',
	possible: 'one of several possible causes',
};

export class FindingsSection {
	readonly element = document.createElement('section');
	readonly #ask: () => Promise<FindingsView>;
	readonly #goto: (row: number) => void;
	#asked = 0;

	constructor(ask: () => Promise<FindingsView>, goto: (row: number) => void) {
		this.#ask = ask;
		this.#goto = goto;
		this.element.setAttribute('aria-label', 'Findings');
		this.element.className = 'findings';
	}

	/** Another session: what was found in the last one says nothing of this. */
	async reset(): Promise<void> {
		const asked = ++this.#asked;
		render(html`<h2>Findings</h2><p class="none">looking …</p>`, this.element);
		const found = await this.#ask().catch((error: Error) => error);
		if (asked !== this.#asked) return;
		if (found instanceof Error)
			render(html`<h2>Findings</h2><p role="alert">${found.message}</p>`, this.element);
		else render(this.#list(found), this.element);
	}

	#list({ roots, more }: FindingsView): TemplateResult {
		return html`<h2>Findings${roots.length > 0 ? html` <small>${counts(roots)}</small>` : nothing}</h2>
			${
				roots.length === 0
					? html`<p class="none">Nothing wrong was found in this session.</p>`
					: html`<ul>
							${roots.map((root) => html`<li>${this.#finding(root, roots.length === 1)}</li>`)}
						</ul>`
			}
			${more > 0 ? html`<p class="note">and ${more} more of the same kinds</p>` : nothing}`;
	}

	#finding(finding: FindingView, open: boolean): TemplateResult {
		const { severity, code, cause, evidence, rule, prints, advice, possibilities, effects } = finding;
		const sure = SURE[finding.certainty];
		return html`<details ?open=${open} data-severity=${severity}>
			<summary>
				<span class="severity" aria-hidden="true">${SHAPES[severity]}</span
				><span class="visually-hidden">${severity}: </span>${cause} <small>${code}${sure ? `, ${sure}` : ''}</small>
			</summary>
			<ul class="evidence">
				${evidence.map(({ row, line, text }) => html`<li>${this.#place(row, `line ${line}`)} ${text}</li>`)}
			</ul>
			${prints ? html`<p>The guest prints: <code>${prints}</code></p>` : nothing}
			${rule ? html`<p>Decided by <code>${rule.id}</code>: ${rule.says}</p>` : nothing}
			${possibilities.map((each) => html`<p>Perhaps ${each.cause}; told by ${each.toldBy}.</p>`)}
			<p><strong>Next:</strong> ${advice}</p>
			${
				effects.length > 0
					? html`<p>What follows from it:</p>
							<ul>
								${effects.map((effect) => html`<li>${this.#finding(effect, false)}</li>`)}
							</ul>`
					: nothing
			}
		</details>`;
	}

	#place(row: number, text: string): TemplateResult {
		return html`<button type="button" class="link" @click=${() => this.#goto(row)}>${text}</button>`;
	}
}

function counts(roots: readonly FindingView[]): string {
	const of = (severity: FindingView['severity']) => roots.filter((root) => root.severity === severity).length;
	return (['error', 'warning', 'note'] as const)
		.map((severity) => [of(severity), severity] as const)
		.filter(([count]) => count > 0)
		.map(([count, severity]) => `${count} ${severity}${count > 1 ? 's' : ''}`)
		.join(', ');
}
