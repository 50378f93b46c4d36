// Guides: pages of examples/guides/ in the editor area, whose links open and step a session beside them.

import * as vscode from 'vscode';
import { guideLink } from '../panels/guide-link.ts';
import { fromGuide, type GuideState } from '../panels/guide-messages.ts';
import { GUIDES, type Guide, guideNamed } from '../panels/guide-names.ts';
import { readExample } from './examples.ts';
import { GuidedSession } from './guided-session.ts';
import { Panel } from './panel.ts';
import type { PanelPage } from './panel-page.ts';
import type { SessionStates } from './session-states.ts';

const VIEW_TYPE = 'psci.guide';

const PAGE: PanelPage = {
	script: 'guide',
	styles: ['session-panel.css', 'page.css'],
	root: 'page',
	title: vscode.l10n.t('PSCI guide'),
};

export function registerGuidePanel(context: vscode.ExtensionContext, states: SessionStates): void {
	const panel = new GuidePanel(context.extensionUri, states);
	context.subscriptions.push(
		panel,
		vscode.commands.registerCommand('psci.openGuide', async (name?: unknown) => {
			const guide = guideNamed(name) ?? (await pickGuide());
			if (guide) await panel.show(guide);
		}),
		vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
			deserializeWebviewPanel: async (restored, state: { readonly name?: unknown } | undefined) =>
				panel.restore(restored, guideNamed(state?.name)),
		}),
		states.onDidChange(() => panel.follow()),
	);
}

async function pickGuide(): Promise<Guide | undefined> {
	const items = GUIDES.map((guide) => ({ label: guide.title, guide }));
	const title = vscode.l10n.t('Open a guide');
	return (await vscode.window.showQuickPick(items, { title }))?.guide;
}

class GuidePanel extends Panel {
	readonly #states: SessionStates;
	readonly #driven: GuidedSession;
	#guide: Guide | undefined = GUIDES[0];
	/** the guide laid out the editor, with a group for the other panels */
	#laidOut = false;
	/** links are followed one after the other: a second click waits for the first */
	#busy: Promise<void> = Promise.resolve();

	constructor(extension: vscode.Uri, states: SessionStates) {
		super(extension, { viewType: VIEW_TYPE, title: vscode.l10n.t('PSCI Guide'), page: PAGE });
		this.#states = states;
		this.#driven = new GuidedSession(states);
	}

	async show(guide: Guide): Promise<void> {
		this.#guide = guide;
		if (this.isOpen) {
			this.present(vscode.ViewColumn.Active, false);
			await this.#send();
			return;
		}
		this.present(await this.#column(), false);
		// So that no trace or page of the specification opens on top of the guide.
		await vscode.commands.executeCommand('workbench.action.lockEditorGroup');
	}

	follow(): void {
		void this.#send();
	}

	/** Takes over a panel that showed this guide before the editor was restarted. */
	restore(panel: vscode.WebviewPanel, guide: Guide | undefined): void {
		this.#guide = guide ?? this.#guide;
		this.adopt(panel);
	}

	/** In an editor that is not divided yet: the trace over the session panel, the guide to their right. */
	async #column(): Promise<vscode.ViewColumn> {
		if (vscode.window.tabGroups.all.length > 1) return vscode.ViewColumn.Beside;
		await vscode.commands.executeCommand('vscode.setEditorLayout', {
			orientation: 0,
			groups: [{ groups: [{}, {}], size: 0.58 }, { size: 0.42 }],
		});
		this.#laidOut = true;
		return vscode.ViewColumn.Three;
	}

	/** Where the session panel and the specification go; undefined: where they go by themselves. */
	#panelColumn(): vscode.ViewColumn | undefined {
		return this.#laidOut && vscode.window.tabGroups.all.length >= 3 ? vscode.ViewColumn.Two : undefined;
	}

	async #send(): Promise<void> {
		const guide = this.#guide;
		if (!guide || !this.isOpen) return;
		const text = await readExample(`guides/${guide.name}.md`);
		const view = this.#states.view;
		const at = view ? vscode.l10n.t('Line {0}: {1}', view.line, view.event) : '';
		const state: GuideState = { type: 'guide', name: guide.name, text, at };
		if (guide === this.#guide) this.post(state);
	}

	protected override async receive(raw: unknown): Promise<void> {
		const message = fromGuide(raw);
		switch (message?.type) {
			case 'ready':
				await this.#send();
				break;
			case 'choose':
				this.#guide = guideNamed(message.name) ?? this.#guide;
				await this.#send();
				break;
			case 'follow':
				this.#busy = this.#busy.then(() => this.#followLink(message.href)).catch(reportFailure);
				break;
			default:
		}
	}

	/** Only what guideLink knows does anything. */
	async #followLink(href: string): Promise<void> {
		const link = guideLink(href);
		switch (link?.kind) {
			case 'session':
				// Before the session starts: its first stop would open the panel wherever there is room.
				if (!this.#states.session)
					await vscode.commands.executeCommand('psci.showSessionPanel', this.#panelColumn());
				await this.#driven.open(link.file, link.line);
				break;
			case 'step':
				await this.#driven.step(link.step);
				break;
			case 'spec':
				await vscode.commands.executeCommand('psci.showSpecification', link.id, this.#panelColumn());
				break;
			default:
		}
	}
}

async function reportFailure(error: unknown): Promise<void> {
	const message = error instanceof Error ? error.message : String(error);
	await vscode.window.showErrorMessage(vscode.l10n.t('The guide could not do this: {0}', message));
}
