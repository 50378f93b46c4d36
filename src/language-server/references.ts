// What is a name, and where it is meant: a parameter also where a line that calls the program gives it a value.

import {
	type AstNode,
	AstUtils,
	CstUtils,
	DefaultNameProvider,
	DefaultReferences,
	type FindReferencesOptions,
	type LeafCstNode,
	type ReferenceDescription,
	type Stream,
	stream,
} from 'langium';
import {
	isArgument,
	isParameter,
	isUse,
	type Parameter,
	type Use,
} from '../scenario/language/generated/ast.ts';

const DECLARES: readonly string[] = ['Constant', 'Definition', 'Label', 'Let', 'Into', 'Parameter', 'For'];

/** Arguments and settings have names, too, but declare nothing. */
export class DeclaredNames extends DefaultNameProvider {
	override getName(node: AstNode): string | undefined {
		return DECLARES.includes(node.$type) ? super.getName(node) : undefined;
	}

	override getNameNode(node: AstNode) {
		return DECLARES.includes(node.$type) ? super.getNameNode(node) : undefined;
	}
}

export class ScenarioReferences extends DefaultReferences {
	override findDeclarations(source: LeafCstNode): AstNode[] {
		const { astNode } = source;
		if (isArgument(astNode) && isUse(astNode.$container) && nameOf(astNode) === source) {
			const { parameters = [] } = astNode.$container.definition?.ref ?? {};
			return parameters.filter(({ name }) => name === astNode.name);
		}
		return super.findDeclarations(source);
	}

	override findReferences(target: AstNode, options: FindReferencesOptions): Stream<ReferenceDescription> {
		const found = super.findReferences(target, options);
		if (!isParameter(target)) return found;
		return stream([...found, ...this.#given(target)]);
	}

	/** Where lines give the parameter a value. */
	#given(parameter: Parameter): ReferenceDescription[] {
		const uses = super.findReferences(parameter.$container, { includeDeclaration: false });
		return uses.toArray().flatMap((use) => {
			const node = this.getNodeFromReferenceDescription(use);
			return isUse(node) ? this.#argumentsIn(node, parameter) : [];
		});
	}

	#argumentsIn(use: Use, parameter: Parameter): ReferenceDescription[] {
		return use.arguments.flatMap((argument) => {
			const name = argument.name === parameter.name ? nameOf(argument) : undefined;
			if (!name) return [];
			const sourceUri = AstUtils.getDocument(argument).uri;
			const targetUri = AstUtils.getDocument(parameter).uri;
			return [
				{
					sourceUri,
					sourcePath: this.nodeLocator.getAstNodePath(argument),
					targetUri,
					targetPath: this.nodeLocator.getAstNodePath(parameter),
					segment: CstUtils.toDocumentSegment(name),
					local: sourceUri.toString() === targetUri.toString(),
				},
			];
		});
	}
}

/** The first word of an argument. */
function nameOf({ $cstNode }: AstNode): LeafCstNode | undefined {
	return $cstNode && CstUtils.flattenCst($cstNode).head();
}
