// Calls that break what the documents ask of their caller. Each breach names its clause; an error that the
// caller could not foresee (ALREADY_ON) is no breach.

import { MP_STATE } from '../../kvm/index.ts';
import type { DecodedCall } from '../../psci/call.ts';
import { strayAffinityBits } from '../../psci/mpidr.ts';
import { decodePowerState } from '../../psci/power-state.ts';
import { OFF_TYPES, SUSPEND_MODES, VENDOR_RESET_START } from '../../psci/states.ts';
import { hex } from '../inspect.ts';
import { reached } from '../reached.ts';
import { callText, type RecordedCall, recordedCall } from '../recorded-call.ts';
import type { Session } from '../session.ts';
import { atRow, type Evidence, type FoundException, type Search } from './found.ts';

interface Breach {
	readonly clause: string;
	readonly says: string;
	readonly evidence?: readonly Evidence[];
}

export function* forbiddenCalls(session: Session): Search {
	const found: FoundException[] = [];
	for (let index = 0; index < session.calls.length; index++) {
		if (index % 8 === 7) yield index;
		const call = recordedCall(session, index);
		if (call?.call?.name === 'SYSTEM_SUSPEND') yield* reached(session, call.rows.site);
		const breach = call && breachOf(session, call);
		if (!breach) continue;
		const { site, entry, vcpu } = call.rows;
		found.push({
			filterId: 'forbidden-call',
			id: breach.clause,
			description: `${callText(call)} by vCPU ${vcpu}: ${breach.says}`,
			details: [{ row: entry >= 0 ? entry : site, text: callText(call) }, ...(breach.evidence ?? [])],
			position: atRow(site),
		});
	}
	return found;
}

function breachOf(session: Session, recorded: RecordedCall): Breach | undefined {
	const { call, rows } = recorded;
	const site = session.trace.events.detail(rows.site);
	if (call && site.kind === 'kvm_hvc_arm64' && site.imm !== 0n)
		return {
			clause: 'smccc.immediate',
			says: `HVC #${site.imm}, where the convention asks for the immediate 0`,
		};
	if (!call?.fn) return undefined;
	return brokenArgument(call) ?? (call.name === 'SYSTEM_SUSPEND' ? othersOn(session, recorded) : undefined);
}

/** An argument that has a value which its clause does not allow. */
function brokenArgument(call: DecodedCall): Breach | undefined {
	const value = (name: string) => call.arguments.find((a) => a.name === name)?.value ?? 0n;
	switch (call.name) {
		case 'CPU_ON': {
			const stray = strayAffinityBits(value('target_cpu'));
			return stray === 0n
				? undefined
				: {
						clause: 'CPU_ON.prototype',
						says: `bits ${hex(stray)} of target_cpu are no affinity and must be zero`,
					};
		}
		case 'CPU_SUSPEND': {
			// KVM answers PSCI_FEATURES(CPU_SUSPEND) with 0: the original format.
			const { reserved } = decodePowerState(Number(value('power_state')), 'original');
			return reserved === 0
				? undefined
				: {
						clause: 'CPU_SUSPEND.power_state_original',
						says: `bits ${hex(BigInt(reserved))} of power_state must be zero`,
					};
		}
		case 'SYSTEM_OFF2': {
			const [type, cookie] = call.arguments;
			if (type?.value !== undefined && !OFF_TYPES.some((known) => known.value === type.value))
				return { clause: 'SYSTEM_OFF2.prototype', says: `there is no off type ${hex(type.value)}` };
			return cookie?.value
				? { clause: 'SYSTEM_OFF2.prototype', says: `the cookie is ${hex(cookie.value)} and must be zero` }
				: undefined;
		}
		case 'SYSTEM_RESET2': {
			const type = value('reset_type');
			return type === 0n || type >= VENDOR_RESET_START
				? undefined
				: {
						clause: 'SYSTEM_RESET2.architectural',
						says: `architectural reset type ${hex(type)} is reserved`,
					};
		}
		case 'PSCI_SET_SUSPEND_MODE': {
			const mode = call.arguments[0]?.value;
			return mode === undefined || SUSPEND_MODES.some((known) => known.value === mode)
				? undefined
				: { clause: 'PSCI_SET_SUSPEND_MODE.prototype', says: `there is no suspend mode ${hex(mode)}` };
		}
		default:
			return undefined;
	}
}

/** SYSTEM_SUSPEND while another vCPU is known to be on. */
function othersOn(session: Session, { rows }: RecordedCall): Breach | undefined {
	const on = session
		.stateAt(rows.site)
		.vcpus.filter((v) => v.vm === rows.vm && v.id !== rows.vcpu && v.mpState?.value === MP_STATE.RUNNABLE);
	if (on.length === 0) return undefined;
	return {
		clause: 'SYSTEM_SUSPEND.caller',
		says: `all other cores must be off, and vCPU ${on.map(({ id }) => id).join(', ')} is on`,
		evidence: on.flatMap(({ id, mpState }) =>
			mpState ? { row: mpState.row, text: `vCPU ${id} is RUNNABLE since here` } : [],
		),
	};
}
