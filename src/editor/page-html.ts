// The HTML of a panel: a strict content security policy, one script, its style sheets, nothing inline.

export interface PageParts {
	readonly language: string;
	/** what the language has for the English words of the page; undefined: it is English */
	readonly words: Readonly<Record<string, string>> | undefined;
	/** where style sheets and fonts may come from, as the policy names it */
	readonly source: string;
	/** of the one script */
	readonly nonce: string;
	readonly styles: readonly string[];
	readonly script: string;
	/** id of the element that the script draws into */
	readonly root: string;
	readonly title: string;
}

export function pageHtml({ language, words, source, nonce, styles, script, root, title }: PageParts): string {
	const links = styles.map((style) => `<link rel="stylesheet" href="${style}">`);
	return `<!DOCTYPE html>
<html lang="${language}" data-words="${escaped(JSON.stringify(words ?? {}))}">
<head>
	<meta charset="utf-8">
	<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; font-src ${source}; script-src 'nonce-${nonce}'">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	${links.join('\n\t')}
	<title>${title}</title>
</head>
<body>
	<main id="${root}"></main>
	<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
