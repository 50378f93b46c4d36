// Vacuous if the compiler said nothing of anything: each claim about a mistake has a right line beside it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileScenario } from '../../../src/scenario/language/compile.ts';
import { formatScenario } from '../../../src/scenario/language/format.ts';
import { runScenario } from '../../../src/scenario/run.ts';

const nothing = () => undefined;
const MACHINE = 'machine\n  kernel 7.2\n  psci 1.3\n  vcpus 4\n';

/** What is said of one line in a machine of four vCPUs. */
function said(line: string, machine = MACHINE): string[] {
	const first = machine.split('\n').length;
	const { diagnostics } = compileScenario(`${machine}${line}\n`, 'a.psci', nothing);
	return diagnostics.map(
		({ place, severity, code, message }) =>
			`${severity} ${code} ${place.line - first + 1}:${place.column} ${message}`,
	);
}

function operations(text: string) {
	const { program, diagnostics } = compileScenario(text, 'a.psci', nothing);
	expect(diagnostics).toEqual([]);
	return program?.statements.flatMap((s) => (s.kind === 'operation' ? [s.operation] : [])) ?? [];
}

describe('every operation of the vectors can be said', () => {
	const n = (value: bigint) => ({ kind: 'number', value });
	test.each([
		['check ARM_PSCI', { op: 'check_cap', cap: 'ARM_PSCI' }],
		[
			'enable ARM_SYSTEM_SUSPEND flags=1 arg0=5',
			{ op: 'enable_cap', cap: 'ARM_SYSTEM_SUSPEND', flags: 1, arg0: n(5n) },
		],
		['attribute 0 1', { op: 'has_attr', group: 0, attr: 1 }],
		[
			'filter 0x84000000 +32 deny',
			{ op: 'smccc_filter', base: 0x84000000, count: 32, action: 'deny', pad: 0 },
		],
		[
			'filter 0x84000000..0x84000003 7 pad=1',
			{ op: 'smccc_filter', base: 0x84000000, count: 4, action: 7, pad: 1 },
		],
		['create vcpu4 id=9', { op: 'vcpu_create', vcpu: 4, id: 9 }],
		[
			'init vcpu1 features POWER_OFF, BIT_31',
			{ op: 'vcpu_init', vcpu: 1, features: ['POWER_OFF', 'BIT_31'] },
		],
		['init vcpu1 features none', { op: 'vcpu_init', vcpu: 1, features: [] }],
		['get vcpu1.psci_version', { op: 'get_reg', vcpu: 1, reg: 'PSCI_VERSION' }],
		['set vcpu1.PSCI_VERSION 1.1', { op: 'set_reg', vcpu: 1, reg: 'PSCI_VERSION', value: n(0x10001n) }],
		['set vcpu1.PSCI_VERSION 0.1', { op: 'set_reg', vcpu: 1, reg: 'PSCI_VERSION', value: n(1n) }],
		['list vcpu0', { op: 'list_fw_regs', vcpu: 0 }],
		['set vcpu1.mp_state STOPPED', { op: 'set_mp_state', vcpu: 1, state: 5 }],
		['set vcpu1.mp_state 77', { op: 'set_mp_state', vcpu: 1, state: 77 }],
		['get vcpu1.mp_state', { op: 'get_mp_state', vcpu: 1 }],
		['irq vcpu1', { op: 'irq', vcpu: 1, level: 1, line: 'irq' }],
		['fiq vcpu1 off', { op: 'irq', vcpu: 1, level: 0, line: 'fiq' }],
		['irq vcpu1 line=3 level=2', { op: 'irq', vcpu: 1, level: 2, line: 3 }],
		['run vcpu2', { op: 'run', vcpu: 2 }],
		['run vcpu2 immediate', { op: 'run_immediate', vcpu: 2 }],
		['observe mp_state', { op: 'observe', what: 'mp_state' }],
		['vcpu1 wfi', { op: 'call', vcpu: 1, isa: 'a64', conduit: 'wfi', imm: 0, x: [] }],
		[
			'vcpu1 smc 0x84000000 2 imm=0xffff',
			{ op: 'call', vcpu: 1, isa: 'a64', conduit: 'smc', imm: 0xffff, x: [n(0x84000000n), n(2n)] },
		],
		['vcpu1 hvc 1 a32', { op: 'call', vcpu: 1, isa: 'a32', conduit: 'hvc', imm: 0, x: [n(1n)] }],
		[
			'vcpu0 CPU_ON target=vcpu3 entry=pad1 smc32',
			{
				op: 'call',
				vcpu: 0,
				isa: 'a64',
				conduit: 'hvc',
				imm: 0,
				x: [n(0x84000003n), n(3n), n(0x40000440n), n(0n)],
			},
		],
	])('%s', (line, wanted) => {
		expect(operations(`${MACHINE}${line}\n`)).toEqual([wanted]);
	});

	test('by the numbers of PSCI 0.1 where the machine shows it, or the node says so', () => {
		const old = 'machine\n  psci 0.1\n  vcpus 2\n';
		const [usual] = operations(`${old}vcpu0 CPU_ON target=1\n`);
		// KVM does not know such a number, which is told.
		const { program, diagnostics } = compileScenario(
			`${old}  node smc cpu_on=0x1234\nvcpu0 CPU_ON target=1\n`,
			'a.psci',
			nothing,
		);
		expect(diagnostics.map(({ code }) => code)).toEqual(['unavailable']);
		expect(usual).toMatchObject({ conduit: 'hvc', x: [n(0x95c1ba60n), n(1n), n(0n), n(0n)] });
		expect(program?.statements[0]).toMatchObject({
			operation: { conduit: 'smc', x: [n(0x1234n), n(1n), n(0n), n(0n)] },
		});
	});

	test('a vCPU is its affinity, also where the machine gives it another', () => {
		const [first, second] = operations(
			'machine\n  vcpus 3\n  vcpu 1 mpidr=0x100\n  vcpu 2 mpidr=0x8000000203\nvcpu0 CPU_ON target=vcpu1\nvcpu0 CPU_ON target=vcpu2\n',
		).slice(-2);
		expect(first).toMatchObject({ x: [n(0xc4000003n), n(0x100n), n(0n), n(0n)] });
		expect(second).toMatchObject({ x: [n(0xc4000003n), n(0x8000000203n), n(0n), n(0n)] });
	});
});

describe('what is said of mistakes, where they stand', () => {
	test.each([
		['vcpu0 CPU_OM target=1', "error unknown-name 1:7 there is no function 'CPU_OM'. Did you mean 'CPU_ON'?"],
		[
			'vcpu0 CPU_ON tagret=1',
			"error unknown-name 1:14 there is no argument of CPU_ON 'tagret'. Did you mean 'target'?",
		],
		[
			'vcpu0 CPU_ON target=1 => SUCESS',
			"error unknown-name 1:26 there is no name 'SUCESS'. Did you mean 'SUCCESS'?",
		],
		[
			'vcpu9 CPU_OFF',
			"warning unknown-name 1:1 the machine has vcpu0 to vcpu3; 'vcpus 10' would make this one",
		],
		[
			'vcpu0 CPU_ON target=0x100000000000',
			'warning out-of-range 1:21 target_cpu: bits are set that are no affinity: bits 39:32 and 23:0 are',
		],
		[
			'vcpu0 SYSTEM_OFF2 type=7',
			'warning out-of-range 1:24 type: the types are HIBERNATE_OFF (1) and the default (0)',
		],
		[
			'state vcpu1 HALTED',
			'warning cannot-happen 1:13 a vCPU of arm64 is never HALTED; its states are RUNNABLE, STOPPED, SUSPENDED',
		],
		[
			'exit SYSTEM_EVENT/SHUTDWN',
			"error unknown-name 1:19 there is no system event 'SHUTDWN'. Did you mean 'SHUTDOWN'?",
		],
		[
			'vcpu0 use linux.hybernate',
			"error unknown-name 1:11 there is no program 'linux.hybernate'. Did you mean 'linux.hibernate'?",
		],
		['vcpu0 CPU_ON target=1 target=2', 'error duplicate 1:23 target is given twice'],
		['vcpu0 hvc 1 imm=3', 'error out-of-range 1:17 the guest has calls with the immediates 0, 1, 65535'],
		['expect kernel >= 6.3', "error unknown-name 1:18 KVM is not told apart at '6.3'; the kernels are"],
		['CPU_OFF', 'error syntax 1:1 which vCPU? Begin the line with one: vcpu0 …'],
		['vcpu0 CPU_ON vcpu1 pad0', 'arguments go by name: CPU_ON target=… entry=… context=…'],
		['vcpu0 SYSTEM_OFF now', 'SYSTEM_OFF takes no arguments'],
		['vcpu0 CPU_ON target=vcpu1 = SUCCESS', "error syntax 1:27 what is expected stands behind '=>'"],
		['vcpu0 CPU_ON target=vcpu1 =>', 'something is missing at the end of the line'],
		[
			'vcpu0 CPU_ON target=vcpu1 -> SUCCESS',
			"warning wrong-place 1:30 '-> SUCCESS' keeps the result under this name; '=> SUCCESS' expects it",
		],
		[
			'vcpu0 CPU_ON target=vcpu1 => EINVAL',
			"EINVAL is an errno, which no guest sees; 'error EINVAL' expects",
		],
		['stat vcpu1 STOPPED', "error syntax 1:1 there is no 'stat'. Did you mean 'state'?"],
		['state vcpu1 is STOPPED', "a state stands without 'is' here: state vcpu1 STOPPED"],
		['state vcpu1 ON', "there is no state 'ON'; there are RUNNABLE, STOPPED, SUSPENDED, asleep"],
		['expect vcpu1 STOPPED', "a state stands behind 'is': vcpu1 is STOPPED"],
		['expect vcpu1.X0 = 7', "'==' compares; a single '=' gives an argument its value"],
		['run 1', 'vCPUs are named: vcpu0, vcpu1, …'],
		['wake', 'error syntax 1:1 wake which vCPU? wake vcpu0'],
		['vcpu0 hvc', 'error syntax 1:1 which call? By its number and registers'],
		['vcpu0 use linux.cpu_on(vcpu1)', 'arguments go by name: use linux.cpu_on(cpu=vcpu1)'],
		['vcpu0 use linux.boot', "Did you mean 'linux.boot_secondaries'?"],
		['vcpu0 linux.probe', "'use' calls a program: vcpu0 use linux.probe"],
		['let y = z', "error unknown-name 1:9 there is no name 'z'"],
		[
			'enable SYSTEM_SUSPEND',
			"warning unknown-name 1:8 the capability SYSTEM_SUSPEND: did you mean 'ARM_SYSTEM_SUSPEND'?",
		],
		['else', "'else' stands below the lines of its 'if'"],
		[
			'expect vcpu1 is RUNABLE',
			"error unknown-name 1:17 there is no state 'RUNABLE'. Did you mean 'RUNNABLE'?",
		],
		['if 1 == 2 or vcpu1.xx == 3\n  run vcpu0', "error unknown-name 1:20 there is no register 'xx'"],
		['expect reached there', "error unknown-name 1:16 there is no label 'there'"],
		['here: run vcpu0\nhere: run vcpu1', "error duplicate 2:1 the label 'here' stands twice"],
		['repeat 3 times\n  run vcpu1', 'error syntax 1:10 how often stands alone: repeat 3'],
	])('%s', (line, wanted) => {
		const [only, ...others] = said(line);
		expect(only).toContain(wanted);
		expect(others).toEqual([]);
	});

	test.each([
		'vcpu0 CPU_ON target=0x100000000000 => INVALID_PARAMETERS',
		'vcpu0 SYSTEM_OFF2 type=7 => INVALID_PARAMETERS',
		'vcpu0 CPU_FREEZE => NOT_SUPPORTED',
		'vcpu0 PSCI_VERSION => 1.3',
		'vcpu0 AFFINITY_INFO target=vcpu1 => OFF or ON_PENDING',
		'vcpu0 CPU_OFF => blocked',
		'state vcpu1 SUSPENDED',
		'run vcpu9 => "no such vcpu"',
		'expect not reached later\nlater: run vcpu0',
		'list vcpu9 => "no such vcpu"',
	])('nothing of %s', (line) => {
		expect(said(line)).toEqual([]);
	});

	test('a call that this kernel, version or machine does not serve', () => {
		expect(said('vcpu0 SYSTEM_SUSPEND')[0]).toContain('needs the capability ARM_SYSTEM_SUSPEND');
		expect(said('vcpu0 SYSTEM_SUSPEND', `${MACHINE}  capability ARM_SYSTEM_SUSPEND\n`)).toEqual([]);
		expect(said('vcpu0 SYSTEM_SUSPEND', `${MACHINE}  policy full\n`)).toEqual([]);
		expect(said('vcpu0 SYSTEM_OFF2', 'machine\n  kernel 6.12\n')[0]).toContain(
			'Linux 6.12 does not serve SYSTEM_OFF2',
		);
		expect(said('vcpu0 SYSTEM_OFF2', 'machine\n  psci 1.1\n')[0]).toContain('SYSTEM_OFF2 came with PSCI 1.3');
		expect(said('', 'machine\n  kernel 6.12\n  psci 1.3\n')[0]).toContain(
			'Linux 6.12 cannot show PSCI 1.3 to a guest; it has 0.1, 0.2, 1.0, 1.1',
		);
		expect(said('vcpu0 CPU_FREEZE')[0]).toContain('Linux 7.2 does not serve CPU_FREEZE');
		expect(said('vcpu0 SYSTEM_OFF2', 'machine\n  kernel 6.12\n')[0]).toContain(
			'Linux 6.13 is the first that serves it',
		);
		expect(said('vcpu0 PSCI_VERSION smc', 'machine\n  kernel 6.1\n')[0]).toContain(
			'Linux 6.1 refuses SMC, whatever is called; Linux 6.4 is the first that takes it',
		);
		expect(said('vcpu0 PSCI_VERSION smc', 'machine\n  kernel 6.4\n')).toEqual([]);
		expect(said('', 'machine\n  kernel 8.1\n')[0]).toContain('7.2 stands for it');
		expect(said('', 'machine\n  kernel 7.2.13\n')).toEqual([]);
		expect(said('', 'machine\n  kernel 2022-system-suspend-v4\n')).toEqual([]);
	});

	test('an expectation that cannot come true', () => {
		expect(said('vcpu0 CPU_ON target=1 => DISABLED')[0]).toContain('CPU_ON never returns DISABLED');
		expect(said('vcpu0 SYSTEM_OFF => exit SYSTEM_EVENT/RESET')[0]).toContain(
			'SYSTEM_OFF never ends in the system event RESET, but in SHUTDOWN',
		);
		expect(said('vcpu0 CPU_ON target=1 => exit SYSTEM_EVENT/SHUTDOWN')[0]).toContain('but in none');
		expect(said('vcpu0 SYSTEM_OFF => exit SYSTEM_EVENT/SHUTDOWN flags=0')).toEqual([]);
		expect(said('vcpu0 SYSTEM_OFF => SUCCESS')[0]).toContain('SYSTEM_OFF does not return where it succeeds');
		expect(said('vcpu0 CPU_ON target=1 => OFF')[0]).toContain('OFF is no result of CPU_ON');
		expect(said('vcpu0 AFFINITY_INFO target=1 => RUNNABLE')[0]).toContain('no result of AFFINITY_INFO');
		expect(said('vcpu0 PSCI_VERSION => 1.4')[0]).toContain('Linux 7.2 shows no PSCI 1.4');
		expect(said('vcpu0 CPU_ON target=1 => 1.3')[0]).toContain('1.3 is a version, and CPU_ON returns none');
		expect(said('vcpu0 SYSTEM_OFF => exit SYSTEM_EVENT/SHUTDOWN flags=PSCI_OFF2')[0]).toContain(
			'the event of SYSTEM_OFF has the flags 0',
		);
		expect(said('vcpu0 SYSTEM_OFF2 => exit SYSTEM_EVENT/SHUTDOWN flags=PSCI_OFF2')).toEqual([]);
	});

	test('a broken line leaves the others as they are', () => {
		const { diagnostics } = compileScenario(
			`${MACHINE}vcpu0 CPU_ON target= =\nvcpu0 CPU_OM\n`,
			'a.psci',
			nothing,
		);
		expect(diagnostics.map(({ place, code }) => [place.line, code])).toEqual([
			[5, 'syntax'],
			[6, 'unknown-name'],
		]);
	});

	test('indentation that opens nothing', () => {
		expect(said('run vcpu0\n  run vcpu1')).toEqual([
			'error syntax 2:3 this line is indented, but the line before opens no block',
		]);
		expect(said('repeat 3\nrun vcpu1')).toEqual(['error syntax 1:1 indented lines have to follow']);
	});
});

describe('includes', () => {
	const files: Readonly<Record<string, string>> = {
		'/w/a/two.psci': 'machine\n  vcpus 2\nconst ENTRY = pad3\n',
		'/w/a/loop.psci': 'include "again.psci"\n',
		'/w/a/again.psci': 'include "loop.psci"\n',
		'/w/bad.psci': 'run vcpu0 vcpu1\n',
	};
	const compile = (text: string) => compileScenario(text, '/w/a/main.psci', (path) => files[path]);

	test('bring constants and the machine', () => {
		const { program } = compile('include "two.psci"\nvcpu0 CPU_ON target=vcpu1 entry=ENTRY\n');
		expect(program?.machine.vcpus).toHaveLength(2);
		expect(program?.statements[0]).toMatchObject({ operation: { x: [{}, {}, { value: 0x400004c0n }, {}] } });
	});
	test.each([
		['"/etc/passwd"', 'is no path below this file'],
		['"file:///etc/passwd"', 'is no path below this file'],
		['"..\\\\x.psci"', 'is no path below this file'],
		['"../../../x.psci"', 'is no path below this file'],
		['"missing.psci"', 'cannot be read'],
		['"main.psci"', 'includes this file in turn'],
	])('%s', (path, message) => {
		expect(compile(`include ${path}\n`).diagnostics.map((d) => d.message)).toEqual([
			expect.stringContaining(message),
		]);
	});
	test('loops end, and are told where they close', () => {
		expect(compile('include "loop.psci"\n').diagnostics.map(({ place, code }) => [place.file, code])).toEqual(
			[['/w/a/again.psci', 'include']],
		);
	});
	test('mistakes in them are told in their file', () => {
		expect(compile('include "../bad.psci"\n').diagnostics[0]?.place).toMatchObject({
			file: '/w/bad.psci',
			line: 1,
		});
	});
});

describe('bounds', () => {
	test('nesting, long lines, long files and endless programs are refused, not followed', () => {
		expect(said(`let a = ${'('.repeat(5000)}1${')'.repeat(5000)}`)[0]).toContain('60 levels');
		expect(said(`let a = ${'-'.repeat(5000)}1`)[0]).toContain('syntax');
		const deep = Array.from({ length: 200 }, (_, n) => `${' '.repeat(n)}if x0 == 0`).join('\n');
		expect(said(deep).some((line) => line.includes('nested too deeply'))).toBe(true);
		expect(said('x'.repeat(1_100_000))[0]).toContain('at most 1000000 characters');
		expect(
			said('define f()\n  use f()\nvcpu0 use f()').some((line) => line.includes('would use itself for ever')),
		).toBe(true);
		const loops = Array.from({ length: 8 }, (_, n) => `${' '.repeat(n)}for a${n} in 1..1000`).join('\n');
		expect(said(`${loops}\n${' '.repeat(9)}run vcpu0`).some((line) => line.includes('too-much'))).toBe(true);
	});
});

function blocksOf(page: string): string[] {
	const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), 'utf8');
	return [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}
const blocks = [
	...blocksOf('docs/scenario-language.md').filter((block) => !block.startsWith('=>')),
	...blocksOf('README.md').filter((block) => block.startsWith('machine\n')),
];

test.each(blocks)('what the documents show is right, and comes out as it says: %s', (block) => {
	expect(blocks.length).toBe(6);
	const { program, diagnostics } = compileScenario(
		block.includes('machine\n') ? block : `${MACHINE}  policy full\n${block}`,
		'a.psci',
		() => '',
	);
	expect(diagnostics.map(({ place, message }) => `${place.line}: ${message}`)).toEqual([]);
	if (!program) throw new Error('a program');
	expect(runScenario(program)).toMatchObject({ green: true });
});

const WORDS = [
	'machine',
	'kernel 7.2',
	'vcpus 2',
	'vcpu0',
	'CPU_ON',
	'target=',
	'vcpu1',
	'=>',
	'SUCCESS',
	'exit',
	'SYSTEM_EVENT/',
	'if',
	'else',
	'repeat',
	'until',
	'==',
	'(',
	')',
	'-',
	'not',
	'x0',
	'1',
	'0x',
	'"',
	'#',
	'\n',
	'\n  ',
	'\n    ',
	'\t',
	'program',
	'define f(',
	'use',
	'linux.',
	'probe',
	'state',
	'set',
	'.',
	'for',
	'in',
	'..',
	'others',
	'include',
	',',
	'->',
	'const',
	'let',
	'on',
	'\u0000',
	'é',
	'schedule random',
];

describe('any text', () => {
	const text = fc.oneof(
		fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(' ')),
		fc.string({ maxLength: 200 }),
		fc.string({ unit: 'binary', maxLength: 100 }),
	);
	test('gives diagnostics within it, never an exception', () => {
		fc.assert(
			fc.property(text, (source) => {
				const { program, diagnostics } = compileScenario(source, 'a.psci', nothing);
				const lines = source.split(/\r\n?|\n/).length;
				for (const { place } of diagnostics) {
					expect(place.line).toBeGreaterThan(0);
					expect(place.line).toBeLessThanOrEqual(lines);
					expect(place.column).toBeGreaterThan(0);
				}
				expect(program === undefined).toBe(diagnostics.some((d) => d.severity === 'error'));
			}),
			{ numRuns: process.env.PSCI_THOROUGH ? 1000 : 400 },
		);
	});

	test('formatted is formatted, and means the same', () => {
		const plain = (source: string) => {
			const { program } = compileScenario(source, 'a.psci', nothing);
			return (
				program &&
				JSON.stringify(program.statements, (key, value) =>
					key === 'place' || key === 'text' ? undefined : typeof value === 'bigint' ? `${value}` : value,
				)
			);
		};
		fc.assert(
			fc.property(text, (source) => {
				const once = formatScenario(source);
				expect(formatScenario(once)).toBe(once);
				const before = plain(source);
				if (before !== undefined) expect(plain(once)).toBe(before);
			}),
			{ numRuns: process.env.PSCI_THOROUGH ? 500 : 200 },
		);
	});
});

test('formatting indents blocks and keeps what is lined up', () => {
	expect(
		formatScenario(
			'machine\n\tvcpus   2\n\n# of the call\nrepeat 3\n      vcpu0   CPU_OFF   => blocked# why\n      if x0==1\n         wfi\nrun   vcpu1',
		),
	).toBe(
		'machine\n  vcpus 2\n\n# of the call\nrepeat 3\n  vcpu0 CPU_OFF   => blocked# why\n  if x0==1\n    wfi\nrun vcpu1\n',
	);
});
