// From the engine's numeric codes to SqliteError.
import { allCodes, allReasons, primaryCodes } from '../../spec/errors';
import type { SqlError } from '../syntax/sql-error';
import type { NativeBinding } from './binding';
import { SqliteError } from './sqlite-error';

const names = new Map<number, string>(allCodes.map(([name, number]) => [number, name]));
const reasonMessages = new Map<number, string>();
for (const [, number, primary, message] of allReasons) {
  names.set(number, primary);
  reasonMessages.set(number, message);
}
const messages = new Map<number, string>(Object.values(primaryCodes).map(([number, message]) => [number, message]));
const ABORT_ROLLBACK = 516;
const CONSTRAINT_TRIGGER = 1811;

export function codeName(code: number): string {
  return names.get(code) ?? `UNKNOWN_SQLITE_ERROR_${String(code)}`;
}

/** What sqlite3_errstr says, or the words of a reason. */
export function codeMessage(code: number): string {
  if (code === ABORT_ROLLBACK) return 'abort due to ROLLBACK';
  return reasonMessages.get(code) ?? messages.get(code & 0xff) ?? 'unknown error';
}

/** A compiler's error; `sql` is the text that was compiled. */
export function fromSqlError({ message, code, offset }: SqlError, sql: string): SqliteError {
  return new SqliteError(message, code, offset < 0 ? -1 : Buffer.byteLength(sql.slice(0, offset)));
}

/** The error of the last native call. */
export function nativeError(native: NativeBinding, code: number): SqliteError {
  const message = native.errorMessage();
  // RAISE(ABORT, NULL) has no message.
  const isMeant = message !== '' || code === CONSTRAINT_TRIGGER;
  return new SqliteError(isMeant ? message : codeMessage(code), codeName(code));
}

/** An error of which only the code is known. */
export const codeError = (code: number): SqliteError => new SqliteError(codeMessage(code), codeName(code));
