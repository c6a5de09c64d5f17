/**
 * Taking rows and index entries out of a table, and putting checked ones in.
 *
 * Must not know: constraints or statements. The registers it gets were filled by dml-rows.ts and constraints.ts.
 */
import { operandFlags } from '../../spec/opcodes';
import { codeTableColumn } from './columns';
import type { EntryRegisters } from './constraints';
import type { CodegenContext } from './context';
import {
  allocateRowPair,
  entryKeyCount,
  loadStoredIndexEntry,
  withRowUnderCursor,
  type RowRegisters,
} from './dml-rows';
import type { WriteTable } from './dml-target';
import { jumpIfFalse } from './expression';
import type { RowHooks } from './row-hooks';

/** How a row to be deleted is found. */
export interface RowDelete {
  /** Registers of the rowid or of the primary key; `keyCount` 0: one register with the key as a record. */
  readonly key: number;
  readonly keyCount: number;
  /** The delete is one of the changes that changes() counts. */
  readonly counts: boolean;
  /**
   * `seek`: the data cursor is moved to the row first. `sought-single`: it is there. `sought-multiple`: it is there and
   * must keep its place for the next step of the loop.
   */
  readonly position: 'seek' | 'sought-single' | 'sought-multiple';
  /** Cursor of an index that stands on the row's entry already; -1 without. */
  readonly skipIndexCursor: number;
}

/** Deletes a row with its index entries; triggers and foreign key actions included. */
export function deleteRow(ctx: CodegenContext, target: WriteTable, hooks: RowHooks, row: RowDelete): void {
  const { program } = ctx;
  const { table, dataCursor, firstIndexCursor } = target;
  const done = program.label();
  const seek = (): void => {
    if (table.withoutRowid) program.emit('NotFound', dataCursor, done, row.key, row.keyCount);
    else program.emit('NotExists', dataCursor, done, row.key);
  };
  if (row.position === 'seek') seek();
  let { skipIndexCursor } = row;
  const pair = hooks.needsOldRow ? allocateRowPair(ctx, table.columns.length) : null;
  if (pair) {
    hooks.prepareTriggers();
    loadStoredRow(ctx, target, pair.old, table.withoutRowid ? 0 : row.key);
    const start = program.here;
    hooks.before(pair, done);
    if (program.here > start) {
      seek();
      skipIndexCursor = -1;
    }
    hooks.checkForeignKeys({ data: dataCursor, firstIndex: firstIndexCursor }, pair.old, null);
  }
  deleteIndexEntries(ctx, target, null, skipIndexCursor);
  const keepsPosition = row.position === 'sought-multiple' ? operandFlags.SAVEPOSITION : 0;
  const counts = row.counts ? operandFlags.NCHANGE : 0;
  const deletesIndexEntry = skipIndexCursor >= 0 && skipIndexCursor !== dataCursor;
  const isAuxiliary = row.position !== 'seek' && deletesIndexEntry ? operandFlags.AUXDELETE : 0;
  program.emit('Delete', dataCursor, counts, 0, -1, deletesIndexEntry ? isAuxiliary : keepsPosition);
  if (deletesIndexEntry) program.emit('Delete', skipIndexCursor, 0, 0, -1, keepsPosition);
  if (pair) {
    hooks.runForeignKeyActions(pair.old, null);
    hooks.after(pair, pair.old, done);
  }
  program.place(done);
}

/** The row under the data cursor into registers; `rowid`: the register that holds the rowid already, 0 for none. */
export function loadStoredRow(ctx: CodegenContext, target: WriteTable, row: RowRegisters, rowid: number): void {
  const { program } = ctx;
  const { table, dataCursor } = target;
  if (table.withoutRowid) program.loadNull(row.rowid);
  else if (rowid > 0) {
    if (rowid !== row.rowid) program.emit('Copy', rowid, row.rowid);
  } else program.emit('Rowid', dataCursor, row.rowid);
  table.columns.forEach((_, number) => {
    codeTableColumn(ctx, table, dataCursor, number, row.first + number);
  });
}

/** Deletes the index entries of the row under the data cursor: of all indexes, or of those that have `entries`. */
export function deleteIndexEntries(
  ctx: CodegenContext,
  target: WriteTable,
  entries: readonly EntryRegisters[] | null,
  skipCursor: number,
): void {
  const { program } = ctx;
  const { table, dataCursor } = target;
  for (const index of target.indexes) {
    if ((entries && !entries[index.position]) || index.index.isTable || index.cursor === skipCursor) continue;
    const absent = program.label();
    const { where } = index;
    if (where) {
      withRowUnderCursor(ctx, target, () => {
        jumpIfFalse(ctx, where, absent, true);
      });
    }
    const count = entryKeyCount(index);
    const mark = program.registers.mark();
    const first = program.registers.temporaryRange(count);
    loadStoredIndexEntry(ctx, target, index, count, first, (column, register) => {
      codeTableColumn(ctx, table, dataCursor, column, register);
    });
    program.emit('IdxDelete', index.cursor, first, count);
    program.registers.releaseTo(mark);
    program.place(absent);
  }
}

/** How a checked row is put in. */
export interface RowInsert {
  readonly row: RowRegisters;
  readonly entries: readonly EntryRegisters[];
  readonly record: number;
  /** Part of an UPDATE; `keepsPosition` for the next step of its loop. */
  readonly isUpdate: boolean;
  readonly keepsPosition: boolean;
  /** The rowid is larger than any other. */
  readonly appends: boolean;
  /** The cursors still stand where the uniqueness checks left them. */
  readonly usesSeek: boolean;
}

/** Puts in the row and its index entries. */
export function insertRow(ctx: CodegenContext, target: WriteTable, insert: RowInsert): void {
  const { program } = ctx;
  const { table, dataCursor } = target;
  const seek = insert.usesSeek ? operandFlags.USESEEKRESULT : 0;
  const position = insert.keepsPosition ? operandFlags.SAVEPOSITION : 0;
  for (const index of target.indexes) {
    const entry = insert.entries[index.position];
    if (!entry) continue;
    const absent = program.label();
    if (index.where) program.emit('IsNull', entry.record, absent);
    const flags = index.index.isTable ? operandFlags.NCHANGE | position : 0;
    program.emit('IdxInsert', index.cursor, entry.record, entry.first, entryKeyCount(index), seek | flags);
    program.place(absent);
  }
  if (table.withoutRowid) return;
  let flags = operandFlags.NCHANGE | seek;
  flags |= insert.isUpdate ? operandFlags.ISUPDATE | position : operandFlags.LASTROWID;
  if (insert.appends) flags |= operandFlags.APPEND;
  program.emit('Insert', dataCursor, insert.record, insert.row.rowid, -1, flags);
}
