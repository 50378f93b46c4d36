// What arguments each request takes, so that a wrong one is answered with what was expected and handlers meet
// only the types they state. `?` is optional. A test compares this with the protocol's schema; ours come last.

import { badArguments } from './errors.ts';

type Shape = Readonly<Record<string, string>>;

const MOVE = { threadId: 'number', singleThread: 'boolean?', granularity: 'string?' };
const FORMAT = { format: 'object?' };
const BREAKPOINTS = { breakpoints: 'object[]' };

const SHAPES: Readonly<Record<string, Shape>> = {
	initialize: { linesStartAt1: 'boolean?', columnsStartAt1: 'boolean?', pathFormat: 'string?' },
	launch: { noDebug: 'boolean?' },
	attach: {},
	restart: { arguments: 'object?' },
	disconnect: {},
	terminate: {},
	cancel: { requestId: 'number?', progressId: 'string?' },
	setBreakpoints: { source: 'object', breakpoints: 'object[]?', lines: 'number[]?' },
	setFunctionBreakpoints: BREAKPOINTS,
	setDataBreakpoints: BREAKPOINTS,
	setInstructionBreakpoints: BREAKPOINTS,
	setExceptionBreakpoints: { filters: 'string[]', filterOptions: 'object[]?', exceptionOptions: 'object[]?' },
	dataBreakpointInfo: { name: 'string', variablesReference: 'number?', frameId: 'number?' },
	breakpointLocations: { source: 'object', line: 'number', endLine: 'number?' },
	continue: { threadId: 'number', singleThread: 'boolean?' },
	reverseContinue: { threadId: 'number', singleThread: 'boolean?' },
	next: MOVE,
	stepIn: { ...MOVE, targetId: 'number?' },
	stepOut: MOVE,
	stepBack: MOVE,
	pause: { threadId: 'number' },
	stepInTargets: { frameId: 'number' },
	gotoTargets: { source: 'object', line: 'number' },
	goto: { threadId: 'number', targetId: 'number' },
	restartFrame: { frameId: 'number' },
	stackTrace: { threadId: 'number', startFrame: 'number?', levels: 'number?', ...FORMAT },
	scopes: { frameId: 'number' },
	variables: {
		variablesReference: 'number',
		filter: 'string?',
		start: 'number?',
		count: 'number?',
		...FORMAT,
	},
	setVariable: { variablesReference: 'number', name: 'string', value: 'string', ...FORMAT },
	setExpression: { expression: 'string', value: 'string', frameId: 'number?', ...FORMAT },
	evaluate: { expression: 'string', frameId: 'number?', context: 'string?', ...FORMAT },
	completions: { text: 'string', column: 'number', frameId: 'number?', line: 'number?' },
	exceptionInfo: { threadId: 'number' },
	source: { sourceReference: 'number', source: 'object?' },
	modules: { startModule: 'number?', moduleCount: 'number?' },
	locations: { locationReference: 'number' },
	disassemble: {
		memoryReference: 'string',
		instructionCount: 'number',
		offset: 'number?',
		instructionOffset: 'number?',
	},
	readMemory: { memoryReference: 'string', count: 'number', offset: 'number?' },
	'psci/scenario': { first: 'number?', end: 'number?' },
	'psci/nextEvent': { threadId: 'number' },
	'psci/setBookmark': { name: 'string' },
	'psci/removeBookmark': { name: 'string' },
	'psci/report': { name: 'string?' },
	'psci/why': { expression: 'string?', place: 'string?' },
	'psci/search': { expression: 'string', direction: 'string?', most: 'number?', go: 'boolean?' },
	'psci/compare': { kernels: 'string[]' },
	'psci/showNumbers': { as: 'string?' },
	'psci/whatIf': {
		kernel: 'string?',
		psciVersion: 'string?',
		capabilities: 'string[]?',
		policy: 'string?',
		registers: 'object?',
		withoutCall: 'boolean?',
		newCall: 'object?',
	},
};

/** Throws where an argument is missing or of another type than the protocol's. */
export function checkArguments(command: string, args: object): void {
	for (const [name, type] of Object.entries(SHAPES[command] ?? {})) {
		const value: unknown = (args as Record<string, unknown>)[name];
		if (!fits(value, type)) throw badArguments(command, `${name}: ${type.replace('?', ' or nothing')}`);
	}
}

function fits(value: unknown, type: string): boolean {
	if (type.endsWith('?')) return value === undefined || value === null || fits(value, type.slice(0, -1));
	if (type.endsWith('[]')) return Array.isArray(value) && value.every((one) => fits(one, type.slice(0, -2)));
	if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
	if (type === 'number') return Number.isSafeInteger(value);
	return typeof value === type;
}
