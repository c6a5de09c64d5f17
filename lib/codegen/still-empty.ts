/**
 * Tables without rows: most of what a statement would do to their rows needs no code.
 *
 * Owns: asking whether a table is empty while the statement is compiled, and the code that makes sure that it still is when the program runs.
 */
import { errorActions } from '../../spec/opcodes';
import type { Table } from '../catalog/schema';
import type { CodegenContext } from './context';
import { resultCode } from './result-codes';
import { openTable } from './table-access';

/** Whether the table is certainly empty now. Code that relies on it starts with codeStillEmpty(). */
export const isEmptyNow = (ctx: CodegenContext, { database, rootPage }: Table): boolean =>
  ctx.options.isEmptyTree?.(database.number, rootPage) === true;

/** A row that has come since makes the statement be compiled again. */
export function codeStillEmpty(ctx: CodegenContext, table: Table): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const isEmpty = program.label();
  ctx.statement.mayAbort = true;
  openTable(ctx, 'OpenRead', cursor, table);
  program.emit('Rewind', cursor, isEmpty);
  program.emit('Halt', resultCode('SQLITE_SCHEMA'), errorActions.abort);
  program.place(isEmpty);
  program.emit('Close', cursor);
}
