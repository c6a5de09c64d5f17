// Runs one statement on a connection and describes everything observable as plain data, so that two engines can be compared.
import type { Database } from './engines';

export interface Outcome {
  readonly columns: readonly string[];
  /** Each row as one string in which types and exact bits of values show. */
  readonly rows: readonly string[];
  readonly changes: number | bigint | undefined;
  readonly lastInsertRowid: number | bigint | undefined;
  readonly error: string | undefined;
  readonly inTransaction: boolean;
}

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);

/** A value with its SQL type; reals by their bits. */
export function showValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return `i:${value}`;
  if (typeof value === 'number') {
    float[0] = value;
    return `r:${value}${Object.is(value, -0) ? '(-0)' : ''}#${bits[0]?.toString(16)}`;
  }
  if (typeof value === 'string') return `t:${JSON.stringify(value)}`;
  if (Buffer.isBuffer(value)) return `b:${value.toString('hex')}`;
  return `?:${typeof value}`;
}

const showRow = (row: unknown): string => (row as unknown[]).map(showValue).join(' | ');

/** Runs the statement to its end. Never throws. */
export function outcomeOf(database: Database, sql: string, parameters: readonly unknown[] = []): Outcome {
  const outcome = { columns: [] as string[], rows: [] as string[], changes: undefined as number | bigint | undefined, lastInsertRowid: undefined as number | bigint | undefined, error: undefined as string | undefined }; // prettier-ignore
  // ?1 is a named parameter for better-sqlite3.
  const bound = parameters.length > 0 ? [Object.fromEntries(parameters.map((value, i) => [i + 1, value]))] : [];
  try {
    const statement = database.prepare(sql);
    if (statement.reader) {
      outcome.columns = statement.columns().map((column) => `${column.name}~${column.type}`);
      for (const row of statement
        .raw()
        .safeIntegers()
        .iterate(...bound))
        outcome.rows.push(showRow(row));
    } else {
      const { changes, lastInsertRowid } = statement.run(...bound);
      outcome.changes = changes;
      outcome.lastInsertRowid = lastInsertRowid;
    }
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    outcome.error = `${name} ${code ?? ''}: ${message}`;
  }
  return { ...outcome, inTransaction: database.inTransaction };
}

export type DifferenceKind = 'columns' | 'rows' | 'order' | 'changes' | 'error' | 'transaction';

/** What differs, or undefined. Rows that are the same but in another order are of kind `order`. */
export function compareOutcomes(ours: Outcome, oracle: Outcome): DifferenceKind | undefined {
  if (ours.error !== oracle.error) return 'error';
  if (ours.columns.join() !== oracle.columns.join()) return 'columns';
  if (ours.rows.join('\n') !== oracle.rows.join('\n'))
    return [...ours.rows].sort().join('\n') === [...oracle.rows].sort().join('\n') ? 'order' : 'rows';
  if (ours.changes !== oracle.changes || ours.lastInsertRowid !== oracle.lastInsertRowid) return 'changes';
  return ours.inTransaction === oracle.inTransaction ? undefined : 'transaction';
}
