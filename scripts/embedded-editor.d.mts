export const SERVED_FOLDER: string;
export function installEmbeddedEditor(log?: (line: string) => void): Promise<void>;
