// The specification panel: the page of spec/ about the call that the session stands at, in the editor
// area. What is shown is kept here; the page asks for it when it comes up.

import * as vscode from 'vscode';
import { loadSpec, type SpecFiles, type SpecLibrary } from '../adapter/spec-library.ts';
import { marksOf } from '../panels/marks.ts';
import { pageLink } from '../panels/spec-link.ts';
import { fromSpecification, type SpecificationState } from '../panels/specification-messages.ts';
import { pageCalled } from '../spec/index.ts';
import { uriOf } from './files.ts';
import { Panel } from './panel.ts';
import type { PanelPage } from './panel-page.ts';
import { extensionSpec } from './spec-files.ts';
import type { Subjects } from './subjects.ts';

const VIEW_TYPE = 'psci.specification';

const PAGE: PanelPage = {
	script: 'specification',
	styles: ['session-panel.css', 'page.css'],
	root: 'page',
	title: vscode.l10n.t('PSCI specification'),
};

export function registerSpecificationPanel(context: vscode.ExtensionContext, subjects: Subjects): void {
	const panel = new SpecificationPanel(context.extensionUri, subjects);
	context.subscriptions.push(
		panel,
		vscode.commands.registerCommand('psci.showSpecification', (id?: unknown, column?: vscode.ViewColumn) =>
			panel.show(typeof id === 'string' ? id : undefined, column),
		),
		vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
			deserializeWebviewPanel: async (restored) => panel.adopt(restored),
		}),
		subjects.onDidChange(() => panel.follow()),
	);
}

interface Place {
	readonly page: string;
	/** rule, clause or heading; empty: none */
	readonly focus: string;
}

class SpecificationPanel extends Panel {
	readonly #subjects: Subjects;
	readonly #files: SpecFiles;
	#library: Promise<SpecLibrary> | undefined;
	/** where the person went; undefined: the panel shows the session's place */
	#away: Place | undefined;
	/** counts the states sent, so that a page that was slow to read never overwrites a newer one */
	#sent = 0;

	constructor(extension: vscode.Uri, subjects: Subjects) {
		super(extension, { viewType: VIEW_TYPE, title: vscode.l10n.t('PSCI Specification'), page: PAGE });
		this.#subjects = subjects;
		this.#files = extensionSpec(extension);
	}

	/** Shows the session's page, or that of a rule, a clause or a function. */
	async show(id?: string, viewColumn = vscode.ViewColumn.Beside): Promise<void> {
		const place = id === undefined ? undefined : await this.#placeOf(id);
		if (id !== undefined && !place) {
			await vscode.window.showInformationMessage(
				vscode.l10n.t('The specification has no page about {0}.', id),
			);
			return;
		}
		this.#away = place;
		if (!this.present(viewColumn, true)) await this.#send();
	}

	/** The session moved on: what it stands at is shown, wherever the person had gone. */
	follow(): void {
		this.#away = undefined;
		void this.#send();
	}

	#spec(): Promise<SpecLibrary> {
		this.#library ??= loadSpec(this.#files);
		return this.#library;
	}

	async #placeOf(id: string): Promise<Place | undefined> {
		const { index } = await this.#spec();
		const place = index.rule(id) ?? index.clause(id);
		if (place) return { page: place.page.name, focus: id };
		const page = index.page(pageCalled(id) ?? id);
		return page && { page: page.name, focus: '' };
	}

	async #send(): Promise<void> {
		if (!this.isOpen) return;
		const sent = ++this.#sent;
		const state = await this.#state();
		if (sent === this.#sent) this.post(state);
	}

	async #state(): Promise<SpecificationState> {
		const { index } = await this.#spec();
		const view = this.#subjects.view;
		const call = view?.call;
		const pageOf = (rule: string) => index.rule(rule)?.page.name;
		const own = call && index.page(pageCalled(call.name) ?? '')?.name;
		const marks = marksOf(call, (rule) => pageOf(rule) !== undefined && pageOf(rule) === own);
		const focus = marks.find((m) => m.kind === 'here') ?? marks.find((m) => m.kind === 'deciding');
		const focusPage = focus && pageOf(focus.id);
		// A decision one stands at may be on another page than the function's: then that page is shown.
		const page =
			(focus?.kind === 'here' ? focusPage : undefined) ??
			own ??
			focusPage ??
			(view ? undefined : index.pages[0]?.name);
		const place = this.#away ?? { page, focus: focus && focusPage === page ? focus.id : '' };
		const text = place.page && (await this.#files.read(place.page).catch(() => ''));
		return {
			type: 'specification',
			pages: index.pages.map((p) => p.name),
			page: text ? place.page : undefined,
			text: text || '',
			marks,
			focus: place.focus,
			following: call
				? focus
					? vscode.l10n.t('{0} of {1}: {2} ({3})', call.name, call.vcpu, focus.text, focus.id)
					: vscode.l10n.t('{0} of {1}', call.name, call.vcpu)
				: (view?.event ?? ''),
			away: this.#away !== undefined && view !== undefined,
		};
	}

	protected override async receive(raw: unknown): Promise<void> {
		const message = fromSpecification(raw);
		switch (message?.type) {
			case 'ready':
				await this.#send();
				break;
			case 'follow':
				this.follow();
				break;
			case 'open': {
				const { page } = await this.#state();
				const link = page === undefined ? undefined : pageLink(page, message.href);
				if (link) await this.#go({ page: link.page, focus: link.heading });
				break;
			}
			case 'choose':
				await this.#go({ page: message.page, focus: '' });
				break;
			case 'source': {
				const { page } = await this.#state();
				if (page !== undefined) await this.#openSource(page, message.line);
				break;
			}
			default:
		}
	}

	/** Only to pages that the index has: a message cannot name any other file. */
	async #go(place: Place): Promise<void> {
		const { index } = await this.#spec();
		if (!index.page(place.page)) return;
		this.#away = place;
		await this.#send();
	}

	async #openSource(page: string, line: number): Promise<void> {
		const at = new vscode.Position(line - 1, 0);
		await vscode.window.showTextDocument(uriOf(this.#files.pathOf(page)), {
			selection: new vscode.Range(at, at),
			viewColumn: vscode.ViewColumn.One,
		});
	}
}
