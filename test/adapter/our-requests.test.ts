// Requests of ours with arguments that make no sense are refused in words, and nothing has happened then. Vacuous if
// all were refused: the same requests with arguments that do make sense are answered in the other tests.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterProgram, REBOOT } from './adapter-program.ts';

let adapter: AdapterProgram;
beforeEach(async () => {
	adapter = await AdapterProgram.start();
	await adapter.launch(REBOOT);
	await adapter.move('psci/goto', { place: 'line 148' });
});
afterEach(async () => {
	expect(await adapter.stop()).toBe(0);
});

const CALL = ['0xc4000003', '0x1', '0x40000000', '0x0'];

it.each<[string, object, RegExp]>([
	['psci/whatIf', { capabilities: ['ARM_NONSENSE'] }, /ARM_SYSTEM_SUSPEND/],
	['psci/whatIf', { registers: { '99': '0x1' } }, /0 to 17/],
	['psci/whatIf', { registers: ['0x1'] }, /registers/],
	['psci/whatIf', { newCall: { vcpu: 0, x: [] } }, /newCall/],
	['psci/whatIf', { newCall: { vcpu: 9, x: CALL } }, /no vCPU 9/],
	['psci/search', {}, /expression: string/],
	['psci/search', { expression: 'x0 == 1', direction: 'sideways' }, /forwards or backwards/],
	['psci/why', {}, /expression: string/],
	['psci/compare', { kernels: ['6.1'] }, /two names/],
	['psci/scenario', { first: 5, end: 3 }, /in this order/],
	['psci/setBookmark', { name: ' ' }, /name/],
	['psci/setBookmark', { name: '12' }, /name no place/],
	['psci/setBookmark', { name: 'x'.repeat(1000) }, /at most 200/],
])('%s %j', async (command, args, why) => {
	await expect(adapter.send(command, args)).rejects.toThrow(why);
	expect(await adapter.send('psci/bookmarks')).toEqual({ bookmarks: [] });
	expect((await adapter.frame(1)).line).toBe(148);
	expect(adapter.stopped).toHaveLength(0);
});

it('what is wrong with an expression does not repeat all of a long one', async () => {
	const expression = `${'x1 + '.repeat(5000)}1`;
	const refused = adapter.send('evaluate', { expression, context: 'watch' });
	await expect(refused).rejects.toThrow(/^'x1 \+ x1.*…' cannot be read: .{1,100}$/);
});

it('the VMM alone is stepped through what the VMM does', async () => {
	const vmm = 1_000_001;
	await adapter.move('psci/goto', { place: 'start' });
	for (let n = 0; n < 3; n++)
		expect(await adapter.move('next', { threadId: vmm, singleThread: true })).toMatchObject({
			threadId: vmm,
		});
});

it('a session that was ended is not begun anew', async () => {
	await adapter.send('terminate');
	await expect(adapter.send('restart', {})).rejects.toThrow(/had ended/);
});
