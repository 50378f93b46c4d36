// The pages of spec/ beside the program.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SpecFiles } from '../adapter/spec-library.ts';

/** spec/ beside dist/, in the project as in the installed extension. */
export const SPEC_FOLDER = new URL('../spec/', import.meta.url);

export const specFiles: SpecFiles = {
	pathOf: (page) => fileURLToPath(new URL(page, SPEC_FOLDER)),
	read: (page) => readFile(new URL(page, SPEC_FOLDER), 'utf8'),
};
