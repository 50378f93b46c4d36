// The specification panel's page: the page of spec/ that the extension sends, with what took part in the
// call marked on its lines, in words and by shape as well as by colour.

import { html, nothing, render } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { followLinks } from './follow-links.ts';
import { t } from './l10n.ts';
import { renderMarkdown } from './markdown.ts';
import type { Mark, MarkKind } from './marks.ts';
import { pageLink } from './spec-link.ts';
import type { FromSpecification, SpecificationState } from './specification-messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromSpecification): void };

const vscode = acquireVsCodeApi();
const root = document.getElementById('page') ?? document.body;

const SAYS: Readonly<Record<MarkKind, string>> = {
	passed: `✓ ${t('passed')}`,
	deciding: `◆ ${t('decides')}`,
	here: `➤ ${t('decided here')}`,
	ahead: `… ${t('comes later')}`,
};

/** what is on the screen, so that a step within a page neither redraws nor jumps needlessly */
let drawn: { page: string | undefined; text: string } | undefined;

window.addEventListener('message', ({ data }: MessageEvent<SpecificationState>) => show(data));
followLinks(root, (href) => vscode.postMessage({ type: 'open', href }));
vscode.postMessage({ type: 'ready' });

function show(state: SpecificationState): void {
	render(specification(state), root);
	const article = root.querySelector('article');
	if (!article) {
		drawn = undefined;
		return;
	}
	const same = drawn?.page === state.page && drawn?.text === state.text;
	drawn = { page: state.page, text: state.text };
	if (!same) for (const item of anchors(article)) addSourceLink(item);
	mark(article, state.marks);
	const focus = state.focus && find(article, state.focus);
	if (focus) focus.scrollIntoView({ block: focus.matches('li') ? 'center' : 'start' });
	else if (!same) window.scrollTo(0, 0);
}

function specification(state: SpecificationState) {
	const { page, pages, following } = state;
	const choose = (event: Event) => {
		if (event.target instanceof HTMLSelectElement)
			vscode.postMessage({ type: 'choose', page: event.target.value });
	};
	return html`
		<header>
			<p class="where">
				<label>${t('Page')}
					<select @change=${choose}>
						${page === undefined ? html`<option selected disabled>${t('none')}</option>` : nothing}
						${pages.map((name) => html`<option value=${name} .selected=${name === page}>${name}</option>`)}
					</select>
				</label>
				${
					state.away
						? html`<button type="button" @click=${() => vscode.postMessage({ type: 'follow' })}>${t('Follow the session')}</button>`
						: nothing
				}
			</p>
			<p class="following" aria-live="polite">${following || t('No session is stopped: choose a page, or debug a trace.')}</p>
		</header>
		${
			page === undefined
				? html`<p class="none">${t('No page of the specification is about this event.')}</p>`
				: html`<article>${unsafeHTML(renderMarkdown(state.text, linkOn(page)))}</article>`
		}
	`;
}

function linkOn(page: string) {
	return (href: string) => (/^https:/.test(href) || pageLink(page, href) ? href : undefined);
}

function anchors(article: Element): HTMLElement[] {
	return [...article.querySelectorAll<HTMLElement>('li[data-anchor]')];
}

function find(article: Element, focus: string): Element | undefined {
	const item = anchors(article).find((li) => li.dataset.anchor === focus);
	return item ?? [...article.querySelectorAll('h1, h2, h3, h4')].find((h) => h.id === focus);
}

function addSourceLink(item: HTMLElement): void {
	const line = Number(item.dataset.line);
	const button = document.createElement('button');
	button.type = 'button';
	button.className = 'link source';
	button.textContent = t('line {0}', line);
	button.title = t('Open the Markdown file at {0}', item.dataset.anchor ?? '');
	button.addEventListener('click', () => vscode.postMessage({ type: 'source', line }));
	item.append(' ', button);
}

function mark(article: Element, marks: readonly Mark[]): void {
	const byId = new Map(marks.map((mark) => [mark.id, mark]));
	for (const item of anchors(article)) {
		item.querySelector('.mark')?.remove();
		delete item.dataset.mark;
		item.removeAttribute('aria-current');
		const mark = byId.get(item.dataset.anchor ?? '');
		if (!mark) continue;
		item.dataset.mark = mark.kind;
		if (mark.kind === 'here') item.setAttribute('aria-current', 'step');
		const tag = document.createElement('span');
		tag.className = 'mark';
		tag.textContent = `${SAYS[mark.kind]}: ${mark.text}`;
		item.prepend(tag);
	}
}
