// The documents that one steps through while a call is decided: where they are, and what stands where.

import { pageNames, parsePage, type SpecIndex, type SpecPlace, specIndex } from '../spec/index.ts';

/** The pages of spec/ on some file system. Implemented by the command line (Node) and the editor. */
export interface SpecFiles {
	/** Path or URI of a page (`psci/CPU_ON.md`), as a client opens it. */
	pathOf(page: string): string;
	/** The text of a page; rejects where there is none. */
	read(page: string): Promise<string>;
}

export interface SpecLibrary {
	readonly index: SpecIndex;
	pathOf(page: string): string;
	/** The text of a page; rejects where there is none. */
	read(page: string): Promise<string>;
	/** The page whose path this is, if any. */
	pageAt(path: string, same: (a: string, b: string) => boolean): string | undefined;
}

/** Reads all pages. One that cannot be read is left out: its rules then show at the trace's line. */
export async function loadSpec(files: SpecFiles | undefined): Promise<SpecLibrary> {
	const read = async (name: string) => {
		const text = await files?.read(name).catch(() => undefined);
		return text === undefined ? [] : [parsePage(name, text)];
	};
	const pages = (await Promise.all(pageNames.map(read))).flat();
	const pathOf = (page: string) => files?.pathOf(page) ?? page;
	return {
		index: specIndex(pages),
		pathOf,
		read: async (page) => (await files?.read(page)) ?? '',
		pageAt: (path, same) => pages.find((page) => same(pathOf(page.name), path))?.name,
	};
}

/** The rule or clause on a line of a page, else the next one below it. */
export function anchorAtOrBelow(index: SpecIndex, pageName: string, line: number): SpecPlace | undefined {
	const page = index.page(pageName);
	const anchor = page?.anchors.find((a) => a.line >= line);
	return page && anchor ? { page, line: anchor.line, anchor } : undefined;
}
