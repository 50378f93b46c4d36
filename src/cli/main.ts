// psci-trace: the debugger's parts from a terminal, and the adapter for editors other than VS Code.

import type { Command } from './command.ts';
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

'psci-trace COMMAND --help' says what a command takes.
`;

declare const PSCI_TRACE_VERSION: string;

/** A reader that has seen enough (`| head`) closes the pipe: that is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

const print = (line: string) => console.log(line);

const COMMANDS: Readonly<Record<string, Command>> = {
	compare,
	dap,
	events,
	explain: explain(SPEC_FOLDER),
	explore,
	export: exportCommand,
	findings: findings(PSCI_TRACE_VERSION),
	lsp,
	'record-script': recordScript,
	report,
	run,
	search,
	verify,
	why,
};

async function main([name, ...rest]: readonly string[]): Promise<number> {
	switch (name) {
		case undefined:
			return usage('no command given');
		case '--version':
			print(PSCI_TRACE_VERSION);
			return 0;
		case '--help':
		case '-h':
			print(USAGE);
			return 0;
		default: {
			const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
			return command ? command(rest, print) : usage(`unknown command '${name}'`);
		}
	}
}

function usage(problem: string): number {
	console.error(`psci-trace: ${problem}\n\n${USAGE}`);
	return 2;
}

process.exitCode = await main(process.argv.slice(2));
