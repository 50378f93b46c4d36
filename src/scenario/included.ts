// Which files a scenario may include: those of its folder and below. The compiler sees to names; that no link leads out
// of the folder only the file system can tell.

/** Whether anything on the way from `folder` (which ends with a slash) to `path` is a link. */
export async function isBehindLink(
	folder: string,
	path: string,
	isLink: (file: string) => Promise<boolean>,
): Promise<boolean> {
	const parts = path.split('/');
	for (let n = 1; n <= parts.length; n++) if (await isLink(folder + parts.slice(0, n).join('/'))) return true;
	return false;
}
