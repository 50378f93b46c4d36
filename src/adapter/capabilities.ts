// What the adapter can do, and what each capability means for a session of PSCI calls. What is absent here is not
// served; docs/dap.md says why. setVariable and setExpression are switched on by a `capabilities` event where
// the session can be changed.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { EXCEPTION_FILTERS } from '../session/exceptions.ts';

/** The protocol's, and the requests of ours: what is in neither list is not served. */
export interface Capabilities extends DebugProtocol.Capabilities {
	readonly supportsPsciRequests: readonly string[];
}

export const CAPABILITIES: DebugProtocol.Capabilities = {
	// Breakpoints arrive after the trace is loaded, so each can be answered with the line it really stops at.
	supportsConfigurationDoneRequest: true,
	// The point of a recording: state is a function of the position, so back is as cheap as forwards.
	supportsStepBack: true,
	// `statement` and `line`: calls and changes of the machine; `instruction`: every recorded event.
	supportsSteppingGranularity: true,
	// Steps and runs of one vCPU: to its next statement, to breakpoints that it hits.
	supportsSingleThreadExecutionRequests: true,
	// The model's decisions about the call at hand.
	supportsStepInTargetsRequest: true,
	// To the event on a line: a recording allows any jump.
	supportsGotoTargetsRequest: true,
	// Back to where the guest makes the call.
	supportsRestartFrame: true,
	// A PSCI function's name (CPU_ON), one of KVM's (kvm_psci_vcpu_on), a pattern (SYSTEM_*) or an ID (0xc4000003).
	supportsFunctionBreakpoints: true,
	// `vcpu[2].mp_state == STOPPED && target_cpu == 0x1`: a filter over the positions, the same in both directions.
	supportsConditionalBreakpoints: true,
	// Hits are counted from the start of the session, whichever way one comes.
	supportsHitConditionalBreakpoints: true,
	// Printed whenever a step or run passes the place, in the order of the way.
	supportsLogPoints: true,
	// Which lines of a trace hold an event that one can stop at, which of a page a rule or clause.
	supportsBreakpointLocationsRequest: true,
	// Events that write a vCPU's mp_state, requests, owed reset, registers; the PSCI version of a VM.
	supportsDataBreakpoints: true,
	// Events at an address of the guest.
	supportsInstructionBreakpoints: true,
	// What is exceptional for PSCI: errors, calls that the specification forbids, divergence from the model, …
	exceptionBreakpointFilters: EXCEPTION_FILTERS.map(({ id, ...filter }) => ({
		filter: id,
		label: filter.label,
		description: filter.description,
		default: filter.default,
		supportsCondition: true,
		conditionDescription: filter.conditionDescription,
	})),
	supportsExceptionFilterOptions: true,
	// With the evidence: the events that show it.
	supportsExceptionInfoRequest: true,
	supportsEvaluateForHovers: true,
	supportsClipboardContext: true,
	supportsValueFormattingOptions: true,
	supportsCompletionsRequest: true,
	completionTriggerCharacters: ['.', '['],
	// Frames come in pages; a stack of ours has three at most.
	supportsDelayedStackTraceLoading: true,
	// The documents: the trace and the pages of the specification.
	supportsLoadedSourcesRequest: true,
	// The virtual machines.
	supportsModulesRequest: true,
	// The instructions that trapped; the rest of the guest's code is in no recording.
	supportsDisassembleRequest: true,
	// Reads the file again (it may have grown) and starts over, with other arguments where some are given.
	supportsRestartRequest: true,
	supportsTerminateRequest: true,
	// Whatever takes long: loading, searching, comparing, finding where breakpoints stop.
	supportsCancelRequest: true,
};
