// A web page in the editor area, at most one of its kind. What it shows is kept by the extension: a page that was
// hidden or reloaded asks, and has it again.

import * as vscode from 'vscode';
import { type PanelPage, panelOptions, panelPage } from './panel-page.ts';

export interface PanelKind {
	readonly viewType: string;
	readonly title: string;
	readonly page: PanelPage;
}

export abstract class Panel implements vscode.Disposable {
	protected readonly extension: vscode.Uri;
	readonly #kind: PanelKind;
	#panel: vscode.WebviewPanel | undefined;

	constructor(extension: vscode.Uri, kind: PanelKind) {
		this.extension = extension;
		this.#kind = kind;
	}

	/** What the page sent: not trusted. */
	protected abstract receive(message: unknown): void | Promise<void>;

	get isOpen(): boolean {
		return this.#panel !== undefined;
	}

	/** Brings the panel to the front where it is, else opens it; whether it was opened. */
	protected present(viewColumn: vscode.ViewColumn, preserveFocus: boolean, enableFindWidget = true): boolean {
		if (this.#panel) {
			this.#panel.reveal(undefined, preserveFocus);
			return false;
		}
		const { viewType, title } = this.#kind;
		this.adopt(
			vscode.window.createWebviewPanel(viewType, title, { viewColumn, preserveFocus }, { enableFindWidget }),
		);
		return true;
	}

	/** Takes over a panel that the editor made: anew, or again when it was restarted. */
	adopt(panel: vscode.WebviewPanel): void {
		this.#panel?.dispose();
		this.#panel = panel;
		panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.svg');
		panel.webview.options = panelOptions(this.extension);
		panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
		panel.onDidDispose(() => {
			if (this.#panel === panel) this.#panel = undefined;
		});
		panel.webview.html = panelPage(panel.webview, this.extension, this.#kind.page);
	}

	dispose(): void {
		this.#panel?.dispose();
	}

	protected post(message: unknown): void {
		void this.#panel?.webview.postMessage(message);
	}
}
