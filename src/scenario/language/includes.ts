// Included files: each is read once. Who reads them says how far from the scenario they may lie.

import type { Compilation } from './compilation.ts';
import { type Frame, place } from './frame.ts';
import type { Include } from './generated/ast.ts';
import { unquoted } from './literals.ts';
import { parseSource, type Source } from './parse.ts';

/**
 * Text of a file, named like the scenario that includes it; undefined: it is not there, or not below the folder that
 * the reader allows.
 */
export type ReadInclude = (path: string) => string | undefined;

const MOST_FILES = 64;

export class Includes {
	readonly #read: ReadInclude;
	readonly #seen: Set<string>;

	constructor(file: string, read: ReadInclude) {
		this.#read = read;
		this.#seen = new Set([file]);
	}

	/** The included file; undefined: it was read before, or was told what is wrong. `open`: files being read. */
	source(c: Compilation, f: Frame, node: Include, open: readonly string[]): Source | undefined {
		const { diagnostics } = c;
		const given = unquoted(node.path ?? '');
		const at = place(f, node, 'path');
		const path = resolved(f.file, given);
		if (path === undefined) {
			diagnostics.error(
				'include',
				at,
				`'${given}' is no path below this file's folder: write it relative to this file, with /`,
			);
			return undefined;
		}
		if (open.includes(path)) {
			diagnostics.error('include', at, `'${given}' includes this file in turn`);
			return undefined;
		}
		if (this.#seen.has(path)) return undefined;
		this.#seen.add(path);
		if (this.#seen.size > MOST_FILES) {
			diagnostics.error('too-much', at, `a scenario includes at most ${MOST_FILES} files`);
			return undefined;
		}
		const text = this.#read(path);
		if (text === undefined) {
			diagnostics.error(
				'include',
				at,
				`'${given}' cannot be read, lies outside of the scenario's folder, or is a link`,
			);
			return undefined;
		}
		return parseSource(text, path, diagnostics);
	}
}

/** `given` as seen from the file that includes it, named as that is; undefined for what is no relative path. */
export function resolved(from: string, given: string): string | undefined {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: a path with a control character is none
	if (given === '' || given.length > 500 || /^[/~]|^[a-z][a-z0-9+.-]*:|\\|[\0-\x1f]/i.test(given))
		return undefined;
	const folder = from.split(/[\\/]/).slice(0, -1);
	const parts = [...folder];
	for (const part of given.split('/')) {
		if (part === '' || part === '.') continue;
		if (part !== '..') parts.push(part);
		else if (parts.length > 0 && parts.at(-1) !== '' && parts.at(-1) !== '..') parts.pop();
		else return undefined;
	}
	return parts.join('/');
}
