// Serves the embedded editor to a browser on this machine. Everything that it writes goes into one
// folder of the caller's: not into the home directory, and not into the folder that is opened.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { embeddedNode, SERVER_ENTRY } from './embedded-editor.mjs';
import { Problem } from './project.mjs';
import { run, tail } from './run.mjs';

const HOST = '127.0.0.1';

/** A quiet editor: no welcome page, no questions, nothing that asks the network. */
const SETTINGS = {
	'workbench.startupEditor': 'none',
	'security.workspace.trust.enabled': false,
	'telemetry.telemetryLevel': 'off',
	'update.mode': 'none',
	'extensions.autoCheckUpdates': false,
	'extensions.autoUpdate': false,
	'extensions.ignoreRecommendations': true,
	'git.enabled': false,
	// The served editor is itself a port on this machine, and would be announced as one.
	'remote.autoForwardPorts': false,
	'chat.disableAIFeatures': true,
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** The folder `state`, laid out for one editor: extensions, settings (those above and `settings`), logs. */
export class EditorState {
	constructor(state, settings = {}) {
		this.state = state;
		this.settings = { ...SETTINGS, ...settings };
	}

	get arguments() {
		return [
			...['--config', path.join(this.state, 'code-server.yaml')],
			...['--user-data-dir', path.join(this.state, 'data')],
			...['--extensions-dir', path.join(this.state, 'extensions')],
			...['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
			...['--disable-getting-started-override', '--disable-proxy'],
		];
	}

	/** The server keeps logs and a machine id under the XDG folders, which are in the home directory unless told. */
	get environment() {
		const xdg = (name) => path.join(this.state, name);
		const env = {
			...process.env,
			XDG_DATA_HOME: xdg('share'),
			XDG_CACHE_HOME: xdg('cache'),
			XDG_CONFIG_HOME: xdg('config'),
		};
		// No marketplace: it is asked at every start otherwise, and nothing here comes from it.
		env.EXTENSIONS_GALLERY = '{}';
		// VSCODE_* is set in a terminal inside VS Code: the server would take itself for that one's command line.
		// The others would change how it serves, or fill its output with warnings that they contradict each other.
		for (const name of Object.keys(env)) {
			if (/^VSCODE_|^(PORT|PASSWORD|HASHED_PASSWORD|NO_COLOR|FORCE_COLOR)$/.test(name)) delete env[name];
		}
		return env;
	}

	write() {
		const user = path.join(this.state, 'data/User');
		mkdirSync(user, { recursive: true });
		mkdirSync(path.join(this.state, 'extensions'), { recursive: true });
		writeFileSync(path.join(this.state, 'code-server.yaml'), '');
		writeFileSync(path.join(user, 'settings.json'), `${JSON.stringify(this.settings, null, '\t')}\n`);
	}

	async install(vsix) {
		const args = [SERVER_ENTRY, ...this.arguments, '--install-extension', vsix, '--force'];
		const { status, output } = await run(embeddedNode(), args, { env: this.environment });
		if (status !== 0) throw new Problem(`the editor did not take ${path.basename(vsix)}:\n${tail(output)}`);
	}

	/** Starts the server; resolves when it answers. `stop` resolves when its process has gone. */
	async serve(port) {
		const args = [SERVER_ENTRY, ...this.arguments, '--bind-addr', `${HOST}:${port}`];
		const child = spawn(embeddedNode(), args, {
			env: this.environment,
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true,
		});
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (data) => {
				output = (output + data).slice(-20_000);
			});
		}
		const gone = new Promise((resolve) => child.on('close', resolve));
		const url = `http://${HOST}:${port}`;
		await answers(url, child, () => output);
		return { url, port, gone, stop: () => stop(child, gone), output: () => output };
	}
}

/** The first free port from `port` on. */
export async function freePort(port) {
	for (let candidate = port; candidate < port + 100; candidate++) {
		if (await isFree(candidate)) return candidate;
	}
	throw new Problem(`no free port between ${port} and ${port + 99}`);
}

/** The address that opens `folder`, and `file` in an editor. */
export function workbenchUrl(base, folder, file) {
	const query = [`folder=${readable(folder)}`];
	if (file) {
		const payload = [['openFile', `vscode-remote://${new URL(base).host}${file}`]];
		query.push(`payload=${readable(JSON.stringify(payload))}`);
	}
	return `${base}/?${query.join('&')}`;
}

/** Encoded as far as it has to be: people read this address, and copy it from a terminal. */
function readable(text) {
	return encodeURIComponent(text).replace(/%(2F|3A|2C)/g, decodeURIComponent);
}

function isFree(port) {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(false));
		probe.listen(port, HOST, () => probe.close(() => resolve(true)));
	});
}

async function answers(url, child, output) {
	for (let tries = 0; tries < 300; tries++) {
		if (child.exitCode !== null)
			throw new Problem(`the embedded editor stopped at its start:\n${tail(output())}`);
		// Any page, not /healthz: that one answers even where the workbench cannot be served.
		const response = await fetch(url).catch(() => undefined);
		if (response?.ok) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	stop(child);
	throw new Problem(`the embedded editor did not answer at ${url}:\n${tail(output())}`);
}

/** Its own process group, so that extension hosts and terminals go with it, at once if they must. */
async function stop(child, gone) {
	signal(child, 'SIGTERM');
	const late = setTimeout(() => signal(child, 'SIGKILL'), 5000);
	await gone;
	clearTimeout(late);
}

function signal(child, name) {
	try {
		process.kill(-child.pid, name);
	} catch {
		// It has gone already.
	}
}
