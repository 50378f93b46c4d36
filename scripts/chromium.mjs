// The browser for the end-to-end tests: Debian's, installed where it is absent and we may.

import { existsSync } from 'node:fs';
import { Problem } from './project.mjs';
import { run, tail } from './run.mjs';

const APT_GET = '/usr/bin/apt-get';

/** Resolves with the browser's path; CHROMIUM names another one than Debian's. */
export async function installChromium(log = console.log) {
	const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
	if (existsSync(browser)) return browser;
	if (process.env.CHROMIUM) throw new Problem(`CHROMIUM names ${browser}, where there is nothing`);
	if (process.getuid?.() !== 0 || !existsSync(APT_GET)) {
		throw new Problem(
			'the end-to-end tests need Chromium: sudo apt-get install chromium (or CHROMIUM=/path/to/it)',
		);
	}
	log('installing Chromium from Debian (about half a minute, more on a slow line)');
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
		const { status, output } = await run(APT_GET, args, { env });
		if (status !== 0) throw new Problem(`apt-get ${args[0]} failed:\n${tail(output)}`);
	}
	return browser;
}
