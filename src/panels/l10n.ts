// The words of the pages in the editor's language. As in vscode.l10n the English text is the key; what the installed
// language has for it comes with the page.

const bundle = read(typeof document === 'undefined' ? undefined : document.documentElement.dataset.words);

function read(json: string | undefined): ReadonlyMap<string, string> {
	const entries = Object.entries<unknown>(JSON.parse(json ?? '{}'));
	return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** `{0}` stands for the first of `args`. */
export function t(message: string, ...args: readonly (string | number)[]): string {
	return words(message, ...args).join('');
}

/** The same where what is put in is more than text: pieces for a template. */
export function words(message: string, ...args: readonly unknown[]): readonly unknown[] {
	return (bundle.get(message) ?? message)
		.split(/\{(\d+)\}/)
		.map((piece, at) => (at % 2 === 0 ? piece : (args[Number(piece)] ?? '')));
}
