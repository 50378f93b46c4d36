// The tables of kernels at the end of a page: which rows concern a kernel. The first cell says it:
// `5.15`, `5.10 as recorded` and `by 4.16` since then, `up to 5.0` and `before 4.12` until then,
// `6.3 to 6.9` and `5.10, 6.1` in between; `between 5.10 and 6.1` since the later one at the latest.

/** Whether a row with this first cell concerns the kernel; true for a cell that says no release. */
export function rowConcerns(cell: string, kernel: string): boolean {
	const is = releaseNumber(kernel);
	const releases = (cell.replace(/\(.*?\)/g, '').match(/\d+\.\d+/g) ?? []).map(releaseNumber);
	const first = releases[0];
	const last = releases.at(-1);
	if (is === undefined || first === undefined || last === undefined) return true;
	if (/\bwith the series\b/.test(cell)) return false;
	if (/^up to\b/.test(cell)) return is <= last;
	if (/^before\b/.test(cell)) return is < last;
	if (/^between\b/.test(cell)) return is >= last;
	return releases.length > 1 ? first <= is && is <= last : first <= is;
}

/** Major and minor as one number that sorts; undefined for a text that is no release, such as a series' name. */
function releaseNumber(release: string): number | undefined {
	const parts = /^(\d{1,3})\.(\d{1,4})/.exec(release);
	return parts ? Number(parts[1]) * 10_000 + Number(parts[2]) : undefined;
}
