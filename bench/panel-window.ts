// A window with a panel in it, as the editor builds one: the page in a frame, within a frame of another site and so in a
// process of its own, and messages that are cloned from window to window. What a page is told through the browser's
// debugger, as the tests do it, is unpacked on the page's own thread, which takes thirty milliseconds and more of a long
// answer: no time of a frame could be told from that.

import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { CDPSession, Frame, Page } from '@playwright/test';
import { htmlOf, type PageUnderTest, THEMES, type ThemeLook } from '../test/e2e/pages/page-host.ts';

const TYPES: Readonly<Record<string, string>> = {
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.ttf': 'font/ttf',
};

export interface PanelWindow {
	readonly frame: Frame;
	/** of the frame's own process */
	readonly devtools: CDPSession;
	/** Sends the page what the extension would send by itself. */
	send(message: unknown): void;
	close(): void;
}

/** Opens the page in `page`, with this process in the place of the extension. */
export async function openPanelWindow(page: Page, under: PageUnderTest): Promise<PanelWindow> {
	let stream: ServerResponse | undefined;
	const send = (message: unknown) => stream?.write(`data: ${JSON.stringify(message)}\n\n`);
	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		const html = (body: string) => response.setHeader('content-type', 'text/html').end(body);
		if (pathname === '/messages') {
			stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
			stream.flushHeaders();
		} else if (pathname === '/message') {
			const message: unknown = JSON.parse(await text(request));
			response.writeHead(204).end();
			for (const told of await under.receive(message)) send(told);
		} else if (pathname === '/window') html(frameHtml(`http://localhost:${port}/frame`, theWindow));
		else if (pathname === '/frame') html(frameHtml('/page', theFrame));
		else if (pathname === '/page') html(htmlOf(under, `http://localhost:${port}`));
		else if (/^\/(dist\/panels|media)\//.test(pathname)) {
			response.setHeader('content-type', TYPES[path.extname(pathname)] ?? 'application/octet-stream');
			createReadStream(path.join(process.cwd(), pathname)).pipe(response);
		} else response.writeHead(404).end();
	};
	const server = createServer((request, response) => void answer(request, response));
	await new Promise<void>((listening) => server.listen(0, listening));
	const { port } = server.address() as AddressInfo;
	await page.addInitScript(fakeEditor, THEMES.dark);
	// A busy process answers late.
	page.setDefaultTimeout(120_000);
	const navigated = page.waitForEvent('framenavigated', (each) => each.url().endsWith('/page'));
	await page.goto(`http://127.0.0.1:${port}/window`, { waitUntil: 'commit' });
	const frame = await navigated;
	const outer = frame.parentFrame();
	if (!outer) throw new Error('the page is in a frame');
	return {
		frame,
		devtools: await page.context().newCDPSession(outer),
		send,
		close() {
			stream?.end();
			server.close();
		},
	};
}

function frameHtml(inner: string, script: () => void): string {
	const style = 'html, body, iframe { width: 100%; height: 100%; margin: 0; border: 0; display: block }';
	return `<!DOCTYPE html><style>${style}</style><iframe src="${inner}"></iframe><script>(${script})()</script>`;
}

/** The editor's window: passes on what comes from the extension, and to it. Runs there. */
function theWindow(): void {
	const frame = () => document.querySelector('iframe')?.contentWindow;
	new EventSource('/messages').onmessage = ({ data }) => frame()?.postMessage(JSON.parse(data), '*');
	window.onmessage = ({ data }) => void fetch('/message', { method: 'POST', body: JSON.stringify(data) });
}

/** The frame that holds the page: between the two. Runs there. */
function theFrame(): void {
	const page = () => document.querySelector('iframe')?.contentWindow;
	window.onmessage = ({ source, data }) =>
		(source === page() ? window.parent : page())?.postMessage(data, '*');
}

/** What the editor puts into a web page. Runs there. */
function fakeEditor({ body, variables }: ThemeLook): void {
	Object.assign(window, {
		acquireVsCodeApi: () => ({
			postMessage: (message: unknown) => window.parent.postMessage(message, '*'),
			getState: () => undefined,
			setState: () => undefined,
		}),
	});
	document.addEventListener('DOMContentLoaded', () => {
		document.body.className = body;
		for (const [name, value] of Object.entries(variables))
			document.documentElement.style.setProperty(name, value);
	});
}
