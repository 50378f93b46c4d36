// Messages out of a stream of bytes: `Content-Length: N`, an empty line, N bytes of JSON. Whatever comes, it
// goes on at the next header that it can read; it holds no more than one message of bounded size.

export type Framed =
	| { readonly kind: 'message'; readonly message: unknown }
	| { readonly kind: 'malformed'; readonly why: string };

/** No request of a debugger is near this. */
const MOST_BODY = 0x200_0000;
const MOST_HEADER = 4096;
/** The last one counts, so that what is left of a broken message before it is skipped. */
const LENGTH = /content-length *: *(\d{1,15})[ \t]*(?:\r\n[\w-]+:[^\r\n]*)*$/i;

/** Making one takes longer than to read most messages with it. */
const LATIN = new TextDecoder('latin1');
const UTF8 = new TextDecoder('utf-8', { fatal: true });

export class MessageReader {
	#held = new Uint8Array(0x1_0000);
	#start = 0;
	#end = 0;
	/** bytes of the body that comes next; undefined: a header comes next */
	#body: number | undefined;
	/** where in what is held no header ends */
	#searched = 0;

	*push(chunk: Uint8Array): Generator<Framed> {
		this.#append(chunk);
		for (;;) {
			if (this.#body === undefined) {
				const header = this.#header();
				if (header === undefined) return;
				const length = Number(LENGTH.exec(header)?.[1] ?? Number.NaN);
				if (length <= MOST_BODY) this.#body = length;
				else yield { kind: 'malformed', why: problemOf(length) };
				continue;
			}
			if (this.#end - this.#start < this.#body) return;
			const body = this.#take(this.#body);
			this.#body = undefined;
			yield parsed(body);
		}
	}

	/** The next header without its empty line; undefined where it has not come yet. */
	#header(): string | undefined {
		for (let at = Math.max(this.#start, this.#searched); at + 3 < this.#end; at++) {
			const ends =
				this.#held[at] === 13 &&
				this.#held[at + 1] === 10 &&
				this.#held[at + 2] === 13 &&
				this.#held[at + 3] === 10;
			if (!ends) continue;
			const header = LATIN.decode(this.#take(at - this.#start));
			this.#take(4);
			this.#searched = this.#start;
			return header.slice(-MOST_HEADER);
		}
		// What cannot be the beginning of a header is not kept.
		this.#start = Math.max(this.#start, this.#end - MOST_HEADER);
		this.#searched = Math.max(this.#start, this.#end - 3);
		return undefined;
	}

	#take(length: number): Uint8Array {
		const taken = this.#held.subarray(this.#start, this.#start + length);
		this.#start += length;
		return taken;
	}

	#append(chunk: Uint8Array): void {
		const length = this.#end - this.#start;
		if (this.#end + chunk.length > this.#held.length) {
			const roomy = length + chunk.length > this.#held.length;
			const held = roomy ? new Uint8Array(2 * (length + chunk.length)) : this.#held;
			held.set(this.#held.subarray(this.#start, this.#end));
			this.#searched = Math.max(0, this.#searched - this.#start);
			this.#held = held;
			this.#start = 0;
			this.#end = length;
		}
		this.#held.set(chunk, this.#end);
		this.#end += chunk.length;
	}
}

function problemOf(length: number): string {
	return Number.isNaN(length)
		? 'a header without a Content-Length'
		: `a message of ${length} bytes, expected at most ${MOST_BODY}`;
}

function parsed(body: Uint8Array): Framed {
	try {
		const message: unknown = JSON.parse(UTF8.decode(body));
		return { kind: 'message', message };
	} catch (error) {
		return { kind: 'malformed', why: error instanceof Error ? error.message : String(error) };
	}
}
