// Names that `explain` takes, and the one that is meant by a name that is none.

import { FUNCTIONS } from '../psci/functions.ts';
import { nearestName } from '../psci/nearest-name.ts';
import { pageNames } from './page-names.ts';

/** Pages that are not of one function, by the last part of their names. */
export function topics(): readonly string[] {
	const names = pageNames.map((page) => page.replace(/^.*\//, '').replace(/\.md$/, ''));
	return names.filter((name) => name !== 'README' && !FUNCTIONS.some((fn) => fn.name === name));
}

/** The function or topic that is fewest changes away from `word`; undefined where none is near. */
export function nearest(word: string): string | undefined {
	return nearestName(word, [...FUNCTIONS.map((fn) => fn.name), ...topics()]);
}
