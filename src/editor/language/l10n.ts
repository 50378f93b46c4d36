// The part of `vscode.l10n` that puts strings into words, so that texts are made, and tested, without VS Code.

export interface L10n {
	t(message: string, ...args: (string | number)[]): string;
}
