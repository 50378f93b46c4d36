// The findings of the session in front, or of the trace in the editor, as a Markdown page with its pictures beside it.

import * as vscode from 'vscode';
import { findFindings } from '../session/findings/find.ts';
import { reportOf } from '../session/report/report.ts';
import type { DocumentSessions } from './language/document-session.ts';

interface Made {
	readonly markdown: string;
	/** by file name */
	readonly pictures: Readonly<Record<string, string>>;
}

export function exportReport(sessions: DocumentSessions): () => Promise<void> {
	return async () => {
		const target = await vscode.window.showSaveDialog({
			title: vscode.l10n.t('Export Report'),
			filters: { Markdown: ['md'] },
			...defaultTarget(),
		});
		if (!target) return;
		const made = await report(sessions, nameOf(target)).catch((error: unknown) => String(error));
		if (made === undefined || typeof made === 'string') {
			void vscode.window.showErrorMessage(
				made ?? vscode.l10n.t('There is no PSCI session and no trace in front to report on.'),
			);
			return;
		}
		const write = (uri: vscode.Uri, text: string) =>
			vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
		await write(target, made.markdown);
		for (const [name, picture] of Object.entries(made.pictures))
			await write(vscode.Uri.joinPath(target, '..', name), picture);
		await vscode.commands.executeCommand('markdown.showPreview', target);
	};
}

async function report(sessions: DocumentSessions, name: string): Promise<Made | undefined> {
	const debugged = vscode.debug.activeDebugSession;
	if (debugged?.type === 'psci') return debugged.customRequest('psci/report', { name });
	const document = vscode.window.activeTextEditor?.document;
	const session = document && (await sessions.of(document));
	if (!session) return undefined;
	const { markdown, pictures } = await reportOf(session, await findFindings(session), name);
	return { markdown, pictures: Object.fromEntries(pictures) };
}

function defaultTarget(): { readonly defaultUri?: vscode.Uri } {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder ? { defaultUri: vscode.Uri.joinPath(folder, 'findings.md') } : {};
}

/** What the pictures' names begin with. */
function nameOf(target: vscode.Uri): string {
	return (target.path.split('/').at(-1) ?? 'findings').replace(/\.md$/, '');
}
