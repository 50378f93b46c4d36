// Where names can be used, for going to them and renaming them: constants and definitions in the whole file,
// variables in the block that they are set in, parameters and loop variables in theirs.

import {
	type AstNode,
	type AstNodeDescription,
	AstUtils,
	DefaultScopeComputation,
	DefaultScopeProvider,
	EMPTY_SCOPE,
	type LangiumDocument,
	type MultiMap,
	type Scope,
} from 'langium';

const BLOCKS: readonly string[] = ['Block', 'Definition', 'Task', 'Scenario'];

export class ScenarioScopes extends DefaultScopeComputation {
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
		// A loop variable belongs to the loop's own lines.
		const where = node.$type === 'For' ? node : (block ?? node.$container);
		symbols.add(where, this.descriptions.createDescription(node, name, document));
	}
}

/** Names of other files do not reach in: what is included is looked up by the compiler alone. */
export class ScenarioNames extends DefaultScopeProvider {
	protected override getGlobalScope(): Scope {
		return EMPTY_SCOPE;
	}
}
