// Literals: the boundary values where engines differ, and small values that collide so that joins and groups match.
import type { Random } from './random';

const INTEGERS = [
  '0', '1', '-1', '2', '3', '4', '5', '7', '10', '42', '100', '127', '128', '255', '256', '32767', '-32768', '65536', '8388607', '-8388608',
  '2147483647', '-2147483648', '2147483648', '140737488355327', '4294967296', '9007199254740993', '9223372036854775807', '-9223372036854775808', '9223372036854775808',
  '0x7f', '0xffffffffffffffff',
]; // prettier-ignore
const REALS = [
  '0.0', '-0.0', '1.0', '1.5', '-2.5', '0.1', '3.14159', '1e3', '1e-5', '1e15', '1e16', '123456789.123', '9.2233720368547758e18', '1e100', '-1e308', '1e999', '4.9e-324', '2.0', '5e-1', '.5', '99999.99999',
]; // prettier-ignore
export const CONFLICTS = ['ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE'];
const TEXTS = [
  "''", "'a'", "'A'", "'b'", "'abc'", "'ABC'", "'abc '", "' abc'", "'0'", "'1'", "'12'", "'1.5'", "'1e2'", "'12abc'", "'  7'", "'0x10'", "'é'", "'日本'", "'%'", "'a_c'", "'it''s'",
  "'2024-02-29'", "'2023-12-31 23:59:59'", "'9223372036854775807'", "'9223372036854775808'", "'-'", "'null'", "'🙂x'", "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
]; // prettier-ignore
const BLOBS = ["x''", "x'00'", "x'61'", "x'616263'", "x'ff'", "x'e9'", "x'313233'"];

export function literal(random: Random): string {
  return random.weighted<() => string>([
    [2, () => 'NULL'],
    [5, () => String(random.between(-3, 12))],
    [3, () => random.pick(INTEGERS)],
    [3, () => random.pick(REALS)],
    [5, () => random.pick(TEXTS)],
    [1, () => random.pick(BLOBS)],
    [1, () => random.pick(['TRUE', 'FALSE', 'CURRENT_DATE IS NOT NULL'])],
  ])();
}

/** A value for a column of the given declared type: mostly fitting, sometimes not. */
export function valueFor(type: string, random: Random): string {
  if (random.oneIn(8)) return literal(random);
  if (random.oneIn(8)) return 'NULL';
  if (/INT/.test(type)) return random.oneIn(4) ? random.pick(INTEGERS) : String(random.between(-5, 40));
  if (/CHAR|TEXT|CLOB/.test(type)) return random.pick(TEXTS);
  if (/REAL|FLOA|DOUB/.test(type)) return random.pick(REALS);
  if (/BLOB/.test(type)) return random.pick(BLOBS);
  return literal(random);
}
