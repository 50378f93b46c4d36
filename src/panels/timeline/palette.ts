// The theme's colours and the patterns made of them, read once and again when the theme changes.

import { lookOf, patternTile } from './looks.ts';

export interface Palette {
	colour(variable: string): string;
	pattern(state: string): CanvasPattern | string;
	readonly font: string;
	readonly foreground: string;
	readonly muted: string;
	readonly background: string;
	readonly line: string;
	readonly error: string;
	readonly highContrast: boolean;
}

export function readPalette(element: HTMLElement): Palette {
	const style = getComputedStyle(element);
	const patterns = new Map<string, CanvasPattern | string>();
	const context = document.createElement('canvas').getContext('2d');
	const foreground = style.getPropertyValue('--vscode-foreground') || style.color;
	const colour = (variable: string) => style.getPropertyValue(variable).trim() || foreground;
	const or = (...variables: string[]) =>
		variables.map((v) => style.getPropertyValue(v).trim()).find((v) => v !== '') ?? foreground;
	return {
		colour,
		pattern(state) {
			const known = patterns.get(state);
			if (known) return known;
			const look = lookOf(state);
			const own = colour(look.colour);
			const made = context?.createPattern(patternTile(look, own), 'repeat') ?? own;
			patterns.set(state, made);
			return made;
		},
		font: `11px ${style.getPropertyValue('--vscode-font-family') || style.fontFamily}`,
		foreground,
		muted: or('--vscode-descriptionForeground', '--vscode-foreground'),
		background: or('--vscode-editor-background'),
		line: or(
			'--vscode-contrastBorder',
			'--vscode-editorIndentGuide-background1',
			'--vscode-widget-border',
			'--vscode-descriptionForeground',
		),
		error: or('--vscode-errorForeground', '--vscode-charts-red'),
		highContrast: /vscode-high-contrast/.test(document.body.className),
	};
}
