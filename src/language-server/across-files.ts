// Going to a name, its references and renaming it, in all files that share it.

import type { LangiumDocument } from 'langium';
import {
	DefaultDefinitionProvider,
	DefaultReferencesProvider,
	DefaultRenameProvider,
	type LangiumServices,
} from 'langium/lsp';
import type {
	DefinitionParams,
	Location,
	LocationLink,
	Range,
	ReferenceParams,
	RenameParams,
	TextDocumentPositionParams,
	WorkspaceEdit,
} from 'vscode-languageserver';
import type { Connected } from './connected.ts';

export class DefinitionsAcross extends DefaultDefinitionProvider {
	readonly #connected: Connected;

	constructor(services: LangiumServices, connected: Connected) {
		super(services);
		this.#connected = connected;
	}

	override async getDefinition(
		document: LangiumDocument,
		params: DefinitionParams,
	): Promise<LocationLink[] | undefined> {
		await this.#connected.readIncluded(document);
		return super.getDefinition(document, params);
	}
}

export class ReferencesAcross extends DefaultReferencesProvider {
	readonly #connected: Connected;

	constructor(services: LangiumServices, connected: Connected) {
		super(services);
		this.#connected = connected;
	}

	override async findReferences(document: LangiumDocument, params: ReferenceParams): Promise<Location[]> {
		await this.#connected.readAll(document);
		return super.findReferences(document, params);
	}
}

export class RenameAcross extends DefaultRenameProvider {
	readonly #connected: Connected;

	constructor(services: LangiumServices, connected: Connected) {
		super(services);
		this.#connected = connected;
	}

	override async prepareRename(
		document: LangiumDocument,
		params: TextDocumentPositionParams,
	): Promise<Range | undefined> {
		await this.#connected.readIncluded(document);
		return super.prepareRename(document, params);
	}

	override async rename(document: LangiumDocument, params: RenameParams): Promise<WorkspaceEdit | undefined> {
		await this.#connected.readAll(document);
		return super.rename(document, params);
	}
}
