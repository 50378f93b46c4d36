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

	/** All rows, from top to bottom. The list renders only those in view, so it is scrolled through where they are more. */
	async rows(): Promise<VariableRow[]> {
		const list = this.page.locator('.debug-variables .monaco-list');
		if ((await list.count()) === 0) return [];
		const { rows, all, height } = await this.read();
		if (all) return rows;
		await list.hover();
		// The wheel moves the list by less than half of what it is turned.
		return (await this.scrolledThrough(height * 1.5)) ?? (await this.scrolledThrough(120)) ?? [];
	}

	/** Undefined where a turn of the wheel went past rows. */
	private async scrolledThrough(turn: number): Promise<VariableRow[] | undefined> {
		const seen = new Map<number, VariableRow>();
		await this.toTop();
		for (;;) {
			await this.rendered();
			const { rows, last } = await this.read();
			const before = seen.size;
			for (const row of rows) seen.set(row.index, row);
			if (last || seen.size === before) break;
			await this.page.mouse.wheel(0, turn);
		}
		const sorted = [...seen.values()].sort((a, b) => a.index - b.index);
		return sorted.every((row, n) => row.index === n) ? sorted : undefined;
	}

	private read(): Promise<Reading> {
		return this.page.locator('.debug-variables .monaco-list').first().evaluate(readRows);
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
		if (!(await this.read()).all) await this.scrollTo(row.index);
		// Resting on a value opens a hover, which may lie over the row. What fails here is polled again.
		await this.page.mouse.move(0, 0);
		await element
			.locator('.monaco-tl-twistie')
			.click({ timeout: 2000 })
			.catch(() => undefined);
		// Its children come when the adapter has answered; where it has none, nothing does.
		await this.page
			.locator(`${ROWS}[data-index="${row.index + 1}"][aria-level="${row.level + 1}"]`)
			.waitFor({ state: 'attached', timeout: 500 })
			.catch(() => undefined);
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

interface Reading {
	/** Those that are rendered, top to bottom. */
	readonly rows: VariableRow[];
	/** Whether these are all, and whether the last is among them. */
	readonly all: boolean;
	readonly last: boolean;
	/** Of what shows of the list. */
	readonly height: number;
}

/** In the page. */
function readRows(list: Element): Reading {
	const elements = [...list.querySelectorAll<HTMLElement>('.monaco-list-row')];
	const rows = elements.map((row) => {
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
	rows.sort((a, b) => a.index - b.index);
	// A row's place within the whole list is in its style, and the whole list's height in that of its parent.
	const bottom = Math.max(0, ...elements.map((row) => row.offsetTop + row.offsetHeight));
	const whole = list.querySelector<HTMLElement>('.monaco-list-rows')?.offsetHeight ?? 0;
	const last = rows.length > 0 && bottom >= whole;
	return { rows, last, all: last && rows[0]?.index === 0, height: list.clientHeight };
}
