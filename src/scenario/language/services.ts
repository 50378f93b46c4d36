// The parser of scenarios: Langium's services for the grammar, with lines instead of semicolons.

import {
	createDefaultCoreModule,
	createDefaultSharedCoreModule,
	EmptyFileSystem,
	inject,
	type LangiumCoreServices,
	type Module,
	type PartialLangiumCoreServices,
} from 'langium';
import { PsciGeneratedModule, PsciGeneratedSharedModule } from './generated/module.ts';
import { LineLexer } from './line-lexer.ts';
import { SyntaxMessages } from './syntax-messages.ts';

/** What the language changes in Langium's services; the language server adds its own. */
export const ScenarioModule: Module<LangiumCoreServices, PartialLangiumCoreServices> = {
	parser: {
		Lexer: (services) => new LineLexer(services),
		ParserErrorMessageProvider: () => new SyntaxMessages(),
	},
};

let made: LangiumCoreServices | undefined;

/** Made when the first scenario is read: it takes some tens of milliseconds. */
export function scenarioServices(): LangiumCoreServices {
	if (!made) {
		const shared = inject(createDefaultSharedCoreModule(EmptyFileSystem), PsciGeneratedSharedModule);
		made = inject(createDefaultCoreModule({ shared }), PsciGeneratedModule, ScenarioModule);
		shared.ServiceRegistry.register(made);
	}
	return made;
}
