// The HTML of a panel: a strict content security policy, one script, its style sheets.

import * as vscode from 'vscode';

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
	styles: ['session-panel.css', 'timeline.css'],
	root: 'session',
	title: 'PSCI session',
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
	const styles = sheets.map((sheet) => {
		const style = webview.asWebviewUri(sheet);
		return `<link rel="stylesheet" href="${style}">`;
	});
	const nonce = newNonce();
	return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
	<meta charset="utf-8">
	<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	${styles.join('\n\t')}
	<title>${page.title}</title>
</head>
<body>
	<main id="${page.root}"></main>
	<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

function newNonce(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
