/**
 * The value that rows have in a column which was added after them: its DEFAULT, when that is a literal, perhaps signed or cast.
 *
 * Owns: what such an expression comes to before any row is read (altertable.html, ADD COLUMN). It is not what evaluating the expression gives:
 * the column's affinity applies at each step.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import { affinityOfType } from '../catalog/names';
import { realText } from '../catalog/real-text';
import type { StoredValue } from '../catalog/stored-record';
import type { Expr, IntegerLiteral, RealLiteral } from '../syntax/ast';
import type { CodegenContext } from './context';

/** Integers as bigints, REAL values as numbers; undefined: not a literal. */
export function defaultValue(expr: Expr, affinity: Affinity): StoredValue | undefined {
  switch (expr.kind) {
    case 'integer':
    case 'real':
      return numberLiteral(expr, '', affinity);
    case 'string':
      return withAffinity(expr.value, affinity);
    case 'blob':
      return Buffer.from(expr.hex, 'hex');
    case 'null':
      return null;
    case 'column':
      return withAffinity(/^true$/i.test(expr.column.name) ? 1n : 0n, affinity);
    case 'cast':
      return castValue(expr.operand, affinityOfType(expr.type), affinity);
    case 'unary':
      if (expr.operator === '+') return defaultValue(expr.operand, affinity);
      return expr.operator === '-' ? negated(expr.operand, affinity) : undefined;
    default:
      return undefined;
  }
}

/** Pool index of the default value, -1 for NULL. */
export function defaultConstant({ program: { pool } }: CodegenContext, expr: Expr, affinity: Affinity): number {
  const value = defaultValue(expr, affinity) ?? null;
  if (value === null) return -1;
  if (typeof value === 'bigint') return pool.integer(String(value));
  if (typeof value === 'string') return pool.string(value);
  if (typeof value === 'number') return pool.real(realLiteral(value));
  return pool.blob(value);
}

function realLiteral(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

const isHex = ({ kind, text }: IntegerLiteral | RealLiteral): boolean => kind === 'integer' && /^0x/i.test(text);

const MAX_INTEGER = 2n ** 63n - 1n;
const MIN_INTEGER = -(2n ** 63n);

function numberLiteral(literal: IntegerLiteral | RealLiteral, sign: '' | '-', affinity: Affinity): StoredValue {
  const text = literal.text.replaceAll('_', '');
  if (literal.kind === 'integer') {
    const value = isHex(literal) ? BigInt.asIntN(64, BigInt(text)) : BigInt(text);
    if (value <= MAX_INTEGER) return withAffinity(sign === '' ? value : -value, affinity);
    return withAffinity(sign + text, affinity === Affinity.blob ? Affinity.numeric : affinity);
  }
  return affinity === Affinity.blob ? Number(sign + text) : withAffinity(sign + text, affinity);
}

/** The negative of a value that already has the affinity. */
function negated(operand: Expr, affinity: Affinity): StoredValue | undefined {
  if ((operand.kind === 'integer' || operand.kind === 'real') && !isHex(operand))
    return numberLiteral(operand, '-', affinity);
  const value = defaultValue(operand, affinity);
  if (value === undefined || value === null) return value;
  const number = numberIn(value);
  if (typeof number === 'number') return withAffinity(-number, affinity);
  return withAffinity(number === MIN_INTEGER ? -Number(MIN_INTEGER) : -number, affinity);
}

function castValue(operand: Expr, target: Affinity, affinity: Affinity): StoredValue | undefined {
  const value = defaultValue(operand, target);
  if (value === undefined || value === null) return value;
  return withAffinity(castTo(value, target), affinity);
}

function castTo(value: bigint | number | string | Uint8Array, target: Affinity): StoredValue {
  switch (target) {
    case Affinity.blob:
      return value instanceof Uint8Array ? value : Buffer.from(textOf(value));
    case Affinity.text:
      return textOf(value);
    case Affinity.integer: {
      const number = typeof value === 'number' ? value : numberIn(value, true);
      return typeof number === 'bigint' ? number : truncated(number);
    }
    case Affinity.real:
      return Number(numberIn(value));
    default:
      return numberIn(value);
  }
}

/** Beyond 64 bits it is the nearest integer that there is. */
function truncated(value: number): bigint {
  if (value >= Number(MAX_INTEGER)) return MAX_INTEGER;
  return value <= Number(MIN_INTEGER) ? MIN_INTEGER : BigInt(Math.trunc(value));
}

function textOf(value: bigint | number | string | Uint8Array): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return typeof value === 'number' ? realText(value) : String(value);
}

const NUMBER_PREFIX = /^[ \t\n\v\f\r]*([+-]?)(\d*)(\.\d*)?(e[+-]?\d+)?/i;

/** The number that a value starts with, an integer where it is one. `digitsOnly`: without fraction and exponent. */
function numberIn(value: bigint | number | string | Uint8Array, digitsOnly = false): bigint | number {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  const [, sign = '', digits = '', fraction = '', exponent = ''] = NUMBER_PREFIX.exec(textOf(value)) ?? [];
  if (digits === '' && fraction.length < 2) return 0n;
  if (digitsOnly || (fraction === '' && exponent === '')) {
    const integer = BigInt(digits === '' ? 0 : digits) * (sign === '-' ? -1n : 1n);
    if (integer <= MAX_INTEGER && integer >= MIN_INTEGER) return integer;
  }
  const number = Number(`${sign}${digits === '' ? 0 : digits}${fraction}${exponent}`);
  return isSafelyWhole(number) ? BigInt(number) : number;
}

const SAFELY_WHOLE = 2 ** 51;
const isSafelyWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < SAFELY_WHOLE;

const NUMBER = /^[ \t\n\v\f\r]*([+-]?)(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[ \t\n\v\f\r]*$/i;

/** What a column's affinity makes of a value; whole reals become integers also in REAL columns, which are made real when they are read. */
function withAffinity(value: StoredValue, affinity: Affinity): StoredValue {
  if (affinity === Affinity.text) return typeof value === 'bigint' || typeof value === 'number' ? textOf(value) : value;
  if (!isNumericAffinity(affinity)) return value;
  if (typeof value === 'number') return wholeOrReal(value);
  if (typeof value !== 'string') return value;
  const found = NUMBER.exec(value);
  if (found === null) return value;
  const [, sign = '', digits = '', exponent = ''] = found;
  if (/^\d+$/.test(digits) && exponent === '') {
    const integer = BigInt(digits) * (sign === '-' ? -1n : 1n);
    if (integer <= MAX_INTEGER && integer >= MIN_INTEGER) return integer;
  }
  return wholeOrReal(Number(sign + digits + exponent));
}

const wholeOrReal = (value: number): bigint | number =>
  Number.isInteger(value) && value > Number(MIN_INTEGER) && value < Number(MAX_INTEGER) ? BigInt(value) : value;
