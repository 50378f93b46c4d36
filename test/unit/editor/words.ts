// The editor's strings and links, without an editor.

import type { L10n } from '../../../src/editor/language/l10n.ts';

export const plain: L10n = {
	t: (message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, n) => String(args[Number(n)])),
};

/** Every name has a place; what it links to is the name. */
export const link = (name: string, label: string) => `[${label}](${name})`;
