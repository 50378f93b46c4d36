// Every word of the pages comes from the bundle that travels with them: opened in a language whose letters are no ASCII,
// a page has ASCII only where what it was sent has it. Vacuous if the bundle did not arrive: each test looks for a word of it.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { GUIDES } from '../../../src/panels/guide-names.ts';
import { openPage, type PageUnderTest, send } from './page-host.ts';
import { openRecording, ShownSession } from './shown-session.ts';
import { TracePage } from './trace-page.ts';

const WRONG = 'examples/linux-guest-wrong-mpidr.report.txt';

/** `line {0}` as `ｌｉｎｅ {0}`. */
const wide = (text: string) =>
	text.replaceAll(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
const bundle: Readonly<Record<string, string>> = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8'));
const words = Object.fromEntries(Object.keys(bundle).map((text) => [text, wide(text)]));

/** Identifiers and units of the page's own, and the guides, which are English documents. */
const OWN = [
	'mp_state',
	'reset_state',
	'MPIDR',
	'STOPPED',
	'SUSPENDED',
	'F5',
	'.psci',
	' ns',
	' µs',
	' ms',
	' s',
];

/** Opens a page in that language; what is English in it and was not sent to it. */
async function open(page: Page, under: PageUnderTest): Promise<() => Promise<string[]>> {
	const sent: string[] = [...OWN, ...GUIDES.map(({ title }) => title)];
	const keep = (message: unknown): void => {
		if (typeof message === 'string' || typeof message === 'number') sent.push(String(message));
		else if (typeof message === 'object' && message !== null) Object.values(message).forEach(keep);
	};
	const receive = async (message: unknown) => {
		const answers = await under.receive(message);
		keep(answers);
		return answers;
	};
	const { script, styles, root } = under;
	expect(await openPage(page, { script, styles, root, words, receive })).toEqual([]);
	return async () => {
		const texts = await page.evaluate(textsOfPage);
		// Values in words of ours: what stands between these is one that was sent, or a number.
		const pieces = texts.flatMap((text) => text.split(/[\uff00-\uffef]+/)).map((piece) => piece.trim());
		return pieces.filter((piece) => /[A-Za-z]{2}/.test(piece) && !isMadeOf(piece, sent));
	};
}

/** Whether only blanks, digits and signs are left when what was sent is taken away. */
function isMadeOf(piece: string, sent: readonly string[]): boolean {
	// Ids of a document, from its text.
	if (/^\w+\.\w+$/.test(piece) && sent.some((text) => text.includes(piece))) return true;
	let left = piece;
	for (const text of [...sent].sort((a, b) => b.length - a.length)) {
		if (text.length < 2) continue;
		left = left.replaceAll(text, ' ');
	}
	return !/[A-Za-z]{2}/.test(left);
}

/** Runs in the page: the texts that it shows or tells, documents apart. */
function textsOfPage(): string[] {
	const found: string[] = [];
	const isDocument = (element: Element | null) =>
		element?.closest('article, script, style') !== null && element?.closest('.mark, .source') === null;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode())
		if (!isDocument(node.parentElement)) found.push(node.textContent ?? '');
	for (const element of document.body.querySelectorAll('*'))
		for (const name of ['title', 'aria-label', 'placeholder', 'aria-roledescription'])
			if (!isDocument(element)) found.push(element.getAttribute(name) ?? '');
	return found;
}

test('the session panel has no word of its own', async ({ page }) => {
	const english = await open(page, new ShownSession(await openRecording(WRONG), 160));
	await expect(page.locator('.timeline h2')).toHaveText(wide('Timeline'));
	await page.locator('details.requests summary').click();
	await page.locator('details.as-table summary').click();
	await expect(page.locator('[role=grid] td').first()).toBeVisible();
	await page.getByRole('searchbox').fill('CPU_ON');
	await expect(page.locator('.search [role=status]')).toContainText(wide('found'));
	const canvas = page.locator('.plot canvas[aria-busy=false]');
	await canvas.dragTo(canvas, {
		sourcePosition: { x: 300, y: 60 },
		targetPosition: { x: 500, y: 60 },
	});
	await expect.poll(english).toEqual([]);
	await page.screenshot({ path: 'test-results/screens/page-session-words.png', fullPage: true });
	await send(page, { type: 'empty' });
	await expect(page.locator('h1')).toHaveText(wide('No PSCI session'));
	expect(await english()).toEqual([]);
});

test('the specification has none either', async ({ page }) => {
	const styles = ['session-panel.css', 'page.css'];
	const specification = {
		pages: ['psci/CPU_ON.md', 'psci/CPU_OFF.md'],
		page: 'psci/CPU_ON.md',
		text: readFileSync('spec/psci/CPU_ON.md', 'utf8'),
		marks: [{ id: 'cpu_on.target_stopped', kind: 'here', text: 'SUCCESS' }],
		following: '',
		away: true,
	};
	const inSpecification = await open(page, {
		script: 'specification',
		styles,
		root: 'page',
		receive: (message) => (Object(message).type === 'ready' ? [specification] : []),
	});
	await expect(page.locator('.mark').first()).toContainText(wide('decided here'));
	expect(await inSpecification()).toEqual([]);
});

test('a guide has none either', async ({ page }) => {
	const text = readFileSync('examples/guides/bring-up.md', 'utf8');
	const inGuide = await open(page, {
		script: 'guide',
		styles: ['session-panel.css', 'page.css'],
		root: 'page',
		receive: (message) =>
			Object(message).type === 'ready' ? [{ type: 'guide', name: 'bring-up', text, at: '' }] : [],
	});
	await expect(page.locator('.following')).toHaveText(wide('No session yet: follow the first link.'));
	expect(await inGuide()).toEqual([]);
});

test('the event table has none either', async ({ page }) => {
	const trace = new TracePage(await openRecording('test/data/traces/psci_test.dat'));
	const english = await open(page, trace);
	await expect(page.locator('.rows .event').first()).toBeVisible();
	await page.locator('.filter').fill('CPU_ON');
	await expect(page.locator('#filter-said')).toContainText(wide('events'));
	expect(await english()).toEqual([]);
	await send(page, { type: 'loading', fraction: 0.5 });
	await expect(page.locator('h1')).toHaveText(wide('Reading the recording'));
	expect(await english()).toEqual([]);
});
