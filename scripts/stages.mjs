// The stages of `npm test` and `npm run check`: what each one runs, and how it is counted.
// A stage resolves with { name, passed, failed, seconds, output }; one that could not run counts as failed.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './project.mjs';
import { run } from './run.mjs';

const RESULTS = path.join(ROOT, 'test-results');

/** A tool from node_modules, run by this very Node: no shell, no npx. */
const tool = (file, ...args) => [process.execPath, [path.join(ROOT, 'node_modules', file), ...args]];

/** One for each world: Node and VS Code, the core without either, the panel's page, the end-to-end tests. */
const tsconfigs = () =>
	readdirSync(ROOT).filter((name) => /^tsconfig.*\.json$/.test(name) && name !== 'tsconfig.base.json');

export const typeCheck = () =>
	judge(
		'types',
		tsconfigs().map((config) => tool('typescript/bin/tsc', '-p', config)),
	);

export const lint = () =>
	judge('lint and format', [tool('@biomejs/biome/bin/biome', 'ci', '--colors=off', '.')]);

export const imports = () => judge('imports', [[process.execPath, ['scripts/check-imports.mjs']]]);

/** Folders of tests, and what of them to leave out. */
const tests = (name, ...which) =>
	count(name, tool('vitest/vitest.mjs', 'run', ...which, '--reporter=default', '--reporter=json'), {
		args: (file) => [`--outputFile.json=${file}`],
		read: ({ numPassedTests, numFailedTests, numTotalTestSuites }) => ({
			passed: numPassedTests,
			failed: numFailedTests,
			any: numTotalTestSuites > 0,
		}),
	});

/** Without those that take their time: damage at every byte, thousands of random scenarios. */
export const unit = () => tests('unit', 'test/unit', '--exclude=**/*.long.test.ts');

export const unitAndAdapter = () => tests('unit and adapter', 'test/unit', 'test/adapter');

export const endToEnd = () =>
	count('end to end', tool('@playwright/test/cli.js', 'test', '--reporter=list,json'), {
		env: (file) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: file }),
		read: ({ stats, errors }) => ({
			passed: stats.expected + stats.flaky,
			failed: stats.unexpected + errors.length,
			any: stats.expected + stats.unexpected + errors.length > 0,
		}),
		// Seconds a test, and nobody watches: show each as it ends.
		show: true,
	});

/** A stage that did not get its turn, since what it needs is not there. */
export function notRun(name, reason) {
	return { name, passed: 0, failed: 1, seconds: 0, output: reason };
}

/** Several programs that together are one test. */
async function judge(name, commands) {
	const started = Date.now();
	const results = [];
	const env = { ...process.env, NO_COLOR: '1' };
	for (const [command, args] of commands) results.push(await run(command, args, { env, background: true }));
	const failed = results.filter(({ status }) => status !== 0);
	return {
		name,
		passed: failed.length ? 0 : 1,
		failed: failed.length ? 1 : 0,
		seconds: (Date.now() - started) / 1000,
		output: failed.map(({ output }) => output).join('\n'),
	};
}

/** A test runner that counts by itself, in a JSON file. */
async function count(name, [command, args], { args: more = () => [], env = () => ({}), read, show = false }) {
	const file = path.join(RESULTS, `${name.replaceAll(' ', '-')}.json`);
	mkdirSync(RESULTS, { recursive: true });
	rmSync(file, { force: true });
	const { status, output, seconds } = await run(command, [...args, ...more(file)], {
		env: { ...process.env, NO_COLOR: '1', ...env(file) },
		show,
		background: !show,
	});
	const { passed, failed, any } = readCounts(file, read);
	// A runner may fail for a reason that is no test of its: an error at the top of a file, say.
	const unexplained = status !== 0 && failed === 0;
	const empty = !any ? `${name}: no test was found` : '';
	return {
		name,
		passed,
		failed: failed + (unexplained || empty ? 1 : 0),
		seconds,
		output: show ? empty : status === 0 ? empty : `${output}\n${empty}`,
	};
}

function readCounts(file, read) {
	try {
		return read(JSON.parse(readFileSync(file, 'utf8')));
	} catch {
		return { passed: 0, failed: 0, any: false };
	}
}
