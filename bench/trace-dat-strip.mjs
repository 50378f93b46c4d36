// Makes a small trace.dat of a real one: everything but the kernel's symbols, statistics and printk formats,
// byte for byte as it was, compressed sections and chunks included. Version 7, little endian.
//
//   node bench/trace-dat-strip.mjs IN OUT

import { readFileSync, writeFileSync } from 'node:fs';

const [, , from, to] = process.argv;
const file = readFileSync(from);
const dropped = new Set([2, 19, 20, 23, 25]);

let at = 12;
const head = () => {
	at += 2 + 4;
	for (let strings = 0; strings < 2; at++) strings += file[at] === 0 ? 1 : 0;
	return file.subarray(0, at);
};
const out = [head()];
let length = at;
const put = (bytes) => {
	const begin = length;
	out.push(bytes);
	length += bytes.length;
	return begin;
};
const u64 = (value) => {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(value));
	return bytes;
};
const sectionAt = (offset) => file.subarray(offset, offset + 16 + Number(file.readBigUInt64LE(offset + 8)));

const first = u64(0);
put(first);

/** The options of all sections, each with its data pointing to where its section is now. */
const options = [];
for (let next = Number(file.readBigUInt64LE(at)); next !== 0; ) {
	const body = sectionAt(next).subarray(16);
	next = 0;
	for (let i = 0; i < body.length; ) {
		const id = body.readUInt16LE(i);
		const size = body.readUInt32LE(i + 2);
		const data = Buffer.from(body.subarray(i + 6, i + 6 + size));
		i += 6 + size;
		if (id === 0) {
			next = Number(data.readBigUInt64LE(0));
		} else if (!dropped.has(id)) {
			options.push([id, id === 3 ? buffer(data) : id >= 16 && id <= 21 ? moved(data) : data]);
		}
	}
}

function moved(data) {
	return u64(put(sectionAt(Number(data.readBigUInt64LE(0)))));
}

function buffer(data) {
	const copy = Buffer.from(data);
	copy.writeBigUInt64LE(BigInt(put(file.subarray(Number(data.readBigUInt64LE(0))).subarray(0, 16))), 0);
	let i = 8;
	for (let strings = 0; strings < 2; i++) strings += data[i] === 0 ? 1 : 0;
	const cpus = data.readUInt32LE(i + 4);
	for (let cpu = 0; cpu < cpus; cpu++) {
		const entry = i + 8 + cpu * 20 + 4;
		const offset = Number(data.readBigUInt64LE(entry));
		const size = Number(data.readBigUInt64LE(entry + 8));
		// trace-cmd 3.1 does not count the first word of compressed data.
		copy.writeBigUInt64LE(BigInt(put(file.subarray(offset, offset + size + 4))), entry);
	}
	return copy;
}

const parts = [...options, [0, u64(0)]].map(([id, data]) => {
	const headOf = Buffer.alloc(6);
	headOf.writeUInt16LE(id, 0);
	headOf.writeUInt32LE(data.length, 2);
	return Buffer.concat([headOf, data]);
});
const body = Buffer.concat(parts);
first.writeBigUInt64LE(BigInt(put(Buffer.concat([Buffer.alloc(8), u64(body.length), body]))));
writeFileSync(to, Buffer.concat(out));
