/**
 * How values of pragmas are read: on and off words, numbers of 32 and 64 bits, modes.
 *
 * Owns: SQLite's three ways of reading a number from text. They differ in what they do about digits that don't fit and text that follows.
 */
import { foldName } from '../catalog/names';

const MAX_INT32 = 0x7fffffff;
const MAX_INT64 = 0x7fffffffffffffffn;

/**
 * The 32-bit integer that the text begins with; null without one, and when it doesn't fit. What follows the digits is ignored, but not
 * behind hexadecimal ones.
 */
export function int32(text: string): number | null {
  const hex = /^0x0*([0-9a-f]*)/i.exec(text);
  if (hex !== null && /^0x[0-9a-f]/i.test(text)) {
    const value = Number(`0x0${hex[1]}`);
    return value <= MAX_INT32 ? value : null;
  }
  const digits = /^[+-]?\d+/.exec(text);
  if (digits === null) return null;
  const value = Number(digits[0]);
  return value <= MAX_INT32 && value >= -MAX_INT32 - 1 ? value + 0 : null;
}

/** As int32(), 0 where there is none. */
export const int32OrZero = (text: string): number => int32(text) ?? 0;

export interface Integer64 {
  readonly value: bigint;
  /** The whole text is the number. */
  readonly isExact: boolean;
}

/** The 64-bit integer that the text begins with: 0 without digits, the nearest one when it doesn't fit. */
export function int64(text: string): Integer64 {
  const hex = /^0x0*([0-9a-f]*)/i.exec(text);
  if (hex !== null) {
    const isExact = hex[0].length === text.length && (hex[1] ?? '').length <= 16;
    return { value: BigInt.asIntN(64, BigInt(`0x0${hex[1]}`)), isExact };
  }
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d*)([^]*)$/.exec(text);
  const [, sign = '', digits = '', rest = ''] = match ?? [];
  const magnitude = BigInt(digits === '' ? 0 : digits);
  const largest = sign === '-' ? MAX_INT64 + 1n : MAX_INT64;
  const fitting = magnitude > largest ? largest : magnitude;
  const isExact = digits !== '' && /^[ \t\n\v\f\r]*$/.test(rest) && magnitude <= largest;
  return { value: sign === '-' ? -fitting : fitting, isExact };
}

/** The number that the whole text is; null when it is none, or negative. */
export function exactCount(text: string | null): bigint | null {
  if (text === null) return null;
  const { value, isExact } = int64(text);
  return isExact && value >= 0n ? value : null;
}

/** What is left of a 64-bit number in a 32-bit setting. */
export const low31Bits = (value: bigint): number => Number(BigInt.asUintN(31, value));

const safetyWords: ReadonlyMap<string, number> = new Map([
  ['on', 1],
  ['yes', 1],
  ['true', 1],
  ['off', 0],
  ['no', 0],
  ['false', 0],
]);

/** on, yes, true, or a number that is not 0 (in its last 8 bits); anything else is `fallback`. */
export function booleanValue(text: string, fallback = false): boolean {
  if (/^\d/.test(text)) return (int32OrZero(text) & 0xff) !== 0;
  const level = safetyWords.get(foldName(text));
  return level === undefined ? fallback : level !== 0;
}

export function synchronousLevel(text: string): number {
  const folded = foldName(text);
  if (folded === 'full') return 2;
  if (folded === 'extra') return 3;
  const level = /^\d/.test(text) ? int32OrZero(text) & 0xff : (safetyWords.get(folded) ?? 1);
  // The level is kept as a 3-bit field that starts at 1.
  return Math.max(1, (level + 1) & 7) - 1;
}

export function tempStore(text: string): number {
  if (/^[0-2]/.test(text)) return Number(text.charAt(0));
  const folded = foldName(text);
  return folded === 'file' ? 1 : folded === 'memory' ? 2 : 0;
}

export function autoVacuumMode(text: string): number {
  const mode = ['none', 'full', 'incremental'].indexOf(foldName(text));
  if (mode >= 0) return mode;
  const number = int32OrZero(text);
  return number >= 0 && number <= 2 ? number : 0;
}
