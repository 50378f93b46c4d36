// The session panel's page on a session of ten million events, in the browser: how long a frame takes while one pans
// and zooms, from a stop to the page that shows it, and what the page holds. The events are a real recording's, over
// and over; the session and the timeline are made as the debugger makes them. Needs `npm run build` and Chromium.
//
//   npm run bench -- panels [EVENTS]      10000000 where none is given

import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CDPSession, Frame } from '@playwright/test';
import { RecordedSession } from '../src/session/recorded-session.ts';
import type { EventTable, Trace } from '../src/trace/trace.ts';
import { openRecording, ShownSession } from '../test/e2e/pages/shown-session.ts';
import { openPanelWindow } from './panel-window.ts';

const RECORDING = 'test/data/traces/guest-hibernate.dat';
const FRAMES = 240;
const STOPS = 60;
const PAUSE_MS = 150;
/** After it what was moved has come to rest. */
const REST_MS = 500;
const count = Number(process.argv[2] ?? 10_000_000);

/** The recording over and over, one after the other, up to `length` events. */
function repeated(trace: Trace, length: number): Trace {
	const { events } = trace;
	const once = events.length;
	const span = events.time(once - 1) - events.time(0) + 1n;
	const table: EventTable = {
		length,
		kind: (row) => events.kind(row % once),
		time: (row) => events.time(row % once) + span * BigInt(Math.floor(row / once)),
		cpu: (row) => events.cpu(row % once),
		thread: (row) => events.thread(row % once),
		vm: (row) => events.vm(row % once),
		vcpu: (row) => events.vcpu(row % once),
		attribution: (row) => events.attribution(row % once),
		line: (row) => row + 1,
		detail: (row) => events.detail(row % once),
		rowAtOrAfterLine: (line) => Math.min(line - 1, length),
	};
	return {
		...trace,
		events: table,
		lineCount: length,
		lineText: (line) => trace.lineText(((line - 1) % once) + 1),
	};
}

const at = (sorted: readonly number[], part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
const ms = (value: number) => `${value.toFixed(1)} ms`;

/** What each of so many frames costs, with one turn of the wheel for each. Runs in the page. */
function moveForFrames({ frames, deltaX, deltaY }: { frames: number; deltaX: number; deltaY: number }) {
	return new Promise<number[]>((resolve) => {
		const canvas = document.querySelector('.plot canvas');
		const work: number[] = [];
		const channel = new MessageChannel();
		let begun = 0;
		let handling = 0;
		// After a frame's callbacks the page is painted, then messages come.
		channel.port1.onmessage = () => {
			work.push(performance.now() - begun + handling);
			if (work.length < frames) turn();
			else resolve(work);
		};
		const turn = () => {
			const sign = Math.floor(work.length / 40) % 2 === 0 ? 1 : -1;
			const before = performance.now();
			const wheel = { deltaX: deltaX * sign, deltaY: deltaY * sign, clientX: 500, clientY: 200 };
			canvas?.dispatchEvent(new WheelEvent('wheel', { ...wheel, bubbles: true, cancelable: true }));
			handling = performance.now() - before;
			requestAnimationFrame((frame) => {
				begun = frame;
				channel.port2.postMessage(0);
			});
		};
		turn();
	});
}

/** Until the next position is in the page, and that drawn. Runs in the page. */
function nextFrameShown() {
	return new Promise<void>((resolve) => {
		const where = document.querySelector('.where');
		const observer = new MutationObserver(() => {
			observer.disconnect();
			requestAnimationFrame(() => resolve());
		});
		if (where) observer.observe(where, { subtree: true, childList: true, characterData: true });
	});
}

/** What the page's main thread has taken of its processor so far; neither other work nor the measuring itself counts. */
async function processorMs(devtools: CDPSession): Promise<number> {
	const { metrics } = await devtools.send('Performance.getMetrics');
	const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? 0;
	return (of('TaskDuration') - of('DevToolsCommandDuration')) * 1000;
}

async function frames(
	page: Frame,
	devtools: CDPSession,
	name: string,
	deltaX: number,
	deltaY: number,
): Promise<void> {
	const before = await processorMs(devtools);
	const work = await page.evaluate(moveForFrames, { frames: FRAMES, deltaX, deltaY });
	const processor = ((await processorMs(devtools)) - before) / FRAMES;
	work.sort((a, b) => a - b);
	console.log(
		`${name}: a frame's work: mean of the processor ${ms(processor)}; by the clock median ${ms(at(work, 0.5))}, p95 ${ms(at(work, 0.95))}, most ${ms(at(work, 1))}`,
	);
}

async function main(): Promise<void> {
	console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}`);
	const recording = await openRecording(RECORDING);
	let begun = performance.now();
	const session = await RecordedSession.open(repeated(recording.trace, count));
	console.log(
		`${session.length} events, ${session.calls.length} calls: opened in ${ms(performance.now() - begun)}`,
	);
	const shown = new ShownSession(session);
	begun = performance.now();
	await shown.receive({ type: 'ask', id: 0, question: { ask: 'range', from: 0, to: 1 } });
	console.log(`the timeline's index: ${ms(performance.now() - begun)}`);

	const playwright: typeof import('@playwright/test') = await import(
		pathToFileURL(path.resolve('node_modules/@playwright/test/index.mjs')).href
	);
	const browser = await playwright.chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
	});
	const panel = await openPanelWindow(
		await browser.newPage({ viewport: { width: 1200, height: 900 } }),
		shown,
	);
	const { frame: page, devtools } = panel;
	await page.locator('.exits li').first().waitFor({ timeout: 120_000 });
	begun = performance.now();
	await page
		.locator('.findings :is(ul, .none)', { hasNotText: 'looking' })
		.first()
		.waitFor({ timeout: 900_000 });
	console.log(`the findings: ${ms(performance.now() - begun)}`);
	await page.waitForTimeout(1000);

	await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
	// In and out again, from all ten million events to some thousand.
	await frames(page, devtools, 'zooming', 0, -60);
	// A third of all is in view, and so moves when it is panned.
	await page.evaluate(moveForFrames, { frames: 6, deltaX: 0, deltaY: -60 });
	await page.waitForTimeout(REST_MS);
	await frames(page, devtools, 'panning, a third in view', 40, 0);
	await page.evaluate(moveForFrames, { frames: 34, deltaX: 0, deltaY: -60 });
	await page.waitForTimeout(REST_MS);
	await frames(page, devtools, 'panning, near', 40, 0);

	const times: number[] = [];
	const before = await processorMs(devtools);
	for (let i = 0; i < STOPS; i++) {
		const row = Math.floor(((i * 7919) % STOPS) * (session.length / STOPS));
		session.stateAt(row);
		// As a person steps: what the last stop has left to draw is drawn.
		await page.waitForTimeout(PAUSE_MS);
		const isShown = page.evaluate(nextFrameShown);
		// It looks from now on: what is evaluated next comes after it.
		await page.evaluate(() => 0);
		const start = performance.now();
		panel.send(shown.stop(row));
		await isShown;
		times.push(performance.now() - start);
	}
	const processor = ((await processorMs(devtools)) - before) / STOPS;
	times.sort((a, b) => a - b);
	console.log(
		`from a stop to the page that shows it: by the clock median ${ms(at(times, 0.5))}, p95 ${ms(at(times, 0.95))}; of the page's processor ${ms(processor)} a stop, the new picture included`,
	);
	await devtools.send('HeapProfiler.collectGarbage');
	const heap = await page.evaluate(
		() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
	);
	console.log(`the page holds ${(heap / 1e6).toFixed(1)} MB of objects`);
	panel.close();
	await browser.close();
}

await main();
