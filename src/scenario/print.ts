// A program as text of the language: what a converted recording, a branch or a vector is saved as. What the
// text compiles to runs as the program does; names are written where they say more than numbers.

import type { KernelCondition } from './expression.ts';
import { expectationText, operationText } from './print-operation.ts';
import { conditionText, hex, valueText } from './print-value.ts';
import type { Machine, Program, Statement } from './program.ts';
import type { Schedule, Task } from './statement.ts';

/** `notes`: what a reader should know, as comments at the top. */
export function printProgram(program: Program, notes: readonly string[] = []): string {
	const lines = [
		...notes.map((note) => `# ${note.replace(/\s+/g, ' ')}`),
		`scenario "${program.title.replaceAll('"', "'")}"`,
		...(program.needs ? [`needs ${kernelText(program.needs)}`] : []),
		'',
		...machineLines(program.machine),
		'',
		...(program.schedule.kind === 'text order' ? [] : [`schedule ${scheduleText(program.schedule)}`]),
		...program.statements.flatMap((statement) => statementLines(statement)),
	];
	return `${lines.join('\n').trimEnd()}\n`;
}

function kernelText(condition: KernelCondition): string {
	return conditionText(condition);
}

function machineLines(machine: Machine): readonly string[] {
	const { host, deviceTree, bootEntry, bootX0 } = machine;
	const ids = Object.entries(deviceTree.functionIds).map(([name, id]) => ` ${name}=${hex(BigInt(id))}`);
	const plainNode = deviceTree.method === 'hvc' && ids.length === 0;
	const boot = bootEntry !== 0x40000400n || bootX0 !== 0n;
	const version = machine.psciVersion?.value;
	return [
		'machine',
		...(machine.kernel === undefined ? [] : [`  kernel ${machine.kernel}`]),
		...(host.aarch32El1 === undefined ? [] : [`  host aarch32=${host.aarch32El1 ? 1 : 0}`]),
		...(machine.policy === undefined ? [] : [`  policy ${machine.policy}`]),
		...machine.capabilities.map(
			({ cap, arg0 }) => `  capability ${cap}${arg0 === 0n ? '' : ` arg0=${arg0}`}`,
		),
		...machine.filters.map(({ base, count, action }) => `  filter ${hex(BigInt(base))} +${count} ${action}`),
		...vcpuLines(machine),
		...(version === undefined
			? []
			: [`  psci ${version === 1n ? '0.1' : `${version >> 16n}.${version & 0xffffn}`}`]),
		...(plainNode ? [] : [`  node ${deviceTree.method}${ids.join('')}`]),
		...(boot ? [`  boot entry=${hex(bootEntry)} x0=${hex(bootX0)}`] : []),
		...(machine.observe === 'nothing' ? [] : [`  observe ${machine.observe}`]),
	];
}

function vcpuLines({ vcpus }: Machine): readonly string[] {
	const usual = (index: number) => (index === 0 ? 'PSCI_0_2' : 'PSCI_0_2 POWER_OFF');
	const lines = [`  vcpus ${vcpus.length}`];
	vcpus.forEach(({ id, features, stolenTime }, index) => {
		const same = features.join(' ') === usual(index);
		if (id === index && same && stolenTime === undefined) return;
		const record = stolenTime === undefined ? '' : ` stolen_time=${hex(stolenTime)}`;
		const list = same ? '' : ` features ${['none', ...features].join(', ')}`;
		lines.push(`  vcpu ${index}${id === index ? '' : ` id=${id}`}${record}${list}`);
	});
	return lines;
}

function statementLines(statement: Statement, indent = ''): readonly string[] {
	const label = statement.label === undefined ? '' : `${statement.label}: `;
	const body = (statements: readonly Statement[]) =>
		statements.flatMap((inner) => statementLines(inner, `${indent}  `));
	switch (statement.kind) {
		case 'operation': {
			const { operation, expect, into } = statement;
			const kept = into === undefined ? '' : ` -> ${into}`;
			const what = expect.map((one) => expectationText(one, operation)).filter((text) => text !== undefined);
			const expected = what.length === 0 ? '' : ` => ${what.join(', ')}`;
			return [`${indent}${label}${operationText(operation)}${kept}${expected}`];
		}
		case 'vmm':
			return [
				`${indent}${label}${statement.action.do === 'wake' ? `wake vcpu${statement.action.vcpu}` : 'power on'}`,
			];
		case 'expect':
			return statement.expect.flatMap((one, n) => {
				const text = expectationText(one, undefined);
				return text === undefined ? [] : [`${indent}${n === 0 ? label : ''}expect ${text}`];
			});
		// Its lines are written out.
		case 'use':
			return [];
		case 'assign':
			return [`${indent}${label}let ${statement.name} = ${valueText(statement.value)}`];
		case 'wait':
			return [`${indent}${label}wait until ${conditionText(statement.until)}`];
		case 'if': {
			const otherwise = statement.otherwise.length > 0 ? [`${indent}else`, ...body(statement.otherwise)] : [];
			return [`${indent}if ${conditionText(statement.condition)}`, ...body(statement.body), ...otherwise];
		}
		case 'loop': {
			const { condition, limit } = statement;
			const head = !condition
				? `repeat ${limit}`
				: condition.check === 'after'
					? `repeat up to ${limit} until ${conditionText(condition.ends)}`
					: `while ${conditionText({ kind: 'not', condition: condition.ends })} up to ${limit}`;
			return [`${indent}${head}`, ...body(statement.body)];
		}
		case 'together':
			return [
				...(statement.schedule ? [`schedule ${scheduleText(statement.schedule)}`] : []),
				...statement.tasks.flatMap((task) => ['', `program ${whose(task)}`, ...body(task.body)]),
				'',
			];
	}
}

function whose({ vcpu, name }: Task): string {
	const who = vcpu === undefined ? 'vmm' : `vcpu${vcpu}`;
	const title = name.startsWith(`${who}: `) ? name.slice(who.length + 2) : '';
	return title === '' ? who : `${who} "${title}"`;
}

function scheduleText(schedule: Schedule): string {
	switch (schedule.kind) {
		case 'text order':
			return 'text order';
		case 'round robin':
			return 'round robin';
		case 'random':
			return `random ${schedule.seed}`;
		case 'given':
			return `turns ${schedule.turns.join(' ')}`.trim();
	}
}
