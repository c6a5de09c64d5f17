/**
 * SQLite's record format, read: the values of sqlite_stat4's samples.
 *
 * Owns: decoding. A record that is cut off or wrong has fewer fields, never an error.
 */
import type { TextEncoding } from './schema';

/** A value as it is stored: integers as bigints. */
export type StoredValue = null | bigint | number | string | Uint8Array;

const MAX_FIELDS = 4096;

/** The fields of a record. */
export function decodeRecord(record: Uint8Array, encoding: TextEncoding): StoredValue[] {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const header = varint(bytes, 0);
  const types: number[] = [];
  for (let at = header.end; at < Math.min(header.value, bytes.length) && types.length < MAX_FIELDS;) {
    const { value, end } = varint(bytes, at);
    types.push(value);
    at = end;
  }
  const values: StoredValue[] = [];
  let at = header.value;
  for (const type of types) {
    const size = sizeOf(type);
    if (at + size > bytes.length) break;
    values.push(valueOf(bytes.subarray(at, at + size), type, encoding));
    at += size;
  }
  return values;
}

function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[start + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return { value: value * 256 + (bytes[start + 8] ?? 0), end: start + 9 };
}

const INTEGER_SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0] as const;

const sizeOf = (type: number): number => (type < 12 ? INTEGER_SIZES[type]! : Math.floor((type - 12) / 2));

function valueOf(bytes: Buffer, type: number, encoding: TextEncoding): StoredValue {
  if (type === 0 || type === 10 || type === 11) return null;
  if (type === 7) return bytes.readDoubleBE(0);
  if (type === 8 || type === 9) return BigInt(type - 8);
  if (type < 7) return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  return type % 2 === 0 ? bytes : textOf(bytes, encoding);
}

function textOf(bytes: Buffer, encoding: TextEncoding): string {
  switch (encoding) {
    case 'UTF-8':
      return bytes.toString('utf8');
    case 'UTF-16le':
      return bytes.toString('utf16le');
    case 'UTF-16be':
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le');
  }
}
