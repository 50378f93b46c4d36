// A scenario as the editor has it: its text, open or stored, and the program that it compiles to.

import * as vscode from 'vscode';
import { isBehindLink } from '../../scenario/included.ts';
import type { Program } from '../../scenario/program.ts';
import { compileWithIncludes, type ReadFile } from '../../session/open-scenario.ts';
import { editorFiles, programOf } from '../files.ts';

export const SCENARIO_LANGUAGE = 'psci';

export function isScenario(uri: vscode.Uri): boolean {
	return uri.path.endsWith('.psci');
}

/** The text of a file, as it is open or else as it is stored; undefined where it cannot be read. */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
	const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
	if (open) return open.getText();
	try {
		return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
	} catch {
		return undefined;
	}
}

export interface ScenarioFile {
	readonly text: string;
	readonly program: Program;
}

/** Rejects with a ScenarioError where the text is wrong. Places name the file by its last part. */
export async function readScenario(uri: vscode.Uri): Promise<ScenarioFile> {
	const text = await textOf(uri);
	if (text === undefined)
		throw new Error(vscode.l10n.t('{0} cannot be read', vscode.workspace.asRelativePath(uri)));
	const name = uri.path.split('/').at(-1) ?? '';
	const program = await compileWithIncludes(text, name, includedBy(uri));
	return { text, program };
}

/** Reads what a scenario includes, as it is open or else as it is stored; no link is followed. */
export function includedBy(uri: vscode.Uri): ReadFile {
	const folder = vscode.Uri.joinPath(uri, '..');
	const isLink = (path: string) => editorFiles.isLink(programOf(vscode.Uri.joinPath(folder, path)));
	return async (path) =>
		(await isBehindLink('', path, isLink)) ? undefined : textOf(vscode.Uri.joinPath(folder, path));
}

/** Where a place of a scenario is in the editor. */
export function locationOf(
	uri: vscode.Uri,
	place: {
		readonly file: string;
		readonly line: number;
		readonly column: number;
		readonly endLine: number;
		readonly endColumn: number;
	},
): vscode.Location {
	const file = place.file === uri.path.split('/').at(-1) ? uri : vscode.Uri.joinPath(uri, '..', place.file);
	const range = new vscode.Range(place.line - 1, place.column - 1, place.endLine - 1, place.endColumn - 1);
	return new vscode.Location(file, range);
}
