import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

// Debian's Chromium: Playwright's own browsers are a download that not every machine can make.
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(CHROMIUM))
	throw new Error(`no browser at ${CHROMIUM}; set CHROMIUM, or: apt-get install chromium`);

const BROWSER_STATE = fileURLToPath(new URL('.editor/browser', import.meta.url));

export default defineConfig({
	testDir: 'test/e2e',
	testMatch: '**/*.test.ts',
	outputDir: 'test-results/e2e',
	// A test takes seconds, but on a busy machine ten times as long.
	timeout: 180_000,
	// What is tried again is tried soon: by itself Playwright waits longer and longer, up to a second.
	expect: { timeout: 30_000, toPass: { intervals: [100, 250] } },
	// One editor at a time: an editor and a browser fill two cores.
	workers: 1,
	fullyParallel: false,
	// A browser, an editor and its extension host on two cores now and then lose a key or a click. Locally that shows;
	// elsewhere a test is tried again, and Playwright lists it as flaky.
	retries: process.env.CI ? 2 : 0,
	forbidOnly: Boolean(process.env.CI),
	reporter: 'list',
	use: {
		viewport: { width: 1440, height: 1000 },
		trace: 'off',
		screenshot: 'only-on-failure',
		launchOptions: {
			executablePath: CHROMIUM,
			// Its profile is a temporary folder, but it keeps crash reports and settings of others elsewhere.
			env: { ...process.env, XDG_CONFIG_HOME: BROWSER_STATE, XDG_CACHE_HOME: BROWSER_STATE },
			args: [
				// Root has no sandbox, and the only pages opened are our own.
				'--no-sandbox',
				'--disable-gpu',
				// The rest keeps the browser from asking the network by itself.
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
			],
		},
	},
});
