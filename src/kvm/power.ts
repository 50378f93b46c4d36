// Stopping vCPUs: CPU_OFF, and the system events that stop them all (psci.c, arm.c).

import { SYSTEM_EVENT, type SystemEvent } from './answer.ts';
import { changeVcpu, decide, makeRequest, type Path } from './path.ts';
import { MP_STATE } from './vcpu.ts';

/** mp_state STOPPED and a request to sleep (kvm_arm_vcpu_power_off). */
export function powerOff(path: Path, index: number): void {
	changeVcpu(path, index, { mpState: MP_STATE.STOPPED });
	makeRequest(path, index, 'SLEEP');
}

/** CPU_OFF. SUCCESS goes to x0 all the same; a vCPU that stays off never sees it. */
export function cpuOff(path: Path, index: number): void {
	const others = path.vm.vcpus.filter((v) => v.index !== index && v.mpState !== MP_STATE.STOPPED).length;
	decide(path, 'cpu_off.stops', index, 'stopped', { others_not_stopped: others });
	powerOff(path, index);
}

/** SYSTEM_OFF, RESET, OFF2, RESET2: all vCPUs stop, and KVM_RUN returns (kvm_prepare_system_event). */
export function systemEvent(
	path: Path,
	index: number,
	type: 'SHUTDOWN' | 'RESET',
	flags: bigint,
): SystemEvent {
	if (path.vm.profile.behaviours.systemEventStops) {
		decide(path, 'system_event.stops_all', index, `exit ${type}`, { type: SYSTEM_EVENT[type], flags });
		for (const vcpu of path.vm.vcpus) powerOff(path, vcpu.index);
	}
	return event(path, SYSTEM_EVENT[type], 1, flags);
}

/** The exit as this kernel lays it out: without a data count, its place holds padding, which is 0. */
export function event(path: Path, type: number, ndata: number, data0: bigint): SystemEvent {
	const counted = path.vm.profile.behaviours.systemEventData === 'ndata';
	return { outcome: 'system_event', type, ndata: counted ? ndata : 0, data0 };
}
