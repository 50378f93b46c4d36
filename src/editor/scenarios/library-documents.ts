// The libraries as documents that can be read: a session steps into them, and so can a person.

import * as vscode from 'vscode';

export const LIBRARY_SCHEME = 'psci-library';

export const libraryDocuments: vscode.TextDocumentContentProvider = {
	async provideTextDocumentContent(uri) {
		const { LIBRARIES } = await import('../../scenario/language/library.ts');
		return LIBRARIES.find((library) => uri.path === `/${library.name}.psci`)?.text ?? '';
	},
};

/** From `use linux.hibernate` to its lines. */
export const libraryDefinition: vscode.DefinitionProvider = {
	async provideDefinition(document, position) {
		const range = document.getWordRangeAtPosition(position, /\b[a-z]+\.[a-z]\w*/);
		if (!range) return undefined;
		const { libraryDefinition: found } = await import('../../scenario/language/library.ts');
		const defined = found(document.getText(range));
		const line = defined?.node.$cstNode?.range.start.line;
		if (!defined || line === undefined) return undefined;
		return new vscode.Location(vscode.Uri.parse(defined.file), new vscode.Position(line, 0));
	},
};
