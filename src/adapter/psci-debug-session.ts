// A recorded session spoken as the Debug Adapter Protocol. Threads are vCPUs; the guest frame of a vCPU
// is a line of the trace; the highlighted line is the next thing to happen. Runs in Node, in a worker
// and in the browser: files come in through a FileAccessor.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { Cursor, type Granularity, type Stop } from '../session/cursor.ts';
import { decisionValues } from '../session/decision-values.ts';
import { evaluate } from '../session/evaluate.ts';
import { originText, type Value } from '../session/inspect.ts';
import { RecordedSession } from '../session/recorded-session.ts';
import { KERNEL_NAMES, kernelNamed } from '../session/settings.ts';
import type { VcpuState } from '../session/state.ts';
import { vcpuName, viewAt } from '../session/view.ts';
import type { ByteSource } from '../trace/byte-source.ts';
import { refusal } from '../trace/nothing-to-debug.ts';
import { openTrace } from '../trace/open.ts';
import { TraceError } from '../trace/trace-error.ts';
import {
	Breakpoints,
	type ResolvedBreakpoint,
	resolveFunction,
	resolveLine,
	resolveRule,
	withCondition,
} from './breakpoints.ts';
import { callLog } from './call-log.ts';
import { CAPABILITIES } from './capabilities.ts';
import {
	badArguments,
	cannotEvaluate,
	cannotRead,
	loadCancelled,
	noProgram,
	notATrace,
	notLaunched,
	unknownFrame,
	unknownKernel,
} from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import { type Frame, framesOf } from './frames.ts';
import { LoadProgress } from './load-progress.ts';
import { References } from './references.ts';
import { type Answer, type Handler, RequestServer } from './request-server.ts';
import { scopesOf } from './scopes.ts';
import { Sources } from './sources.ts';
import { anchorAtOrBelow, loadSpec, type SpecFiles, type SpecLibrary } from './spec-library.ts';

/** What a launch configuration may say. Also the schema in package.json. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
	/** Path or URI of the recorded trace. */
	readonly program?: string;
	/** Where to stand first: at the first guest call (default), or at the very first event of the recording. */
	readonly startAt?: 'firstCall' | 'firstEvent';
	/** Kernel whose KVM the model follows: a profile's name or a release, e.g. `6.12` or `6.12.107`. */
	readonly kernel?: string;
}

export class PsciDebugSession extends RequestServer {
	readonly #files: FileAccessor;
	readonly #specFiles: SpecFiles | undefined;
	readonly #breakpoints = new Breakpoints();
	readonly #variables = new References<readonly Value[]>();
	readonly #frames = new References<Frame>();
	#client: DebugProtocol.InitializeRequestArguments = { adapterID: 'psci' };
	#launch: LaunchArguments | undefined;
	#session: RecordedSession | undefined;
	#cursor: Cursor | undefined;
	#spec: SpecLibrary | undefined;
	#sources: Sources | undefined;
	/** stays open while the session lasts: details are read from it */
	#source: ByteSource | undefined;
	#loading: LoadProgress | undefined;
	#warming: AbortController | undefined;
	#warm: Promise<void> | undefined;
	/** thread shown where the event under the cursor names no vCPU, and at the end */
	#threadId = 1;
	#previousRow = 0;

	constructor(files: FileAccessor, spec?: SpecFiles) {
		super();
		this.#files = files;
		this.#specFiles = spec;
	}

	protected override handlers(): Record<string, Handler> {
		return {
			// Life of a session
			initialize: (args: DebugProtocol.InitializeRequestArguments) => this.#initialize(args),
			launch: (args: LaunchArguments) => this.#launchRequest(args),
			configurationDone: () => this.#configurationDone(),
			restart: () => this.#restart(),
			terminate: () => ({ after: () => this.emitEvent('terminated') }),
			disconnect: () => this.#disconnect(),
			cancel: (args: DebugProtocol.CancelArguments) => this.#cancel(args),
			// Breakpoints
			setBreakpoints: (args: DebugProtocol.SetBreakpointsArguments) => this.#setBreakpoints(args),
			setFunctionBreakpoints: (args: DebugProtocol.SetFunctionBreakpointsArguments) =>
				this.#setFunctionBreakpoints(args),
			// No exception filters are offered, yet clients send the request with an empty list.
			setExceptionBreakpoints: () => ({ body: { breakpoints: [] } }),
			breakpointLocations: (args: DebugProtocol.BreakpointLocationsArguments) =>
				this.#breakpointLocations(args),
			// Moving
			next: (args: DebugProtocol.NextArguments) => this.#move((c) => c.next(granularity(args))),
			stepIn: () => this.#move((c) => c.stepIn()),
			stepOut: () => this.#move((c) => c.stepOut()),
			stepBack: (args: DebugProtocol.StepBackArguments) => this.#move((c) => c.stepBack(granularity(args))),
			continue: () =>
				this.#move((c) => c.continue(this.#breakpoints.positions), { allThreadsContinued: true }),
			reverseContinue: () => this.#move((c) => c.reverseContinue(this.#breakpoints.positions)),
			gotoTargets: (args: DebugProtocol.GotoTargetsArguments) => this.#gotoTargets(args),
			goto: (args: DebugProtocol.GotoArguments) => this.#goto(args),
			// A move is over before the client could pause it; there is nothing to interrupt.
			pause: () => undefined,
			// Looking
			threads: () => this.#threads(),
			stackTrace: (args: DebugProtocol.StackTraceArguments) => this.#stackTrace(args),
			scopes: (args: DebugProtocol.ScopesArguments) => this.#scopes(args),
			variables: (args: DebugProtocol.VariablesArguments) => this.#variablesRequest(args),
			evaluate: (args: DebugProtocol.EvaluateArguments) => this.#evaluate(args),
			loadedSources: () => ({ body: { sources: this.#sources ? [this.#sources.trace] : [] } }),
			source: (args: DebugProtocol.SourceArguments) => ({
				body: this.#launched('source').sources.text(args),
			}),
			// Ours
			'psci/state': () => this.#state(),
		};
	}

	// ---- Life of a session

	#initialize(args: DebugProtocol.InitializeRequestArguments): Answer {
		this.#client = args;
		return { body: CAPABILITIES };
	}

	async #launchRequest(args: LaunchArguments): Promise<Answer> {
		if (typeof args.program !== 'string' || args.program === '') throw noProgram();
		if (args.kernel !== undefined && !kernelNamed(String(args.kernel)))
			throw unknownKernel(String(args.kernel), KERNEL_NAMES);
		this.#launch = args;
		await this.#load();
		if (args.noDebug) {
			const { session } = this.#launched('launch');
			return {
				after: () => {
					for (const output of callLog(session)) this.emitEvent('output', { category: 'stdout', output });
					this.emitEvent('terminated');
				},
			};
		}
		return { after: () => this.emitEvent('initialized') };
	}

	async #load(): Promise<void> {
		const program = this.#launch?.program ?? '';
		const progress = new LoadProgress(
			(event, body) => this.emitEvent(event, body),
			this.#client.supportsProgressReporting === true,
			this.#files.baseName(program),
		);
		this.#loading = progress;
		let source: ByteSource | undefined;
		try {
			source = await this.#files.open(program).catch((error: unknown) => {
				throw cannotRead(program, error instanceof Error ? error.message : String(error));
			});
			const trace = await openTrace(source, {
				signal: progress.signal,
				progress: (fraction) => progress.report(fraction),
				staysOpen: true,
			});
			const refused = refusal(trace);
			if (refused) throw refused;
			const kernel = kernelNamed(this.#launch?.kernel ?? '');
			this.#session = await RecordedSession.open(trace, kernel, progress.signal);
			await this.#source?.close?.();
			this.#source = source;
		} catch (error) {
			await source?.close?.();
			if (progress.signal.aborted) throw loadCancelled(program);
			if (error instanceof TraceError) throw notATrace(error.message);
			throw error;
		} finally {
			progress.end();
			this.#loading = undefined;
		}
		this.#spec ??= await loadSpec(this.#specFiles);
		this.#sources = new Sources(this.#files, program, this.#session.trace, this.#spec);
		this.#cursor = new Cursor(this.#session);
		const start = this.#launch?.startAt === 'firstEvent' ? 0 : this.#cursor.home();
		this.#cursor.goto(start);
		this.#previousRow = start;
	}

	#configurationDone(): Answer {
		return this.#session ? { after: () => this.#begin() } : {};
	}

	/** The first stop; what later jumps need is then made ready while the person looks. */
	#begin(): void {
		const { session } = this.#launched('begin');
		this.#stopped('entry');
		this.#warming = new AbortController();
		this.#warm = session.warm(this.#warming.signal);
	}

	async #restart(): Promise<Answer> {
		this.#launched('restart');
		this.#warming?.abort();
		await this.#warm;
		await this.#load();
		return { after: () => this.#begin() };
	}

	async #disconnect(): Promise<Answer> {
		this.#loading?.cancel();
		this.#warming?.abort();
		await this.#warm;
		await this.#source?.close?.();
		return { after: () => this.emit('disconnected') };
	}

	#cancel({ progressId }: DebugProtocol.CancelArguments): Answer {
		if (progressId === undefined || progressId === LoadProgress.id) this.#loading?.cancel();
		return {};
	}

	// ---- Breakpoints

	async #setBreakpoints(args: DebugProtocol.SetBreakpointsArguments): Promise<Answer> {
		const { session, sources } = this.#launched('setBreakpoints');
		const wanted = args.breakpoints ?? [];
		const page = sources.pageOf(args.source);
		if (page === undefined && !sources.isTrace(args.source)) {
			const message = 'This file is not part of the session.';
			return { body: { breakpoints: wanted.map(({ line }) => ({ verified: false, line, message })) } };
		}
		const resolved: ResolvedBreakpoint[] = [];
		for (const { line: clientLine, condition } of wanted) {
			const line = this.#fromClientLine(clientLine);
			const id = this.#breakpoints.nextId();
			const plain =
				page === undefined
					? resolveLine(session, id, line, sources.trace)
					: await resolveRule(
							session,
							id,
							anchorAtOrBelow(sources.spec.index, page, line),
							line,
							sources.page(page),
						);
			resolved.push(await withCondition(session, plain, condition));
		}
		this.#breakpoints.setLines(page ?? 'trace', resolved);
		return {
			body: {
				breakpoints: resolved.map(({ answer }) => ({
					...answer,
					...(answer.line === undefined ? {} : { line: this.#toClientLine(answer.line) }),
				})),
			},
		};
	}

	async #setFunctionBreakpoints(args: DebugProtocol.SetFunctionBreakpointsArguments): Promise<Answer> {
		const { session } = this.#launched('setFunctionBreakpoints');
		const resolved: ResolvedBreakpoint[] = [];
		for (const { name, condition } of args.breakpoints ?? []) {
			const plain = resolveFunction(session, this.#breakpoints.nextId(), name);
			resolved.push(await withCondition(session, plain, condition));
		}
		this.#breakpoints.setFunctions(resolved);
		return { body: { breakpoints: resolved.map((b) => b.answer) } };
	}

	#breakpointLocations(args: DebugProtocol.BreakpointLocationsArguments): Answer {
		const { session } = this.#launched('breakpointLocations');
		const { events } = session.trace;
		const first = this.#fromClientLine(args.line);
		const last = Math.min(
			args.endLine === undefined ? first : this.#fromClientLine(args.endLine),
			first + 1000,
		);
		const breakpoints: DebugProtocol.BreakpointLocation[] = [];
		for (let row = events.rowAtOrAfterLine(first); row < session.length; row++) {
			const line = events.line(row);
			if (line > last) break;
			if (line >= first) breakpoints.push({ line: this.#toClientLine(line) });
		}
		return { body: { breakpoints } };
	}

	// ---- Moving

	#move(by: (cursor: Cursor) => Stop, body?: unknown): Answer {
		const { cursor } = this.#launched('step');
		this.#previousRow = cursor.row;
		const stop = by(cursor);
		return { body, after: () => this.#stopped(stop.reason === 'breakpoint' ? 'breakpoint' : 'step', stop) };
	}

	#gotoTargets(args: DebugProtocol.GotoTargetsArguments): Answer {
		const { session } = this.#launched('gotoTargets');
		const row = session.trace.events.rowAtOrAfterLine(this.#fromClientLine(args.line));
		const line = row < session.length ? session.trace.events.line(row) : session.trace.lineCount;
		const label = row < session.length ? `event on line ${line}` : 'end of the recording';
		return { body: { targets: [{ id: row, label, line: this.#toClientLine(line) }] } };
	}

	#goto(args: DebugProtocol.GotoArguments): Answer {
		const { session, cursor } = this.#launched('goto');
		if (!Number.isInteger(args.targetId) || args.targetId < 0 || args.targetId > session.length)
			throw badArguments('goto', 'a targetId from gotoTargets');
		this.#previousRow = cursor.row;
		cursor.goto(args.targetId);
		return { after: () => this.#stopped('goto') };
	}

	#stopped(reason: string, stop?: Stop): void {
		const { session, cursor } = this.#launched('stop');
		this.#variables.clear();
		this.#frames.clear();
		const vcpu = this.#vcpuUnderCursor();
		if (vcpu) this.#threadId = session.stateAt(cursor.row).vcpus.indexOf(vcpu) + 1;
		const edge =
			cursor.row >= session.length
				? 'End of the recording'
				: stop?.reason === 'start'
					? 'Start of the recording'
					: undefined;
		const hit = reason === 'breakpoint' ? this.#breakpoints.hitAt(cursor) : { ids: [], byFunction: false };
		this.emitEvent('stopped', {
			reason: hit.byFunction ? 'function breakpoint' : reason,
			...(edge ? { description: edge } : {}),
			...(hit.ids.length > 0 ? { hitBreakpointIds: hit.ids } : {}),
			threadId: this.#threadId,
			allThreadsStopped: true,
		});
	}

	// ---- Looking

	#threads(): Answer {
		const { session } = this.#launched('threads');
		return {
			body: { threads: session.vcpus.map((vcpu, i) => ({ id: i + 1, name: vcpuName(session, vcpu) })) },
		};
	}

	#stackTrace(args: DebugProtocol.StackTraceArguments): Answer {
		const { session, cursor, sources } = this.#launched('stackTrace');
		const frames = framesOf(session, cursor, args.threadId, this.#threadId, sources.spec.index);
		if (!frames) throw badArguments('stackTrace', `a threadId of the threads response, got ${args.threadId}`);
		const start = args.startFrame ?? 0;
		const end = args.levels ? start + args.levels : undefined;
		const stackFrames = frames.slice(start, end).map((frame) => ({
			id: this.#frames.add(frame),
			name: frame.name,
			line: frame.line === undefined ? 0 : this.#toClientLine(frame.line),
			column: frame.line === undefined ? 0 : this.#client.columnsStartAt1 === false ? 0 : 1,
			...(frame.line === undefined
				? { presentationHint: 'label' }
				: { source: frame.page === undefined ? sources.trace : sources.page(frame.page) }),
		}));
		return { body: { stackFrames, totalFrames: frames.length } };
	}

	#scopes(args: DebugProtocol.ScopesArguments): Answer {
		const { session } = this.#launched('scopes');
		const frame = this.#frames.get(args.frameId);
		if (!frame) throw unknownFrame(args.frameId);
		const scopes = scopesOf(session, frame).map(({ name, hint, values }) => ({
			name,
			expensive: false,
			...(hint ? { presentationHint: hint } : {}),
			variablesReference: this.#variables.add(values),
			namedVariables: values.length,
		}));
		return { body: { scopes } };
	}

	#variablesRequest(args: DebugProtocol.VariablesArguments): Answer {
		const { session } = this.#launched('variables');
		const values = this.#variables.get(args.variablesReference) ?? [];
		const all = args.filter === 'indexed' ? [] : values;
		const start = args.start ?? 0;
		const page = all.slice(start, args.count ? start + args.count : undefined);
		return {
			body: {
				variables: page.map((value) => ({
					name: value.name,
					evaluateName: value.path,
					...this.#shown(session, value),
				})),
			},
		};
	}

	#evaluate(args: DebugProtocol.EvaluateArguments): Answer {
		const { session, cursor } = this.#launched('evaluate');
		const frame = args.frameId === undefined ? undefined : this.#frames.get(args.frameId);
		const vcpu = frame?.vcpu ?? session.stateAt(cursor.row).vcpus[this.#threadId - 1];
		const decided = frame?.decision ? decisionValues(frame.decision) : [];
		const value =
			decided.find((v) => v.path === args.expression) ??
			evaluate(session, cursor.row, vcpu, String(args.expression ?? ''));
		if (!value) throw cannotEvaluate(String(args.expression ?? ''));
		if (args.context === 'clipboard' || args.context === 'variables')
			return { body: { result: value.text, variablesReference: 0 } };
		const { value: result, type, variablesReference } = this.#shown(session, value);
		return { body: { result, ...(type === undefined ? {} : { type }), variablesReference } };
	}

	/** A value as DAP shows it: text and provenance, and its children to expand. */
	#shown(
		session: RecordedSession,
		value: Value,
	): { value: string; type?: string; variablesReference: number } {
		const origin = originText(session, value.origin);
		const why = value.origin?.provenance === 'unknown' ? undefined : value.origin?.why;
		return {
			value: origin ? `${value.text} (${origin})` : value.text,
			...(origin && this.#client.supportsVariableType ? { type: why ? `${origin}: ${why}` : origin } : {}),
			variablesReference: value.children?.length ? this.#variables.add(value.children) : 0,
		};
	}

	#state(): Answer {
		const { session, cursor } = this.#launched('psci/state');
		const selected = session.stateAt(cursor.row).vcpus[this.#threadId - 1];
		return { body: viewAt(session, cursor, this.#previousRow, selected) };
	}

	// ---- Small things

	#launched(command: string): { session: RecordedSession; cursor: Cursor; sources: Sources } {
		if (!this.#session || !this.#cursor || !this.#sources) throw notLaunched(command);
		return { session: this.#session, cursor: this.#cursor, sources: this.#sources };
	}

	#vcpuUnderCursor(): VcpuState | undefined {
		const { session, cursor } = this.#launched('stop');
		const { events } = session.trace;
		if (session.length === 0) return undefined;
		const row = Math.min(cursor.row, session.length - 1);
		return session
			.stateAt(cursor.row)
			.vcpus.find((v) => v.vm === events.vm(row) && v.id === events.vcpu(row));
	}

	#toClientLine(line: number): number {
		return this.#client.linesStartAt1 === false ? line - 1 : line;
	}

	#fromClientLine(line: number): number {
		return this.#client.linesStartAt1 === false ? line + 1 : line;
	}
}

function granularity(args: { granularity?: DebugProtocol.SteppingGranularity }): Granularity {
	return args.granularity === 'instruction' ? 'instruction' : 'statement';
}
