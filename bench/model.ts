// How fast the model is, and what a retained state costs. Replays the recorded vectors in test/data and
// prints operations per second; then keeps every state of one long scenario and prints bytes per state. Another folder of
// vectors may be given.

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createVm, type Operation, profileForRelease, step, type Vm } from '../src/kvm/index.ts';
import { parseScenario } from '../src/kvm/vector.ts';

const folder = process.argv[2] ?? 'test/data/vectors';
const SECONDS = 5;

function scenarios(): { kernel: string; operations: Operation[] }[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith('.gz'))
		.flatMap((name) =>
			gunzipSync(readFileSync(`${folder}/${name}`))
				.toString('utf8')
				.trim()
				.split('\n'),
		)
		.map(parseScenario)
		.map(({ kernel, steps }) => ({ kernel, operations: steps.map((s) => s.op) }));
}

function speed(): void {
	const all = scenarios();
	let operations = 0;
	let decisions = 0;
	const start = performance.now();
	while (performance.now() - start < SECONDS * 1000) {
		for (const { kernel, operations: list } of all) {
			const profile = profileForRelease(kernel);
			if (!profile) continue;
			let vm = createVm(profile, 'all');
			for (const operation of list) {
				const made = step(vm, operation);
				vm = made.after;
				decisions += made.decisions.length;
				operations++;
			}
		}
	}
	const seconds = (performance.now() - start) / 1000;
	console.log(`${Math.round(operations / seconds).toLocaleString('en')} operations/s`);
	console.log(`${(decisions / operations).toFixed(1)} decisions per operation`);
}

/** A guest of `vcpus` vCPUs that starts and stops them again and again; every state is kept. */
function memory(vcpus: number, steps: number): void {
	const profile = profileForRelease('7.2');
	if (!profile || !globalThis.gc) {
		console.log('bytes per retained state: run node with --expose-gc');
		return;
	}
	let vm = createVm(profile);
	for (let n = 0; n < vcpus; n++) {
		vm = step(vm, { op: 'vcpu_create', vcpu: n, id: n }).after;
		vm = step(vm, {
			op: 'vcpu_init',
			vcpu: n,
			features: n === 0 ? ['PSCI_0_2'] : ['PSCI_0_2', 'POWER_OFF'],
		}).after;
	}
	globalThis.gc();
	const before = process.memoryUsage().heapUsed;
	const kept: Vm[] = [];
	for (let n = 0; n < steps; n++) {
		const target = 1 + (n % (vcpus - 1));
		const on: Operation = {
			op: 'call',
			vcpu: 0,
			isa: 'a64',
			conduit: 'hvc',
			imm: 0,
			x: [0xc4000003n, BigInt(target % 16) | (BigInt(target >> 4) << 8n), 0x40000400n, BigInt(n)],
		};
		const off: Operation = { op: 'call', vcpu: target, isa: 'a64', conduit: 'hvc', imm: 0, x: [0x84000002n] };
		vm = step(vm, n % 2 === 0 ? on : off).after;
		kept.push(vm);
	}
	globalThis.gc();
	const bytes = (process.memoryUsage().heapUsed - before) / kept.length;
	console.log(
		`${Math.round(bytes).toLocaleString('en')} bytes per retained state (${vcpus} vCPUs, ${kept.length} states)`,
	);
}

speed();
memory(4, 20_000);
memory(64, 20_000);
