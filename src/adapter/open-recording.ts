// A recording becomes a session: read whole where it is small or more is asked of it than its events, else from its
// beginning on.

import { addConsoles } from '../session/consoles/open-consoles.ts';
import { type Growth, openGrowing } from '../session/growing-session.ts';
import { oneVm } from '../session/one-vm.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import type { Session } from '../session/session.ts';
import { kernelNamed } from '../session/settings.ts';
import { sliced } from '../session/sliced.ts';
import { vmName, vmNamed } from '../session/vm-names.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { type OpenOptions, openTrace } from '../trace/open.ts';
import type { Trace } from '../trace/trace.ts';
import { type CheckedArguments, configuredMachine } from './checked-arguments.ts';
import { cannotRead, unusableSetting } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';

/** A session, and what gives its file back: details are read from that for as long as it is debugged. */
export interface Opened {
	readonly session: Session;
	/** of a session that is there before its recording is read, or made, to the end */
	readonly growth?: Growth;
	close(): Promise<void>;
}

/** A recording up to this size is read at once: one sees no beginning of it. */
const READ_AT_ONCE = 0x40_0000;

export function openRecording(
	source: ByteSource,
	args: CheckedArguments,
	files: FileAccessor,
	options: OpenOptions,
	follow: boolean,
): Promise<Opened> {
	// How the clock of a console runs is only known at the end, and so is that there is no such VM; one that is followed waits for it.
	const consoles = (args.consoles?.length ?? 0) > 0;
	if (follow && consoles) throw unusableSetting('follow', true, 'no "consoles" beside it');
	const needsAll = consoles || args.vm !== undefined;
	return follow || (source.size > READ_AT_ONCE && !needsAll)
		? openBeginning(source, args, options, follow)
		: openWhole(source, args, files, options);
}

async function openWhole(
	source: ByteSource,
	args: CheckedArguments,
	files: FileAccessor,
	options: OpenOptions,
): Promise<Opened> {
	const whole = await openTrace(source, { ...options, staysOpen: true });
	const refused = refusal(whole);
	if (refused) throw refused;
	const vm = args.vm === undefined ? undefined : chosenVm(whole, args.vm);
	const trace = vm === undefined ? whole : await sliced(oneVm(whole, vm), options.signal);
	const shown = await withConsolesOf(trace, args.consoles ?? [], vm, files, options);
	const kernel = kernelNamed(args.kernel ?? '');
	const session = await RecordedSession.open(shown, kernel, options.signal, configuredMachine(args));
	return { session, close: async () => source.close?.() };
}

/** Goes on being read behind what there is; with `follow`, for as long as it is debugged. */
async function openBeginning(
	source: ByteSource,
	args: CheckedArguments,
	options: OpenOptions,
	follow: boolean,
): Promise<Opened> {
	const kernel = kernelNamed(args.kernel ?? '');
	const { vm } = args;
	const growth = await openGrowing(source, {
		...options,
		...(vm === undefined ? {} : { vm: (trace: Trace) => vmNamed(trace, vm) }),
		...(kernel ? { kernel } : {}),
		configured: configuredMachine(args),
		follow,
	});
	// What is left out at the end of a file is known only there: of one that is read already it is said now.
	const refused = growth.isFinished ? refusal(growth.session.trace) : undefined;
	if (refused) throw refused;
	const close = async () => {
		await growth.stop();
		await source.close?.();
	};
	return { session: growth.session, growth, close };
}

function chosenVm(trace: Trace, wanted: string | number): number {
	const vm = vmNamed(trace, wanted);
	if (vm === undefined)
		throw unusableSetting(
			'vm',
			wanted,
			`one of: ${trace.vms.map((_, index) => vmName(trace, index)).join(', ')}`,
		);
	return vm;
}

async function withConsolesOf(
	trace: Trace,
	consoles: readonly string[],
	vm: number | undefined,
	files: FileAccessor,
	{ signal }: OpenOptions,
): Promise<Trace> {
	if (!Array.isArray(consoles)) throw unusableSetting('consoles', consoles, 'a list of files');
	const sources: ByteSource[] = [];
	try {
		for (const name of consoles as readonly string[])
			sources.push(
				await files.open(name).catch((error: unknown) => {
					throw cannotRead(name, error instanceof Error ? error.message : String(error));
				}),
			);
		return await addConsoles(trace, sources, {
			...(vm === undefined ? {} : { vm }),
			...(signal ? { signal } : {}),
		});
	} finally {
		for (const source of sources) await source.close?.();
	}
}
