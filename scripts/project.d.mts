export const ROOT: string;
export const EXAMPLES: string;
export const FIRST_EXAMPLE: string;
export function packagedExtension(): string | undefined;
