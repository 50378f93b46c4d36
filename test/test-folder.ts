// A folder of their own for the tests of a file, gone when they are done.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

export interface TestFolder {
	/** The path of what is called so in the folder, there or not. */
	at(name: string): string;
	/** Writes a file; answers its path. */
	write(name: string, content: string | Uint8Array): string;
}

export function testFolder(): TestFolder {
	const folder = mkdtempSync(path.join(tmpdir(), 'psci-test-'));
	afterAll(() => rmSync(folder, { recursive: true }));
	const at = (name: string) => path.join(folder, name);
	return {
		at,
		write(name, content) {
			writeFileSync(at(name), content);
			return at(name);
		},
	};
}
