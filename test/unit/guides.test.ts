// The guides of examples/guides/: every link leads somewhere. Vacuous if guides had no links: each must open
// a session, take a step and show the specification.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type GuideLink, guideLink } from '../../src/panels/guide-link.ts';
import { GUIDES } from '../../src/panels/guide-names.ts';
import { renderMarkdown } from '../../src/panels/markdown.ts';
import { openScenario } from '../../src/session/open-scenario.ts';
import type { Session } from '../../src/session/session.ts';
import { pageCalled, pageNames, parsePage, specIndex } from '../../src/spec/index.ts';
import { openText } from './session/example.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const index = specIndex(pageNames.map((name) => parsePage(name, read(`spec/${name}`))));
const sessions = new Map<string, Promise<Session>>();

function session(file: string): Promise<Session> {
	const bytes = () => new Uint8Array(readFileSync(new URL(`examples/${file}`, root)));
	const open = () =>
		file.endsWith('.psci')
			? openScenario(new TextDecoder().decode(bytes()), file, async () => undefined)
			: openText(bytes(), file);
	const opened: Promise<Session> = sessions.get(file) ?? open();
	sessions.set(file, opened);
	return opened;
}

function linksOf(text: string): string[] {
	const links: string[] = [];
	renderMarkdown(text, (href) => {
		links.push(href);
		return href;
	});
	return links;
}

it('the list is the folder', () => {
	const files = readdirSync(new URL('examples/guides/', root)).map((file) => file.replace(/\.md$/, ''));
	expect(GUIDES.map((guide) => guide.name).sort()).toEqual(files.sort());
	expect(GUIDES.length).toBeGreaterThanOrEqual(8);
});

it('only three schemes of ours, and public reports, are links', () => {
	for (const href of [
		'https://example.org/',
		'https://github.com/a/b/issues/1?x',
		'https://github.com/a/b',
		'https://github.com/a/b/blob/main/c.c',
		'https://github.com/a/b/blob/eaa05b508592a80331f907da12c37a477c81456f/../c.c',
		'https://lore.kernel.org/kvm/',
		'https://lore.kernel.org/kvm/a@b.org/?q=1',
		'https://groups.google.com/g/a',
		'http://github.com/a/b/issues/1',
		'command:workbench.action.quit',
		'file:///etc/passwd',
		'session:../package.json?line=1',
		'session:a/b.txt?line=1',
		'session:scenarios/../a.psci?line=1',
		'session:other/a.psci?line=1',
		'session:a.txt?line=0',
		'session:a.txt',
		'step:disconnect',
		'step:',
		'spec:../../README',
		'spec:',
		'other.md',
		'#top',
	])
		expect(guideLink(href), href).toBeUndefined();
});

describe.each(GUIDES)('$name', ({ name, title }) => {
	const text = read(`examples/guides/${name}.md`);
	const hrefs = linksOf(text);
	const links = hrefs.map(guideLink).filter((link): link is GuideLink => link !== undefined);
	const of = <K extends GuideLink['kind']>(kind: K) =>
		links.filter((link): link is Extract<GuideLink, { kind: K }> => link.kind === kind);

	it('has its title as heading, and links of each kind, all of them ours', () => {
		expect(text.split('\n')[0]).toBe(`# ${title}`);
		expect(hrefs.filter((href) => !guideLink(href))).toEqual([]);
		for (const kind of ['session', 'step', 'spec'] as const) expect(of(kind).length, kind).toBeGreaterThan(0);
	});

	it('opens examples at lines that have an event', async () => {
		for (const { file, line } of of('session')) {
			const { trace } = await session(file);
			const row = trace.events.rowAtOrAfterLine(line);
			expect(trace.events.line(row), `${file}:${line}`).toBe(line);
		}
	});

	it('names rules, clauses and pages that the specification has', () => {
		for (const { id } of of('spec')) {
			const place = index.rule(id) ?? index.clause(id) ?? index.page(pageCalled(id) ?? id);
			expect(place, id).toBeDefined();
		}
	});
});

it('every recording in examples/ opens, and is told of in the README', async () => {
	const readme = read('examples/README.md');
	for (const file of readdirSync(new URL('examples/', root)).filter((f) => /\.(txt|dat)$/.test(f))) {
		const { trace, calls } = await session(file);
		expect(trace.problems, file).toEqual([]);
		expect(calls.length, file).toBeGreaterThan(0);
		expect(readme).toContain(`\`${file}\``);
	}
});
