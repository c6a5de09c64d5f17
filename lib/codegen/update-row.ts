/**
 * The change of one row by UPDATE or ON CONFLICT DO UPDATE: new values, triggers, constraints, and the rewriting of the row
 * and of those index entries that change. The target's data cursor stands on the row.
 */
import type { Expression, TableSource } from '../resolve/ir';
import type { ConflictAction } from '../syntax/ast';
import { codeTableColumn } from './columns';
import { codeConstraintChecks, readsChanged, type EntryRegisters } from './constraints';
import type { CodegenContext } from './context';
import { applyColumnTypes, computeGeneratedColumns, type RowPair } from './dml-rows';
import type { WriteIndex, WriteTable } from './dml-target';
import { codeExpression } from './expression';
import type { RowHooks } from './row-hooks';
import type { Assignments } from './update-assignments';
import { deleteIndexEntries, insertRow, loadStoredRow } from './write-row';

/** Which index entries an UPDATE rewrites. */
export interface EntryChoice {
  readonly entries: readonly EntryRegisters[];
  /** Rows may be deleted to make place. */
  readonly mayReplace: boolean;
}

/** Decides which indexes change, and gives their entries registers. */
export function chooseEntries(
  ctx: CodegenContext,
  target: WriteTable,
  assignments: Assignments,
  foreignKeys: 0 | 1 | 2,
  conflict: ConflictAction,
): EntryChoice {
  let mayReplace = conflict === 'replace';
  const entries = target.indexes.map((index): EntryRegisters => {
    const isKey = assignments.changesKey || foreignKeys === 2 || index.index.isTable;
    const isMember = index.where !== null && readsChanged(index.where, assignments.changed, assignments.changesRowid);
    if (!isKey && !isMember) {
      if (!keyChanges(index, assignments)) return null;
      if (conflict === 'default' && index.index.conflict === 'replace' && index.index.unique) mayReplace = true;
    }
    const record = ctx.program.register(index.index.columns.length + 1);
    return { record, first: record + 1 };
  });
  return { entries, mayReplace };
}

function keyChanges({ index, expressions }: WriteIndex, { changed, changesRowid }: Assignments): boolean {
  return index.columns.slice(0, index.keyColumnCount).some(({ column }, position) => {
    const expression = expressions[position];
    if (expression) return readsChanged(expression, changed, changesRowid);
    return changed.has(column);
  });
}

export interface RowUpdate {
  readonly target: WriteTable;
  /** Reads the row as it is, for the assigned expressions. */
  readonly source: TableSource;
  readonly assignments: Assignments;
  readonly hooks: RowHooks;
  readonly rows: RowPair;
  readonly entries: readonly EntryRegisters[];
  readonly recordRegister: number;
  readonly conflict: ConflictAction;
  /** Leaves this row unchanged. */
  readonly endOfRow: number;
  /** Registers of the row's key: the rowid (that of rows.old), or the primary key. */
  readonly key: number;
  readonly keyCount: number;
  readonly keepsPosition: boolean;
  /** The data cursor may not have been moved to the row yet. */
  readonly deferredSeek: boolean;
  readonly mayReplace: boolean;
  /** Loads an assigned value that was computed before (UPDATE FROM); null: evaluates the expressions. */
  readonly assigned: ((column: number, target: number) => void) | null;
}

export function codeRowUpdate(ctx: CodegenContext, update: RowUpdate): void {
  new RowUpdateCode(ctx, update).code();
}

class RowUpdateCode {
  constructor(
    private readonly ctx: CodegenContext,
    private readonly update: RowUpdate,
  ) {}

  code(): void {
    const { ctx, update } = this;
    const { target, assignments, hooks, rows, endOfRow } = update;
    this.#codeRowids();
    this.#codeNewColumns();
    computeGeneratedColumns(ctx, target, rows.new);
    if (hooks.hasBefore) this.#codeBefore();
    const mayReplace = codeConstraintChecks(ctx, {
      target,
      row: rows.new,
      oldRow: rows.old,
      keyChanges: assignments.changesKey,
      conflict: update.conflict,
      ignoreLabel: endOfRow,
      changed: assignments.changed,
      entries: update.entries,
      recordRegister: update.recordRegister,
      upsert: null,
    });
    if (mayReplace || update.mayReplace || assignments.changesKey) this.#seekAgain();
    this.#codeChange();
    hooks.after(rows, rows.new, endOfRow);
  }

  #codeRowids(): void {
    const { ctx, update } = this;
    const { program } = ctx;
    const { target, assignments, hooks, rows } = update;
    const { table } = target;
    hooks.prepareTriggers();
    const needsOld = hooks.needsOldRow || (table.withoutRowid && assignments.changesKey);
    if (needsOld) loadStoredRow(ctx, target, rows.old, table.withoutRowid ? 0 : update.key);
    else if (table.withoutRowid) this.#loadOldKey();
    if (table.withoutRowid) {
      program.loadNull(rows.new.rowid);
      return;
    }
    if (assignments.rowid) {
      this.#codeAssigned(-1, assignments.rowid, rows.new.rowid);
      program.emit('MustBeInt', rows.new.rowid);
    } else {
      program.emit('Copy', rows.old.rowid, rows.new.rowid);
    }
  }

  /** The old key columns are compared with those of conflicting rows. */
  #loadOldKey(): void {
    const { ctx, update } = this;
    const { target, rows } = update;
    const primary = target.primaryKey!.index;
    primary.columns.slice(0, primary.keyColumnCount).forEach(({ column }) => {
      codeTableColumn(ctx, target.table, target.dataCursor, column, rows.old.first + column);
    });
  }

  #codeNewColumns(): void {
    const { ctx, update } = this;
    const { target, assignments, rows } = update;
    const { table, dataCursor } = target;
    for (const { number, generated } of table.columns) {
      const register = rows.new.first + number;
      const value = assignments.values.get(number);
      if (number === table.rowidAlias || generated) ctx.program.loadNull(register);
      else if (value) this.#codeAssigned(number, value, register);
      else codeTableColumn(ctx, table, dataCursor, number, register);
    }
  }

  #codeAssigned(column: number, value: Expression, register: number): void {
    if (this.update.assigned) this.update.assigned(column, register);
    else codeExpression(this.ctx, value, register);
  }

  /** BEFORE triggers may change the row: it is looked for again, and what isn't assigned is read again. */
  #codeBefore(): void {
    const { ctx, update } = this;
    const { target, assignments, hooks, rows, endOfRow } = update;
    const { table, dataCursor } = target;
    applyColumnTypes(ctx, table, rows.new);
    hooks.before(rows, endOfRow);
    this.#seekAgain();
    for (const { number, generated } of table.columns) {
      if (generated || assignments.values.has(number) || number === table.rowidAlias) continue;
      codeTableColumn(ctx, table, dataCursor, number, rows.new.first + number);
    }
    computeGeneratedColumns(ctx, target, rows.new);
  }

  #seekAgain(): void {
    const { program } = this.ctx;
    const { target, endOfRow, key, keyCount } = this.update;
    if (target.table.withoutRowid) program.emit('NotFound', target.dataCursor, endOfRow, key, keyCount);
    else program.emit('NotExists', target.dataCursor, endOfRow, key);
  }

  /** Takes out what changes, and puts in the new row and entries. */
  #codeChange(): void {
    const { ctx, update } = this;
    const { program } = ctx;
    const { target, assignments, hooks, rows, entries } = update;
    const cursors = { data: target.dataCursor, firstIndex: target.firstIndexCursor };
    hooks.checkForeignKeys(cursors, rows.old, null);
    deleteIndexEntries(ctx, target, entries, -1);
    if (update.deferredSeek && !target.table.withoutRowid) program.emit('FinishSeek', target.dataCursor);
    if (hooks.foreignKeys === 2 || assignments.changesKey) program.emit('Delete', target.dataCursor);
    hooks.checkForeignKeys(cursors, null, rows.new);
    insertRow(ctx, target, {
      row: rows.new,
      entries,
      record: update.recordRegister,
      isUpdate: true,
      keepsPosition: update.keepsPosition,
      appends: false,
      usesSeek: false,
    });
    hooks.runForeignKeyActions(rows.old, rows.new);
  }
}
