// What all commands share: their help, and how they end where they were called wrongly or cannot do it.

export type Write = (line: string) => void;

/** Answers the exit status. */
export type Command = (args: readonly string[], write: Write) => Promise<number>;

/** The call makes no sense; the message says what was expected. */
export class WrongCall extends Error {}

/**
 * `usage` begins with the command's name. What `run` throws is told: a wrong call, with the usage, ends with 2, anything
 * else with 1.
 */
export function command(
	usage: string,
	run: (...call: Parameters<Command>) => number | Promise<number>,
): Command {
	const help = `usage: psci-trace ${usage}`;
	return async (args, write) => {
		if (args.includes('--help') || args.includes('-h')) {
			write(help);
			return 0;
		}
		try {
			return await run(args, write);
		} catch (error) {
			const wrong = error instanceof WrongCall;
			const said = error instanceof Error ? error.message : String(error);
			console.error(`psci-trace ${usage.split(' ', 1)[0]}: ${said}${wrong ? `\n${help}` : ''}`);
			return wrong ? 2 : 1;
		}
	};
}
