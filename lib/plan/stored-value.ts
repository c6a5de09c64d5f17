/**
 * Values as they are stored: their order under a collation, and what an affinity makes of them.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import type { StoredValue } from '../catalog/stored-record';

/** NULL, numbers, text, blobs: the classes in their order. */
function classOf(value: StoredValue): number {
  if (value === null) return 0;
  if (typeof value === 'bigint' || typeof value === 'number') return 1;
  return typeof value === 'string' ? 2 : 3;
}

/** Below, at or above 0. An application's collations are not asked: they compare as BINARY. */
export function compareStored(a: StoredValue, b: StoredValue, collation: string): number {
  const byClass = classOf(a) - classOf(b);
  if (byClass !== 0 || a === null) return byClass;
  if (typeof a === 'string') return compareText(a, b as string, collation);
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  const other = b as bigint | number;
  return a < other ? -1 : a > other ? 1 : 0;
}

function compareText(a: string, b: string, collation: string): number {
  return Buffer.compare(keyOf(a, collation), keyOf(b, collation));
}

function keyOf(text: string, collation: string): Buffer {
  switch (collation.toUpperCase()) {
    case 'NOCASE':
      return Buffer.from(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    case 'RTRIM':
      return Buffer.from(text.replace(/ +$/, ''));
    default:
      return Buffer.from(text);
  }
}

const NUMBER = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[ \t\n\v\f\r]*$/;
const MAX_INTEGER = 2n ** 63n;

/** The value after a column's affinity. */
export function convertStored(value: StoredValue, affinity: Affinity): StoredValue {
  if (affinity === Affinity.text) return typeof value === 'bigint' || typeof value === 'number' ? shown(value) : value;
  if (!isNumericAffinity(affinity)) return value;
  const number = typeof value === 'string' ? numberOf(value) : value;
  // Whole numbers are the same as integers and as reals to comparisons.
  return number;
}

function numberOf(text: string): StoredValue {
  const found = NUMBER.exec(text);
  if (!found) return text;
  const digits = found[1]!;
  if (/^[+-]?\d+$/.test(digits)) {
    const integer = BigInt(digits.replace('+', ''));
    if (integer < MAX_INTEGER && integer >= -MAX_INTEGER) return integer;
  }
  return Number(digits);
}

function shown(value: bigint | number): string {
  if (typeof value === 'bigint') return String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}
