// What hovers, lenses and hints say of the example's calls. Vacuous if the example had no CPU_ON on its line 148.

import { describe, expect, it } from 'vitest';
import { callMarkdown, hintText, lensText } from '../../../src/editor/language/call-text.ts';
import { markdownText } from '../../../src/editor/language/markdown-text.ts';
import { type CallExplanation, explainCall } from '../../../src/session/call-explanation.ts';
import { callLines } from '../../../src/session/call-lines.ts';
import { EXAMPLES, openExample } from '../session/example.ts';
import { link, plain } from './words.ts';

const [LINUX, SELFTEST] = EXAMPLES;

async function callOn(line: number, example: (typeof EXAMPLES)[number] = LINUX): Promise<CallExplanation> {
	const session = await openExample(example);
	const [found] = callLines(session).between(line, line);
	const explained = found && explainCall(session, found.index);
	if (!explained) throw new Error(`line ${line} is the site of no call`);
	return explained;
}

describe('a CPU_ON', () => {
	it('is named in a lens with its result, the clause that decided, and the vCPU meant', async () => {
		expect(lensText(await callOn(148))).toBe('CPU_ON → SUCCESS · DEN0022 F.b 5.6.1 · vCPU 1');
	});

	it('is decoded in a hint', async () => {
		const { call, arguments: given } = await callOn(148);
		expect(hintText(call, given)).toBe('CPU_ON vCPU 1 0x41f12498 0x0 → SUCCESS');
	});

	it('is told in a hover: arguments, result, clauses and rules, with links', async () => {
		const text = callMarkdown(await callOn(148), plain, link);
		expect(text).toContain('**[CPU\\_ON](CPU_ON)** (0xc4000003, SMC64, HVC) · vCPU 0');
		expect(text).toContain('`0x1 (affinity 0.0.0.1)` **vCPU 1**');
		expect(text).toContain('Result: **SUCCESS (0)**, the call did what was asked');
		expect(text).toContain('[CPU_ON.use](CPU_ON.use) (DEN0022 F.b 5.6.1)');
		expect(text).toContain('[cpu_on.target_stopped](cpu_on.target_stopped)');
	});
});

describe('every call of the examples', () => {
	it.each(EXAMPLES)('%s: has a lens, a hint and a hover', async (name) => {
		const session = await openExample(name);
		for (let index = 0; index < session.calls.length; index++) {
			const explained = explainCall(session, index);
			if (!explained) throw new Error(`no call ${index}`);
			expect(lensText(explained)).toMatch(/^\S.* → \S/);
			const hint = hintText(explained.call, explained.arguments);
			expect(hint).toMatch(/^\S.* → \S/);
			// The editor would cut a longer one.
			expect(hint.length, hint).toBeLessThanOrEqual(43);
			expect(callMarkdown(explained, plain, link)).toContain('Result: **');
		}
	});

	it('names what KVM_RUN returns for, not the register that nobody sees', async () => {
		const session = await openExample(SELFTEST);
		const said = Array.from({ length: session.calls.length }, (_, i) => explainCall(session, i));
		expect(said.map((explained) => explained && lensText(explained)).join('\n')).toContain(
			'→ exits to the VMM',
		);
	});
});

it('text of a trace cannot become a link', () => {
	expect(markdownText('[x](command:y) `z` <b>')).toBe('\\[x\\](command:y) \\`z\\` \\<b\\>');
});
