// The algorithms that trace-cmd compresses with, behind one call that never gives out more than was asked
// for: a compressed part states its size, and that statement may be a lie.

import { unzlibSync } from 'fflate';
import { decompress as unzstdSync } from 'fzstd';
import { zstdContentSize } from '../unpacked-source.ts';
import { Damage } from './damage.ts';

/** Exactly `size` bytes from `packed`, which lies at `place` of the file. */
export type Unpack = (packed: Uint8Array, size: number, place: number) => Uint8Array;

/** Real sections shrink to a twentieth, empty pages to a thousandth. */
const mostTimes = 4096;
/** Of a section or a chunk: the event formats of a whole kernel have 3 MB, ten pages of 64 KiB less than one. */
const most = 0x400_0000;

/** Undefined where the algorithm is none that trace-cmd has. */
export function unpackerOf(name: string): Unpack | undefined {
	switch (name) {
		case 'none':
			return (packed, size, place) => exactly(packed, size, place, 'none');
		case 'zlib':
			return (packed, size, place) => {
				const out = room(packed, size, place);
				// With room given, fflate stops where it is full.
				return exactly(
					attempt(() => unzlibSync(packed, { out }), place, name),
					size,
					place,
					name,
				);
			};
		case 'zstd':
			return (packed, size, place) => {
				checkZstd(packed, size, place);
				const out = room(packed, size, place);
				return exactly(
					attempt(() => unzstdSync(packed, out), place, name),
					size,
					place,
					name,
				);
			};
		default:
			return undefined;
	}
}

function room(packed: Uint8Array, size: number, place: number): Uint8Array {
	if (size > most || size > packed.length * mostTimes) {
		throw new Damage(
			place,
			`${packed.length} compressed bytes that are to become ${size}`,
			`at most ${Math.min(most, packed.length * mostTimes)}`,
		);
	}
	return new Uint8Array(size);
}

function exactly(bytes: Uint8Array, size: number, place: number, name: string): Uint8Array {
	if (bytes.length !== size) {
		throw new Damage(place, `${name} data of ${bytes.length} bytes when unpacked`, `${size} bytes`);
	}
	return bytes;
}

/** The libraries throw errors of their own, and of the language when damage leads them astray. */
function attempt(unpack: () => Uint8Array, place: number, name: string): Uint8Array {
	try {
		return unpack();
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new Damage(place, `${name} data that cannot be unpacked (${why})`, `whole ${name} data`);
	}
}

/**
 * One frame, and the size that its header states must be the one asked for: the library writes into the
 * room that it is given without a look at where that ends.
 */
function checkZstd(packed: Uint8Array, size: number, place: number): void {
	const stated = zstdContentSize(packed);
	if (stated !== undefined && stated !== size) {
		throw new Damage(place, `zstd data of ${stated} bytes when unpacked`, `${size} bytes`);
	}
}
