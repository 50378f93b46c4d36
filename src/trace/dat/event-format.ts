// The layout of an event as the kernel describes it in events/*/*/format, which trace-cmd copies into the
// file: where each field lies, and how the event is to be printed. Nothing about a layout is assumed.
//
//   name: kvm_entry
//   ID: 1481
//   format:
//   	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
//   	field:u64 x[4];	offset:28;	size:32;	signed:0;
//   print fmt: "PC: 0x%016lx", REC->vcpu_pc

export interface EventField {
	readonly name: string;
	readonly offset: number;
	/** in bytes, of all elements together */
	readonly size: number;
	readonly signed: boolean;
	/** of an array; 0 for a plain number */
	readonly elements: number;
	/** `__data_loc`: 16 bits where and 16 bits how long, `__rel_loc`: counted from behind the field */
	readonly located: 'data' | 'rel' | undefined;
}

export interface EventFormat {
	readonly id: number;
	readonly name: string;
	readonly system: string;
	readonly fields: ReadonlyMap<string, EventField>;
	/** bytes that a record must have for all its fields to be in it */
	readonly extent: number;
	/** what follows `print fmt:` */
	readonly printText: string;
}

/** A kernel's events have some dozens of fields; a record is smaller than a page of 64 KiB. */
const mostFields = 512;
const mostExtent = 0x1_0000;

/** Undefined where the text is no event's format. */
export function parseEventFormat(system: string, text: string): EventFormat | undefined {
	const name = /^name: (\S{1,256})$/m.exec(text)?.[1];
	const id = Number(/^ID: (\d{1,5})$/m.exec(text)?.[1] ?? Number.NaN);
	if (name === undefined || !(id <= 0xffff)) {
		return undefined;
	}
	const fields = new Map<string, EventField>();
	let extent = 0;
	for (const field of parseFields(text)) {
		if (fields.size >= mostFields || field.offset + field.size > mostExtent) {
			return undefined;
		}
		fields.set(field.name, field);
		extent = Math.max(extent, field.offset + field.size);
	}
	const print = text.indexOf('\nprint fmt:');
	const printText = print < 0 ? '' : text.slice(print + '\nprint fmt:'.length).trim();
	return { id, name, system, fields, extent, printText };
}

const line =
	/^\s*field(?: special)?:\s*([^;]{1,512});\s*offset:\s*(\d{1,6});\s*size:\s*(\d{1,6});(?:\s*signed:\s*([01]);)?/;

/** The `field:` lines, also of the description of a ring-buffer page (events/header_page). */
export function parseFields(text: string): EventField[] {
	return text.split('\n').flatMap((row) => {
		const [, declaration = '', offset, size, signed] = line.exec(row) ?? [];
		const named = /([A-Za-z_]\w*)\s*(\[[^\]]*\])?$/.exec(declaration.trim());
		if (named === null || offset === undefined) {
			return [];
		}
		const located = /\b__data_loc\b/.test(declaration)
			? 'data'
			: /\b__rel_loc\b/.test(declaration)
				? 'rel'
				: undefined;
		const bytes = Number(size);
		const field: EventField = {
			name: named[1] ?? '',
			offset: Number(offset),
			size: bytes,
			signed: signed === '1',
			elements: located === undefined ? elementsOf(declaration, named[2], bytes) : 0,
			located,
		};
		return [field];
	});
}

/** From the number in the brackets; where that is a macro or nothing, from the type. */
function elementsOf(declaration: string, brackets: string | undefined, bytes: number): number {
	if (brackets === undefined) {
		return 0;
	}
	const count = Number(/^\[(\d{1,5})\]$/.exec(brackets)?.[1] ?? 0);
	if (count > 0 && bytes % count === 0) {
		return count;
	}
	const bits = /\b_{0,2}[us](8|16|32|64)\b/.exec(declaration)?.[1];
	const width = bits === undefined ? (/\bchar\b/.test(declaration) ? 1 : bytes) : Number(bits) / 8;
	return width > 0 && bytes % width === 0 ? bytes / width : 1;
}
