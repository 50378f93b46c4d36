// Statements typed at a stop: compiled for the machine of the session, from the vCPU that is looked at.

import { compileScenario } from '../scenario/language/compile.ts';
import { printProgram } from '../scenario/print.ts';
import type { Program, Statement } from '../scenario/program.ts';

export type Typed = { readonly statements: readonly Statement[] } | { readonly problem: string };

/** `vcpu`: who calls where the text does not say. Lines after the first are statements, too. */
export function typedStatements(program: Program, vcpu: number, text: string): Typed {
	const head = printProgram({ ...program, statements: [], schedule: { kind: 'text order' } });
	const body = text
		.split(/\r?\n/)
		.map((line) => `  ${line}`)
		.join('\n');
	const whole = `${head}\nprogram vcpu${vcpu}\n${body}\n`;
	const compiled = compileScenario(whole, program.file, () => undefined);
	const wrong = compiled.diagnostics.find(({ severity }) => severity === 'error');
	if (wrong) return { problem: wrong.message };
	const together = compiled.program?.statements.findLast(({ kind }) => kind === 'together');
	const statements = together?.kind === 'together' ? (together.tasks[0]?.body ?? []) : [];
	return statements.length > 0 ? { statements } : { problem: 'there is no statement' };
}

const SETTABLE = /^(?:vcpu\[(\d{1,3})\]\.)?(mp_state|pc|x[0-3])$/i;

/** Whether a value that the panel or the variables show (`vcpu[1].mp_state`) is one that can be written. */
export function isSettable(path: string): boolean {
	return SETTABLE.test(path.replaceAll(' ', ''));
}

/** The statement that writes it; throws what is wrong with it. `ids`: vcpu_ids by position; `selected`: whose by default. */
export function settingText(
	path: string,
	value: string,
	{ ids, selected }: { readonly ids: readonly number[]; readonly selected: number },
): string {
	const [, id, name] = SETTABLE.exec(path.replaceAll(' ', '')) ?? [];
	if (name === undefined) throw new Error("it is not KVM's to set: mp_state, pc and x0 to x3 are");
	const index = id === undefined ? selected : ids.indexOf(Number(id));
	if (index < 0) throw new Error(`there is no vCPU ${id}`);
	if (/[\r\n]/.test(value)) throw new Error('a value is one line');
	return `set vcpu${index}.${name} = ${value.trim()}`;
}
