// The arguments of the call on the line, with the one that is written marked.

import type { LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { SignatureHelp, SignatureHelpParams } from 'vscode-languageserver';
import { argumentNamed, shortName } from '../scenario/language/argument-names.ts';
import { libraryDefinition } from '../scenario/language/library.ts';
import { itemsOf } from './around.ts';
import type { Connected } from './connected.ts';
import { calledOn } from './words-at.ts';

export class ScenarioSignatures implements SignatureHelpProvider {
	readonly signatureHelpOptions = { triggerCharacters: [' ', '=', '('], retriggerCharacters: [' ', ','] };
	readonly #connected: Connected;

	constructor(connected: Connected) {
		this.#connected = connected;
	}

	provideSignatureHelp(
		document: LangiumDocument,
		{ position }: SignatureHelpParams,
	): SignatureHelp | undefined {
		const before = document.textDocument.getText({
			start: { line: position.line, character: 0 },
			end: position,
		});
		const use = /^[^#]*\buse\s+([\w.]+)\s*\(([^()]*)$/.exec(before);
		if (use) return this.#programHelp(document, use[1] ?? '', use[2] ?? '');
		const fn = /#|=>/.test(before) ? undefined : calledOn(before);
		if (!fn || fn.arguments.length === 0 || !before.includes(`${fn.name} `)) return undefined;
		const names = fn.arguments.map((info) => `${shortName(fn.arguments, info)}=`);
		const label = `${fn.name} ${names.join(' ')}`;
		const given = [...before.matchAll(/(\w+)=/g)].map((match) => argumentNamed(fn.arguments, match[1] ?? ''));
		const written = /\w+=[^\s]*$/.test(before)
			? given.at(-1)
			: fn.arguments.find((info) => !given.includes(info));
		const active = written ? fn.arguments.indexOf(written) : -1;
		let at = fn.name.length + 1;
		const parameters = names.map((name, n) => {
			const from = at;
			at += name.length + 1;
			return {
				label: [from, from + name.length] as [number, number],
				documentation: `${fn.arguments[n]?.name}: ${fn.arguments[n]?.meaning}`,
			};
		});
		return {
			signatures: [{ label, documentation: fn.summary, parameters }],
			activeSignature: 0,
			...(active >= 0 ? { activeParameter: active } : {}),
		};
	}

	/** Of a program by name; `given`: what stands behind its parenthesis. */
	#programHelp(document: LangiumDocument, name: string, given: string): SignatureHelp | undefined {
		const definition =
			this.#connected
				.documents(document)
				.flatMap(itemsOf)
				.find((item) => item.$type === 'Definition' && item.name === name) ?? libraryDefinition(name)?.node;
		if (definition?.$type !== 'Definition' || definition.parameters.length === 0) return undefined;
		const parameters = definition.parameters.map(({ $cstNode }) => ({ label: $cstNode?.text ?? '' }));
		const written = /(\w+)\s*=[^,]*$/.exec(given)?.[1];
		const names = [...given.matchAll(/(\w+)\s*=/g)].map((match) => match[1]);
		const active = definition.parameters.findIndex((parameter) =>
			written === undefined ? !names.includes(parameter.name) : parameter.name === written,
		);
		return {
			signatures: [{ label: `${name}(${parameters.map(({ label }) => label).join(', ')})`, parameters }],
			activeSignature: 0,
			...(active >= 0 ? { activeParameter: active } : {}),
		};
	}
}
