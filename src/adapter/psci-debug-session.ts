// A session spoken as the Debug Adapter Protocol. Threads are vCPUs and the VMM; the guest frame of a vCPU is a
// line of the trace; the highlighted line is the next thing to happen. Runs in Node, in a worker and in the
// browser: files come in through a FileAccessor. The requests are answered in the files named below.

import { branchRequests } from './branches.ts';
import { breakpointRequests } from './breakpoint-requests.ts';
import { CAPABILITIES } from './capabilities.ts';
import { Conversation } from './conversation.ts';
import { documentRequests } from './documents.ts';
import { evaluatingRequests } from './evaluating.ts';
import type { FileAccessor } from './file-accessor.ts';
import { lifeRequests } from './life.ts';
import { LiveScenarios } from './live-scenarios.ts';
import { lookingRequests } from './looking.ts';
import { movingRequests } from './moving.ts';
import { ourRequests } from './ours.ts';
import { PANEL_QUESTION, panelRequests } from './panel-requests.ts';
import { type Handler, RequestServer } from './request-server.ts';
import type { SpecFiles } from './spec-library.ts';
import { targetRequests } from './targets.ts';

/** What must reach the adapter while it is busy with something else. */
const AT_ONCE = ['initialize', 'cancel', 'pause', 'disconnect', 'terminate', 'threads', PANEL_QUESTION];

export class PsciDebugSession extends RequestServer {
	/** called when the client has taken its leave */
	onDisconnected: (() => void) | undefined;

	readonly #conversation: Conversation;

	/** `scenarios`: those that a client can attach to; whoever makes several sessions gives all of them the same. */
	constructor(files: FileAccessor, spec?: SpecFiles, scenarios = new LiveScenarios()) {
		super();
		const conversation = new Conversation(
			files,
			spec,
			(event, body) => this.emitEvent(event, body),
			(work) => this.inTurn(work),
		);
		this.#conversation = conversation;
		const ours = {
			...ourRequests(conversation),
			...branchRequests(conversation),
			...panelRequests(conversation),
		};
		const handlers: Record<string, Handler> = {
			...lifeRequests(conversation, scenarios, {
				capabilities: { ...CAPABILITIES, supportsPsciRequests: Object.keys(ours) },
				isBusy: () => this.busy,
				cancel: (request) => this.abort(request),
				end: () => this.onDisconnected?.(),
			}),
			...breakpointRequests(conversation),
			...movingRequests(conversation),
			...targetRequests(conversation),
			...lookingRequests(conversation),
			...evaluatingRequests(conversation, (request) => handlers[request]),
			...documentRequests(conversation),
			...ours,
		};
		this.serve(handlers, AT_ONCE);
	}

	/** The client is gone, with or without its leave. */
	override dispose(): void {
		this.#conversation.depart();
		super.dispose();
	}
}
