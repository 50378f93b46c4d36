// The arguments of a command, read one way everywhere: words, flags and options with a value.

import type { KernelProfile } from '../kvm/index.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import { WrongCall } from './command.ts';

export interface Options {
	readonly words: readonly string[];
	readonly values: Readonly<Record<string, string>>;
	/** of options that may be given more than once, each value */
	readonly lists: Readonly<Record<string, readonly string[]>>;
	readonly flags: ReadonlySet<string>;
}

export interface Expected {
	readonly words: number;
	/** so many words more may be left out */
	readonly optional?: number;
	/** options that take a value: `--kernel K` or `--kernel=K`; `-o` is `--out` */
	readonly values?: readonly string[];
	readonly lists?: readonly string[];
	readonly flags?: readonly string[];
}

/** Throws a WrongCall where the arguments are not as expected. */
export function readOptions(args: readonly string[], expected: Expected): Options {
	const words: string[] = [];
	const values: Record<string, string> = {};
	const lists: Record<string, readonly string[]> = {};
	const flags = new Set<string>();
	for (let n = 0; n < args.length; n++) {
		const arg = args[n] ?? '';
		if (!/^--?[a-z]/i.test(arg)) {
			words.push(arg);
			continue;
		}
		const [name = '', joined] = arg === '-o' ? ['out'] : arg.replace(/^--/, '').split(/=(.*)/s);
		if (expected.flags?.includes(name) && joined === undefined) {
			flags.add(name);
			continue;
		}
		const isList = expected.lists?.includes(name);
		if (!isList && !expected.values?.includes(name)) throw new WrongCall(`unknown option '${arg}'`);
		const value = joined ?? args[++n];
		if (value === undefined) throw new WrongCall(`${arg} needs a value`);
		if (isList) lists[name] = [...(lists[name] ?? []), value];
		else values[name] = value;
	}
	if (words.length < expected.words) throw new WrongCall('no file given');
	const most = expected.words + (expected.optional ?? 0);
	if (words.length > most) throw new WrongCall(`'${words[most]}' is one word too many`);
	return { words, values, lists, flags };
}

/** The kernel that an option names. Throws a WrongCall where there is none. */
export function kernelGiven(name: string): KernelProfile {
	const profile = kernelNamed(name);
	if (profile) return profile;
	const names = KERNEL_NAMES.join(', ');
	throw new WrongCall(`no kernel '${name}' is known. There are: ${names}, and releases such as 6.12.107`);
}
