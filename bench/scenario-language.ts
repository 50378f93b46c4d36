// How fast scenarios are read: the first one (which makes the parser), and lines per second after that. Processor
// time, so that a busy machine does not matter.

import { compileScenario } from '../src/scenario/language/compile.ts';

const LINES = [
	'vcpu0 CPU_ON target=vcpu1 entry=pad0 context=7 => SUCCESS',
	'vcpu0 hvc 0x84000003 1 2 3 => ALREADY_ON',
	'run vcpu1 => returns',
	'state vcpu1 RUNNABLE',
	'expect vcpu1.X0 == 7 and machine is running',
	'set vcpu1.mp_state STOPPED',
	'vcpu0 AFFINITY_INFO target=vcpu1 level=0 => OFF or ON_PENDING',
];
const MACHINE = 'machine\n  kernel 7.2\n  vcpus 4\n';

function compile(lines: number): number {
	const text = MACHINE + Array.from({ length: lines }, (_, n) => `${LINES[n % LINES.length]}\n`).join('');
	const began = process.cpuUsage();
	const { program } = compileScenario(text, 'bench.psci', () => undefined);
	if (program?.statements.length !== lines) throw new Error('the scenario is right');
	const { user, system } = process.cpuUsage(began);
	return (user + system) / 1000;
}

console.log(`first scenario of ${LINES.length} lines: ${compile(LINES.length).toFixed(0)} ms`);
compile(500);
const took = compile(2000);
console.log(`${((2000 / took) * 1000).toFixed(0)} lines/s compiled (2000 lines in ${took.toFixed(0)} ms)`);
