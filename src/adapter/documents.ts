// What is behind the session: its documents, its virtual machines as modules, the guest's code and memory as far
// as a recording has them, and where a value was written.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { addressOf } from './address.ts';
import type { Conversation } from './conversation.ts';
import { instructionsAt } from './disassembly.ts';
import { badArguments, noCode, noMemory, staleReference } from './errors.ts';
import type { Answer, Handler } from './request-server.ts';

export function documentRequests(conversation: Conversation): Record<string, Handler> {
	return {
		loadedSources: () => loadedSources(conversation),
		source: async (args: DebugProtocol.SourceArguments) => {
			const { sources } = conversation.launched('source');
			return { body: await sources.text(args) };
		},
		modules: (args: DebugProtocol.ModulesArguments) => modules(conversation, args),
		locations: (args: DebugProtocol.LocationsArguments) => location(conversation, args),
		disassemble: (args: DebugProtocol.DisassembleArguments, signal) =>
			disassemble(conversation, args, signal),
		readMemory: () => {
			throw noMemory();
		},
	};
}

/** The trace, what a scenario includes and the libraries, and the pages of the specification. */
function loadedSources({ client, debuggee }: Conversation): Answer {
	if (!debuggee) return { body: { sources: [] } };
	const { sources } = debuggee;
	const pages = sources.spec.index.pages.map(({ name }) => sources.page(name));
	const others = (debuggee.session.trace.otherFiles ?? []).map((file) => sources.beside(file));
	return { body: { sources: [sources.trace, ...others, ...pages].map((source) => client.source(source)) } };
}

function modules(conversation: Conversation, args: DebugProtocol.ModulesArguments): Answer {
	const { session } = conversation.launched('modules');
	const vms = [...new Set(session.vcpus.map(({ vm }) => vm))];
	const all = vms.map((vm): DebugProtocol.Module => {
		const { kvm, vcpus = [] } = session.trace.vms[vm] ?? {};
		return {
			id: vm,
			name: vms.length > 1 ? `VM ${vm}` : 'Virtual machine',
			version: `KVM of ${session.kernel.profile.name}, ${vcpus.length} vCPUs`,
			...(kvm === undefined ? {} : { addressRange: `struct kvm at 0x${kvm.toString(16)}` }),
		};
	});
	const start = Math.max(0, args.startModule ?? 0);
	const page = all.slice(start, args.moduleCount ? start + args.moduleCount : undefined);
	return { body: { modules: page, totalModules: all.length } };
}

/** The line of the event that wrote a value: references are its row, from 1. */
function location(
	conversation: Conversation,
	{ locationReference }: DebugProtocol.LocationsArguments,
): Answer {
	const { client } = conversation;
	const { session, sources } = conversation.launched('locations');
	const row = locationReference - 1;
	if (row < 0 || row >= session.length) throw staleReference(locationReference);
	const line = client.toLine(session.trace.events.line(row));
	return { body: { source: client.source(sources.trace), line, column: client.toColumn(1) } };
}

async function disassemble(
	conversation: Conversation,
	args: DebugProtocol.DisassembleArguments,
	signal: AbortSignal,
): Promise<Answer> {
	const { session } = conversation.launched('disassemble');
	const { memoryReference, offset, instructionOffset = 0, instructionCount } = args;
	const address = addressOf(memoryReference, offset);
	if (address === undefined)
		throw badArguments('disassemble', 'memoryReference: a guest address such as 0x40080000');
	if (instructionCount < 0 || instructionCount > 10_000)
		throw badArguments('disassemble', 'instructionCount: 0 to 10000');
	const first = address + 4n * BigInt(instructionOffset);
	const instructions = await instructionsAt(session, first, instructionCount, signal);
	if (instructions.every(({ presentationHint }) => presentationHint === 'invalid'))
		throw noCode(`0x${address.toString(16)}`);
	return { body: { instructions } };
}
