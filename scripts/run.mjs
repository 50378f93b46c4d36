// Runs other programs: with their output shown, or kept and shown only when they fail.

import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { ROOT } from './project.mjs';

/**
 * Resolves with { status, output, seconds }; never rejects, so that a caller can go on after a failure.
 * What runs in the background has the cores only as far as nothing else wants them.
 */
export function run(
	command,
	args,
	{ cwd = ROOT, env = process.env, show = false, shell = false, background = false } = {},
) {
	const started = Date.now();
	return new Promise((resolve) => {
		let output = '';
		const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
		if (background) giveWay(child);
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8');
			stream.on('data', (text) => {
				output += text;
				if (show) process.stdout.write(text);
			});
		}
		const done = (status) => resolve({ status, output, seconds: (Date.now() - started) / 1000 });
		child.on('error', (error) => {
			output += `${command}: ${error.message}\n`;
			done(127);
		});
		child.on('close', (code) => done(code ?? 1));
	});
}

/** A courtesy: where it is refused, or the program has ended already, things go on without. */
function giveWay({ pid }) {
	try {
		if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
	} catch {}
}

/**
 * How to call npm: the one that runs this script, if one does, so that `npx npm@10 test` stays with it.
 * Its own settings (npm_config_*, set by `npm test`) are dropped: they describe the outer call's folder.
 */
export function npm(args, options = {}) {
	const env = Object.fromEntries(
		Object.entries(options.env ?? process.env).filter(
			([name]) => !/^npm_(package|lifecycle|config_(local_prefix|prefix|global_prefix))/.test(name),
		),
	);
	const cli = process.env.npm_execpath;
	const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
	return run(command, [...first, ...args], { ...options, env });
}

/** For installs: no advice, no news, and no change of the lockfile. */
export const NPM_QUIETLY = [
	'--no-save',
	'--no-audit',
	'--no-fund',
	'--no-update-notifier',
	'--loglevel=error',
];

/** The last lines of a program's output, which is where programs say what went wrong. */
export function tail(output, lines = 25) {
	return output.trimEnd().split('\n').slice(-lines).join('\n');
}
