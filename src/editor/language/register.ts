// What the editor knows of traces and of the documents by itself, without a debug session.

import * as vscode from 'vscode';
import { TRACE_LANGUAGE } from '../recognise.ts';
import { callLinks } from './call-links.ts';
import { CallLenses } from './code-lens.ts';
import { pageDefinition, traceDefinition } from './definition.ts';
import { FindingDiagnostics } from './diagnostics.ts';
import type { DocumentSessions } from './document-session.ts';
import { traceFolding } from './folding.ts';
import { callHints } from './inlay-hints.ts';
import { decisionValues } from './inline-values.ts';
import { pageHover } from './page-hover.ts';
import { pageReferences } from './references.ts';
import { TRACE_TOKENS, traceTokens } from './semantic-tokens.ts';
import { OPEN_PAGE, SpecDocuments } from './spec-documents.ts';
import { pageSymbols, traceSymbols } from './symbols.ts';
import { traceHover } from './trace-hover.ts';

const TRACE: vscode.DocumentSelector = { language: TRACE_LANGUAGE };
/** Any Markdown; each feature looks whether it is one of our pages. */
const PAGE: vscode.DocumentSelector = { language: 'markdown' };

export function registerLanguageFeatures(context: vscode.ExtensionContext, sessions: DocumentSessions): void {
	const pages = new SpecDocuments(context.extensionUri);
	const lenses = new CallLenses(sessions, pages);
	const { languages, commands } = vscode;
	context.subscriptions.push(
		lenses,
		new FindingDiagnostics(sessions, pages),
		commands.registerCommand(OPEN_PAGE, (page: unknown, line: unknown) => pages.open(page, line)),
		languages.registerHoverProvider(TRACE, traceHover(sessions, pages)),
		languages.registerHoverProvider(PAGE, pageHover(pages)),
		languages.registerCodeLensProvider(TRACE, lenses),
		languages.registerInlayHintsProvider(TRACE, callHints(sessions)),
		languages.registerDefinitionProvider(TRACE, traceDefinition(sessions, pages)),
		languages.registerDefinitionProvider(PAGE, pageDefinition(pages)),
		languages.registerReferenceProvider(PAGE, pageReferences(sessions, pages)),
		languages.registerDocumentSymbolProvider(TRACE, traceSymbols(sessions)),
		languages.registerDocumentSymbolProvider(PAGE, pageSymbols(pages)),
		languages.registerDocumentLinkProvider(TRACE, callLinks(sessions)),
		languages.registerFoldingRangeProvider(TRACE, traceFolding(sessions)),
		languages.registerDocumentRangeSemanticTokensProvider(TRACE, traceTokens(sessions), TRACE_TOKENS),
		languages.registerInlineValuesProvider(PAGE, decisionValues(pages)),
	);
}
