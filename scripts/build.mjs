// Builds what runs: the extension for both extension hosts, the panel's page, the command line.
// `node scripts/build.mjs [--watch] [--production] [--program]`
// --program builds the command line only, and leaves the rest of dist/ as it is.

import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { generateLanguage } from './language.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const programOnly = process.argv.includes('--program');

const common = {
	absWorkingDir: root,
	bundle: true,
	minify: production,
	sourcemap: production ? false : 'linked',
	legalComments: 'none',
	// fflate's build for Node starts workers, which nothing here uses.
	alias: { fflate: 'fflate/browser' },
	logLevel: 'warning',
	target: 'es2022',
};

const program = {
	entryPoints: ['src/cli/main.ts'],
	outfile: 'dist/psci-trace.mjs',
	platform: 'node',
	format: 'esm',
	target: 'node20',
	banner: {
		js: `#!/usr/bin/env node\nimport { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);`,
	},
	define: { PSCI_TRACE_VERSION: JSON.stringify(version) },
};

const everything = [
	{
		entryPoints: ['src/editor/extension.ts'],
		outfile: 'dist/extension.cjs',
		platform: 'node',
		format: 'cjs',
		external: ['vscode'],
	},
	{
		entryPoints: ['src/editor/extension.ts'],
		outfile: 'dist/web/extension.cjs',
		platform: 'browser',
		format: 'cjs',
		external: ['vscode'],
		// All that @vscode/debugadapter's protocol needs of Node when it runs inline.
		alias: { ...common.alias, events: 'events/' },
		define: { global: 'globalThis' },
	},
	{
		entryPoints: [
			'src/panels/session.ts',
			'src/panels/specification.ts',
			'src/panels/guide.ts',
			'src/panels/trace-editor.ts',
		],
		outdir: 'dist/panels',
		platform: 'browser',
		format: 'esm',
	},
	program,
];

generateLanguage();
const builds = programOnly ? [program] : everything;
if (!programOnly) rmSync(`${root}/dist`, { recursive: true, force: true });
if (!programOnly) {
	mkdirSync(`${root}/dist/panels`, { recursive: true });
	for (const name of ['codicon.css', 'codicon.ttf'])
		cpSync(`${root}/node_modules/@vscode/codicons/dist/${name}`, `${root}/dist/panels/${name}`);
}
if (watch) {
	const contexts = await Promise.all(builds.map((build) => esbuild.context({ ...common, ...build })));
	await Promise.all(contexts.map((context) => context.watch()));
	console.log('watching');
} else {
	await Promise.all(builds.map((build) => esbuild.build({ ...common, ...build })));
}
