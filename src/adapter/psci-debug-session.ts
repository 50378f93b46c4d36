// A session spoken as the Debug Adapter Protocol. Threads are vCPUs; the guest frame of a vCPU is a line of
// the trace; the highlighted line is the next thing to happen. Runs in Node, in a worker and in the browser:
// files come in through a FileAccessor. The requests are answered in the files named below.

import { breakpointRequests } from './breakpoint-requests.ts';
import { Conversation } from './conversation.ts';
import type { FileAccessor } from './file-accessor.ts';
import { lifeRequests } from './life.ts';
import { lookingRequests } from './looking.ts';
import { movingRequests } from './moving.ts';
import { ourRequests } from './ours.ts';
import { RequestServer } from './request-server.ts';
import type { SpecFiles } from './spec-library.ts';

export class PsciDebugSession extends RequestServer {
	constructor(files: FileAccessor, spec?: SpecFiles) {
		super();
		const conversation = new Conversation(files, spec, (event, body) => this.emitEvent(event, body));
		this.serve({
			...lifeRequests(conversation, () => this.emit('disconnected')),
			...breakpointRequests(conversation),
			...movingRequests(conversation),
			...lookingRequests(conversation),
			...ourRequests(conversation),
		});
	}
}
