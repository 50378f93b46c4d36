// Text of a trace in Markdown: a recording is somebody else's, and nothing in it may become a link.

/** Text that shows as it is. */
export function markdownText(text: string): string {
	return text.replaceAll(/[\\`*_[\]<>#|~]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

/** A value or name in the fixed font, also inside a table. */
export function code(text: string): string {
	return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}\``;
}
