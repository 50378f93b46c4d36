// Statements typed at a stop: compiled for the machine of the session, from the vCPU that is looked at.

import { compileScenario } from '../scenario/language/compile.ts';
import type { ReadInclude } from '../scenario/language/includes.ts';
import { printProgram } from '../scenario/print.ts';
import type { Program, Statement } from '../scenario/program.ts';

export type Typed = { readonly statements: readonly Statement[] } | { readonly problem: string };

/** The scenario's own text, whose names the statements may use, and the files that it includes. */
export interface Written {
	readonly text: string;
	readonly include: ReadInclude;
}

/** `vcpu`: who calls where the text does not say. Lines after the first are statements, too. */
export function typedStatements(program: Program, vcpu: number, text: string, written: Written): Typed {
	const head = headOf(program, written);
	const body = text
		.split(/\r?\n/)
		.map((line) => `  ${line}`)
		.join('\n');
	const whole = `${head}\nprogram vcpu${vcpu}\n${body}\n`;
	const compiled = compileScenario(whole, program.file, written.include);
	const wrong = compiled.diagnostics.find(({ severity }) => severity === 'error');
	if (wrong) return { problem: wrong.message };
	const together = compiled.program?.statements.findLast(({ kind }) => kind === 'together');
	const statements = together?.kind === 'together' ? (together.tasks.at(-1)?.body ?? []) : [];
	return statements.length > 0 ? { statements } : { problem: 'there is no statement' };
}

/** Of a session that was made without a text the machine alone. */
function headOf(program: Program, { text, include }: Written): string {
	const compiled = compileScenario(text, program.file, include);
	if (compiled.program && compiled.program.machine.vcpus.length === program.machine.vcpus.length) return text;
	return printProgram({ ...program, statements: [], schedule: { kind: 'text order' } });
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
