// What the findings of a large recording cost against loading it: at most half. The recording is made for it, of
// guests that run, wait and call, with a fault in its very last call, or is the one given; the time to load is reading
// it and finding its calls.
//
//   npm run bench -- findings [EVENTS|FILE]      10000000 where none is given

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFiles } from '../src/cli/node-files.ts';
import { findFindings } from '../src/session/findings/find.ts';
import { RecordedSession } from '../src/session/recorded-session.ts';
import { openTrace } from '../src/trace/open.ts';
import { writeLarge } from './trace-large.ts';

const wanted = process.argv[2] ?? '10000000';
const events = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
const folder = mkdtempSync(path.join(tmpdir(), 'findings-bench-'));
const file = events === undefined ? wanted : path.join(folder, 'large.dat');

try {
	if (events !== undefined) writeLarge(file, events, undefined, undefined, true);
	let start = performance.now();
	const lap = () => {
		const seconds = (performance.now() - start) / 1000;
		start = performance.now();
		return seconds;
	};
	lap();
	const source = await nodeFiles.open(file);
	const session = await RecordedSession.open(await openTrace(source, { staysOpen: true }));
	const load = lap();
	const { roots, dropped } = await findFindings(session);
	const find = lap();
	await source.close?.();
	const of = `${session.length} events, ${session.calls.length} calls`;
	console.log(`${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)}`);
	console.log(
		`${of}: load ${load.toFixed(2)} s, findings ${find.toFixed(2)} s (${(find / load).toFixed(2)} of it)`,
	);
	console.log(`${roots.length} roots, ${[...dropped.values()].reduce((a, b) => a + b, 0)} more`);
	for (const { code, row, cause } of roots.slice(0, 5)) console.log(`${code} at event ${row}: ${cause}`);
	if (events !== undefined && !roots.some(({ code, row }) => code === 'PSCI-101' && row >= events - 3))
		throw new Error('the fault at the end was not found');
	if (find > load / 2) throw new Error('findings cost more than half of the time to load');
} finally {
	rmSync(folder, { recursive: true });
}
