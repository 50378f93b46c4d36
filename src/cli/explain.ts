// `psci-trace explain CPU_ON [--kernel K] [--psci V]`: a page of spec/ in a terminal.

import { readFile } from 'node:fs/promises';
import { PROFILES } from '../kvm/profiles.ts';
import { type FunctionInfo, functionById, functionByName } from '../psci/functions.ts';
import { PSCI_VERSIONS, versionText } from '../psci/versions.ts';
import {
	nearest,
	pageCalled,
	plainText,
	type Restriction,
	restrictPage,
	topics,
	verdict,
} from '../spec/index.ts';
import { type Command, command, WrongCall } from './command.ts';
import { kernelGiven, readOptions } from './options.ts';

/**
 * Prints the page of a function or a topic, from the folder of pages, cut to a kernel and a version of PSCI where they
 * are given.
 */
export const explain = (folder: URL): Command =>
	command('explain FUNCTION|ID|TOPIC [--kernel K] [--psci V]', async (args, write) => {
		const { page, fn, restriction } = asked(args);
		const text = await readFile(new URL(page, folder), 'utf8');
		const { kernel, version } = restriction;
		const restricted = kernel || version !== undefined ? restrictPage(page, text, restriction) : text;
		const [title = '', underline = '', ...rest] = plainText(restricted);
		const words = verdict(fn, restriction).flatMap((sentence) => plainText(sentence));
		for (const line of [title, underline, ...(words.length > 0 ? ['', ...words] : []), ...rest]) write(line);
		return 0;
	});

interface Asked {
	readonly page: string;
	readonly fn: FunctionInfo | undefined;
	readonly restriction: Restriction;
}

function asked(args: readonly string[]): Asked {
	const { words, values } = readOptions(args, { words: 0, optional: 1, values: ['kernel', 'psci'] });
	const [given] = words;
	if (given === undefined) throw new WrongCall('no function or topic given');
	const word = functionNumbered(given)?.name ?? given;
	const page = pageCalled(word);
	if (page === undefined) {
		const near = nearest(word);
		const meant = near === undefined ? '' : ` Did you mean ${near}?`;
		throw new WrongCall(`there is no function or topic '${word}'.${meant}\nTopics: ${topics().join(', ')}`);
	}
	return { page, fn: functionByName(word), restriction: restrictionOf(values) };
}

/** `0xc4000003`, as it stands in a register. */
function functionNumbered(text: string): FunctionInfo | undefined {
	return /^0x[0-9a-f]{1,8}$/i.test(text) ? functionById(Number(text))?.fn : undefined;
}

function restrictionOf({ kernel: name, psci }: Readonly<Record<string, string>>): Restriction {
	const kernel = name === undefined ? undefined : kernelGiven(name);
	const version = Object.entries(PSCI_VERSIONS).find(([text]) => text === psci)?.[1];
	if (psci !== undefined && version === undefined)
		throw new WrongCall(`there is no PSCI '${psci}'. There are: ${Object.keys(PSCI_VERSIONS).join(', ')}`);
	const versions = kernel?.behaviours.psciVersions;
	if (kernel && versions && version !== undefined && !versions.includes(version))
		throw new WrongCall(
			`Linux ${kernel.name} cannot show PSCI ${psci} to a guest; it has ${versions.map(versionText).join(', ')}`,
		);
	return { kernel, version, kernels: PROFILES };
}
