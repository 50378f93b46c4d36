// Passing over many events at once gives the state that applying each of them gives, to the last provenance.
// Vacuous if nothing were passed over: the last test counts how little is applied.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedSession } from '../../../src/session/recorded-session.ts';
import { Replay } from '../../../src/session/replay.ts';
import type { MachineState } from '../../../src/session/state.ts';
import { applyEvent, EXAMPLES, openExample, openText } from './example.ts';

/** The state before each row, event by event. */
function straight({ trace, calls, length }: RecordedSession, start: MachineState): MachineState[] {
	const states = [start];
	for (let row = 0; row < length; row++) {
		const state = states[row];
		if (state) states.push(applyEvent(state, trace, calls, row));
	}
	return states;
}

function expectSame(session: RecordedSession, spans: number): void {
	const states = straight(session, session.stateAt(0));
	fc.assert(
		fc.property(fc.nat(session.length), fc.nat(session.length), (a, b) => {
			const from = Math.min(a, b);
			const to = Math.max(a, b);
			const start = states[from];
			if (!start) throw new Error(`no state ${from}`);
			const replay = new Replay(start, session.trace, session.calls);
			replay.run(from, to);
			expect(replay.state).toEqual(states[to]);
		}),
		{ numRuns: spans },
	);
}

it.each(EXAMPLES)('%s', async (name) => {
	expectSame(await openExample(name), 60);
});

const hex = (value: number) => value.toString(16).padStart(16, '0');
const PAYLOADS: readonly ((vcpu: number, i: number) => string)[] = [
	(_, i) => `kvm_entry: PC: 0x${hex(i)}`,
	(_, i) => `kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0x${hex(i)}`,
	(_, i) => `kvm_exit: TRAP: HSR_EC: 0x0017 (SMC64), PC: 0x${hex(i)}`,
	(_, i) => `kvm_hvc_arm64: HVC at 0x${hex(i)} (r0: 0x84000000, imm: 0x0)`,
	(vcpu) =>
		`call: (kvm_smccc_call_handler+0x0/0x8) kvm=0xffff000000000001 vcpu=${vcpu} x0=0xc4000003 x1=0x1 x2=0x40 x3=0x7`,
	(vcpu) => `ret: (f <- g) kvm=0xffff000000000001 vcpu=${vcpu} ret=1 x0=0x10001 x1=0x0 x2=0x0 x3=0x0`,
	(vcpu) => `cpu_on_ret: (f <- g) kvm=0xffff000000000001 vcpu=${vcpu} ret=0`,
	(vcpu) => `power_off: (f+0x0) kvm=0xffff000000000001 vcpu=${vcpu}`,
	(vcpu) => `reset: (f+0x0) kvm=0xffff000000000001 vcpu=${vcpu} pending=1 pc=0x40 r0=0x7 be=0`,
	(vcpu) => `set_mp_state: (f+0x0) kvm=0xffff000000000001 vcpu=${vcpu} state=3`,
	(vcpu) => `system_event: (f+0x0) kvm=0xffff000000000001 vcpu=${vcpu} type=2 flags=0x0`,
	() => 'kvm_userspace_exit: reason KVM_EXIT_SYSTEM_EVENT (24)',
	() => 'kvm_userspace_exit: reason KVM_EXIT_MMIO (6)',
];

const made = fc.array(fc.record({ vcpu: fc.nat(2), payload: fc.nat(PAYLOADS.length + 11) }), {
	minLength: 20,
	maxLength: 150,
});

const textOf = (events: readonly { vcpu: number; payload: number }[]) =>
	events
		.map(({ vcpu, payload }, i) => {
			// Entries and exits are most of any recording.
			const text = PAYLOADS[payload < PAYLOADS.length ? payload : payload % 2]?.(vcpu, i) ?? '';
			return ` CPU ${vcpu}/KVM-${10 + vcpu} [00${vcpu}] ..... ${i + 1}.000000: ${text}\n`;
		})
		.join('');

describe('anything', () => {
	it('that events may be, in any order', async () => {
		await fc.assert(
			fc.asyncProperty(made, async (events) => {
				const session = await openText(`# tracer: nop\n#\n${textOf(events)}`);
				expect(session.length).toBe(events.length);
				expectSame(session, 12);
			}),
			{ numRuns: 60 },
		);
	});
});

it('looks at few of the entries and exits', async () => {
	const events = Array.from({ length: 10_000 }, (_, i) => ({ vcpu: i % 3, payload: Math.floor(i / 3) % 2 }));
	const session = await openText(`# tracer: nop\n#\n${textOf(events)}`);
	const replay = new Replay(session.stateAt(0), session.trace, session.calls);
	replay.run(0, session.length);
	expect(replay.applied).toBeLessThanOrEqual(3 * 4);
});
