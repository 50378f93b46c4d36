// Passes that rest. Vacuous if one pass alone were looked at: two that rest by timers wake each other up, and nobody else.

import { expect, it } from 'vitest';
import { breathe } from '../../../src/trace/breathe.ts';

async function passOf(slices: number): Promise<void> {
	for (let n = 0; n < slices; n++) {
		const end = performance.now() + 5;
		while (performance.now() < end);
		await breathe();
	}
}

it('two long passes leave the event loop its turn between their slices', async () => {
	let turns = 0;
	let over = false;
	const others = () => {
		turns++;
		if (!over) setImmediate(others);
	};
	setImmediate(others);
	await Promise.all([passOf(20), passOf(20)]);
	over = true;
	expect(turns).toBeGreaterThan(10);
});
