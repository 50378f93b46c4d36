// `psci-trace report FILE [-o OUT.md]`: what is wrong in a recording as a Markdown page with pictures beside it.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFindings } from '../session/findings/find.ts';
import { reportOf } from '../session/report/report.ts';
import { command } from './command.ts';
import { withSession } from './open-session.ts';
import { readOptions } from './options.ts';

export const report = command('report FILE [--out OUT.md] [--kernel K]', async (args, write) => {
	const { words, values } = readOptions(args, { words: 1, values: ['out', 'kernel'] });
	const [file = ''] = words;
	const out = values.out ?? `${path.basename(file)}.report.md`;
	await withSession(file, values.kernel, async (session) => {
		const { markdown, pictures } = await reportOf(
			session,
			await findFindings(session),
			path.basename(out, '.md'),
		);
		await writeFile(out, markdown, { flag: values.out ? 'w' : 'wx' });
		for (const [name, picture] of pictures) await writeFile(path.join(path.dirname(out), name), picture);
		write(`${out}, with ${pictures.size} picture${pictures.size === 1 ? '' : 's'} beside it`);
	});
	return 0;
});
