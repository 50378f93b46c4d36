// A launch configuration, looked at before anything is opened: what cannot be is said in words.

import { scheduleNamed } from '../scenario/schedule-text.ts';
import {
	CAPABILITY_NAMES,
	type ConfiguredMachine,
	KERNEL_NAMES,
	kernelNamed,
	psciVersionNamed,
} from '../session/settings.ts';
import { noProgram, unknownKernel, unknownSchedule, unusableSetting } from './errors.ts';
import type { LaunchArguments } from './launch-arguments.ts';

export type CheckedArguments = LaunchArguments & { readonly program: string };

/** The arguments, where a session can be tried with them; throws what is wrong with them. */
export function checkedArguments(args: LaunchArguments): CheckedArguments {
	const { program, kernel, schedule } = args;
	if (typeof program !== 'string' || program === '') throw noProgram();
	if (kernel !== undefined && !kernelNamed(String(kernel))) throw unknownKernel(String(kernel), KERNEL_NAMES);
	configuredMachine(args);
	if (schedule !== undefined && !scheduleNamed(String(schedule))) throw unknownSchedule(String(schedule));
	return { ...args, program };
}

/** What the arguments say of the machine besides the kernel; throws what is wrong with it. */
export function configuredMachine({ psciVersion, capabilities }: LaunchArguments): ConfiguredMachine {
	const version = psciVersion === undefined ? undefined : psciVersionNamed(String(psciVersion));
	if (psciVersion !== undefined && version === undefined)
		throw unusableSetting('psciVersion', psciVersion, 'a version from "0.1" to "1.3"');
	const known = (name: unknown) => CAPABILITY_NAMES.includes(String(name));
	if (capabilities !== undefined && !(Array.isArray(capabilities) && capabilities.every(known)))
		throw unusableSetting('capabilities', capabilities, `a list of ${CAPABILITY_NAMES.join(', ')}`);
	return {
		...(version === undefined ? {} : { psciVersion: version }),
		...(capabilities === undefined ? {} : { capabilities }),
	};
}
