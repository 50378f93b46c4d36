// Types for the end-to-end tests, which start the same editor as `npm start`.

export interface EditorServer {
	readonly url: string;
	readonly port: number;
	readonly gone: Promise<unknown>;
	stop(): Promise<void>;
	/** The end of what the server has printed so far. */
	output(): string;
}

export class EditorState {
	constructor(state: string, settings?: Record<string, unknown>);
	readonly state: string;
	/** Those of a quiet editor, and the caller's. */
	readonly settings: Record<string, unknown>;
	write(): void;
	install(vsix: string): Promise<void>;
	serve(port: number): Promise<EditorServer>;
}

export function freePort(port: number): Promise<number>;
export function workbenchUrl(base: string, folder: string, file?: string): string;
