// The Getting Started walkthrough in package.json: what it names is there, and goes into the package.

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Manifest {
	readonly files: readonly string[];
	readonly contributes: {
		readonly commands: readonly { readonly command: string }[];
		readonly walkthroughs: readonly {
			readonly steps: readonly {
				readonly id: string;
				readonly description: string;
				readonly media: { readonly markdown: string };
				readonly completionEvents?: readonly string[];
			}[];
		}[];
	};
}

const root = new URL('../../', import.meta.url);
const words: Readonly<Record<string, string>> = JSON.parse(
	readFileSync(new URL('package.nls.json', root), 'utf8'),
);
const manifest: Manifest = JSON.parse(
	readFileSync(new URL('package.json', root), 'utf8').replaceAll(/"%([\w.]+)%"/g, (_, key: string) =>
		JSON.stringify(words[key]),
	),
);
const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const commands = manifest.contributes.commands.map(({ command }) => command);
const ours = (command: string | undefined) =>
	command?.startsWith('workbench.') || (command !== undefined && commands.includes(command));

it('has its pages, in a folder that is packaged', () => {
	expect(steps.length).toBeGreaterThan(5);
	for (const { media } of steps) {
		expect(existsSync(new URL(media.markdown, root)), media.markdown).toBe(true);
		expect(manifest.files).toContain(media.markdown.split('/')[0]);
	}
	expect(manifest.files).toContain('examples');
});

it('names commands that exist', () => {
	for (const { id, description, completionEvents = [] } of steps) {
		for (const [, command] of description.matchAll(/\(command:([\w.]+)\)/g))
			expect(ours(command), `${id}: ${command}`).toBe(true);
		for (const event of completionEvents.filter((e) => e.startsWith('onCommand:')))
			expect(ours(event.slice('onCommand:'.length)), `${id}: ${event}`).toBe(true);
	}
});
