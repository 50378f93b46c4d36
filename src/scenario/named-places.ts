// Places of a scenario by name: the lines that have a label, and those that call a program.

import type { Place } from './place.ts';
import type { Statement } from './statement.ts';

export function namedPlaces(statements: readonly Statement[]): ReadonlyMap<string, ReadonlySet<Place>> {
	const found = new Map<string, Set<Place>>();
	const add = (name: string | undefined, place: Place) => {
		if (name !== undefined) found.set(name, (found.get(name) ?? new Set()).add(place));
	};
	const walk = (list: readonly Statement[]) => {
		for (const statement of list) {
			add(statement.label, statement.place);
			if (statement.kind === 'use') add(statement.name, statement.place);
			for (const inner of blocksOf(statement)) walk(inner);
		}
	};
	walk(statements);
	return found;
}

function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
	switch (statement.kind) {
		case 'if':
			return [statement.body, statement.otherwise];
		case 'loop':
			return [statement.body];
		case 'together':
			return statement.tasks.map(({ body }) => body);
		default:
			return [];
	}
}
