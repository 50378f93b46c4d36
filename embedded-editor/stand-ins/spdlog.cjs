// Takes the place of @vscode/spdlog, a native module: what VS Code needs of it is a file to append lines
// to. Without it an extension's output channels stay empty, since the extension host writes them with it.
// No rotation: the editor's state is made anew often enough.

const { appendFileSync, mkdirSync } = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
let defaultLevel = 2;

class Logger {
	#file;
	#raw = false;
	#level = defaultLevel;

	constructor(_type, _name, file) {
		this.#file = file;
		mkdirSync(path.dirname(file), { recursive: true });
	}

	#write(level, message) {
		if (level < this.#level) return;
		const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
		appendFileSync(this.#file, this.#raw ? message : `${time} [${LEVELS[level]}] ${message}\n`);
	}

	trace = (message) => this.#write(0, message);
	debug = (message) => this.#write(1, message);
	info = (message) => this.#write(2, message);
	warn = (message) => this.#write(3, message);
	error = (message) => this.#write(4, message);
	critical = (message) => this.#write(5, message);
	getLevel = () => this.#level;
	setLevel = (level) => {
		this.#level = level;
	};
	/** An output channel's text is written as it is, without time and level. */
	clearFormatters = () => {
		this.#raw = true;
	};
	setPattern() {}
	flush() {}
	drop() {}
}

const create = async (name, file) => new Logger('rotating', name, file);

exports.version = 0;
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
exports.setFlushOn = () => {};
exports.setLevel = (level) => {
	defaultLevel = level;
};
