// The parser of scenarios from its grammar (src/scenario/language/psci.langium): langium-cli writes it into
// generated/ beside it, which is not committed. Everything that compiles or runs sources calls this first;
// where the grammar has not changed it only compares a stamp.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const at = (name) => path.join(ROOT, name);
const FOLDER = 'src/scenario/language/generated';

export function generateLanguage() {
	const hash = createHash('sha256');
	for (const file of ['src/scenario/language/psci.langium', 'langium-config.json', 'package-lock.json'])
		hash.update(readFileSync(at(file)));
	const stamp = `// Made of ${hash.digest('hex')}\n`;
	const last = at(`${FOLDER}/module.ts`);
	if (existsSync(last) && readFileSync(last, 'utf8').startsWith(stamp)) return;
	// langium-cli asks whether it may overwrite what it does not know.
	rmSync(at(FOLDER), { recursive: true, force: true });
	const cli = at('node_modules/langium-cli/bin/langium.js');
	const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'generate'], {
		cwd: ROOT,
		encoding: 'utf8',
	});
	if (status !== 0 || !existsSync(last))
		throw new Error(`the scenario language could not be made from its grammar:\n${stdout}${stderr}`);
	writeFileSync(last, stamp + readFileSync(last, 'utf8'));
}

if (process.argv[1] === import.meta.filename) generateLanguage();
