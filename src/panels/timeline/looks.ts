// How each state of a lane looks: a colour of the theme, a pattern, and a name, so that no one of them is needed to
// tell states apart.

import { t } from '../l10n.ts';

export type Pattern = 'solid' | 'dots' | 'rising' | 'falling' | 'upright' | 'level' | 'crossed' | 'none';

export interface Look {
	/** as people call it; the key of the legend */
	readonly name: string;
	/** a variable of the theme */
	readonly colour: string;
	readonly pattern: Pattern;
	/** how strongly the colour fills the ground behind the pattern */
	readonly ground: number;
}

export const LOOKS: Readonly<Record<string, Look>> = {
	guest: { name: t('in guest'), colour: '--vscode-charts-green', pattern: 'solid', ground: 0.55 },
	host: { name: t('in host (KVM)'), colour: '--vscode-charts-blue', pattern: 'rising', ground: 0.4 },
	VMM: { name: t('in the VMM'), colour: '--vscode-charts-purple', pattern: 'falling', ground: 0.4 },
	waiting: { name: t('waiting (WFI)'), colour: '--vscode-charts-yellow', pattern: 'level', ground: 0.16 },
	STOPPED: { name: 'STOPPED', colour: '--vscode-charts-foreground', pattern: 'dots', ground: 0.16 },
	SUSPENDED: { name: 'SUSPENDED', colour: '--vscode-charts-orange', pattern: 'upright', ground: 0.3 },
	lost: { name: t('events lost'), colour: '--vscode-charts-red', pattern: 'crossed', ground: 0.25 },
	unknown: { name: t('unknown'), colour: '--vscode-descriptionForeground', pattern: 'none', ground: 0.05 },
};

const UNKNOWN: Look = {
	name: t('unknown'),
	colour: '--vscode-descriptionForeground',
	pattern: 'none',
	ground: 0.05,
};

export function lookOf(state: string): Look {
	return LOOKS[state] ?? UNKNOWN;
}

/** A tile of the pattern; drawn with the colour on its ground. */
export function patternTile(look: Look, colour: string, scale = 1): HTMLCanvasElement {
	const size = 6;
	const tile = document.createElement('canvas');
	tile.width = size * scale;
	tile.height = size * scale;
	const context = tile.getContext('2d');
	if (!context) return tile;
	context.scale(scale, scale);
	context.fillStyle = colour;
	context.globalAlpha = look.ground;
	context.fillRect(0, 0, size, size);
	context.globalAlpha = 0.9;
	context.strokeStyle = colour;
	context.lineWidth = 1.2;
	context.beginPath();
	const lines: Readonly<Record<Pattern, readonly (readonly [number, number, number, number])[]>> = {
		solid: [],
		none: [],
		dots: [],
		rising: [
			[0, size, size, 0],
			[-1, 1, 1, -1],
			[size - 1, size + 1, size + 1, size - 1],
		],
		falling: [
			[0, 0, size, size],
			[-1, size - 1, 1, size + 1],
			[size - 1, -1, size + 1, 1],
		],
		upright: [[size / 2, 0, size / 2, size]],
		level: [[0, size / 2, size, size / 2]],
		crossed: [
			[0, 0, size, size],
			[0, size, size, 0],
		],
	};
	for (const [x1, y1, x2, y2] of lines[look.pattern]) {
		context.moveTo(x1, y1);
		context.lineTo(x2, y2);
	}
	context.stroke();
	if (look.pattern === 'dots') context.fillRect(2, 2, 1.5, 1.5);
	return tile;
}
