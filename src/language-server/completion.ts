// Completion: the grammar says which words of the language may stand at the cursor, words-at.ts which names.

import { AstUtils, GrammarAST, type LangiumDocument, type MaybePromise } from 'langium';
import {
	type CompletionAcceptor,
	type CompletionContext,
	DefaultCompletionProvider,
	type LangiumServices,
	type NextFeature,
} from 'langium/lsp';
import {
	type CompletionItem,
	CompletionItemKind,
	type CompletionList,
	type CompletionParams,
} from 'vscode-languageserver';
import { aroundLine } from './around.ts';
import type { Connected } from './connected.ts';
import { KEYWORDS } from './keywords.ts';
import { wordText } from './word-text.ts';
import { type Proposal, type ProposalKind, wordsAt } from './words-at.ts';

const KINDS: Readonly<Record<ProposalKind, CompletionItemKind>> = {
	function: CompletionItemKind.Function,
	argument: CompletionItemKind.Property,
	value: CompletionItemKind.EnumMember,
	vcpu: CompletionItemKind.Variable,
	program: CompletionItemKind.Module,
	setting: CompletionItemKind.Value,
};

const LABELS: readonly string[] = ['Label'];
const NAMED: readonly string[] = ['Constant', 'Let', 'Into', 'Parameter', 'For'];

export class ScenarioCompletion extends DefaultCompletionProvider {
	readonly #connected: Connected;

	constructor(services: LangiumServices, connected: Connected) {
		super(services);
		this.#connected = connected;
	}

	override readonly completionOptions = { triggerCharacters: ['=', '.', '/', ' '] };

	override async getCompletion(
		document: LangiumDocument,
		params: CompletionParams,
	): Promise<CompletionList | undefined> {
		const line = document.textDocument.getText({
			start: { line: params.position.line, character: 0 },
			end: params.position,
		});
		if (/#|"[^"]*$/.test(line)) return undefined;
		await this.#connected.readIncluded(document);
		const typed = /\w*$/.exec(line)?.[0] ?? '';
		const proposals = wordsAt(
			line.slice(0, line.length - typed.length),
			aroundLine(document, params.position.line, this.#connected.documents(document)),
		);
		const range = {
			start: { ...params.position, character: params.position.character - typed.length },
			end: params.position,
		};
		const items = proposals.map((proposal, n) => itemOf(proposal, n, range));
		const all = await super.getCompletion(document, params);
		const names = new Set(items.map(({ label }) => label));
		return {
			isIncomplete: false,
			items: [...items, ...(all?.items ?? []).filter(({ label }) => !names.has(label))],
		};
	}

	protected override completionFor(
		context: CompletionContext,
		next: NextFeature,
		acceptor: CompletionAcceptor,
	): MaybePromise<void> {
		// Punctuation is typed faster than chosen.
		if (GrammarAST.isKeyword(next.feature) && !/^[a-z]/.test(next.feature.value)) return;
		return super.completionFor(context, next, acceptor);
	}

	/** Names of the text; those of the language, and programs by name, are told by words-at.ts. */
	protected override completionForCrossReference(
		context: CompletionContext,
		next: NextFeature<GrammarAST.CrossReference>,
		acceptor: CompletionAcceptor,
	): void {
		const [wanted, kind] =
			next.feature.type.$refText === 'Label'
				? [LABELS, CompletionItemKind.Reference]
				: [NAMED, CompletionItemKind.Variable];
		for (const { parseResult } of this.#connected.documents(context.document))
			for (const node of AstUtils.streamAst(parseResult.value)) {
				const name = wanted.includes(node.$type) ? this.nameProvider.getName(node) : undefined;
				if (name) acceptor(context, { label: name, kind, sortText: `0${name}` });
			}
	}

	protected override completionForKeyword(
		context: CompletionContext,
		{ value }: GrammarAST.Keyword,
		acceptor: CompletionAcceptor,
	): void {
		const says = KEYWORDS[value];
		acceptor(context, {
			label: value,
			kind: CompletionItemKind.Keyword,
			detail: says ?? '',
			sortText: `2${value}`,
		});
	}
}

function itemOf(
	{ name, kind, detail, insert }: Proposal,
	n: number,
	range: { start: CompletionParams['position']; end: CompletionParams['position'] },
): CompletionItem {
	const documentation = wordText(name);
	return {
		label: name,
		kind: KINDS[kind],
		detail,
		// In the order of the tables, which is that of the specification.
		sortText: `1${String(n).padStart(4, '0')}`,
		textEdit: { range, newText: insert ?? name },
		...(documentation ? { documentation: { kind: 'markdown', value: documentation } } : {}),
		...(insert ? { command: { title: '', command: 'editor.action.triggerSuggest' } } : {}),
	};
}
