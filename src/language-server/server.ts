// The language server of scenarios over any connection: standard input and output, or within the extension.

import { type DefaultSharedCoreModuleContext, DefaultWorkspaceManager, inject, type Module } from 'langium';
import {
	createDefaultModule,
	createDefaultSharedModule,
	type DefaultSharedModuleContext,
	type LangiumServices,
	type LangiumSharedServices,
	type PartialLangiumServices,
	type PartialLangiumSharedServices,
	startLanguageServer,
} from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { PsciGeneratedModule, PsciGeneratedSharedModule } from '../scenario/language/generated/module.ts';
import { ScenarioModule } from '../scenario/language/services.ts';
import { DefinitionsAcross, ReferencesAcross, RenameAcross } from './across-files.ts';
import { QuickFixes } from './code-actions.ts';
import { ScenarioCompletion } from './completion.ts';
import { Connected } from './connected.ts';
import { ScenarioFolding } from './folding.ts';
import { ScenarioFormatter } from './formatter.ts';
import { ScenarioHover } from './hover.ts';
import { ScenarioOutline } from './outline.ts';
import { DeclaredNames, ScenarioReferences } from './references.ts';
import { ScenarioNames, ScenarioScopes } from './scopes.ts';
import { ScenarioSignatures } from './signature-help.ts';
import { ScenarioValidator } from './validator.ts';

/** No file is read before something asks for it: a workspace may be large, and far away. */
class LazyWorkspace extends DefaultWorkspaceManager {
	protected override async performStartup() {
		this._ready.resolve();
		return [];
	}
}

const SharedModule: Module<LangiumSharedServices, PartialLangiumSharedServices> = {
	workspace: { WorkspaceManager: (services) => new LazyWorkspace(services) },
};

interface Added {
	readonly files: { readonly Connected: Connected };
}

const LanguageModule: Module<LangiumServices & Added, PartialLangiumServices & Added> = {
	files: { Connected: (services) => new Connected(services.shared) },
	references: {
		NameProvider: () => new DeclaredNames(),
		References: (services) => new ScenarioReferences(services),
		ScopeComputation: (services) => new ScenarioScopes(services),
		ScopeProvider: (services) => new ScenarioNames(services, services.files.Connected),
	},
	validation: { DocumentValidator: (services) => new ScenarioValidator(services, services.files.Connected) },
	lsp: {
		CodeActionProvider: () => new QuickFixes(),
		CompletionProvider: (services) => new ScenarioCompletion(services, services.files.Connected),
		DefinitionProvider: (services) => new DefinitionsAcross(services, services.files.Connected),
		ReferencesProvider: (services) => new ReferencesAcross(services, services.files.Connected),
		RenameProvider: (services) => new RenameAcross(services, services.files.Connected),
		DocumentSymbolProvider: () => new ScenarioOutline(),
		FoldingRangeProvider: (services) => new ScenarioFolding(services),
		Formatter: () => new ScenarioFormatter(),
		HoverProvider: (services) => new ScenarioHover(services, services.files.Connected),
		SignatureHelp: (services) => new ScenarioSignatures(services.files.Connected),
	},
};

export function languageServices(
	files: DefaultSharedCoreModuleContext['fileSystemProvider'],
	connection?: Connection,
) {
	const context: DefaultSharedModuleContext = {
		fileSystemProvider: files,
		...(connection ? { connection } : {}),
	};
	const shared = inject(createDefaultSharedModule(context), PsciGeneratedSharedModule, SharedModule);
	const scenario = inject(
		createDefaultModule({ shared }),
		PsciGeneratedModule,
		ScenarioModule,
		LanguageModule,
	);
	shared.ServiceRegistry.register(scenario);
	return { shared, scenario };
}

/** Serves `connection` until it closes. */
export function serveLanguage(
	connection: Connection,
	files: DefaultSharedCoreModuleContext['fileSystemProvider'],
): void {
	startLanguageServer(languageServices(files, connection).shared);
}
