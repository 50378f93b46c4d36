// The arguments of a command, read one way everywhere: words, flags and options with a value.

export interface Options {
	readonly words: readonly string[];
	readonly values: Readonly<Record<string, string>>;
	readonly flags: ReadonlySet<string>;
}

export interface Expected {
	readonly words: number;
	/** so many words more may be left out */
	readonly optional?: number;
	/** options that take a value: `--kernel K` or `--kernel=K` */
	readonly values?: readonly string[];
	readonly flags?: readonly string[];
}

/** What was given, or what is wrong with it. */
export function readOptions(args: readonly string[], expected: Expected): Options | string {
	const words: string[] = [];
	const values: Record<string, string> = {};
	const flags = new Set<string>();
	for (let n = 0; n < args.length; n++) {
		const arg = args[n] ?? '';
		if (!arg.startsWith('--')) {
			words.push(arg);
			continue;
		}
		const [name = '', joined] = arg.slice(2).split(/=(.*)/s);
		if (expected.flags?.includes(name) && joined === undefined) flags.add(name);
		else if (expected.values?.includes(name)) {
			const value = joined ?? args[++n];
			if (value === undefined) return `--${name} needs a value`;
			values[name] = value;
		} else return `unknown option '${arg}'`;
	}
	if (words.length < expected.words) return 'no file given';
	const most = expected.words + (expected.optional ?? 0);
	if (words.length > most) return `'${words[most]}' is one word too many`;
	return { words, values, flags };
}
