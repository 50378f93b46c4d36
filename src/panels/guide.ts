// A guide's page: Markdown whose links open and step a session, and where that session stands.

import { html, render } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { followLinks } from './follow-links.ts';
import { guideLink, type Step } from './guide-link.ts';
import type { FromGuide, GuideState } from './guide-messages.ts';
import { GUIDES } from './guide-names.ts';
import { t } from './l10n.ts';
import { renderMarkdown } from './markdown.ts';

declare function acquireVsCodeApi(): {
	postMessage(message: FromGuide): void;
	setState(state: { readonly name: string }): void;
};

const vscode = acquireVsCodeApi();
const root = document.getElementById('page') ?? document.body;
const follow = (href: string) => vscode.postMessage({ type: 'follow', href });
let shown = '';

window.addEventListener('message', ({ data }: MessageEvent<GuideState>) => {
	render(page(data), root);
	if (shown !== data.name) window.scrollTo(0, 0);
	shown = data.name;
	vscode.setState({ name: data.name });
});
followLinks(root, follow);
vscode.postMessage({ type: 'ready' });

function page({ name, text, at }: GuideState) {
	const choose = (event: Event) => {
		if (event.target instanceof HTMLSelectElement)
			vscode.postMessage({ type: 'choose', name: event.target.value });
	};
	const step = (to: Step, label: string) =>
		html`<button type="button" ?disabled=${at === ''} @click=${() => follow(`step:${to}`)}>${label}</button>`;
	return html`
		<header>
			<p class="where">
				<label>${t('Guide')}
					<select @change=${choose}>
						${GUIDES.map((guide) => html`<option value=${guide.name} .selected=${guide.name === name}>${guide.title}</option>`)}
					</select>
				</label>
				<span class="steps">${step('stepBack', `↶ ${t('Step back')}`)} ${step('next', `↷ ${t('Step')}`)} ${step('stepIn', `↓ ${t('Step into')}`)}</span>
			</p>
			<p class="following" aria-live="polite">${at || t('No session yet: follow the first link.')}</p>
		</header>
		<article>${unsafeHTML(renderMarkdown(text, (href) => (guideLink(href) ? href : undefined)))}</article>
	`;
}
