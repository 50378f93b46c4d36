// The session panel: a web page in the editor area that shows the machine at the current stop. The
// state is kept here, not in the page, so that a page that was hidden or reloaded asks and has it again.

import * as vscode from 'vscode';
import { fromPanel, type ToPanel } from '../panels/messages.ts';
import type { SessionView } from '../session/view.ts';
import { DEBUG_TYPE, revealLine } from './debugging.ts';
import { panelOptions, panelPage, SESSION_PAGE } from './panel-page.ts';

const VIEW_TYPE = 'psci.session';

export function registerSessionPanel(context: vscode.ExtensionContext): void {
	const panel = new SessionPanel(context.extensionUri);
	context.subscriptions.push(
		panel,
		vscode.commands.registerCommand('psci.showSessionPanel', (column?: number) => panel.show(false, column)),
		vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
			// Nothing of the page's own state is trusted or needed: it asks for the current one.
			deserializeWebviewPanel: async (restored) => panel.adopt(restored),
		}),
		vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
			createDebugAdapterTracker: (session) => ({
				onDidSendMessage: (message: { type?: string; event?: string }) => {
					if (message.type === 'event' && message.event === 'stopped') void panel.follow(session);
				},
			}),
		}),
		vscode.debug.onDidTerminateDebugSession((session) => panel.forget(session)),
		vscode.debug.onDidChangeActiveDebugSession((session) => {
			if (session?.type === DEBUG_TYPE) void panel.follow(session);
		}),
	);
}

class SessionPanel implements vscode.Disposable {
	readonly #extension: vscode.Uri;
	#panel: vscode.WebviewPanel | undefined;
	#session: vscode.DebugSession | undefined;
	#view: SessionView | undefined;
	/** sessions for which the panel was opened by itself: closing it then is respected */
	readonly #introduced = new Set<string>();
	/** counts the states asked for, so that a slow answer never overwrites a newer one */
	#asked = 0;

	constructor(extension: vscode.Uri) {
		this.#extension = extension;
	}

	/** Shows where the session stopped. */
	async follow(session: vscode.DebugSession): Promise<void> {
		const asked = ++this.#asked;
		const view = await session.customRequest('psci/state').then(
			(body: SessionView) => body,
			// The session ended, or has not stopped yet: there is nothing to show of it.
			() => undefined,
		);
		if (asked !== this.#asked || !view) return;
		this.#session = session;
		this.#view = view;
		if (!this.#introduced.has(session.id)) {
			this.#introduced.add(session.id);
			if (vscode.workspace.getConfiguration('psci').get('panel.openOnStart', true)) this.show(true);
		}
		this.#send();
	}

	forget(session: vscode.DebugSession): void {
		this.#introduced.delete(session.id);
		if (session.id !== this.#session?.id) return;
		this.#asked++;
		this.#session = undefined;
		this.#view = undefined;
		this.#send();
	}

	show(preserveFocus: boolean, viewColumn: vscode.ViewColumn = vscode.ViewColumn.Beside): void {
		if (this.#panel) {
			this.#panel.reveal(undefined, preserveFocus);
			return;
		}
		this.adopt(
			vscode.window.createWebviewPanel(
				VIEW_TYPE,
				vscode.l10n.t('PSCI Session'),
				{ viewColumn, preserveFocus },
				{},
			),
		);
	}

	adopt(panel: vscode.WebviewPanel): void {
		this.#panel?.dispose();
		this.#panel = panel;
		panel.iconPath = vscode.Uri.joinPath(this.#extension, 'media', 'icon.svg');
		panel.webview.options = panelOptions(this.#extension);
		panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
		panel.onDidDispose(() => {
			if (this.#panel === panel) this.#panel = undefined;
		});
		panel.webview.html = panelPage(panel.webview, this.#extension, SESSION_PAGE);
	}

	dispose(): void {
		this.#panel?.dispose();
	}

	#send(): void {
		const message: ToPanel = this.#view ? { type: 'state', view: this.#view } : { type: 'empty' };
		void this.#panel?.webview.postMessage(message);
	}

	#receive(raw: unknown): void {
		const message = fromPanel(raw);
		switch (message?.type) {
			case 'ready':
				this.#send();
				break;
			case 'start':
				void vscode.commands.executeCommand('psci.debugFile');
				break;
			case 'specification':
				void vscode.commands.executeCommand('psci.showSpecification');
				break;
			case 'reveal':
				if (typeof this.#session?.configuration.program === 'string')
					void revealLine(this.#session.configuration.program, message.line);
				break;
			default:
		}
	}
}
