// The name that is meant by one that is none.

/**
 * The candidate that is fewest letters away from `word`, letter case aside, or the first that begins with it;
 * undefined where none is near. Of a word of three letters two are a different word.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
	const wanted = word.toUpperCase().slice(0, 40);
	let best: string | undefined;
	let least = wanted.length < 4 ? 2 : Math.max(2, Math.floor(wanted.length / 3)) + 1;
	let longer: string | undefined;
	for (const name of candidates) {
		const changes = changesBetween(wanted, name.toUpperCase());
		if (changes < least) [best, least] = [name, changes];
		if (wanted.length > 3 && name.toUpperCase().startsWith(wanted)) longer ??= name;
	}
	return best ?? longer;
}

/** Letters to insert, remove or replace. */
function changesBetween(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, n) => n);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
