// Makes l10n/bundle.l10n.json: every string that the extension and its pages put before a person, for translators.
// As in VS Code the English text is the key. `node scripts/l10n.mjs`; a test fails where it has not been run.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const BUNDLE = `${root}l10n/bundle.l10n.json`;

/** `l10n.t('…')`, and `t('…')` and `words('…')` of the pages, with what stands first in them. */
const CALL =
	/(?<![\w.])(?:vscode\.l10n\.t|l10n\.t|t|words)\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[^\s)])/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

/** The strings by their sources; `dynamic`: calls whose string cannot be told without running them. */
export function collectStrings() {
	const strings = new Set();
	const dynamic = [];
	for (const file of ['src/editor', 'src/panels'].flatMap((folder) => sources(`${root}${folder}`))) {
		const text = readFileSync(file, 'utf8').replaceAll(COMMENT, '');
		for (const [call, first] of text.matchAll(CALL)) {
			if (/^['"]./.test(first)) strings.add(textOf(first));
			else dynamic.push(`${file.slice(root.length)}: ${call}`);
		}
	}
	return { strings: [...strings].sort(), dynamic };
}

const sources = (folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => `${folder}/${file}`);

function textOf(literal) {
	const escaped = { n: '\n', t: '\t' };
	return literal
		.slice(1, -1)
		.replaceAll(/\\u([\da-f]{4})|\\(.)/gi, (_, hex, letter) =>
			hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escaped[letter] ?? letter),
		);
}

export function bundleOf(strings) {
	const entries = strings.map((text) => [text, text]);
	return `${JSON.stringify(Object.fromEntries(entries), undefined, '\t')}\n`;
}

if (process.argv[1] === import.meta.filename) {
	const { strings } = collectStrings();
	mkdirSync(`${root}l10n`, { recursive: true });
	writeFileSync(BUNDLE, bundleOf(strings));
	console.log(`l10n: ${strings.length} strings`);
}
