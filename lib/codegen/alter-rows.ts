/**
 * What ALTER TABLE does to the rows of a table: tests them against new constraints, and rewrites them without a dropped column.
 *
 * Owns: the scans, and failing while the program runs. Must not know: the statement's text.
 */
import { Affinity } from '../../spec/affinity';
import { errorActions, operandFlags } from '../../spec/opcodes';
import type { Label } from '../bytecode/program-builder';
import type { Column, Table } from '../catalog/schema';
import type { TableSource } from '../resolve/ir';
import { tableSource } from '../resolve/sources';
import type { CodeName } from '../syntax/sql-error';
import { codeTableColumn } from './columns';
import type { CodegenContext } from './context';
import { resultCode } from './result-codes';
import { openTable, storedColumns } from './table-access';

/** Ends the program with an error. */
export function codeFail(ctx: CodegenContext, message: string, code: CodeName = 'SQLITE_ERROR'): void {
  ctx.statement.mayAbort = true;
  ctx.program.emit('Halt', resultCode(code), errorActions.abort, 0, ctx.program.string(message));
}

/** Ends the program with an error when the table has rows. */
export function codeFailUnlessEmpty(ctx: CodegenContext, table: Table, message: string): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const isEmpty = program.label();
  openTable(ctx, 'OpenRead', cursor, table);
  program.emit('Rewind', cursor, isEmpty);
  codeFail(ctx, message);
  program.place(isEmpty);
  program.emit('Close', cursor);
}

/**
 * Emits a test for each row. Columns of the source that `test` gets are those of `after`, the table as it will be.
 * @param test jumps to the label for a row that is fine, and falls through or fails for others
 */
export function codeRowTests(
  ctx: CodegenContext,
  table: Table,
  after: Table,
  test: (source: TableSource, cursor: number, fine: Label) => void,
): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const end = program.label();
  const fine = program.label();
  const source = tableSource(after);
  const { mayHoist } = ctx;
  openTable(ctx, 'OpenRead', cursor, table);
  ctx.columnReaders.set(source, { kind: 'cursor', cursor, index: null });
  ctx.mayHoist = false;
  program.emit('Rewind', cursor, end);
  const top = program.here;
  test(source, cursor, fine);
  program.place(fine);
  program.emit('Next', cursor, top);
  program.place(end);
  program.emit('Close', cursor);
  ctx.mayHoist = mayHoist;
  ctx.columnReaders.delete(source);
}

/** The columns of a stored row; one that is twice in the primary key, with two collations, is there twice. */
function fieldsOf(table: Table): readonly Column[] {
  if (!table.withoutRowid || table.primaryKey === null) return storedColumns(table);
  return table.primaryKey.columns.map(({ column }) => table.columns[column] as Column);
}

/** Rewrites every row without the column. */
export function codeRewriteRows(ctx: CodegenContext, table: Table, dropped: Column): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const end = program.label();
  const kept = fieldsOf(table).filter(({ number }) => number !== dropped.number);
  const count = Math.max(1, kept.length);
  const rowid = program.register();
  const first = program.register(count);
  const record = program.register();
  openTable(ctx, 'OpenWrite', cursor, table);
  program.emit('Rewind', cursor, end);
  const top = program.here;
  if (!table.withoutRowid) program.emit('Rowid', cursor, rowid);
  if (kept.length === 0) program.loadNull(first);
  kept.forEach(({ number, affinity }, position) => {
    if (number === table.rowidAlias) {
      program.loadNull(first + position);
      return;
    }
    codeTableColumn(ctx, table, cursor, number, first + position);
    const last = program.here - 1;
    if (affinity === Affinity.real && program.isOpcode(last, 'RealAffinity')) program.erase(last);
  });
  program.emit('MakeRecord', first, count, record);
  if (table.withoutRowid) {
    const keyCount = table.primaryKey?.keyColumnCount ?? 0;
    program.emit('IdxInsert', cursor, record, first, keyCount, operandFlags.SAVEPOSITION);
  } else {
    program.emit('Insert', cursor, record, rowid, -1, operandFlags.SAVEPOSITION);
  }
  program.emit('Next', cursor, top);
  program.place(end);
  program.emit('Close', cursor);
}
