// Turns result values into the text that sqllogictest compares, and compares.
import { createHash } from 'node:crypto';
import type { QueryRecord } from './parse';

export type SqlValue = null | bigint | number | string | Buffer;

/** SQL text of a real, as CAST(x AS TEXT) gives it. */
export type RealToText = (value: number) => string;

function toInteger(value: bigint | number | string | Buffer): string {
  let integer: bigint;
  if (typeof value === 'bigint') integer = value;
  else {
    const number = typeof value === 'number' ? value : Number(/^\s*[+-]?\d+/.exec(value.toString())?.[0] ?? 0);
    if (!(Math.abs(number) < 2 ** 63)) return number > 0 ? '-1' : '0';
    integer = BigInt(Math.trunc(number));
  }
  return String(Number(BigInt.asIntN(32, integer)));
}

function toReal(value: bigint | number | string | Buffer): string {
  const number =
    typeof value === 'number' || typeof value === 'bigint'
      ? Number(value)
      : Number(/^\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?)/.exec(value.toString())?.[0] ?? 0);
  if (Math.abs(number) >= 1e16) {
    // 16 significant digits, then zeros
    const [digits = '', exponent = '0'] = Math.abs(number).toExponential(15).split('e+');
    const text = digits.replace('.', '').padEnd(Number(exponent) + 1, '0');
    return `${number < 0 ? '-' : ''}${text}.000`;
  }
  const text = number.toFixed(3);
  return text === '-0.000' ? '0.000' : text;
}

function toText(value: bigint | number | string | Buffer, realToText: RealToText): string {
  const text =
    typeof value === 'number' ? realToText(value) : Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
  if (text === '') return '(empty)';
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^ -~]/g, '@');
}

function formatValue(value: SqlValue, type: string, realToText: RealToText): string {
  if (value === null) return 'NULL';
  if (type === 'I') return toInteger(value);
  if (type === 'R') return toReal(value);
  return toText(value, realToText);
}

/** The formatted values in the order that the record's sort mode asks for. */
export function formatResult(rows: readonly SqlValue[][], record: QueryRecord, realToText: RealToText): string[] {
  const formatted = rows.map((row) => row.map((value, i) => formatValue(value, record.types[i] ?? 'T', realToText)));
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  if (record.sort === 'rowsort')
    formatted.sort((a, b) => {
      for (let i = 0; i < a.length; i++) {
        const order = compare(a[i] ?? '', b[i] ?? '');
        if (order !== 0) return order;
      }
      return 0;
    });
  const values = formatted.flat();
  return record.sort === 'valuesort' ? values.sort(compare) : values;
}

export function hashOf(values: readonly string[]): string {
  const hash = createHash('md5');
  for (const value of values) hash.update(value + '\n');
  return hash.digest('hex');
}

/** undefined when the values are as expected, else what differs. */
export function difference(values: readonly string[], record: QueryRecord): string | undefined {
  const summary = /^(\d+) values hashing to ([0-9a-f]{32})$/.exec(record.expected[0] ?? '');
  if (summary && record.expected.length === 1) {
    const actual = `${values.length} values hashing to ${hashOf(values)}`;
    return actual === record.expected[0] ? undefined : `${actual}, expected ${record.expected[0]}`;
  }
  if (values.length !== record.expected.length)
    return `${values.length} values, expected ${record.expected.length}: ${values.slice(0, 8).join(' | ')}`;
  const at = values.findIndex((value, i) => value !== record.expected[i]);
  return at < 0 ? undefined : `value ${at} is ${values[at]}, expected ${record.expected[at]}`;
}
