/**
 * SQLite's error for schema rows that make no sense.
 */
import { SqlError } from '../syntax/sql-error';

/** `malformed database schema (name) - detail`. */
export function malformedSchema(name: string, detail = ''): SqlError {
  const suffix = detail === '' ? '' : ` - ${detail}`;
  return new SqlError(`malformed database schema (${name})${suffix}`, -1, 'SQLITE_CORRUPT');
}
