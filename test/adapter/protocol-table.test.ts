// docs/dap.md against the protocol's schema and against what the adapter really answers. Vacuous if the tables
// were not read: each must have as many rows as the schema has names.

import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkArguments } from '../../src/adapter/protocol-arguments.ts';
import { AdapterProgram, REBOOT, root } from './adapter-program.ts';
import { argumentsOf, CAPABILITIES, EVENTS, REQUESTS, REVERSE_REQUESTS } from './protocol-schema.ts';

const document = readFileSync(`${root}docs/dap.md`, 'utf8');

/** Name to second column of the table under a heading. */
function table(heading: string): Map<string, string> {
	const section = document.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	return new Map(
		[...section.matchAll(/^\| `([^`]+)` \|([^|]*)\|/gm)].map(([, name = '', says = '']) => [
			name,
			says.trim(),
		]),
	);
}

const yes = (heading: string) =>
	[...table(heading)].filter(([, says]) => says === 'yes').map(([name]) => name);

describe('the tables', () => {
	it('have a row for every request, event and capability of the schema, in its order', () => {
		expect(REQUESTS.length).toBeGreaterThan(40);
		expect([...table('Requests').keys()]).toEqual(REQUESTS);
		expect([...table('Events').keys()]).toEqual(EVENTS);
		expect([...table('Capabilities').keys()]).toEqual(CAPABILITIES);
	});

	it('name the events that the adapter sends, and no others', () => {
		const folder = `${root}src/adapter/`;
		const sources = readdirSync(folder).map((file) => readFileSync(folder + file, 'utf8'));
		const sent = sources.flatMap((text) =>
			[...text.matchAll(/[eE]mit(?:Event)?\(\s*'(\w+)'/g)].map(([, name = '']) => name),
		);
		expect([...new Set(sent)].sort()).toEqual(yes('Events').sort());
	});
});

describe('the adapter', () => {
	let adapter: AdapterProgram;
	beforeEach(async () => {
		adapter = await AdapterProgram.start();
	});
	afterEach(async () => {
		expect(await adapter.stop()).toBe(0);
	});

	const errorOf = (command: string, args: object) =>
		adapter.client.send(command, args).then(
			() => undefined,
			(error: Error) => error.message,
		);

	it('serves the requests that the table says, and refuses the others', async () => {
		await adapter.launch(REBOOT);
		const left = ['initialize', 'disconnect', 'launch', 'terminate', 'restart', 'configurationDone'];
		for (const [command, served] of table('Requests')) {
			if (REVERSE_REQUESTS.includes(command) || left.includes(command)) continue;
			const { required } = argumentsOf(command);
			const error = await errorOf(command, Object.fromEntries(required.map((name) => [name, sample(name)])));
			if (served === 'no') expect(error, command).toBeTruthy();
			else expect(error ?? '', command).not.toMatch(/not supported|unusable/);
		}
		expect((await adapter.nextStop()).reason).toBe('step');
		await adapter.send('terminate');
		expect(left).toSatisfy((names: string[]) => names.every((name) => table('Requests').get(name) === 'yes'));
	});

	it('announces the capabilities that the table says, and requests of ours as the table lists them', async () => {
		const answer = adapter.transcript.entries.find(
			({ from, message }) => from === 'adapter' && message.type === 'response',
		)?.message as { body?: Record<string, unknown> } | undefined;
		const { supportsPsciRequests, ...capabilities } = answer?.body ?? {};
		expect(Object.keys(capabilities).sort()).toEqual(yes('Capabilities').sort());
		expect(supportsPsciRequests).toEqual([...table('Requests of ours').keys()]);
		for (const command of supportsPsciRequests as string[])
			expect((await errorOf(command, {})) ?? '', command).not.toMatch(/not supported/);
	});
});

describe('arguments', () => {
	it('that the schema requires are required, and those that it does not know are not asked for', () => {
		for (const command of yes('Requests')) {
			const { required, all } = argumentsOf(command);
			const given = Object.fromEntries(all.map((name) => [name, sample(name)]));
			expect(() => checkArguments(command, given), command).not.toThrow();
			for (const name of required.filter((one) => one !== 'adapterID'))
				expect(
					() => checkArguments(command, { ...given, [name]: undefined }),
					`${command}.${name}`,
				).toThrow();
		}
	});
});

/** A value of the right type for an argument of the protocol. */
function sample(name: string): unknown {
	if (/^(source|arguments|format|valueFormat)$/.test(name)) return {};
	if (/^breakpoints|Options$/.test(name)) return [];
	if (/^(filters|lines|threadIds)$/.test(name)) return [];
	if (
		/^(noDebug|singleThread|restart|terminateDebuggee|suspendDebuggee|sourceModified|allowPartial|resolveSymbols|asAddress|supports\w+|\w+StartAt1)$/.test(
			name,
		)
	)
		return name === '__restart' ? {} : true;
	if (
		/Id$|^line|^column|Line$|Column$|^start|^count|levels|Count$|[rR]eference$|^offset|Offset$|^bytes|Module$/.test(
			name,
		)
	)
		return /^memoryReference$/.test(name) ? '0x1000' : name === 'dataId' || name === 'progressId' ? 'a' : 1;
	return 'x';
}
