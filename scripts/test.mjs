// npm test: installs what is missing, builds, and runs everything. The last line is the total.
// A stage that fails does not keep the others from running; one that cannot run counts as a failure.

import { check } from './check.mjs';
import { installChromium } from './chromium.mjs';
import { installEmbeddedEditor } from './embedded-editor.mjs';
import { installDependencies, packageExtension } from './prepare.mjs';
import { failWith, Problem } from './project.mjs';
import { announce, conclude } from './report.mjs';
import { endToEnd, notRun, unitAndAdapter } from './stages.mjs';

await installDependencies().catch(failWith);

// The tests of the command line and the stand-alone adapter run what was built.
const packaged = await attempt('package', packageExtension);
// An editor waits more than it works: the checks run beside it, on what it leaves of the cores.
const checking = check(unitAndAdapter);
const editor = await attempt('embedded editor', installEmbeddedEditor);
const browser = await attempt('browser', installChromium);
const obstacles = [packaged, editor, browser].filter(({ failed }) => failed > 0);

let endToEndResult;
if (obstacles.length === 0) {
	endToEndResult = await endToEnd();
} else {
	endToEndResult = notRun(
		'end to end',
		`not run for want of: ${obstacles.map(({ name }) => name).join(', ')}`,
	);
}
announce(endToEndResult);

conclude([packaged, ...(await checking), editor, browser, endToEndResult]);

/** A preparation: no test of its own unless it fails. */
async function attempt(name, prepare) {
	const started = Date.now();
	try {
		await prepare();
		return { name, passed: 0, failed: 0, seconds: (Date.now() - started) / 1000, output: '' };
	} catch (error) {
		const result = notRun(name, error instanceof Problem ? error.message : error.stack);
		announce(result);
		return result;
	}
}
