// A second extension, in the tests' editor only: it puts the workbench back between two tests, at once and wherever
// the focus is. What a test is about is done as a person does it, never through this.
//
// It answers HTTP on the loopback address; the file hosts/PID says at which port.

const { mkdirSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');
const vscode = require('vscode');

const CLEAR_AWAY = [
	'workbench.action.closeQuickOpen',
	'notifications.clearAll',
	'workbench.debug.viewlet.action.removeAllBreakpoints',
	'workbench.debug.viewlet.action.removeAllWatchExpressions',
	'workbench.debug.panel.action.clearReplAction',
	'workbench.action.closePanel',
	'workbench.action.closeAuxiliaryBar',
	'workbench.files.action.refreshFilesExplorer',
	'workbench.view.explorer',
];

const actions = {
	/** As after a load: no session, no breakpoint, no editor, no panel; and these settings (null: the default). */
	async reset({ settings }) {
		await vscode.debug.stopDebugging();
		await until(() => vscode.debug.activeDebugSession === undefined);
		await closeEditors();
		for (const command of CLEAR_AWAY) await vscode.commands.executeCommand(command);
		for (const [key, value] of Object.entries(settings)) {
			const configuration = vscode.workspace.getConfiguration();
			await configuration.update(key, value ?? undefined, vscode.ConfigurationTarget.Global);
		}
	},

	async open({ file }) {
		await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: false });
	},
};

async function closeEditors() {
	const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
	for (const tab of tabs) {
		if (!tab.isDirty) continue;
		// Closing it would ask whether to save.
		await vscode.commands.executeCommand('vscode.open', tab.input.uri);
		await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
	}
	await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	await vscode.commands.executeCommand('workbench.action.closeAllGroups');
}

async function until(condition) {
	for (let tries = 0; tries < 400 && !condition(); tries++) {
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

exports.activate = (context) => {
	const server = createServer(async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		try {
			const { action, ...args } = JSON.parse(body);
			await actions[action](args);
			response.end();
		} catch (error) {
			response.statusCode = 500;
			response.end(String(error.stack));
		}
	});
	server.listen(0, '127.0.0.1', () => {
		const hosts = path.join(__dirname, 'hosts');
		mkdirSync(hosts, { recursive: true });
		writeFileSync(path.join(hosts, String(process.pid)), String(server.address().port));
	});
	context.subscriptions.push({ dispose: () => server.close() });
};
