// Blocks fold from the line that opens them; the lines inside are no fold of their own.

import type { AstNode } from 'langium';
import { DefaultFoldingRangeProvider } from 'langium/lsp';

export class ScenarioFolding extends DefaultFoldingRangeProvider {
	protected override shouldProcess(node: AstNode): boolean {
		return node.$type !== 'Block' && node.$type !== 'Scenario';
	}

	protected override includeLastFoldingLine(): boolean {
		return true;
	}
}
