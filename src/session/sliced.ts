// A long pass in slices, so that requests are answered and a cancel is seen while it runs.

/** Lets other work run between the slices of a long pass. */
export const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Runs `pass` to its end, pausing wherever it yields. Throws the signal's reason when aborted. */
export async function sliced<T>(pass: Generator<number, T>, signal?: AbortSignal): Promise<T> {
	for (;;) {
		const { done, value } = pass.next();
		if (done) return value;
		await breathe();
		signal?.throwIfAborted();
	}
}
