// The libraries as documents that can be read: a session steps into them, and so can a person.

import type * as vscode from 'vscode';

export const LIBRARY_SCHEME = 'psci-library';

export const libraryDocuments: vscode.TextDocumentContentProvider = {
	async provideTextDocumentContent(uri) {
		const { LIBRARIES } = await import('../../scenario/language/library.ts');
		return LIBRARIES.find((library) => uri.path === `/${library.name}.psci`)?.text ?? '';
	},
};
