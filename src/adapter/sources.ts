// The documents of a session as DAP sources: the trace, which is a file that the client opens itself or, where it
// is binary, a text that is made of it; what a scenario includes and calls; and the pages of the specification.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { LIBRARIES } from '../scenario/language/library.ts';
import type { Trace } from '../trace/trace.ts';
import { noSource } from './errors.ts';
import type { FileAccessor } from './file-accessor.ts';
import type { SpecLibrary } from './spec-library.ts';

/** sourceReference of the text that is made of a binary trace */
const GENERATED = 1;
/** of the libraries, for clients that cannot open them by themselves */
const FIRST_LIBRARY = 2;
/** What an editor can take as a document. */
const MOST_LINES = 500_000;

export class Sources {
	readonly spec: SpecLibrary;
	readonly #files: FileAccessor;
	readonly #program: string;
	readonly #trace: Trace;

	constructor(files: FileAccessor, program: string, trace: Trace, spec: SpecLibrary) {
		this.#files = files;
		this.#program = program;
		this.#trace = trace;
		this.spec = spec;
	}

	/** Those of a branch of the session. */
	of(trace: Trace): Sources {
		return new Sources(this.#files, this.#program, trace, this.spec);
	}

	get trace(): DebugProtocol.Source {
		const name = this.#files.baseName(this.#program);
		if (this.#trace.lines !== 'generated') return { name, path: this.#program };
		return { name: `${name}.report.txt`, sourceReference: GENERATED, origin: `made of ${name}` };
	}

	isTrace(source: DebugProtocol.Source | undefined): boolean {
		if (this.#trace.lines === 'generated' && source?.sourceReference === GENERATED) return true;
		return this.#files.same(source?.path ?? '', this.#program);
	}

	/** A file as the trace names it: a console beside it, one that a scenario includes, or a library. */
	beside(file: string): DebugProtocol.Source {
		const library = LIBRARIES.findIndex((known) => known.file === file);
		const { name = file } = LIBRARIES[library] ?? {};
		if (library >= 0)
			return {
				name: `${name}.psci`,
				path: file,
				origin: 'library',
				...(this.#files.opensLibraries ? {} : { sourceReference: FIRST_LIBRARY + library }),
			};
		const isIncluded = this.#trace.otherFiles?.includes(file) ?? false;
		const path = isIncluded ? this.#folder + file : file;
		return { name: this.#files.baseName(path), path, origin: isIncluded ? 'included' : 'console' };
	}

	/** The other file of a scenario that a source is, as the trace names it. */
	otherFile({ path = '', sourceReference = 0 }: DebugProtocol.Source): string | undefined {
		const library = LIBRARIES[sourceReference - FIRST_LIBRARY];
		const files = this.#trace.otherFiles ?? [];
		return files.find(
			(file) => file === library?.file || this.#files.same(this.beside(file).path ?? '', path),
		);
	}

	get #folder(): string {
		return this.#program.slice(0, this.#program.length - this.#files.baseName(this.#program).length);
	}

	page(name: string): DebugProtocol.Source {
		const path = this.spec.pathOf(name);
		return { name: this.#files.baseName(path), path, origin: 'specification' };
	}

	/** The page of the specification that a source is, if it is one. */
	pageOf(source: DebugProtocol.Source | undefined): string | undefined {
		return this.spec.pageAt(source?.path ?? '', (a, b) => this.#files.same(a, b));
	}

	/** The text of a document: made of a binary trace, or a page of the specification. */
	async text(args: DebugProtocol.SourceArguments): Promise<{ content: string; mimeType: string }> {
		const reference = args.source?.sourceReference || args.sourceReference;
		const library = LIBRARIES[(reference ?? 0) - FIRST_LIBRARY];
		if (library) return { content: library.text, mimeType: 'text/x-psci' };
		const page = reference ? undefined : this.pageOf(args.source);
		if (page !== undefined) return { content: await this.spec.read(page), mimeType: 'text/markdown' };
		if (reference ? reference !== GENERATED || this.#trace.lines !== 'generated' : !this.isTrace(args.source))
			throw noSource();
		const { lineCount } = this.#trace;
		const shown = Math.min(lineCount, MOST_LINES);
		const lines = Array.from({ length: shown }, (_, i) => this.#trace.lineText(i + 1));
		if (shown < lineCount) lines.push(`… ${lineCount - shown} more lines are not shown as text`);
		return { content: lines.join('\n'), mimeType: 'text/x-psci-trace' };
	}
}
