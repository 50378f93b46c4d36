// `psci-trace dap`: the adapter as a program. One session on standard input and output, or a server on
// the loopback address with a session per connection.

import net from 'node:net';
import type { Writable } from 'node:stream';
import { LiveScenarios } from '../adapter/live-scenarios.ts';
import { PsciDebugSession } from '../adapter/psci-debug-session.ts';
import type { Output } from '../adapter/request-server.ts';
import { command, WrongCall } from './command.ts';
import { nodeFiles } from './node-files.ts';
import { readOptions } from './options.ts';
import { specFiles } from './spec-files.ts';

export const dap = command('dap [--port N]', (args) => {
	const { port } = readOptions(args, { words: 0, values: ['port'] }).values;
	if (port === undefined) return onStdio();
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
		throw new WrongCall(`--port takes a number from 0 to 65535, not '${port}'`);
	return onPort(Number(port));
});

/** What is written in one turn of the event loop goes out at once: a write costs more than most answers. */
function together(output: Writable): Output {
	let held = false;
	const release = () => {
		held = false;
		output.uncork();
	};
	return {
		on: (event, listener) => output.on(event, listener),
		write: (chunk) => {
			if (!held) {
				held = true;
				output.cork();
				setImmediate(release);
			}
			output.write(chunk);
		},
	};
}

/** Ends with `disconnect`, or when the client closes its end. */
function onStdio(): Promise<number> {
	// The protocol owns standard output: anything printed there by mistake would break it.
	console.log = console.error;
	return new Promise((resolve) => {
		const session = new PsciDebugSession(nodeFiles, specFiles);
		session.onDisconnected = () => resolve(0);
		process.stdin.on('end', () => resolve(0));
		session.start(process.stdin, together(process.stdout));
	}).then(() => {
		process.stdin.destroy();
		return 0;
	});
}

function onPort(port: number): Promise<number> {
	const scenarios = new LiveScenarios();
	return new Promise((resolve) => {
		const server = net.createServer((socket) => {
			const session = new PsciDebugSession(nodeFiles, specFiles, scenarios);
			session.onDisconnected = () => socket.end();
			// A client that vanishes is no reason to stop serving the others.
			socket.on('error', () => socket.destroy());
			socket.on('close', () => session.dispose());
			session.start(socket, together(socket));
		});
		server.on('error', (error) => {
			console.error(`psci-trace dap: cannot listen on 127.0.0.1:${port}: ${error.message}`);
			resolve(1);
		});
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			const actual = typeof address === 'object' && address ? address.port : port;
			console.error(`psci-trace: debug adapter listening on 127.0.0.1:${actual}`);
		});
	});
}
