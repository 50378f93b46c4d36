// Runs a benchmark of bench/ from TypeScript: `npm run bench -- model [ARGUMENT…]`. Without a name it lists them.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { generateLanguage } from './language.mjs';

const bench = fileURLToPath(new URL('../bench/', import.meta.url));
const [name, ...args] = process.argv.slice(2);
const files = readdirSync(bench).filter((file) => file.endsWith('.ts'));
const texts = files.map((file) => readFileSync(path.join(bench, file), 'utf8'));
/** What another one imports is a part of it. */
const known = files
	.filter((file) => !texts.some((text) => text.includes(`'./${file}'`)))
	.map((file) => file.slice(0, -3));
if (!name || !known.includes(name)) {
	console.error(`usage: npm run bench -- NAME [ARGUMENT…]; names: ${known.join(', ')}`);
	process.exit(2);
}
const out = mkdtempSync(path.join(os.tmpdir(), 'psci-bench-'));
generateLanguage();
try {
	const outfile = path.join(out, 'bench.mjs');
	await esbuild.build({
		entryPoints: [path.join(bench, `${name}.ts`)],
		bundle: true,
		platform: 'node',
		format: 'esm',
		// Parts of the scenario language are CommonJS and ask for Node's own modules.
		banner: {
			js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
		},
		outfile,
		logLevel: 'warning',
	});
	const { status } = spawnSync(process.execPath, ['--expose-gc', outfile, ...args], { stdio: 'inherit' });
	process.exitCode = status ?? 1;
} finally {
	rmSync(out, { recursive: true, force: true });
}
