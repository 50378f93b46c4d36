// The arguments of the call on the line, with the one that is written marked.

import type { LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { SignatureHelp, SignatureHelpParams } from 'vscode-languageserver';
import { argumentNamed, shortName } from '../scenario/language/guest-calls.ts';
import { calledOn } from './words-at.ts';

export class ScenarioSignatures implements SignatureHelpProvider {
	readonly signatureHelpOptions = { triggerCharacters: [' ', '='], retriggerCharacters: [' '] };

	provideSignatureHelp(
		document: LangiumDocument,
		{ position }: SignatureHelpParams,
	): SignatureHelp | undefined {
		const before = document.textDocument.getText({
			start: { line: position.line, character: 0 },
			end: position,
		});
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
}
