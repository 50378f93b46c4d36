// psci-trace: the debugger's parts from a terminal, and the adapter for editors other than VS Code.

import { compare } from './compare.ts';
import { dap } from './dap.ts';
import { events } from './events.ts';
import { explain } from './explain.ts';
import { explore } from './explore.ts';
import { exportCommand } from './export.ts';
import { findings } from './findings.ts';
import { lsp } from './lsp.ts';
import { recordScript } from './record-script.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { search } from './search.ts';
import { SPEC_FOLDER } from './spec-files.ts';
import { verify } from './verify.ts';
import { why } from './why.ts';

const USAGE = `usage: psci-trace COMMAND

  compare FILE     every call whose outcome differs between kernels: --kernels 6.1,6.12,7.2 [--json]
  dap [--port N]   the debug adapter: DAP on standard input and output, or on TCP port N of 127.0.0.1
  events FILE      the events of a recording, one to a line [--json] [--vm N] [--console C]… [--follow]
  explain NAME     a function's page of the specification [--kernel K] [--psci V]
  explore FILE     a scenario in every order of its programs: what can go wrong [--limit N] [--json]
  export FILE      a recording in another form: --to jsonl|psci|ftrace|vector [--vm N] [--range A..B] [-o OUT]
  findings FILE    what is wrong in a recording [--json] [--sarif OUT] [--fail-on SEVERITY] [--kernel K]
  lsp              the language server of scenarios (.psci) on standard input and output
  record-script    a shell script that records PSCI calls on an arm64 KVM host
  report FILE      the findings as a Markdown page with pictures [--out OUT.md] [--kernel K]
  search FILE EXPR the events for which an expression holds: 'call == CPU_ON && target_cpu > 1'
  run FILE…        scenarios as tests [--kernel K,K…|all] [--junit OUT] [--schedule S]
  verify FILE…     replay answers of real kernels (.jsonl, .jsonl.gz) against the model
  why FILE [VALUE] the events and rules that made a value ('vcpu[1].mp_state'), or the event at LINE: [--at LINE|end]
  --version        print the version
`;

declare const PSCI_TRACE_VERSION: string;

/** A reader that has seen enough (`| head`) closes the pipe: that is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

const print = (line: string) => console.log(line);

async function main(args: readonly string[]): Promise<number> {
	const [command, ...rest] = args;
	switch (command) {
		case 'compare':
			return compare(rest, print);
		case 'dap':
			return dap(rest);
		case 'events':
			return events(rest, print);
		case 'explain':
			return explain(rest, print, SPEC_FOLDER);
		case 'explore':
			return explore(rest, print);
		case 'export':
			return exportCommand(rest, print);
		case 'findings':
			return findings(rest, print, PSCI_TRACE_VERSION);
		case 'lsp':
			return lsp(rest);
		case 'record-script':
			return recordScript(rest, print);
		case 'report':
			return report(rest, print);
		case 'search':
			return search(rest, print);
		case 'run':
			return run(rest, print);
		case 'verify':
			if (rest.length === 0) return usage('verify needs at least one file');
			return verify([...rest], print);
		case 'why':
			return why(rest, print);
		case '--version':
			console.log(PSCI_TRACE_VERSION);
			return 0;
		case '--help':
		case '-h':
			console.log(USAGE);
			return 0;
		default:
			return usage(command === undefined ? 'no command given' : `unknown command '${command}'`);
	}
}

function usage(problem: string): number {
	console.error(`psci-trace: ${problem}\n\n${USAGE}`);
	return 2;
}

process.exitCode = await main(process.argv.slice(2));
