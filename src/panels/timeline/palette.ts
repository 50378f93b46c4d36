// The theme's colours and the patterns made of them, read once and again when the theme changes.

import { lookOf, patternTile } from './looks.ts';

/** A square that is repeated. */
export interface PatternPixels {
	readonly size: number;
	/** as a canvas has them in memory */
	readonly colours: Uint32Array;
}

export interface Palette {
	/** opaque: some of a theme's colours are veils for other grounds than ours */
	colour(variable: string): string;
	/** the state's pattern, at so many pixels for a CSS pixel */
	pixels(state: string, scale: number): PatternPixels;
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
	const patterns = new Map<string, PatternPixels>();
	const foreground = style.getPropertyValue('--vscode-foreground') || style.color;
	const colours = new Map<string, string>();
	// A computed style is live: to read it while one draws would lay out the page in the middle of a frame.
	const colour = (variable: string) => {
		const known = colours.get(variable) ?? opaque(style.getPropertyValue(variable).trim() || foreground);
		colours.set(variable, known);
		return known;
	};
	const or = (...variables: string[]) =>
		variables.map((v) => style.getPropertyValue(v).trim()).find((v) => v !== '') ?? foreground;
	return {
		colour,
		pixels(state, scale) {
			const key = `${state} ${scale}`;
			const known = patterns.get(key);
			if (known) return known;
			const look = lookOf(state);
			const made = pixelsOf(patternTile(look, colour(look.colour), scale));
			patterns.set(key, made);
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

function pixelsOf(tile: HTMLCanvasElement): PatternPixels {
	const data = tile.getContext('2d')?.getImageData(0, 0, tile.width, tile.height).data;
	return { size: tile.width, colours: data ? new Uint32Array(data.buffer) : new Uint32Array() };
}

function opaque(colour: string): string {
	return colour.replace(/^rgba\((.*),[^,]*\)$/, 'rgb($1)').replace(/^(#[\da-f]{6})[\da-f]{2}$/i, '$1');
}
