// Imports point downwards: each room (folder of src/) may import only the rooms listed for it, and
// the rooms of the core import neither `vscode` nor `node:*`. Prints each import that breaks a rule
// and exits with 1. ARCHITECTURE.md says what the rooms are.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Room -> the rooms and packages that it may import. A new row here is a decision about the house. */
const ALLOWED = {
	psci: [],
	kvm: ['psci'],
	spec: ['kvm', 'psci'],
	vmm: ['kvm', 'psci'],
	trace: ['psci', 'fflate', 'fzstd'],
	scenario: ['vmm', 'kvm', 'psci', 'langium', 'chevrotain'],
	session: ['spec', 'scenario', 'trace', 'vmm', 'kvm', 'psci'],
	'language-server': ['scenario', 'kvm', 'psci', 'langium', 'vscode-languageserver'],
	adapter: [
		'session',
		'spec',
		'trace',
		'scenario',
		'vmm',
		'kvm',
		'psci',
		'@vscode/debugadapter',
		'@vscode/debugprotocol',
	],
	panels: ['lit', 'types:adapter', 'types:session', 'types:psci'],
	editor: [
		'adapter',
		'language-server',
		'scenario',
		'langium',
		'vscode-languageclient',
		'vscode-languageserver',
		'kvm',
		'session',
		'spec',
		'trace',
		'psci',
		'panels',
		'vscode',
		'@vscode/debugprotocol',
	],
	cli: [
		'adapter',
		'language-server',
		'langium',
		'vscode-languageserver',
		'session',
		'spec',
		'trace',
		'scenario',
		'vmm',
		'kvm',
		'psci',
		'node:*',
	],
};
const CORE = ['psci', 'kvm', 'spec', 'vmm', 'trace', 'scenario', 'session', 'language-server', 'adapter'];

const IMPORT =
	/^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** All import specifiers in `text`, with whether each is a type-only import. */
function importsOf(text) {
	return [...text.matchAll(IMPORT)].map((m) => ({ specifier: m[2] ?? m[3], typeOnly: m[1] !== undefined }));
}

/** What is wrong with importing `specifier` from `file` (a path relative to src/), or undefined. */
function violation(file, specifier, typeOnly) {
	const room = file.split('/')[0];
	const allowed = ALLOWED[room];
	if (!allowed) return `src/${room} is not a room that scripts/check-imports.mjs knows`;
	if (specifier.startsWith('.')) {
		const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)).split('/')[0];
		if (target === room || allowed.includes(target)) return undefined;
		if (typeOnly && allowed.includes(`types:${target}`)) return undefined;
		return `${room}/ may not import ${target}/`;
	}
	if (specifier === 'vscode' || specifier.startsWith('node:')) {
		if (CORE.includes(room)) return `the core may not import '${specifier}'`;
		if (room === 'editor' && specifier.startsWith('node:'))
			return `editor/ runs in the web extension host too, so it may not import '${specifier}'`;
	}
	const name = specifier.startsWith('@')
		? specifier.split('/').slice(0, 2).join('/')
		: specifier.split('/')[0];
	if (allowed.includes(name) || (specifier.startsWith('node:') && allowed.includes('node:*')))
		return undefined;
	return `${room}/ may not import the package '${name}'`;
}

function* sourceFiles(dir) {
	for (const entry of readdirSync(dir, { withFileTypes: true })) {
		const full = path.join(dir, entry.name);
		if (entry.isDirectory()) yield* sourceFiles(full);
		else if (/\.[cm]?tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield full;
	}
}

function main() {
	const src = fileURLToPath(new URL('../src/', import.meta.url));
	let files = 0;
	const broken = [];
	for (const full of sourceFiles(src)) {
		const file = path.relative(src, full).split(path.sep).join('/');
		if (!file.includes('/')) continue;
		files++;
		for (const { specifier, typeOnly } of importsOf(readFileSync(full, 'utf8'))) {
			const why = violation(file, specifier, typeOnly);
			if (why) broken.push(`src/${file}: imports '${specifier}': ${why}`);
		}
	}
	for (const line of broken) console.error(line);
	console.log(`imports of ${files} files checked, ${broken.length} pointing the wrong way`);
	process.exitCode = broken.length > 0 ? 1 : 0;
}

main();
