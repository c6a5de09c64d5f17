/**
 * UPDATE: assigns columns of rows found by loops over the table, or by a join with the sources of FROM.
 *
 * Owns: which columns and indexes change, and the ways to find the rows (in one pass, or keys collected first). The
 * change of one row is in update-row.ts, which ON CONFLICT DO UPDATE shares.
 */
import { programFlags } from '../../spec/program';
import type { Table } from '../catalog/schema';
import { hasSubquery } from '../plan/expressions';
import type { Binder } from '../resolve/binder';
import type { Expression, ResultColumn, TableSource } from '../resolve/ir';
import type { ConflictAction, UpdateStatement } from '../syntax/ast';
import { endSequences } from './autoincrement';
import type { EntryRegisters } from './constraints';
import { beginChangeCount, endChangeCount } from './change-count';
import type { CodegenContext } from './context';
import { codeSourceColumn, loadKey } from './delete';
import { allocateRowPair, type RowPair } from './dml-rows';
import { dmlScope, effectiveConflict, findTarget, WriteTable } from './dml-target';
import { bindTargetSource, limitedWhere } from './dml-where';
import { beginLoops, type Loops } from './loops';
import { Returning } from './returning';
import { RowHooks } from './row-hooks';
import { affinityConstant, indexAffinity, keyInfoOfPrimaryKey } from './table-access';
import { bindAssignments, type Assignments } from './update-assignments';
import { codeUpdateFrom } from './update-from';
import { chooseEntries, codeRowUpdate, type EntryChoice } from './update-row';
import { codeUpdateOfView } from './dml-view';

/** Code for an UPDATE statement. Gives the columns of RETURNING. */
export function codeUpdate(ctx: CodegenContext, binder: Binder, statement: UpdateStatement): readonly ResultColumn[] {
  binder.openWith(statement.with);
  const relation = findTarget(ctx, binder, statement.target);
  ctx.program.flags |= programFlags.countsChanges;
  if (relation.kind === 'view') {
    return codeUpdateOfView(ctx, binder, statement, relation);
  }
  if (statement.from) return codeUpdateFrom(ctx, binder, statement, relation);
  return new Update(ctx, binder, statement, relation).code();
}

/** What every form of UPDATE settles before it looks for rows. */
export class UpdatePlan {
  readonly target: WriteTable;
  readonly conflict: ConflictAction;
  readonly returning: Returning | null;
  readonly hooks: RowHooks;
  readonly choice: EntryChoice;
  readonly entries: readonly EntryRegisters[];
  readonly rows: RowPair;
  readonly recordRegister: number;

  constructor(
    ctx: CodegenContext,
    binder: Binder,
    statement: UpdateStatement,
    readonly table: Table,
    readonly assignments: Assignments,
  ) {
    this.conflict = effectiveConflict(ctx, statement.conflict);
    this.returning = statement.returning ? new Returning(ctx, binder, table, statement.returning) : null;
    this.returning?.begin();
    const change = { columns: assignments.changed, names: assignments.names, key: assignments.changesKey };
    this.hooks = new RowHooks(ctx, table, 'update', change, this.conflict, this.returning);
    this.target = new WriteTable(table, binder, ctx);
    this.choice = chooseEntries(ctx, this.target, assignments, this.hooks.foreignKeys, this.conflict);
    this.entries = this.choice.entries;
    this.rows = allocateRowPair(ctx, table.columns.length);
    this.recordRegister = ctx.program.register();
  }

  /** Cursors that the change of a row needs: the table, and the indexes that change (all of them under REPLACE). */
  needsCursor(cursor: number): boolean {
    const { target, choice } = this;
    if (cursor === target.baseCursor || cursor === target.dataCursor || choice.mayReplace) return true;
    const index = target.indexes.find((candidate) => candidate.cursor === cursor);
    return index !== undefined && this.entries[index.position] !== null;
  }
}

class Update {
  readonly #source: TableSource;
  readonly #where: Expression | null;
  readonly #plan: UpdatePlan;
  /** Registers of the key of the row to be changed: the rowid, or the primary key. */
  readonly #key: number;
  readonly #keyCount: number;

  constructor(
    private readonly ctx: CodegenContext,
    binder: Binder,
    statement: UpdateStatement,
    private readonly table: Table,
  ) {
    this.#source = bindTargetSource(table, statement.target);
    const scope = dmlScope(binder, [this.#source]);
    const assignments = bindAssignments(binder, statement.assignments, table, scope);
    this.#where = limitedWhere(binder, statement, this.#source, scope, 'UPDATE');
    this.#plan = new UpdatePlan(ctx, binder, statement, table, assignments);
    const primary = this.#plan.target.primaryKey;
    this.#keyCount = primary ? primary.index.keyColumnCount : 1;
    this.#key = primary ? ctx.program.register(this.#keyCount) : this.#plan.rows.old.rowid;
  }

  code(): readonly ResultColumn[] {
    const { ctx, table } = this;
    const { hooks, returning, choice, assignments } = this.#plan;
    ctx.writeDatabase(table.database.number);
    beginChangeCount(ctx, 'update', returning !== null);
    if (hooks.needsOldRow) ctx.statement.isMultiWrite = true;
    const isSimple =
      !hooks.observesRows &&
      !hooks.isComplex &&
      !assignments.changesKey &&
      !choice.mayReplace &&
      (this.#where === null || !hasSubquery(this.#where));
    const keys = new KeyList(ctx, this.#plan.target, this.#key, this.#keyCount);
    const loops = beginLoops(ctx, {
      sources: [this.#source],
      where: this.#where,
      onePass: isSimple ? 'multiple' : 'single',
      targetCursors: { table: this.#plan.target.scanCursor, firstIndex: this.#plan.target.firstIndexCursor },
    });
    const mode = this.#settledMode(loops);
    if (loops.onePass !== 'single') ctx.statement.isMultiWrite = true;
    this.#codeKey();
    if (mode === 'off') this.#codeTwoPasses(loops, keys);
    else this.#codeOnePass(loops, keys, mode);
    endSequences(ctx);
    returning?.codeRows();
    return returning?.columns ?? endChangeCount(ctx);
  }

  /** A loop over an index that the update changes would meet rows again: then keys are collected first. */
  #settledMode(loops: Loops): Loops['onePass'] {
    const [, indexCursor] = loops.onePassCursors;
    const changesIndex =
      indexCursor >= 0 && indexCursor !== this.#plan.target.dataCursor && this.#plan.needsCursor(indexCursor);
    return loops.onePass === 'multiple' && changesIndex ? 'off' : loops.onePass;
  }

  #codeKey(): void {
    const { ctx } = this;
    const { primaryKey } = this.#plan.target;
    if (primaryKey) loadKey(ctx, this.#source, primaryKey.index.columns.slice(0, this.#keyCount), this.#key);
    else codeSourceColumn(ctx, this.#source, -1, this.#key);
  }

  #codeOnePass(loops: Loops, keys: KeyList, mode: 'single' | 'multiple'): void {
    const { ctx } = this;
    const { program } = ctx;
    const { target } = this.#plan;
    keys.cancel();
    const [tableCursor, indexCursor] = loops.onePassCursors;
    const isOpen = (cursor: number): boolean => cursor === tableCursor || cursor === indexCursor;
    if (mode === 'single') loops.end();
    const leave = mode === 'single' ? program.label() : loops.breakLabel;
    const endOfRow = mode === 'single' ? leave : program.label();
    const once = mode === 'multiple' ? program.emit('Once', 0, 0) : -1;
    target.open(ctx, (cursor) => !isOpen(cursor) && this.#plan.needsCursor(cursor));
    if (once >= 0) program.jumpHere(once);
    if (!isOpen(target.dataCursor)) program.emit('NotFound', target.dataCursor, leave, this.#key, this.#keyCount);
    // After a loop of one row this is also reached when there was none.
    program.emit('IsNull', this.#key, leave);
    this.#codeRow(endOfRow, mode, loops.deferredSeek);
    if (mode === 'single') {
      program.place(leave);
    } else {
      program.place(endOfRow);
      loops.end();
    }
  }

  #codeTwoPasses(loops: Loops, keys: KeyList): void {
    const { ctx } = this;
    const { target } = this.#plan;
    keys.add();
    loops.end();
    target.open(ctx, (cursor) => this.#plan.needsCursor(cursor));
    keys.forEach((endOfRow) => {
      this.#codeRow(endOfRow, 'off', false);
    });
  }

  #codeRow(endOfRow: number, mode: Loops['onePass'], deferredSeek: boolean): void {
    const { ctx } = this;
    const { target, assignments, hooks, rows, entries, recordRegister, conflict, choice } = this.#plan;
    ctx.columnReaders.set(this.#source, { kind: 'cursor', cursor: target.dataCursor, index: null });
    codeRowUpdate(ctx, {
      target,
      source: this.#source,
      assignments,
      hooks,
      rows,
      entries,
      recordRegister,
      conflict,
      endOfRow,
      key: this.#key,
      keyCount: this.#keyCount,
      keepsPosition: mode === 'multiple',
      deferredSeek,
      mayReplace: choice.mayReplace,
      assigned: null,
    });
    if (mode !== 'multiple') ctx.columnReaders.delete(this.#source);
  }
}

/** Keys of the rows to be changed, in the order they were found. */
class KeyList {
  readonly #cursor: number;
  readonly #opening: number;
  readonly #record: number;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly target: WriteTable,
    private readonly key: number,
    private readonly keyCount: number,
  ) {
    const { program } = ctx;
    this.#cursor = program.cursor();
    this.#record = program.register();
    program.loadNull(key, keyCount);
    if (target.primaryKey) {
      const keyInfo = keyInfoOfPrimaryKey(ctx, target.table);
      this.#opening = program.emit('OpenEphemeral', this.#cursor, keyCount, 0, keyInfo);
    } else {
      program.loadNull(this.#record);
      this.#opening = program.emit('OpenEphemeral', this.#cursor, 0);
    }
  }

  add(): void {
    const { program } = this.ctx;
    const primary = this.target.primaryKey;
    if (!primary) {
      program.emit('Insert', this.#cursor, this.#record, this.key);
      return;
    }
    const affinity = indexAffinity(primary.index, primary.expressions).slice(0, this.keyCount);
    program.emit('MakeRecord', this.key, this.keyCount, this.#record, affinityConstant(this.ctx, affinity));
    program.emit('IdxInsert', this.#cursor, this.#record, this.key, this.keyCount);
  }

  /** Emits the loop over the keys, the target's cursor on each row. `emit` gets the label of the row's end. */
  forEach(emit: (endOfRow: number) => void): void {
    const { program } = this.ctx;
    const { dataCursor } = this.target;
    const done = program.label();
    const endOfRow = program.label();
    const top = program.emit('Rewind', this.#cursor, done) + 1;
    if (this.target.primaryKey) {
      for (let i = 0; i < this.keyCount; i++) program.emit('Column', this.#cursor, i, this.key + i);
      program.emit('NotFound', dataCursor, endOfRow, this.key, this.keyCount);
    } else {
      program.emit('Rowid', this.#cursor, this.key);
      program.emit('NotExists', dataCursor, endOfRow, this.key);
    }
    emit(endOfRow);
    program.place(endOfRow);
    program.emit('Next', this.#cursor, top);
    program.place(done);
  }

  cancel(): void {
    this.ctx.program.erase(this.#opening);
  }
}
