// The debugger as a person uses it: keys, toolbar, the highlighted line, call stack, hover.

import { expect, type Frame, type Locator } from '@playwright/test';
import { DebugConsole } from './debug-console.ts';
import { type HighlightedLine, highlightedLines } from './highlighted-line.ts';
import { pointAt } from './text-position.ts';
import { VariablesView } from './variables-view.ts';
import type { Workbench } from './workbench.ts';

/** Actions of the floating toolbar, by their icon. */
const BUTTONS = {
	continue: 'debug-continue',
	reverseContinue: 'debug-reverse-continue',
	stepOver: 'debug-step-over',
	stepInto: 'debug-step-into',
	stepOut: 'debug-step-out',
	stepBack: 'debug-step-back',
	restart: 'debug-restart',
	stop: 'debug-stop',
} as const;

export class Debugging {
	readonly variables: VariablesView;
	readonly console: DebugConsole;
	private readonly workbench: Workbench;

	constructor(workbench: Workbench) {
		this.workbench = workbench;
		this.variables = new VariablesView(workbench.page);
		this.console = new DebugConsole(workbench.page);
	}

	private get page() {
		return this.workbench.page;
	}

	get toolbar(): Locator {
		return this.page.locator('.debug-toolbar');
	}

	/** F5, with a file open. Resolves before anything has come of it: the launch may be refused. */
	async launch(): Promise<void> {
		await this.page.keyboard.press('F5');
	}

	/** Launches, waits for the first stop and shows the Run and Debug view, which opens by itself only at a breakpoint. */
	async start(): Promise<void> {
		// Again if need be; where a session is starting, F5 does nothing.
		await expect(async () => {
			if (await this.toolbar.isHidden()) await this.launch();
			await expect(this.toolbar).toBeVisible({ timeout: 20_000 });
		}).toPass({ timeout: 90_000 });
		await this.isStopped();
		await this.showView();
	}

	async showView(): Promise<void> {
		const row = this.page.locator('.debug-call-stack .monaco-list-row').first();
		await expect(async () => {
			if (await row.isHidden()) await this.page.keyboard.press('Control+Shift+D');
			await expect(row).toBeVisible({ timeout: 5000 });
		}).toPass({ timeout: 60_000 });
	}

	/** Resolves when the session stands somewhere, so that the next step will be taken. */
	async isStopped(): Promise<void> {
		await expect(this.toolbar.locator('a.codicon-debug-step-over:not(.disabled)')).toBeVisible({
			timeout: 30_000,
		});
	}

	/** A click in the floating toolbar. What follows from it is for the test to poll: views update one by one. */
	async click(button: keyof typeof BUTTONS): Promise<void> {
		await this.isStopped();
		await this.toolbar.locator(`a.codicon-${BUTTONS[button]}`).click();
	}

	/** A key, e.g. F10, F11, Shift+F11, F5, Shift+F5. */
	async press(key: string): Promise<void> {
		await this.isStopped();
		await this.page.keyboard.press(key);
	}

	/** To another line; at the end of a recording, where there is none, `press('F10')`. */
	async stepOver(): Promise<void> {
		await this.moves(() => this.press('F10'));
	}

	/** To another line. */
	async stepBack(): Promise<void> {
		await this.moves(() => this.click('stepBack'));
	}

	/** Takes a step, and takes it again where the highlight stays: the key or click was lost. */
	private async moves(step: () => Promise<void>): Promise<void> {
		const from = await this.currentLine();
		await step();
		if (!from) return;
		const moved = async () => {
			const now = await this.currentLine();
			return now !== undefined && (now.line !== from.line || now.file !== from.file);
		};
		await expect
			.poll(moved, { intervals: [50], timeout: 10_000 })
			.toBe(true)
			.catch(step);
	}

	/**
	 * Where the session stands: the file and line with the top frame's highlight, in any visible editor.
	 * Each stopped thread has one; then it is that of the frame which the Call Stack view has selected.
	 */
	async currentLine(): Promise<HighlightedLine | undefined> {
		const lines = await highlightedLines(this.page, 'debug-top-stack-frame-line');
		if (lines.length <= 1) return lines[0];
		const selected = this.page.locator('.debug-call-stack .monaco-list-row.selected');
		const label =
			(await selected
				.first()
				.getAttribute('aria-label', { timeout: 1000 })
				.catch(() => '')) ?? '';
		return lines.find(({ line, file }) => label.endsWith(`, line ${line}, ${file}`));
	}

	/** Waits until the highlight is on this line (of this file, if one is named). */
	async isAt(line: number, file?: string): Promise<void> {
		const expected = file === undefined ? { line } : { line, file };
		await expect
			.poll(() => this.currentLine(), { message: 'the highlighted line', intervals: [100] })
			.toMatchObject(expected);
	}

	/**
	 * Steps from a handler's entry into each of the call's decisions, to the last one. `panel` is the session's, which
	 * marks the decision that one stands at. Again, where a key is lost: it is seen that the step was not taken.
	 */
	async stepThroughDecisions(panel: Frame): Promise<void> {
		const decisions = panel.locator('.decisions li');
		await expect(decisions.first()).toBeVisible();
		const count = await decisions.count();
		for (let n = 0; n < count; n++) {
			await expect(async () => {
				const marks = await decisions.evaluateAll((all) => all.map((li) => li.getAttribute('aria-current')));
				if (marks.indexOf('step') < n) await this.press('F11');
				await expect(decisions.nth(n)).toHaveAttribute('aria-current', 'step', { timeout: 10_000 });
			}).toPass({ timeout: 60_000 });
		}
	}

	/**
	 * Steps in until the highlight is there (at any line of a file, if none is named). Again, where a key is lost: it is
	 * seen that the highlight has not moved. `step` is another way to step in than by F11.
	 */
	async stepIntoAsFarAs(
		there: Partial<HighlightedLine>,
		step: () => Promise<void> = () => this.press('F11'),
	): Promise<void> {
		await expect(async () => {
			const from = await this.currentLine();
			const arrived = from?.file === there.file && (there.line ?? from?.line) === from?.line;
			if (arrived) return;
			await this.moves(step);
			expect(await this.currentLine()).toMatchObject(there);
		}).toPass({ intervals: [0], timeout: 90_000 });
	}

	/** Threads and frames as the Call Stack view labels them, top to bottom. */
	async callStack(): Promise<string[]> {
		const rows = this.page.locator('.debug-call-stack .monaco-list-row');
		return rows.evaluateAll((elements) =>
			elements
				.sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
				.map((row) => row.getAttribute('aria-label') ?? ''),
		);
	}

	/** Sets or removes a breakpoint in the margin beside a line that is in view. */
	async toggleBreakpoint(file: string, line: number): Promise<void> {
		const number = this.workbench.textEditor(file).locator('.margin-view-overlays .line-numbers', {
			hasText: new RegExp(`^${line}$`),
		});
		const before = await this.hasBreakpoint(number);
		await expect(async () => {
			if ((await this.hasBreakpoint(number)) !== before) return;
			const box = await number.boundingBox();
			if (!box) throw new Error(`line ${line} of ${file} is not in view`);
			// The glyph margin is left of the numbers.
			await this.page.mouse.click(box.x - 8, box.y + box.height / 2);
			await expect.poll(() => this.hasBreakpoint(number), { intervals: [50], timeout: 5000 }).toBe(!before);
		}).toPass({ timeout: 60_000 });
	}

	/** Whether the glyph margin shows a breakpoint (and not only the hint of one) at the height of a line's number. */
	private hasBreakpoint(lineNumber: Locator): Promise<boolean> {
		return lineNumber.evaluate((number) => {
			const top = number.getBoundingClientRect().top;
			const glyphs = number.closest('.monaco-editor')?.querySelectorAll('.glyph-margin-widgets > *') ?? [];
			return [...glyphs].some(
				(glyph) =>
					Math.abs(glyph.getBoundingClientRect().top - top) < 2 && /debug-breakpoint/.test(glyph.className),
			);
		});
	}

	/** What shows when the pointer rests on `word` in the first visible line that contains it. */
	async hover(word: string): Promise<string> {
		const line = this.page.locator('.editor-instance .view-line', { hasText: word }).first();
		const widget = this.page.locator('.debug-hover-widget');
		// Again if need be: the first hover is lost where the editor still moves under the pointer.
		await expect(async () => {
			const { x, y } = await pointAt(line, word);
			// From outside and in one go: a pointer that crosses other words may show what those are.
			await this.page.mouse.move(x, 2);
			await expect(widget).toBeHidden({ timeout: 2000 });
			await this.page.mouse.move(x, y);
			await this.page.mouse.move(x + 1, y);
			await expect(widget).toBeVisible({ timeout: 5000 });
		}).toPass({ timeout: 60_000 });
		// biome-ignore lint/performance/useDomNodeTextContent: the widget holds style sheets, which are not seen.
		const text = await widget.innerText();
		return text.replace(/^Hold Alt key.*$/m, '').trim();
	}
}
