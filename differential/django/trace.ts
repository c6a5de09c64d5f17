// The format of a statement trace: one JSON object a line, with the statement, its parameters and what it gave when it was recorded.
//
// Owns: reading the file, values from JSON, comparing a result with the recorded one.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type RecordedValue =
  null | string | number | { readonly $blob: string } | { readonly $int: string } | { readonly $real: string };

export type Value = null | string | number | bigint | Buffer;

export interface TraceLine {
  readonly sql: string;
  readonly params: readonly RecordedValue[];
  /** Null for a statement without result columns. */
  readonly rows: readonly (readonly RecordedValue[])[] | null;
  /** Changed rows of INSERT, UPDATE and DELETE without result columns. */
  readonly changes: number | null;
  /** SQLite's message where the statement failed. */
  readonly error?: string;
}

/** Reads a trace, gzip-compressed or not. */
export function readTrace(path: string): TraceLine[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TraceLine);
}

/** A parameter as the connection that was recorded bound it: numbers without a fraction are SQL integers. */
export function parameterOf(value: RecordedValue): Value {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if ('$blob' in value) return Buffer.from(value.$blob, 'hex');
  return '$int' in value ? BigInt(value.$int) : Number(value.$real);
}

const recordedValue = (value: RecordedValue): Value =>
  typeof value === 'object' && value !== null ? parameterOf(value) : value;

const RELATIVE_ERROR = 1e-9;

function equalValues(left: Value, right: Value): boolean {
  if (Buffer.isBuffer(left) || Buffer.isBuffer(right))
    return Buffer.isBuffer(left) && Buffer.isBuffer(right) && left.equals(right);
  if (typeof left === 'string' || typeof right === 'string' || left === null || right === null) return left === right;
  if (typeof left === 'bigint' || typeof right === 'bigint') return BigInt(left) === BigInt(right);
  const [a, b] = [left, right];
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a === b;
  return Math.abs(a - b) <= RELATIVE_ERROR * Math.max(Math.abs(a), Math.abs(b));
}

const equalRows = (left: readonly Value[], right: readonly Value[]): boolean =>
  left.length === right.length && left.every((value, i) => equalValues(value, right[i]!));

/** A text by which rows sort the same way on both sides; reals are rounded so that tiny differences don't reorder. */
const sortKey = (row: readonly Value[]): string =>
  row
    .map((value) => {
      if (Buffer.isBuffer(value)) return `x${value.toString('hex')}`;
      return typeof value === 'number' || typeof value === 'bigint' ? Number(value).toPrecision(8) : String(value);
    })
    .join('\u0000');

const sorted = (rows: readonly (readonly Value[])[]): (readonly Value[])[] =>
  rows
    .map((row) => ({ row, key: sortKey(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);

/** Whether the rows are the recorded ones: in order when the statement orders them, as a multiset otherwise. */
export function sameRows(line: TraceLine, rows: readonly (readonly Value[])[]): boolean {
  const recorded = line.rows!.map((row) => row.map(recordedValue));
  if (recorded.length !== rows.length) return false;
  const inOrder = recorded.every((row, i) => equalRows(row, rows[i]!));
  if (inOrder || /\border\s+by\b/i.test(line.sql)) return inOrder;
  const [left, right] = [sorted(recorded), sorted(rows)];
  return left.every((row, i) => equalRows(row, right[i]!));
}
