// What the links of a guide do: open an example and stand at a line, take a step, show the specification or a public
// report. Anything else is no link.

const STEPS = ['next', 'stepIn', 'stepOut', 'stepBack'] as const;
export type Step = (typeof STEPS)[number];

export type GuideLink =
	/** `session:FILE?line=N`: a file of examples/, and a 1-based line of it */
	| { readonly kind: 'session'; readonly file: string; readonly line: number }
	/** `step:next` */
	| { readonly kind: 'step'; readonly step: Step }
	/** `spec:CPU_ON.use`: a function, a rule, a clause or a page */
	| { readonly kind: 'spec'; readonly id: string }
	/** where a report stands in public; the editor asks before it opens a page */
	| { readonly kind: 'report'; readonly address: string };

/** Issues, commits, a file as it was at a commit, bugs, messages of mailing lists. */
const REPORTS: readonly RegExp[] = [
	/^https:\/\/github\.com\/[\w-]+\/[\w-]+\/(issues|pull)\/\d+$/,
	/^https:\/\/github\.com\/[\w-]+\/[\w-]+\/blob\/[\da-f]{40}(\/[\w-]+)+\.\w+$/,
	/^https:\/\/git\.kernel\.org\/linus\/[\da-f]{12}$/,
	/^https:\/\/bugzilla\.suse\.com\/show_bug\.cgi\?id=\d+$/,
	/^https:\/\/lore\.kernel\.org\/[\w-]+\/[\w.-]+@[\w.-]+\/$/,
	/^https:\/\/groups\.google\.com\/d\/msgid\/[\w-]+\/[\w.-]+%40[\w.-]+$/,
];

export function guideLink(href: string): GuideLink | undefined {
	const session =
		/^session:([\w][\w.-]*\.txt|(?:scenarios|reports)\/[\w][\w.-]*\.psci|reports\/[\w][\w.-]*\.txt)\?line=([1-9]\d{0,6})$/.exec(
			href,
		);
	if (session) return { kind: 'session', file: session[1] ?? '', line: Number(session[2]) };
	const step = STEPS.find((name) => href === `step:${name}`);
	if (step) return { kind: 'step', step };
	if (REPORTS.some((form) => form.test(href))) return { kind: 'report', address: href };
	const spec = /^spec:([\w-]+(?:[./][\w-]+)*)$/.exec(href);
	return spec ? { kind: 'spec', id: spec[1] ?? '' } : undefined;
}
