// `psci-trace explain CPU_ON [--kernel K] [--psci V]`: a page of spec/ in a terminal.

import { readFile } from 'node:fs/promises';
import { PROFILES, profileForRelease, profileNamed } from '../kvm/profiles.ts';
import { type FunctionInfo, functionById, functionByName } from '../psci/functions.ts';
import { PSCI_VERSIONS, versionText } from '../psci/versions.ts';
import {
	kernelsText,
	nearest,
	pageCalled,
	plainText,
	type Restriction,
	restrictPage,
	topics,
	verdict,
} from '../spec/index.ts';

const USAGE = 'usage: psci-trace explain FUNCTION|ID|TOPIC [--kernel K] [--psci V]';

/** Next to the folder of the built program. */
const FOLDER = new URL('../spec/', import.meta.url);

/**
 * Prints the page of a function or a topic, cut to a kernel and a version of PSCI where they are given. The exit
 * status: 0, or 2 with a complaint where an argument means nothing.
 */
export async function explain(
	args: readonly string[],
	write: (line: string) => void,
	folder: URL = FOLDER,
	complain: (line: string) => void = (line) => console.error(line),
): Promise<number> {
	const asked = parse(args);
	if (typeof asked === 'string') {
		complain(`psci-trace: ${asked}`);
		return 2;
	}
	const { page, fn, restriction } = asked;
	const text = await readFile(new URL(page, folder), 'utf8');
	const { kernel, version } = restriction;
	const restricted = kernel || version !== undefined ? restrictPage(page, text, restriction) : text;
	const [title = '', underline = '', ...rest] = plainText(restricted);
	const words = verdict(fn, restriction).flatMap((sentence) => plainText(sentence));
	for (const line of [title, underline, ...(words.length > 0 ? ['', ...words] : []), ...rest]) write(line);
	return 0;
}

interface Asked {
	readonly page: string;
	readonly fn: FunctionInfo | undefined;
	readonly restriction: Restriction;
}

/** What was asked for, or what is wrong with it. */
function parse(args: readonly string[]): Asked | string {
	const words: string[] = [];
	const options: { kernel?: string; psci?: string } = {};
	for (let n = 0; n < args.length; n++) {
		const arg = args[n] ?? '';
		const [, name, joined] = /^--(kernel|psci)(?:=(.*))?$/.exec(arg) ?? [];
		if (name === 'kernel' || name === 'psci') {
			const value = joined ?? args[++n];
			if (value === undefined) return `--${name} needs a value\n${USAGE}`;
			options[name] = value;
		} else if (arg.startsWith('-')) {
			return `unknown option '${arg}'\n${USAGE}`;
		} else {
			words.push(arg);
		}
	}
	const [given] = words;
	const word = given && (functionNumbered(given)?.name ?? given);
	if (word === undefined || words.length > 1) return `one function or topic, please\n${USAGE}`;
	const page = pageCalled(word);
	if (page === undefined) {
		const near = nearest(word);
		const meant = near === undefined ? '' : ` Did you mean ${near}?`;
		return `there is no function or topic '${word}'.${meant}\nTopics: ${topics().join(', ')}`;
	}
	const restriction = restrictionOf(options);
	return typeof restriction === 'string' ? restriction : { page, fn: functionByName(word), restriction };
}

/** `0xc4000003`, as it stands in a register. */
function functionNumbered(text: string): FunctionInfo | undefined {
	return /^0x[0-9a-f]{1,8}$/i.test(text) ? functionById(Number(text))?.fn : undefined;
}

function restrictionOf({ kernel: name, psci }: { kernel?: string; psci?: string }): Restriction | string {
	const kernel = name === undefined ? undefined : (profileNamed(name) ?? profileForRelease(name));
	if (name !== undefined && !kernel)
		return `no kernel '${name}' is known. There are: ${kernelsText(PROFILES)}, and releases such as 6.12.107`;
	const version = Object.entries(PSCI_VERSIONS).find(([text]) => text === psci)?.[1];
	if (psci !== undefined && version === undefined)
		return `there is no PSCI '${psci}'. There are: ${Object.keys(PSCI_VERSIONS).join(', ')}`;
	const versions = kernel?.behaviours.psciVersions;
	if (kernel && versions && version !== undefined && !versions.includes(version))
		return `Linux ${kernel.name} cannot show PSCI ${psci} to a guest; it has ${versions.map(versionText).join(', ')}`;
	return { kernel, version, kernels: PROFILES };
}
