// The state at a row as a pass: where a recording has not been replayed up to there, that takes long.

import type { Session } from './session.ts';
import type { MachineState } from './state.ts';

export function* reached(session: Session, row: number): Generator<number, MachineState> {
	if (session.warming) yield* session.warming(row);
	return session.stateAt(row);
}
