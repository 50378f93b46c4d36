// What the adapter can do, and what each capability means for a session of PSCI calls. What is absent
// here is not served.

import type { DebugProtocol } from '@vscode/debugprotocol';

export const CAPABILITIES: DebugProtocol.Capabilities & { supportsPsciState: boolean } = {
	// Breakpoints arrive after the trace is loaded, so each can be answered with the line it really stops at.
	supportsConfigurationDoneRequest: true,
	// The point of a recording: state is a function of the position, so back is as cheap as forwards.
	supportsStepBack: true,
	// `statement` and `line`: calls and changes of the machine; `instruction`: every recorded event.
	supportsSteppingGranularity: true,
	// A PSCI function's name (CPU_ON), a pattern (SYSTEM_*) or its ID (0xc4000003).
	supportsFunctionBreakpoints: true,
	// `vcpu[2].mp_state == STOPPED && target_cpu == 0x1`: a filter over the positions, the same in both directions.
	supportsConditionalBreakpoints: true,
	// Which lines of a trace hold an event that one can stop at.
	supportsBreakpointLocationsRequest: true,
	// To the event on a line: a recording allows any jump.
	supportsGotoTargetsRequest: true,
	supportsEvaluateForHovers: true,
	supportsClipboardContext: true,
	// Reads the file again (it may have grown) and starts over.
	supportsRestartRequest: true,
	supportsTerminateRequest: true,
	// Loading a large trace can be cancelled.
	supportsCancelRequest: true,
	// All stack frames of a vCPU are made at once: they are few.
	supportsDelayedStackTraceLoading: false,
	// Our own: `psci/state` answers with what the session panel shows.
	supportsPsciState: true,
};
