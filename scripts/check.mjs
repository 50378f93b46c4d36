// npm run check: what can be told within a minute. Types, lint, imports and unit tests.

import { generateLanguage } from './language.mjs';
import { installDependencies } from './prepare.mjs';
import { failWith } from './project.mjs';
import { announce, conclude } from './report.mjs';
import { imports, lint, typeCheck, unit } from './stages.mjs';

/** `tests`: the stage of tests that runs beside the others. */
export async function check(tests = unit) {
	generateLanguage();
	const quick = async () => {
		const results = [];
		for (const stage of [typeCheck, lint, imports]) {
			results.push(await stage());
			announce(results.at(-1));
		}
		return results;
	};
	const testing = async () => {
		const result = await tests();
		announce(result);
		return result;
	};
	// Two cores: the tests on one, everything else on the other.
	return (await Promise.all([quick(), testing()])).flat();
}

if (process.argv[1] === import.meta.filename) {
	await installDependencies().catch(failWith);
	conclude(await check());
}
