// The test-vector format shared with binding/record/test_vectors.h: one case a line,
//
//   operation argument ... = result
//
// N is NULL, I<decimal> an integer, R<16 hex digits> a real (its bits), T<hex> text (UTF-8), B<hex> a blob, E<code>:<hex> an error with
// its result code name and message. Every result is computed by SQLite (better-sqlite3), never by Ringlite.
import Database from 'better-sqlite3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type SqlValue = null | bigint | number | string | Buffer | RawText;

/** Text given by its bytes, which need not be valid UTF-8. */
export class RawText {
  constructor(readonly bytes: Buffer) {}
}

export const raw = (...bytes: number[]): RawText => new RawText(Buffer.from(bytes));
export const rawLatin1 = (text: string): RawText => new RawText(Buffer.from(text, 'latin1'));

export function encodeValue(value: SqlValue): string {
  if (value === null) return 'N';
  if (typeof value === 'bigint') return `I${value}`;
  if (typeof value === 'string') return `T${Buffer.from(value).toString('hex')}`;
  if (value instanceof RawText) return `T${value.bytes.toString('hex')}`;
  if (typeof value === 'number') {
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(value);
    return `R${bits.toString('hex')}`;
  }
  return `B${value.toString('hex')}`;
}

/** A parameter, as SQL expression and as what is bound to it. */
const placeholder = (value: SqlValue): string => (value instanceof RawText ? "(CAST(? AS TEXT) || '')" : '?');
const bound = (value: SqlValue): unknown => (value instanceof RawText ? value.bytes : value);

const statements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

function prepare(database: Database.Database, sql: string): Database.Statement {
  let cache = statements.get(database);
  if (!cache) statements.set(database, (cache = new Map()));
  let statement = cache.get(sql);
  if (!statement) {
    statement = database.prepare(sql).safeIntegers().raw();
    cache.set(sql, statement);
  }
  return statement;
}

/** Evaluates `expression`, in which $1, $2, ... stand for the values, and encodes its value or error; '' when that is very long. */
export function evaluate(database: Database.Database, expression: string, values: readonly SqlValue[]): string {
  const parameters: unknown[] = [];
  const sql = expression.replace(/\$(\d+)/g, (_match, digits: string) => {
    const value = values[Number(digits) - 1] ?? null;
    parameters.push(bound(value));
    return placeholder(value);
  });
  try {
    const statement = prepare(
      database,
      `SELECT typeof(x), CASE typeof(x) WHEN 'text' THEN CAST(x AS BLOB) ELSE x END, octet_length(x) > 3000 FROM (SELECT ${sql} AS x LIMIT -1 OFFSET 0)`,
    );
    const [type, value, isLong] = statement.get(...parameters) as [string, SqlValue, bigint | null];
    if (isLong) return '';
    return type === 'text' ? encodeValue(new RawText(value as Buffer)) : encodeValue(value);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!code) throw error;
    return `E${code}:${Buffer.from(message).toString('hex')}`;
  }
}

/** Collects the cases of one file. */
export class VectorFile {
  private readonly lines = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly database: Database.Database = new Database(':memory:'),
  ) {}

  /** `operation` names the case for the native test, `expression` is what SQLite evaluates. */
  add(operation: string, expression: string, ...values: SqlValue[]): void {
    this.addResult(operation, values, evaluate(this.database, expression, values));
  }
  /** A case whose operation is an SQL function of that name. */
  call(name: string, ...values: SqlValue[]): void {
    this.add(name, `${name}(${values.map((_value, index) => `$${index + 1}`).join(',')})`, ...values);
  }
  /** An empty result (too long to keep) adds nothing. */
  addResult(operation: string, values: readonly SqlValue[], result: string): void {
    if (result === '') return;
    this.lines.add([operation, ...values.map(encodeValue), '=', result].join(' '));
  }
  write(): void {
    const file = join(__dirname, '../../binding', this.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, [...this.lines].join('\n') + '\n');
    console.log(`${this.path}: ${this.lines.size} cases`);
  }
}

/** mulberry32: the vectors are the same on every run. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
