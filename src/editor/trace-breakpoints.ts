// Breakpoints on the lines of a recording or scenario. Of a recording that is no text they are on the lines of the text
// that is made of it, which the adapter takes for the file's own.

import * as vscode from 'vscode';

/** 1-based lines, ascending. */
export function linesWithBreakpoints(uri: vscode.Uri): number[] {
	return breakpointsOf(uri)
		.map(({ location }) => location.range.start.line + 1)
		.sort((a, b) => a - b);
}

/** Sets the breakpoint on a 1-based line, or clears it where there is one. */
export function toggleBreakpoint(uri: vscode.Uri, line: number): void {
	const there = breakpointsOf(uri).filter(({ location }) => location.range.start.line === line - 1);
	if (there.length > 0) {
		vscode.debug.removeBreakpoints(there);
		return;
	}
	const at = new vscode.Location(uri, new vscode.Position(line - 1, 0));
	vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(at)]);
}

function breakpointsOf(uri: vscode.Uri): vscode.SourceBreakpoint[] {
	return vscode.debug.breakpoints.filter(
		(breakpoint): breakpoint is vscode.SourceBreakpoint =>
			breakpoint instanceof vscode.SourceBreakpoint && breakpoint.location.uri.toString() === uri.toString(),
	);
}
