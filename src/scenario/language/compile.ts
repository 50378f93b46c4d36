// A scenario's text as a program to run. Total: any text gives what is wrong with it, with positions; a program
// comes with it where nothing is an error.

import { AstUtils } from 'langium';
import type { Place } from '../place.ts';
import type { Program } from '../program.ts';
import type { Schedule, Task as Side, Statement } from '../statement.ts';
import { Compilation } from './compilation.ts';
import { kernelConditionOf } from './conditions.ts';
import { type Diagnostic, Diagnostics } from './diagnostic.ts';
import { type Frame, Names, place } from './frame.ts';
import { type Item, isLabel, type ScheduleLine, type Task } from './generated/ast.ts';
import { Includes, type ReadInclude } from './includes.ts';
import { blockOf, linesOf, needsLines } from './lines.ts';
import { smallNumber, unquoted } from './literals.ts';
import { setMachine, usualMachine } from './machine-block.ts';
import { parseSource, type Source } from './parse.ts';
import { constantIn, vcpuOf } from './values.ts';

export interface Compiled {
	/** undefined where something is an error */
	readonly program?: Program;
	readonly diagnostics: readonly Diagnostic[];
}

/** An item with the frame of the file that it stands in. */
interface Found {
	readonly item: Item;
	readonly frame: Frame;
}

/** Compiles `text`; places name it `file`. Included files are read by `include`. */
export function compileScenario(text: string, file: string, include: ReadInclude): Compiled {
	const diagnostics = new Diagnostics();
	const program = programOf(parseSource(text, file, diagnostics), include, diagnostics);
	return diagnostics.failed ? { diagnostics: diagnostics.list } : { program, diagnostics: diagnostics.list };
}

function programOf(source: Source, include: ReadInclude, diagnostics: Diagnostics): Program {
	const start: Place = { file: source.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
	const c = new Compilation(diagnostics, usualMachine(start));
	const includes = new Map<string, Place>();
	const items = allItems(c, source, include, includes);
	declare(c, items);
	const scenario = new ScenarioStatements(c);
	for (const found of items) scenario.add(found);
	return {
		file: source.file,
		title: titleOf(items) ?? source.file.split(/[\\/]/).at(-1) ?? source.file,
		machine: c.machine,
		statements: [...c.setUp(), ...scenario.statements],
		schedule: { kind: 'text order' },
		...(includes.size > 0 ? { includes } : {}),
		...needsOf(c, items),
	};
}

/** The items of the file with those of included files in their place. */
function allItems(
	c: Compilation,
	source: Source,
	include: ReadInclude,
	included: Map<string, Place>,
): Found[] {
	const names = new Names();
	const last = { fn: undefined };
	const includes = new Includes(source.file, include);
	const read = ({ scenario, file, broken }: Source, open: readonly string[]): Found[] => {
		const frame: Frame = {
			file,
			broken,
			names,
			last,
			self: undefined,
			caller: undefined,
			prefix: '',
			within: [],
		};
		return scenario.items.flatMap((item): Found[] => {
			if (item.$type !== 'Include') return [{ item, frame }];
			if (broken.has(place(frame, item).line)) return [];
			const found = includes.source(c, frame, item, [...open, file]);
			if (found) included.set(found.file, place(frame, item));
			return found ? read(found, [...open, file]) : [];
		});
	};
	return read(source, []);
}

/** What holds everywhere, wherever it stands: the machine, definitions, constants. */
function declare(c: Compilation, items: readonly Found[]): void {
	for (const { item, frame } of items) {
		const at = place(frame, item);
		declareLabels(c, item, frame);
		if (frame.broken.has(at.line)) continue;
		if (item.$type === 'Machine') setMachine(c, frame, item);
		else if (item.$type === 'Definition') {
			needsLines(c, frame, item);
			if (c.definitions.has(item.name))
				c.diagnostics.error('duplicate', place(frame, item, 'name'), `'${item.name}' is defined twice`);
			c.definitions.set(item.name, { node: item, file: frame.file, broken: frame.broken });
		} else if (item.$type === 'Constant') {
			if (frame.names.get(item.name))
				c.diagnostics.error('duplicate', place(frame, item, 'name'), `'${item.name}' is defined twice`);
			const value = constantIn(c, frame, item.value);
			if (value !== undefined)
				frame.names.set(item.name, { kind: 'value', value: { kind: 'number', value } });
			c.constants = frame.names;
		}
	}
}

/** Labels can be looked at before the line that has them. */
function declareLabels(c: Compilation, item: Item, frame: Frame): void {
	for (const node of AstUtils.streamAst(item)) {
		if (!isLabel(node) || frame.broken.has(place(frame, node).line)) continue;
		if (c.labels.has(node.name))
			c.diagnostics.error('duplicate', place(frame, node), `the label '${node.name}' stands twice`);
		c.labels.add(node.name);
	}
}

function titleOf(items: readonly Found[]): string | undefined {
	const found = items.find(({ item }) => item.$type === 'Title')?.item;
	return found?.$type === 'Title' ? unquoted(found.title ?? '') : undefined;
}

function needsOf(c: Compilation, items: readonly Found[]): Pick<Program, 'needs'> {
	const conditions = items.flatMap(({ item, frame }) => {
		if (item.$type !== 'Needs' || frame.broken.has(place(frame, item).line)) return [];
		return kernelConditionOf(c, frame, item.condition) ?? [];
	});
	const [first] = conditions;
	if (!first) return {};
	return { needs: conditions.length === 1 ? first : { kind: 'all', conditions } };
}

/** The statements in the order of the text; programs that follow each other run side by side. */
class ScenarioStatements {
	readonly #c: Compilation;
	readonly statements: Statement[] = [];
	#schedule: Schedule | undefined;
	#tasks: Side[] = [];

	constructor(c: Compilation) {
		this.#c = c;
	}

	add({ item, frame }: Found): void {
		if (frame.broken.has(place(frame, item).line)) return;
		switch (item.$type) {
			case 'Task':
				this.#side(item, frame);
				return;
			case 'ScheduleLine':
				this.#schedule = this.#scheduleOf(item, frame);
				return;
			case 'Statement':
			case 'If':
			case 'Repeat':
			case 'While':
			case 'For':
				this.#tasks = [];
				this.statements.push(...linesOf(this.#c, frame, item));
				return;
			default:
				return;
		}
	}

	#side(node: Task, frame: Frame): void {
		needsLines(this.#c, frame, node);
		const owners: (number | undefined)[] = node.vmm
			? [undefined]
			: node.vcpus.flatMap((vcpu) => vcpuOf(this.#c, frame, vcpu) ?? []);
		const at = place(frame, node);
		const head = { ...at, endLine: at.line, endColumn: at.column + 'program'.length };
		if (!node.vmm && node.vcpus.length === 0)
			this.#c.diagnostics.error('syntax', head, "a program of whom? 'program vcpu0', or 'program vmm'");
		for (const self of owners) {
			const who = self === undefined ? 'vmm' : `vcpu${self}`;
			const inner: Frame = { ...frame, self, names: new Names(frame.names), last: { fn: undefined } };
			const body = blockOf(this.#c, inner, node.body);
			const name = node.title ? `${who}: ${unquoted(node.title)}` : who;
			this.#task({ place: head, name, body, ...(self === undefined ? {} : { vcpu: self }) });
		}
	}

	#task(task: Side): void {
		const isNext = this.#tasks.length > 0;
		this.#tasks = [...this.#tasks, task];
		if (isNext) this.statements.pop();
		this.statements.push({
			kind: 'together',
			place: this.#tasks[0]?.place ?? task.place,
			tasks: this.#tasks,
			...(this.#schedule ? { schedule: this.#schedule } : {}),
		});
	}

	#scheduleOf({ schedule }: ScheduleLine, frame: Frame): Schedule | undefined {
		this.#tasks = [];
		switch (schedule?.kind) {
			case 'text':
				return { kind: 'text order' };
			case 'round':
				return { kind: 'round robin' };
			case 'random': {
				const seed = smallNumber(constantIn(this.#c, frame, schedule.seed), 0xffffffff);
				if (seed === undefined && schedule.seed)
					this.#c.diagnostics.error(
						'out-of-range',
						place(frame, schedule),
						'a seed has 32 bits: schedule random 42',
					);
				return seed === undefined ? undefined : { kind: 'random', seed };
			}
			case 'turns':
				return { kind: 'given', turns: schedule.turns.map(Number) };
			default:
				return undefined;
		}
	}
}
