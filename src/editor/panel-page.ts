// The page of a panel, and what it may load.

import * as vscode from 'vscode';
import { pageHtml } from './page-html.ts';

export interface PanelPage {
	/** in dist/panels/, without `.js` */
	readonly script: string;
	/** in media/ */
	readonly styles: readonly string[];
	/** id of the element that the script draws into */
	readonly root: string;
	readonly title: string;
}

export const SESSION_PAGE: PanelPage = {
	script: 'session',
	styles: ['session-panel.css', 'vcpu-table.css', 'timeline.css'],
	root: 'session',
	title: vscode.l10n.t('PSCI session'),
};

/** What a panel may load, and that it may run its script. */
export function panelOptions(extension: vscode.Uri): vscode.WebviewOptions {
	return {
		enableScripts: true,
		localResourceRoots: [
			vscode.Uri.joinPath(extension, 'dist', 'panels'),
			vscode.Uri.joinPath(extension, 'media'),
		],
	};
}

export function panelPage(webview: vscode.Webview, extension: vscode.Uri, page: PanelPage): string {
	const script = webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'panels', `${page.script}.js`));
	const sheets = [
		vscode.Uri.joinPath(extension, 'dist', 'panels', 'codicon.css'),
		...page.styles.map((name) => vscode.Uri.joinPath(extension, 'media', name)),
	];
	const styles = sheets.map((sheet) => webview.asWebviewUri(sheet).toString());
	return pageHtml({
		language: vscode.env.language,
		words: vscode.l10n.bundle,
		source: webview.cspSource,
		nonce: newNonce(),
		styles,
		script: script.toString(),
		root: page.root,
		title: page.title,
	});
}

function newNonce(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
