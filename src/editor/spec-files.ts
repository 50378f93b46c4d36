// The pages of spec/ inside the installed extension, through the editor's file systems.

import * as vscode from 'vscode';
import type { SpecFiles } from '../adapter/spec-library.ts';
import { programOf } from './files.ts';

export function extensionSpec(extension: vscode.Uri): SpecFiles {
	const uri = (page: string) => vscode.Uri.joinPath(extension, 'spec', ...page.split('/'));
	return {
		pathOf: (page) => programOf(uri(page)),
		read: async (page) => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri(page))),
	};
}
