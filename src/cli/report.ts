// `psci-trace report FILE [-o OUT.md]`: what is wrong in a recording as a Markdown page with pictures beside it.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFindings } from '../session/findings/find.ts';
import { reportOf } from '../session/report/report.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

const USAGE = 'usage: psci-trace report FILE [--out OUT.md] [--kernel K]';

export async function report(args: readonly string[], write: (line: string) => void): Promise<number> {
	const options = readOptions(args, { words: 1, values: ['out', 'kernel'] });
	if (typeof options === 'string') {
		console.error(`psci-trace report: ${options}\n${USAGE}`);
		return 2;
	}
	const [file = ''] = options.words;
	const out = options.values.out ?? `${path.basename(file)}.report.md`;
	try {
		await withSession(file, options.values.kernel, async (session) => {
			const { markdown, pictures } = await reportOf(
				session,
				await findFindings(session),
				path.basename(out, '.md'),
			);
			await writeFile(out, markdown, { flag: options.values.out ? 'w' : 'wx' });
			for (const [name, picture] of pictures) await writeFile(path.join(path.dirname(out), name), picture);
			write(`${out}, with ${pictures.size} pictures beside it`);
		});
		return 0;
	} catch (error) {
		console.error(`psci-trace report: ${error instanceof Error ? error.message : String(error)}`);
		return 1;
	}
}
