// Where a link of a page of spec/ leads. Only pages of spec/ and https addresses lead anywhere.

export interface PageLink {
	/** `psci/CPU_ON.md` */
	readonly page: string;
	/** name of a heading; empty: the top */
	readonly heading: string;
}

/** `from` is the page that has the link. Undefined for what is no page of spec/. */
export function pageLink(from: string, href: string): PageLink | undefined {
	if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith('/') || href.includes('\\')) return undefined;
	const [path = '', heading = ''] = href.split('#', 2);
	if (path === '') return { page: from, heading };
	if (!path.endsWith('.md')) return undefined;
	const parts = from.split('/').slice(0, -1);
	for (const part of path.split('/')) {
		if (part === '..') {
			if (parts.pop() === undefined) return undefined;
		} else if (part !== '.' && part !== '') parts.push(part);
	}
	return { page: parts.join('/'), heading };
}
