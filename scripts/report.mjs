// What a run of stages says at its end: the failures in full, a line for each stage, and the total last.

export function announce({ name, passed, failed, seconds, output }) {
	console.log(`${failed ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`);
	if (failed && output) console.log(`${indented(output)}\n`);
}

/** Prints the total as the last line, and sets the exit status. */
export function conclude(stages) {
	const total = (which) => stages.reduce((sum, stage) => sum + stage[which], 0);
	const failed = stages.filter((stage) => stage.failed > 0).map(({ name }) => name);
	if (failed.length) console.log(`\nfailed: ${failed.join(', ')}`);
	process.exitCode = failed.length ? 1 : 0;
	console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
}

function indented(text) {
	return text
		.trimEnd()
		.split('\n')
		.map((line) => `    ${line}`)
		.join('\n');
}
