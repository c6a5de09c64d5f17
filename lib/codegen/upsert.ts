/**
 * ON CONFLICT DO UPDATE: the update of the row that stands in the way of an INSERT.
 */
import type { Binder } from '../resolve/binder';
import type { RowSource, TableSource } from '../resolve/ir';
import { rowSource, tableSource } from '../resolve/sources';
import type { InsertStatement } from '../syntax/ast';
import type { CodegenContext } from './context';
import { allocateRowPair, type RowRegisters } from './dml-rows';
import { dmlScope, type WriteIndex, type WriteTable } from './dml-target';
import { codeTableColumn } from './columns';
import { jumpIfFalse } from './expression';
import { positionIn } from './constraints';
import { resultCode } from './result-codes';
import type { Returning } from './returning';
import { RowHooks } from './row-hooks';
import { bindAssignments } from './update-assignments';
import { chooseEntries, codeRowUpdate } from './update-row';
import { UpsertClauses, type UpsertClause } from './upsert-clauses';

/** The bound ON CONFLICT clauses of an INSERT whose new row is in `row`. */
export function upsertClauses(
  ctx: CodegenContext,
  binder: Binder,
  statement: InsertStatement,
  target: WriteTable,
  row: RowRegisters,
  returning: Returning | null,
): UpsertClauses {
  const upsert = new Upsert(ctx, binder, statement, target, row, returning);
  return new UpsertClauses(statement.upserts, target, dmlScope(binder, [target.self]), (clause, index) => {
    // SQLite doesn't begin with the update when something is wrong already.
    if (ctx.statement.hasProblem) return;
    ctx.statement.attempt(() => {
      upsert.codeUpdate(clause, index);
    });
  });
}

class Upsert {
  readonly #source: TableSource;
  readonly #excluded: RowSource;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly binder: Binder,
    statement: InsertStatement,
    private readonly target: WriteTable,
    private readonly row: RowRegisters,
    private readonly returning: Returning | null,
  ) {
    this.#source = tableSource(target.table, statement.target.alias?.name ?? null);
    this.#excluded = rowSource(target.table, 'excluded', false);
  }

  codeUpdate(clause: UpsertClause, index: WriteIndex | null): void {
    const { ctx, binder, target } = this;
    const { program } = ctx;
    const { table } = target;
    const scope = dmlScope(binder, [this.#source], { rows: [{ name: 'excluded', source: this.#excluded }] });
    const assignments = bindAssignments(binder, clause.assignments, table, scope);
    const where = clause.where ? binder.bindExpression(clause.where, scope) : null;
    const change = { columns: assignments.changed, names: assignments.names, key: assignments.changesKey };
    const hooks = new RowHooks(ctx, table, 'update', change, 'abort', this.returning);
    const { entries, mayReplace } = chooseEntries(ctx, target, assignments, hooks.foreignKeys, 'abort');
    const rows = allocateRowPair(ctx, table.columns.length);
    const recordRegister = program.register();
    const done = program.label();
    if (hooks.needsOldRow) ctx.statement.isMultiWrite = true;
    this.#seekConflict(index);
    ctx.columnReaders.set(this.#source, { kind: 'cursor', cursor: target.dataCursor, index: null });
    ctx.columnReaders.set(this.#excluded, {
      kind: 'registers',
      first: this.row.first,
      rowid: this.row.rowid,
      needsRealAffinity: true,
    });
    if (where) jumpIfFalse(ctx, where, done, true);
    const { key, keyCount } = this.#codeKey(rows.old.rowid);
    codeRowUpdate(ctx, {
      target,
      source: this.#source,
      assignments,
      hooks,
      rows,
      entries,
      recordRegister,
      conflict: 'abort',
      endOfRow: done,
      key,
      keyCount,
      keepsPosition: false,
      deferredSeek: false,
      mayReplace,
      assigned: null,
    });
    ctx.columnReaders.delete(this.#source);
    ctx.columnReaders.delete(this.#excluded);
    program.place(done);
  }

  /** Moves the data cursor from the conflicting index entry to its row. */
  #seekConflict(index: WriteIndex | null): void {
    const { ctx, target } = this;
    const { program } = ctx;
    if (!index || index.cursor === target.dataCursor) return;
    const mark = program.registers.mark();
    if (!target.primaryKey) {
      const rowid = program.registers.temporary();
      program.emit('IdxRowid', index.cursor, rowid);
      program.emit('SeekRowid', target.dataCursor, 0, rowid);
    } else {
      const primary = target.primaryKey.index;
      const count = primary.keyColumnCount;
      const key = program.registers.temporaryRange(count);
      primary.columns.slice(0, count).forEach(({ column }, i) => {
        program.emit('Column', index.cursor, positionIn(index.index, column), key + i);
      });
      const found = program.emit('Found', target.dataCursor, 0, key, count);
      ctx.statement.mayAbort = true;
      program.emit('Halt', resultCode('SQLITE_CORRUPT'), 2, 0, program.string('corrupt database'));
      program.jumpHere(found);
    }
    program.registers.releaseTo(mark);
  }

  #codeKey(rowid: number): { key: number; keyCount: number } {
    const { ctx, target } = this;
    const { program } = ctx;
    if (!target.primaryKey) {
      program.emit('Rowid', target.dataCursor, rowid);
      return { key: rowid, keyCount: 1 };
    }
    const primary = target.primaryKey.index;
    const keyCount = primary.keyColumnCount;
    const key = program.register(keyCount);
    primary.columns.slice(0, keyCount).forEach(({ column }, i) => {
      codeTableColumn(ctx, target.table, target.dataCursor, column, key + i);
    });
    return { key, keyCount };
  }
}
