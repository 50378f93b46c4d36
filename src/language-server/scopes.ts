// Where names can be used, for going to them and renaming them: constants, definitions and labels in the whole file
// and those connected with it, variables in the block that they are set in, parameters and loop variables in theirs.

import {
	type AstNode,
	type AstNodeDescription,
	AstUtils,
	DefaultScopeComputation,
	DefaultScopeProvider,
	type LangiumCoreServices,
	type LangiumDocument,
	type MultiMap,
	type ReferenceInfo,
	type Scope,
	StreamScope,
} from 'langium';
import type { Connected } from './connected.ts';

const BLOCKS: readonly string[] = ['Block', 'Definition', 'Task', 'Scenario'];

export class ScenarioScopes extends DefaultScopeComputation {
	override async collectExportedSymbols(document: LangiumDocument): Promise<AstNodeDescription[]> {
		const shared = AstUtils.streamAst(document.parseResult.value).filter(isShared);
		return shared
			.map((node) => {
				const name = this.nameProvider.getName(node);
				return name === undefined ? undefined : this.descriptions.createDescription(node, name, document);
			})
			.nonNullable()
			.toArray();
	}

	protected override addLocalSymbol(
		node: AstNode,
		document: LangiumDocument,
		symbols: MultiMap<AstNode, AstNodeDescription>,
	): void {
		const name = this.nameProvider.getName(node);
		if (!name || !node.$container) return;
		const block = AstUtils.getContainerOfType(node.$container, (found): found is AstNode =>
			BLOCKS.includes(found.$type),
		);
		// A loop variable belongs to the loop's own lines, a label to the whole scenario.
		const where =
			node.$type === 'For'
				? node
				: node.$type === 'Label'
					? document.parseResult.value
					: (block ?? node.$container);
		symbols.add(where, this.descriptions.createDescription(node, name, document));
	}
}

/** Whether other files that belong to the scenario know the name: those in blocks stay there. */
function isShared(node: AstNode): boolean {
	switch (node.$type) {
		case 'Label':
		case 'Constant':
		case 'Definition':
			return true;
		case 'Let':
		case 'Into':
			return node.$container?.$container?.$type === 'Scenario';
		default:
			return false;
	}
}

/** Names of files reach into others where one includes the other. */
export class ScenarioNames extends DefaultScopeProvider {
	readonly #connected: Connected;

	constructor(services: LangiumCoreServices, connected: Connected) {
		super(services);
		this.#connected = connected;
	}

	protected override getGlobalScope(referenceType: string, { container }: ReferenceInfo): Scope {
		const document = AstUtils.getDocument(container);
		const others = new Set(this.#connected.with(document));
		others.delete(document.uri.toString());
		return new StreamScope(this.indexManager.allElements(referenceType, others));
	}
}
