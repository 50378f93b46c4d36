// What is wrong in the session, in the panel: root causes with their evidence, each event a place to go to, and what
// followed from them underneath.

import { html, nothing, render, type TemplateResult } from 'lit';
import type { FindingsView, FindingView } from '../session/findings/findings-view.ts';
import { t, words } from './l10n.ts';

const SHAPES: Readonly<Record<FindingView['severity'], string>> = { error: '✗', warning: '⚠', note: 'ℹ' };
const SURE: Readonly<Record<FindingView['certainty'], string>> = {
	seen: '',
	deduced: t('deduced'),
	possible: t('one of several possible causes'),
};

const WORD: Readonly<Record<FindingView['severity'], string>> = {
	error: t('error'),
	warning: t('warning'),
	note: t('note'),
};
const COUNTED: Readonly<Record<FindingView['severity'], (count: number) => string>> = {
	error: (count) => (count === 1 ? t('1 error') : t('{0} errors', count)),
	warning: (count) => (count === 1 ? t('1 warning') : t('{0} warnings', count)),
	note: (count) => (count === 1 ? t('1 note') : t('{0} notes', count)),
};

export class FindingsSection {
	readonly element = document.createElement('section');
	readonly #ask: () => Promise<FindingsView>;
	readonly #goto: (row: number) => void;
	#asked = 0;

	constructor(ask: () => Promise<FindingsView>, goto: (row: number) => void) {
		this.#ask = ask;
		this.#goto = goto;
		this.element.setAttribute('aria-label', t('Findings'));
		this.element.className = 'findings';
	}

	/** Another session: what was found in the last one says nothing of this. */
	async reset(): Promise<void> {
		const asked = ++this.#asked;
		render(html`<h2>${t('Findings')}</h2><p class="none">${t('looking …')}</p>`, this.element);
		const found = await this.#ask().catch((error: Error) => error);
		if (asked !== this.#asked) return;
		if (found instanceof Error)
			render(html`<h2>${t('Findings')}</h2><p role="alert">${found.message}</p>`, this.element);
		else render(this.#list(found), this.element);
	}

	#list({ roots, more }: FindingsView): TemplateResult {
		return html`<h2>${t('Findings')}${roots.length > 0 ? html` <small>${counts(roots)}</small>` : nothing}</h2>
			${
				roots.length === 0
					? html`<p class="none">${t('Nothing wrong was found in this session.')}</p>`
					: html`<ul>
							${roots.map((root) => html`<li>${this.#finding(root, roots.length === 1)}</li>`)}
						</ul>`
			}
			${more > 0 ? html`<p class="note">${t('and {0} more of the same kinds', more)}</p>` : nothing}`;
	}

	#finding(finding: FindingView, open: boolean): TemplateResult {
		const { severity, code, cause, evidence, rule, prints, advice, possibilities, effects } = finding;
		const sure = SURE[finding.certainty];
		return html`<details ?open=${open} data-severity=${severity}>
			<summary>
				<span class="severity" aria-hidden="true">${SHAPES[severity]}</span
				><span class="visually-hidden">${WORD[severity]}: </span>${cause} <small>${code}${sure ? `, ${sure}` : ''}</small>
			</summary>
			<ul class="evidence">
				${evidence.map(({ row, line, text }) => html`<li>${this.#place(row, t('line {0}', line))} ${text}</li>`)}
			</ul>
			${prints ? html`<p>${words('The guest prints: {0}', html`<code>${prints}</code>`)}</p>` : nothing}
			${rule ? html`<p>${words('Decided by {0}: {1}', html`<code>${rule.id}</code>`, rule.says)}</p>` : nothing}
			${possibilities.map((each) => html`<p>${t('Perhaps {0}; told by {1}.', each.cause, each.toldBy)}</p>`)}
			<p><strong>${t('Next:')}</strong> ${withCode(advice)}</p>
			${
				effects.length > 0
					? html`<p>${t('What follows from it:')}</p>
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

/** Text in which what one types stands between backticks. */
function withCode(text: string): (string | TemplateResult)[] {
	return text.split(/`([^`]+)`/).map((part, n) => (n % 2 === 1 ? html`<code>${part}</code>` : part));
}

function counts(roots: readonly FindingView[]): string {
	const of = (severity: FindingView['severity']) => roots.filter((root) => root.severity === severity).length;
	return (['error', 'warning', 'note'] as const)
		.map((severity) => [of(severity), severity] as const)
		.filter(([count]) => count > 0)
		.map(([count, severity]) => COUNTED[severity](count))
		.join(', ');
}
