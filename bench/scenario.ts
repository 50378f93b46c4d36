// How fast scenarios run and are explored, and what a state costs. Statements: guest calls, interrupts and checks
// of a loop. Times are processor time. States: three and four vCPUs that start, ask for and stop each other, with the reduction and without.

import { type Exploration, explore } from '../src/scenario/explore.ts';
import { compileScenario } from '../src/scenario/language/compile.ts';
import type { Program } from '../src/scenario/program.ts';
import { runScenario } from '../src/scenario/run.ts';
import { SimulatedSession } from '../src/session/simulated-session.ts';

function compiled(text: string): Program {
	const { program, diagnostics } = compileScenario(text, 'bench.psci', () => undefined);
	if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
	return program;
}

const LOOP = `machine
  vcpus 4
for cpu in others
  vcpu0 CPU_ON target=cpu entry=pad0 => SUCCESS
repeat 3000
  vcpu1 CPU_OFF => blocked
  vcpu0 AFFINITY_INFO target=vcpu1 => OFF
  vcpu0 CPU_ON target=vcpu1 entry=pad0 => SUCCESS
  irq vcpu2
  vcpu2 CPU_SUSPEND => SUCCESS
  irq vcpu2 off
  state vcpu1 RUNNABLE
`;

/** All but the last ask for things of their own, then start the last one, which goes off again and again. */
const RACE = (vcpus: number, rounds: number) => `machine
  vcpus ${vcpus}
for cpu in others
  vcpu0 CPU_ON target=cpu entry=pad0 => SUCCESS
${Array.from(
	{ length: vcpus - 1 },
	(_, n) => `program vcpu${n}
  repeat ${rounds}
    PSCI_VERSION
    PSCI_FEATURES function=CPU_ON
    CPU_ON target=vcpu${vcpus - 1} entry=pad1
`,
).join('')}program vcpu${vcpus - 1}
  repeat ${rounds}
    PSCI_VERSION
    CPU_OFF
`;

/** With what the heap held when the pass last gave way, which is what its states cost. */
function exhausted(pass: Generator<number, Exploration>, yields: number) {
	collect();
	const before = process.memoryUsage().heapUsed;
	let bytes = 0;
	for (let n = 1; ; n++) {
		const { done, value } = pass.next();
		if (done) return { found: value, yields: n - 1, bytes };
		if (n === yields) {
			collect();
			bytes = (process.memoryUsage().heapUsed - before) / value;
		}
	}
}

/** Seconds of processor time, which other work on the machine does not lengthen. */
const now = () => {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
};
const seconds = (from: number) => now() - from;
const collect = () => (globalThis as { gc?: () => void }).gc?.();

const loop = compiled(LOOP);
runScenario(loop);
let from = now();
const run = runScenario(loop);
const statements = run.steps.filter(({ first, by }) => first && by === 'statement').length;
console.log(
	`run: ${statements} statements in ${seconds(from).toFixed(2)} s, ${Math.round(statements / seconds(from))} a second`,
);
from = now();
const session = new SimulatedSession(run, LOOP);
console.log(`session: ${session.length} events made in ${seconds(from).toFixed(2)} s`);

for (const [vcpus, rounds] of [
	[3, 4],
	[4, 3],
] as const)
	for (const reduction of [true, false]) {
		const program = compiled(RACE(vcpus, rounds));
		from = now();
		const { found, yields } = exhausted(explore(program, { reduction, limit: 100_000 }), -1);
		const took = seconds(from);
		const { bytes } = exhausted(explore(program, { reduction, limit: 100_000 }), yields);
		const orders = found.interleavings === undefined ? '' : `, ${found.interleavings} interleavings`;
		console.log(
			`explore ${vcpus} vCPUs × ${rounds} ${reduction ? 'reduced' : 'in full'}: ${found.states} states${found.complete ? '' : ' (limit)'}, ${found.turns} turns${orders} in ${took.toFixed(2)} s: ${Math.round(found.states / took)} states a second, ${yields > 0 ? Math.round(bytes) : '?'} bytes each`,
		);
	}
