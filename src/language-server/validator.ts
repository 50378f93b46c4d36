// Diagnostics of a document: what the compiler says. The grammar's own and those of references are part of it.

import { DefaultDocumentValidator, type LangiumDocument } from 'langium';
import type { LangiumServices } from 'langium/lsp';
import { type Diagnostic, DiagnosticSeverity, type Range, type TextEdit } from 'vscode-languageserver';
import { compileScenario } from '../scenario/language/compile.ts';
import type { Severity } from '../scenario/language/diagnostic.ts';
import type { Place } from '../scenario/place.ts';
import type { Connected } from './connected.ts';
import { IncludeReader } from './includes.ts';

/** A quick fix, as it travels with its diagnostic. */
export interface FixData {
	readonly title: string;
	readonly edit: TextEdit;
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
	error: DiagnosticSeverity.Error,
	warning: DiagnosticSeverity.Warning,
	information: DiagnosticSeverity.Information,
};

export class ScenarioValidator extends DefaultDocumentValidator {
	readonly #includes: IncludeReader;

	readonly #connected: Connected;

	constructor(services: LangiumServices, connected: Connected) {
		super(services);
		this.#connected = connected;
		const { workspace } = services.shared;
		this.#includes = new IncludeReader(workspace.FileSystemProvider, workspace.LangiumDocuments);
	}

	override async validateDocument(document: LangiumDocument): Promise<Diagnostic[]> {
		if (this.#connected.isOnlyRead(document)) return [];
		const file = document.uri.toString();
		const text = document.textDocument.getText();
		const texts = await this.#includes.read(file, text);
		return compileScenario(text, file, (path) => texts.get(path))
			.diagnostics.filter(({ place }) => place.file === file)
			.map(({ place, severity, code, message, fixes }) => ({
				range: rangeOf(place),
				severity: SEVERITIES[severity],
				code,
				source: 'psci',
				message,
				data: fixes
					.filter((fix) => fix.place.file === file)
					.map(
						(fix): FixData => ({ title: fix.title, edit: { range: rangeOf(fix.place), newText: fix.text } }),
					),
			}));
	}
}

function rangeOf(place: Place): Range {
	return {
		start: { line: place.line - 1, character: place.column - 1 },
		end: { line: place.endLine - 1, character: place.endColumn - 1 },
	};
}
