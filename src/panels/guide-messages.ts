// What a guide's page and the extension say to each other.

/** To the page. */
export interface GuideState {
	readonly type: 'guide';
	readonly name: string;
	/** its Markdown */
	readonly text: string;
	/** where the session stands: `line 148: CPU_ON …`; empty: no session */
	readonly at: string;
}

/** From the page. */
export type FromGuide =
	/** the page is there (again) and wants the current state */
	| { readonly type: 'ready' }
	/** a link of the guide, or a button that does the same */
	| { readonly type: 'follow'; readonly href: string }
	/** another guide */
	| { readonly type: 'choose'; readonly name: string };

/** What a page sent, if it is a message at all: pages are not trusted. */
export function fromGuide(message: unknown): FromGuide | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const { type, href, name } = message as Readonly<Record<string, unknown>>;
	if (type === 'ready') return { type };
	if (type === 'follow' && typeof href === 'string') return { type, href };
	if (type === 'choose' && typeof name === 'string') return { type, name };
	return undefined;
}
