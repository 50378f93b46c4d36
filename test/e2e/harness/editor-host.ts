// The tests' side of host/: the extension that puts the workbench back between two tests.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';

const SOURCE = fileURLToPath(new URL('host', import.meta.url));
const NAME = 'psci-trace.end-to-end-host';

export class EditorHost {
	/** A file for each extension host that runs, named by its process; in it, the port at which it listens. */
	private readonly hosts: string;
	private url: string | undefined;

	/** Adds it to the editor's folder of extensions, in the form that the editor itself gives to an installed one. */
	constructor(extensions: string) {
		const folder = path.join(extensions, NAME);
		cpSync(SOURCE, folder, { recursive: true });
		const list = path.join(extensions, 'extensions.json');
		const installed = JSON.parse(readFileSync(list, 'utf8'));
		const entry = {
			identifier: { id: NAME },
			version: '0.0.1',
			location: { $mid: 1, path: folder, scheme: 'file' },
			relativeLocation: NAME,
		};
		writeFileSync(list, JSON.stringify([...installed, entry]));
		this.hosts = path.join(folder, 'hosts');
	}

	/** Before a page is loaded: the extension host of the page before goes, if not at once. */
	forget(): void {
		this.url = undefined;
		rmSync(this.hosts, { recursive: true, force: true });
	}

	/** Resolves when the extension host of the loaded page runs: from then on the workbench knows its extensions. */
	async runs(): Promise<void> {
		await expect(() => {
			const [name] = readdirSync(this.hosts);
			const port = readFileSync(path.join(this.hosts, name ?? ''), 'utf8');
			expect(port).not.toBe('');
			this.url = `http://127.0.0.1:${port}`;
		}).toPass({ intervals: [50], timeout: 60_000 });
	}

	/** As after a load; `settings` are those to change, null for one to go back to its default. */
	async reset(settings: Record<string, unknown>): Promise<void> {
		await this.call({ action: 'reset', settings });
	}

	async open(file: string): Promise<void> {
		await this.call({ action: 'open', file });
	}

	private async call(request: { action: string; [argument: string]: unknown }): Promise<void> {
		if (!this.url) throw new Error('no page has been loaded');
		const body = JSON.stringify(request);
		const response = await fetch(this.url, { method: 'POST', body, signal: AbortSignal.timeout(15_000) });
		if (!response.ok) throw new Error(`${request.action}: ${await response.text()}`);
	}
}
