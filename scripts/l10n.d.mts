export const BUNDLE: string;
export function collectStrings(): {
	readonly strings: readonly string[];
	readonly dynamic: readonly string[];
};
export function bundleOf(strings: readonly string[]): string;
