// A panel's page in a browser without an editor: the built page under its own security policy, a theme of the editor,
// and this process in the place of the extension.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { pageHtml } from '../../../src/editor/page-html.ts';
import type { Theme } from '../harness/workbench.ts';

/** Tests and benchmarks are run from the project's folder. */
const ROOT = pathToFileURL(`${process.cwd()}/`);
const ORIGIN = 'http://panel.test';

export interface ThemeLook {
	readonly body: string;
	readonly variables: Readonly<Record<string, string>>;
}

export const THEMES: Readonly<Record<Theme, ThemeLook>> = JSON.parse(
	gunzipSync(readFileSync(new URL('test/data/themes/themes.json.gz', ROOT))).toString('utf8'),
);

export interface PageUnderTest {
	readonly script: string;
	readonly styles: readonly string[];
	readonly root: string;
	/** as vscode.l10n.bundle has them */
	readonly words?: Readonly<Record<string, string>>;
	/** what the extension would answer to a message of the page */
	receive(message: unknown): Promise<readonly unknown[]> | readonly unknown[];
}

/** Opens the page; `complaints` gathers what its security policy refused and what its script threw. */
export async function openPage(page: Page, under: PageUnderTest, theme: Theme = 'dark'): Promise<string[]> {
	const html = htmlOf(under, ORIGIN);
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error') complaints.push(message.text());
	});
	await page.route(`${ORIGIN}/**`, async (route) => {
		const { pathname } = new URL(route.request().url());
		if (pathname === '/') await route.fulfill({ contentType: 'text/html', body: html });
		else if (pathname === '/favicon.ico') await route.fulfill({ status: 204 });
		else await route.fulfill({ path: fileURLToPath(new URL(`.${pathname}`, ROOT)) });
	});
	await page.exposeFunction('postToExtension', async (message: unknown) => under.receive(message));
	await page.addInitScript(fakeEditor, THEMES[theme]);
	await page.goto(`${ORIGIN}/`);
	return complaints;
}

/** The built page, from the project's folder as a site. */
export function htmlOf(under: PageUnderTest, source: string): string {
	const built = fileURLToPath(new URL(`dist/panels/${under.script}.js`, ROOT));
	if (!existsSync(built)) throw new Error('nothing to test: `npm run build` first');
	return pageHtml({
		language: 'en',
		words: under.words,
		source,
		nonce: 'test',
		styles: ['dist/panels/codicon.css', ...under.styles.map((name) => `media/${name}`)].map(
			(path) => `/${path}`,
		),
		script: `/dist/panels/${under.script}.js`,
		root: under.root,
		title: 'PSCI',
	});
}

/** Shows the page in another theme, as the editor does while it runs. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
	await page.evaluate(({ body, variables }) => {
		for (const [name, value] of Object.entries(variables))
			document.documentElement.style.setProperty(name, value);
		document.body.className = body;
	}, THEMES[theme]);
}

/** Sends the page what the extension would send by itself. */
export async function send(page: Page, message: unknown): Promise<void> {
	await page.evaluate((data) => window.postMessage(data, '*'), message);
}

/** What the editor puts into a web page. Runs there. */
function fakeEditor({ body, variables }: ThemeLook): void {
	const host = window as unknown as {
		postToExtension(message: unknown): Promise<readonly unknown[]>;
		acquireVsCodeApi: unknown;
		kept: unknown;
	};
	host.acquireVsCodeApi = () => ({
		postMessage: (message: unknown) => {
			void host.postToExtension(message).then((answers) => {
				for (const answer of answers) window.postMessage(answer, '*');
			});
		},
		getState: () => host.kept,
		setState: (state: unknown) => {
			host.kept = state;
		},
	});
	document.addEventListener('DOMContentLoaded', () => {
		document.body.className = body;
		for (const [name, value] of Object.entries(variables))
			document.documentElement.style.setProperty(name, value);
	});
}
