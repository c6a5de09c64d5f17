// Runs a parsed sqllogictest file on one connection with better-sqlite3's API.
import { difference, formatResult, hashOf, type RealToText, type SqlValue } from './format';
import type { QueryRecord, TestFile, TestRecord } from './parse';

/** What the runner needs of a connection; better-sqlite3 and Ringlite both have it. */
export interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): {
    reader: boolean;
    run(): unknown;
    raw(): { safeIntegers(): { iterate(): IterableIterator<unknown> } };
    columns(): unknown[];
  };
}

export interface Failure {
  readonly line: number;
  readonly sql: string;
  readonly reason: string;
}

export interface Report {
  records: number;
  failures: Failure[];
  /** Time inside the connection, in milliseconds. */
  elapsed_ms: number;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function runQuery(
  connection: Connection,
  record: QueryRecord,
  realToText: RealToText,
  labels: Map<string, string>,
  report: Report,
): string | undefined {
  const start = performance.now();
  const rows: SqlValue[][] = [];
  let columnCount: number;
  try {
    const statement = connection.prepare(record.sql);
    if (!statement.reader) return 'not a query';
    columnCount = statement.columns().length;
    try {
      for (const row of statement.raw().safeIntegers().iterate()) rows.push(row as SqlValue[]);
    } catch (error) {
      // The reference runner stops reading at an error while stepping and compares what it has.
      if (error instanceof Error && 'code' in error && /INTERNAL|CORRUPT|MISUSE/.test(String(error.code)))
        return messageOf(error);
    }
  } catch (error) {
    return messageOf(error);
  } finally {
    report.elapsed_ms += performance.now() - start;
  }
  if (columnCount !== record.types.length) return `${columnCount} columns, expected ${record.types.length}`;
  const values = formatResult(rows, record, realToText);
  if (record.label !== undefined) {
    const hash = hashOf(values);
    const known = labels.get(record.label);
    if (known === undefined) labels.set(record.label, hash);
    else if (known !== hash) return `label ${record.label} has another hash than before`;
  }
  return difference(values, record);
}

function runStatement(connection: Connection, record: TestRecord, report: Report): string | undefined {
  const expectError = record.kind === 'statement' && record.expectError;
  const start = performance.now();
  try {
    connection.exec(record.sql);
    return expectError ? 'succeeded, but must fail' : undefined;
  } catch (error) {
    return expectError ? undefined : messageOf(error);
  } finally {
    report.elapsed_ms += performance.now() - start;
  }
}

/** Runs every record; the connection must hold an empty database. */
export function executeTestFile(file: TestFile, connection: Connection, realToText: RealToText): Report {
  const report: Report = { records: 0, failures: [], elapsed_ms: 0 };
  const labels = new Map<string, string>();
  for (const record of file.records) {
    report.records++;
    const reason =
      record.kind === 'query'
        ? runQuery(connection, record, realToText, labels, report)
        : runStatement(connection, record, report);
    if (reason !== undefined) report.failures.push({ line: record.line, sql: record.sql, reason });
  }
  return report;
}
