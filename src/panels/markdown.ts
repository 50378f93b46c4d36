// Markdown as our own pages use it, to HTML: headings, paragraphs, lists, tables, quotes, code, links, bold and
// italics. Every character of the text is escaped, HTML in it included; a link carries only what `link` says.
// Knows nothing of the DOM, so that it runs in tests too.

/** What a link is to carry: an `https:` address is a real link, all else is left to the page's script. */
export type LinkRule = (href: string) => string | undefined;

/** A list item that stands for a rule or clause: see spec/page.ts, which finds the same lines. */
const ANCHOR = /^`([A-Za-z][\w-]*(?:\.[\w-]+)+)`(?: \([^`]*?\))?:/;
const FENCE = /^ {0,3}(```|~~~)[ \t]*([\w-]*)/;
const HEADING = /^(#{1,6})[ \t]+(.*?)[ \t#]*$/;
const ITEM = /^( *)(?:[-*]|(\d{1,9})[.)])[ \t]+(.*)$/;
const RULER = /^ {0,3}(?:---+|\*\*\*+)[ \t]*$/;
const TABLE_RULER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

interface Line {
	readonly text: string;
	/** 1-based, of the whole text */
	readonly number: number;
}

/** `link` says what a link carries; where it says undefined, only the link's text is shown. */
export function renderMarkdown(text: string, link: LinkRule): string {
	const lines = text.split(/\r\n|\n|\r/).map((text, i) => ({ text, number: i + 1 }));
	return new Blocks(link).render(lines);
}

/** The name that GitHub gives a heading in links. */
export function slugOf(heading: string): string {
	return heading
		.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replaceAll(/\s/g, '-');
}

function escapeHtml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}

class Blocks {
	readonly #link: LinkRule;

	constructor(link: LinkRule) {
		this.#link = link;
	}

	render(lines: readonly Line[]): string {
		const html: string[] = [];
		let at = 0;
		while (at < lines.length) {
			const { text } = lines[at] ?? { text: '' };
			const heading = HEADING.exec(text);
			if (text.trim() === '' || /^<!--.*-->$/.test(text.trim())) {
				at++;
			} else if (heading) {
				const level = heading[1]?.length ?? 1;
				const title = heading[2] ?? '';
				html.push(`<h${level} id="${escapeHtml(slugOf(title))}">${this.inline(title)}</h${level}>`);
				at++;
			} else if (RULER.test(text)) {
				html.push('<hr>');
				at++;
			} else {
				const [block, next] = this.#block(lines, at, text);
				html.push(block);
				at = next;
			}
		}
		return html.join('\n');
	}

	/** A block of several lines that begins at `at`, and where the next begins. */
	#block(lines: readonly Line[], at: number, text: string): [string, number] {
		const fence = FENCE.exec(text)?.[1];
		if (fence !== undefined) {
			const end = endOf(lines, at + 1, (line) => FENCE.exec(line)?.[1] === fence);
			const code = lines.slice(at + 1, end).map((line) => line.text);
			return [`<pre><code>${escapeHtml(code.join('\n'))}</code></pre>`, end + 1];
		}
		if (text.includes('|') && TABLE_RULER.test(lines[at + 1]?.text ?? '')) {
			const end = endOf(lines, at, (line) => !line.includes('|'));
			return [this.#table(lines.slice(at, end).map((line) => line.text)), end];
		}
		if (/^ {0,3}>/.test(text)) {
			const end = endOf(lines, at, (line) => !/^ {0,3}>/.test(line));
			const inner = lines
				.slice(at, end)
				.map((line) => ({ ...line, text: line.text.replace(/^ {0,3}> ?/, '') }));
			return [`<blockquote>${this.render(inner)}</blockquote>`, end];
		}
		if (ITEM.test(text)) return this.#list(lines, at);
		const end = endOf(lines, at + 1, (line) => line.trim() === '' || beginsBlock(line));
		const paragraph = lines.slice(at, end).map((line) => line.text.trim());
		return [`<p>${this.inline(paragraph.join('\n'))}</p>`, end];
	}

	#list(lines: readonly Line[], start: number): [string, number] {
		const first = ITEM.exec(lines[start]?.text ?? '');
		const indent = first?.[1]?.length ?? 0;
		const ordered = first?.[2] !== undefined;
		const items: string[] = [];
		let at = start;
		while (at < lines.length) {
			const item = ITEM.exec(lines[at]?.text ?? '');
			if (item?.[1]?.length !== indent || (item[2] !== undefined) !== ordered) break;
			// What is indented deeper, and the rest of the item's own paragraph, belongs to it.
			const end = endOf(
				lines,
				at + 1,
				(line, i) => !isDeeper(line, indent) && !isLazy(line, lines[i - 1]?.text),
			);
			items.push(this.#item(lines.slice(at, end), item[3] ?? ''));
			at = end;
			while (lines[at]?.text.trim() === '' && ITEM.exec(lines[at + 1]?.text ?? '')?.[1]?.length === indent)
				at++;
		}
		const from = ordered && first?.[2] !== '1' ? ` start="${Number(first?.[2])}"` : '';
		return [ordered ? `<ol${from}>${items.join('')}</ol>` : `<ul>${items.join('')}</ul>`, at];
	}

	#item(lines: readonly Line[], text: string): string {
		const rest = lines.slice(1);
		const own = endOf(rest, 0, (line) => line.trim() === '' || beginsBlock(line.trimStart()));
		const paragraph = [text, ...rest.slice(0, own).map((line) => line.text.trim())].join('\n');
		const deeper = rest.slice(own).map((line) => ({ ...line, text: line.text.replace(/^ {2,4}/, '') }));
		const id = ANCHOR.exec(text)?.[1];
		const mark = id === undefined ? '' : ` data-anchor="${escapeHtml(id)}" data-line="${lines[0]?.number}"`;
		return `<li${mark}>${this.inline(paragraph)}${this.render(deeper)}</li>`;
	}

	#table(rows: readonly string[]): string {
		const cells = (row: string, tag: string) =>
			cellsOf(row)
				.map((cell) => `<${tag}>${this.inline(cell)}</${tag.split(' ')[0]}>`)
				.join('');
		const [head = '', , ...body] = rows;
		// A table of two columns without a heading has an empty one in Markdown: it is left out.
		const heads = cellsOf(head).some((cell) => cell !== '')
			? `<thead><tr>${cells(head, 'th scope="col"')}</tr></thead>`
			: '';
		return `<div class="scroll"><table>${heads}<tbody>${body.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</tbody></table></div>`;
	}

	inline(text: string): string {
		let html = '';
		let done = 0;
		for (const found of text.matchAll(INLINE)) {
			html += escapeHtml(text.slice(done, found.index));
			done = found.index + found[0].length;
			const { code, label, href, bold, italic, address, escaped } = found.groups ?? {};
			if (code !== undefined) html += `<code>${escapeHtml(code.trim())}</code>`;
			else if (href !== undefined) html += this.#linked(href, this.inline(label ?? ''));
			else if (bold !== undefined) html += `<strong>${this.inline(bold)}</strong>`;
			else if (italic !== undefined) html += `<em>${this.inline(italic)}</em>`;
			else if (address !== undefined) html += this.#linked(address, escapeHtml(address));
			else html += escapeHtml(escaped ?? '');
		}
		return html + escapeHtml(text.slice(done));
	}

	#linked(href: string, label: string): string {
		const to = this.#link(href);
		if (to === undefined) return label;
		if (/^https:\/\//i.test(to)) return `<a href="${escapeHtml(to)}">${label}</a>`;
		// Without href: VS Code would take the click to itself.
		return `<a role="link" tabindex="0" data-href="${escapeHtml(to)}">${label}</a>`;
	}
}

const INLINE =
	/(?<ticks>`+)(?<code>[^`]|[^`].*?[^`])\k<ticks>(?!`)|\[(?<label>(?:[^[\]`]|`[^`]*`)*)\]\((?<href>[^()\s]*)\)|\*\*(?<bold>.+?)\*\*|(?<![\w*])\*(?<italic>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])|<(?<address>https:\/\/[^\s<>]+)>|\\(?<escaped>[\\`*_[\]{}()#+.!|<>-])/gs;

function endOf(lines: readonly Line[], from: number, ends: (text: string, index: number) => boolean): number {
	let at = from;
	while (at < lines.length && !ends(lines[at]?.text ?? '', at)) at++;
	return at;
}

function beginsBlock(line: string): boolean {
	return HEADING.test(line) || FENCE.test(line) || ITEM.test(line) || /^ {0,3}[>|]/.test(line);
}

function isDeeper(line: string, indent: number): boolean {
	return line.trim() !== '' && line.length - line.trimStart().length > indent;
}

/** The rest of a paragraph that is not indented; or an empty line, which ends nothing by itself. */
function isLazy(line: string, before: string | undefined): boolean {
	return line.trim() !== '' && (before ?? '').trim() !== '' && !beginsBlock(line);
}

/** The cells of a row: `\|` and what stands in code do not part cells. */
function cellsOf(row: string): string[] {
	const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '');
	return (inner.match(/(?:\\.|`[^`]*`|[^|\\])+|(?<=\|)(?=\|)|^(?=\|)|(?<=\|)$/g) ?? []).map((cell) =>
		cell.trim().replaceAll('\\|', '|'),
	);
}
