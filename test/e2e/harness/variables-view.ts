// The Variables view. It fills in after the call stack does, so everything here is to be polled:
//     await expect.poll(() => variables.value('vCPU', 'mp_state')).toBe('RUNNABLE')

import type { Page } from '@playwright/test';

export interface VariableRow {
	readonly index: number;
	readonly level: number;
	readonly expanded: boolean | undefined;
	readonly name: string;
	readonly value: string;
}

const ROWS = '.debug-variables .monaco-list-row';

export class VariablesView {
	private readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	/** The value at a path of names, the first of which is a scope; expands what is on the way. */
	async value(...names: string[]): Promise<string | undefined> {
		return (await this.find(names))?.value;
	}

	/** The rows directly under a path, as [name, value]. */
	async children(...names: string[]): Promise<[string, string][]> {
		const parent = await this.find(names);
		if (!parent) return [];
		await this.expand(parent);
		const rows = await this.rows();
		const end = rows.findIndex((row) => row.index > parent.index && row.level <= parent.level);
		return rows
			.slice(rows.findIndex((row) => row.index === parent.index) + 1, end < 0 ? undefined : end)
			.filter((row) => row.level === parent.level + 1)
			.map((row) => [row.name, row.value]);
	}

	/** All rows, from top to bottom. The list renders only those in view, so it is scrolled through. */
	async rows(): Promise<VariableRow[]> {
		const list = this.page.locator('.debug-variables .monaco-list');
		const seen = new Map<number, VariableRow>();
		if ((await list.count()) === 0) return [];
		await list.hover();
		await this.toTop();
		for (;;) {
			await this.rendered();
			const rows = await this.page.locator(ROWS).evaluateAll(readRows);
			const before = seen.size;
			for (const row of rows) seen.set(row.index, row);
			if (seen.size === before) break;
			await this.page.mouse.wheel(0, 120);
		}
		return [...seen.values()].sort((a, b) => a.index - b.index);
	}

	private async find(names: string[]): Promise<VariableRow | undefined> {
		let parent: VariableRow | undefined;
		for (const name of names) {
			if (parent) await this.expand(parent);
			const from: VariableRow | undefined = parent;
			const rows = (await this.rows()).filter((row) => row.index > (from?.index ?? -1));
			const end = rows.findIndex((row) => from !== undefined && row.level <= from.level);
			const level = (from?.level ?? 0) + 1;
			parent = rows
				.slice(0, end < 0 ? undefined : end)
				.find((row) => row.level === level && row.name === name);
			if (!parent) return undefined;
		}
		return parent;
	}

	private async expand(row: VariableRow): Promise<void> {
		if (row.expanded !== false) return;
		const element = this.page.locator(`${ROWS}[data-index="${row.index}"]`);
		await this.scrollTo(row.index);
		// Resting on a value opens a hover, which may lie over the row. What fails here is polled again.
		await this.page.mouse.move(0, 0);
		await element
			.locator('.monaco-tl-twistie')
			.click({ timeout: 2000 })
			.catch(() => undefined);
		await this.rendered();
	}

	private async scrollTo(index: number): Promise<void> {
		await this.page.locator('.debug-variables .monaco-list').hover();
		await this.toTop();
		for (let tries = 0; tries < 50; tries++) {
			await this.rendered();
			if (await this.page.locator(`${ROWS}[data-index="${index}"]`).isVisible()) return;
			await this.page.mouse.wheel(0, 120);
		}
	}

	/** Scrolling takes effect when the page gets round to it, so the first row is waited for. */
	private async toTop(): Promise<void> {
		for (let tries = 0; tries < 50; tries++) {
			await this.page.mouse.wheel(0, -100_000);
			await this.rendered();
			if (await this.page.locator(`${ROWS}[data-index="0"]`).isVisible()) return;
		}
	}

	/** Two frames: one for the list to take the scroll in, one to draw. */
	private async rendered(): Promise<void> {
		await this.page.evaluate(
			() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
		);
	}
}

/** In the page. */
function readRows(elements: Element[]): VariableRow[] {
	return elements.map((row) => {
		const expanded = row.getAttribute('aria-expanded');
		const text = (selector: string) => row.querySelector(selector)?.textContent ?? '';
		return {
			index: Number(row.getAttribute('data-index')),
			level: Number(row.getAttribute('aria-level')),
			expanded: expanded === null ? undefined : expanded === 'true',
			name: (text('.expression .name') || text('.scope') || text('.monaco-tl-contents'))
				.replace(/ ?[:=]\s*$/, '')
				.trim(),
			value: text('.expression .value'),
		};
	});
}
