// The session in the Run and Debug side bar, for those who prefer trees: where one stands, the vCPUs, and the system
// events. The same data as the panel's.

import * as vscode from 'vscode';
import type { ExitList } from '../session/panel/question.ts';
import type { SessionView, ValueView, VcpuView } from '../session/view.ts';
import type { Subjects } from './subjects.ts';

interface Node {
	readonly label: string;
	readonly description?: string;
	readonly tooltip?: string;
	readonly icon?: string;
	readonly children?: readonly Node[];
	readonly open?: boolean;
	/** where a click goes */
	readonly row?: number;
}

const STATE_ICONS: Readonly<Record<string, string>> = {
	RUNNABLE: 'play',
	STOPPED: 'debug-stop',
	SUSPENDED: 'debug-pause',
	'?': 'question',
};

export function registerSideBar(context: vscode.ExtensionContext, subjects: Subjects): void {
	const position = new Tree(() => (subjects.view ? positionNodes(subjects.view) : []));
	const vcpus = new Tree(() => (subjects.view ? subjects.view.vcpus.map(vcpuNode) : []));
	const exits = new Tree(async () => exitNodes(await exitsOf(subjects)));
	context.subscriptions.push(
		vscode.window.registerTreeDataProvider('psci.position', position),
		vscode.window.registerTreeDataProvider('psci.vcpus', vcpus),
		vscode.window.registerTreeDataProvider('psci.systemEvents', exits),
		vscode.commands.registerCommand('psci.goToRow', (row: unknown) =>
			typeof row === 'number' ? subjects.current?.goto(row) : undefined,
		),
		subjects.onDidChange((view) => {
			void vscode.commands.executeCommand('setContext', 'psci.hasSession', view !== undefined);
			for (const tree of [position, vcpus, exits]) tree.refresh();
		}),
	);
}

class Tree implements vscode.TreeDataProvider<Node> {
	readonly #roots: () => readonly Node[] | Promise<readonly Node[]>;
	readonly #changed = new vscode.EventEmitter<undefined>();
	readonly onDidChangeTreeData = this.#changed.event;

	constructor(roots: () => readonly Node[] | Promise<readonly Node[]>) {
		this.#roots = roots;
	}

	refresh(): void {
		this.#changed.fire(undefined);
	}

	async getChildren(node?: Node): Promise<Node[]> {
		return [...(node ? (node.children ?? []) : await this.#roots())];
	}

	getTreeItem(node: Node): vscode.TreeItem {
		const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
		const item = new vscode.TreeItem(node.label, node.children ? (node.open ? Expanded : Collapsed) : None);
		if (node.description) item.description = node.description;
		if (node.tooltip) item.tooltip = node.tooltip;
		// By itself the editor reads out the tooltip, and nothing else.
		const label = [node.label, node.description].filter(Boolean).join(', ');
		item.accessibilityInformation = { label };
		if (node.icon) item.iconPath = new vscode.ThemeIcon(node.icon);
		if (node.row !== undefined)
			item.command = { command: 'psci.goToRow', title: vscode.l10n.t('Go There'), arguments: [node.row] };
		return item;
	}
}

function positionNodes(view: SessionView): Node[] {
	const place = view.atEnd ? vscode.l10n.t('end') : `${view.row + 1} / ${view.length}`;
	return [
		{ label: view.event, icon: 'debug-stackframe', tooltip: view.event },
		{ label: vscode.l10n.t('event'), description: place, icon: 'list-ordered' },
		{ label: vscode.l10n.t('line'), description: `${view.line}`, icon: 'symbol-number' },
		{ label: vscode.l10n.t('time'), description: view.time, icon: 'watch' },
		...view.vms.map(({ name, values }) => ({ label: name, icon: 'vm', children: values.map(valueNode) })),
	];
}

function valueNode({ name, text, origin }: ValueView): Node {
	return { label: name, description: text, tooltip: `${name}: ${text}\n${origin}` };
}

function vcpuNode(vcpu: VcpuView): Node {
	const { mpState, whereabouts, inState, reset, requests, lastCall } = vcpu;
	const place = [mpState.text, whereabouts.text === '?' ? '' : whereabouts.text, inState].filter(Boolean);
	return {
		label: vcpu.current ? `➤ ${vcpu.name}` : vcpu.name,
		description: place.join(' · '),
		icon: STATE_ICONS[mpState.text] ?? 'circle-outline',
		open: vcpu.current,
		children: [
			valueNode(mpState),
			valueNode(reset),
			valueNode(whereabouts),
			...requests.map((request) => ({
				label: request.name,
				description: vscode.l10n.t('pending for {0}', request.waited),
				tooltip: `${request.why}\n${request.origin}`,
				icon: 'watch',
				row: request.row,
			})),
			...(lastCall
				? [
						{
							label: lastCall.text,
							description: lastCall.result,
							icon: lastCall.isError ? 'error' : 'symbol-method',
							row: lastCall.row,
						},
					]
				: []),
		],
	};
}

async function exitsOf({ current }: Subjects): Promise<ExitList | undefined> {
	// A session that has ended has none to show.
	return current?.answer({ ask: 'exits' }).catch(() => undefined);
}

function exitNodes(list: ExitList | undefined): Node[] {
	return (list?.exits ?? []).map((exit) => ({
		label: `${exit.type} by ${exit.vcpu}`,
		description: exit.time,
		tooltip: exit.asks,
		icon: 'debug-breakpoint-log',
		row: exit.row,
		children: [
			{ label: vscode.l10n.t('flags'), description: exit.flags },
			...exit.registers.map(({ name, value }) => ({ label: name, description: value })),
			...exit.next.map((step) => ({ label: step, icon: 'vm' })),
		],
	}));
}
