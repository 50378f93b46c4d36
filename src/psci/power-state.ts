// The power_state argument of CPU_SUSPEND in its two encodings (DEN0022 F.b, 5.4.2.1 and 5.4.2.2).
// Which one a platform uses is bit 1 of PSCI_FEATURES(CPU_SUSPEND).

export interface OriginalPowerState {
	readonly format: 'original';
	/** bits 25:24: the highest level that goes down with the core */
	readonly powerLevel: number;
	readonly stateType: 'standby' | 'powerdown';
	/** bits 15:0, the platform's number for the state */
	readonly stateId: number;
	/** bits that must be zero and are not */
	readonly reserved: number;
}

export interface ExtendedPowerState {
	readonly format: 'extended';
	readonly stateType: 'standby' | 'powerdown';
	/** bits 27:0 */
	readonly stateId: number;
	readonly reserved: number;
}

export type PowerState = OriginalPowerState | ExtendedPowerState;

const ORIGINAL_MBZ = 0xfcfe0000;
const EXTENDED_MBZ = 0xb0000000;

/** `value` is the low 32 bits of the argument. Total and lossless: encodePowerState gives it back. */
export function decodePowerState(value: number, format: PowerState['format']): PowerState {
	if (format === 'original')
		return {
			format,
			powerLevel: (value >>> 24) & 3,
			stateType: value & 0x10000 ? 'powerdown' : 'standby',
			stateId: value & 0xffff,
			reserved: (value & ORIGINAL_MBZ) >>> 0,
		};
	return {
		format,
		stateType: value & 0x40000000 ? 'powerdown' : 'standby',
		stateId: value & 0x0fffffff,
		reserved: (value & EXTENDED_MBZ) >>> 0,
	};
}

export function encodePowerState(state: PowerState): number {
	if (state.format === 'original') {
		const type = state.stateType === 'powerdown' ? 0x10000 : 0;
		return ((state.powerLevel << 24) | type | state.stateId | state.reserved) >>> 0;
	}
	const type = state.stateType === 'powerdown' ? 0x40000000 : 0;
	return (type | state.stateId | state.reserved) >>> 0;
}

/** In words: `powerdown, level 1, StateID 0x2`. */
export function powerStateText(state: PowerState): string {
	const level = state.format === 'original' ? `, level ${state.powerLevel}` : '';
	const reserved = state.reserved ? `, reserved bits 0x${state.reserved.toString(16)} set` : '';
	return `${state.stateType}${level}, StateID 0x${state.stateId.toString(16)}${reserved}`;
}
