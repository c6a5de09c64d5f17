/**
 * INSERT: from VALUES, a query or defaults into a table, or into a view by INSTEAD OF triggers.
 *
 * Owns: which value goes to which column, and the loop over the source's rows. Constraints, conflict clauses and the
 * actual writing have files of their own.
 */
import { programFlags } from '../../spec/program';
import { foldName } from '../catalog/names';
import type { Table } from '../catalog/schema';
import type { Binder } from '../resolve/binder';
import type { Expression, Query, ResultColumn } from '../resolve/ir';
import { isRowidName } from '../resolve/sources';
import type { ConflictAction, InsertStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { beginSequence, countRowid, endSequences } from './autoincrement';
import { codeConstraintChecks, type EntryRegisters } from './constraints';
import { beginChangeCount, endChangeCount } from './change-count';
import type { CodegenContext } from './context';
import { bindDefault, effectiveConflict, findTarget, targetName, WriteTable } from './dml-target';
import {
  allocateRowPair,
  applyColumnTypes,
  computeGeneratedColumns,
  type RowPair,
  type RowRegisters,
} from './dml-rows';
import { codeExpression } from './expression';
import { codeInsertIntoView } from './dml-view';
import { codeInsertOfNothing } from './insert-empty';
import { openInsertSource, type InsertSource } from './insert-source';
import { codeTransfer } from './insert-transfer';
import { Returning } from './returning';
import { RowHooks, WHOLE_ROW } from './row-hooks';
import { upsertClauses } from './upsert';
import { insertRow } from './write-row';

/** Code for an INSERT statement. Gives the columns of RETURNING. */
export function codeInsert(ctx: CodegenContext, binder: Binder, statement: InsertStatement): readonly ResultColumn[] {
  binder.openWith(statement.with);
  const relation = findTarget(ctx, binder, statement.target);
  ctx.program.flags |= programFlags.countsChanges;
  if (relation.kind === 'view') {
    return codeInsertIntoView(ctx, binder, statement, relation);
  }
  if (codeInsertOfNothing(ctx, binder, statement, relation)) return [];
  return new Insert(ctx, binder, statement, relation).code();
}

class Insert {
  readonly #target: WriteTable;
  readonly #conflict: ConflictAction;
  readonly #columns: readonly number[] | null;
  #rowidField = -1;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly binder: Binder,
    private readonly statement: InsertStatement,
    private readonly table: Table,
  ) {
    this.#conflict = effectiveConflict(ctx, statement.conflict);
    this.#columns = statement.columns ? this.#namedColumns() : null;
    this.#target = new WriteTable(table, binder, ctx);
  }

  code(): readonly ResultColumn[] {
    const { ctx, binder, statement, table } = this;
    const { program } = ctx;
    ctx.writeDatabase(table.database.number);
    const returning = statement.returning ? new Returning(ctx, binder, table, statement.returning) : null;
    const hooks = new RowHooks(ctx, table, 'insert', WHOLE_ROW, this.#conflict, returning);
    const mayTransfer = !hooks.observesRows && !ctx.options.pragmas.countChanges;
    if (mayTransfer && codeTransfer(ctx, binder, statement, table, this.#conflict)) {
      endSequences(ctx);
      return [];
    }
    beginChangeCount(ctx, 'insert', returning !== null);
    const sequence = beginSequence(ctx, table);
    const query = statement.source ? binder.bindInsertSource(statement.source) : null;
    ctx.statement.isMultiWrite ||= hooks.observesRows || (query !== null && !isSingleRow(query));
    const source = openInsertSource(ctx, query, table, hooks.observesRows);
    const fields = this.#fieldsOf(source.width);
    returning?.begin();
    const pair = allocateRowPair(ctx, table.columns.length);
    this.#target.open(ctx, () => true);
    const entries = allocateEntries(ctx, this.#target);
    const recordRegister = program.register();
    const endOfRow = program.label();
    const upsert =
      statement.upserts.length > 0 ? upsertClauses(ctx, binder, statement, this.#target, pair.new, returning) : null;

    source.begin();
    this.#codeColumns(source, fields, pair.new);
    if (hooks.hasBefore) this.#codeBefore(source, hooks, pair, endOfRow);
    const appends = this.#codeRowid(source, pair.new, sequence);
    countRowid(ctx, sequence, pair.new.rowid);
    computeGeneratedColumns(ctx, this.#target, pair.new);
    const mayReplace = codeConstraintChecks(ctx, {
      target: this.#target,
      row: pair.new,
      oldRow: null,
      keyChanges: this.#rowidField >= 0,
      conflict: this.#conflict,
      ignoreLabel: endOfRow,
      changed: null,
      entries,
      recordRegister,
      upsert,
    });
    hooks.checkForeignKeys(this.#cursors, null, pair.new);
    insertRow(ctx, this.#target, {
      row: pair.new,
      entries,
      record: recordRegister,
      isUpdate: false,
      keepsPosition: false,
      appends,
      usesSeek: !mayReplace || !hooks.isComplex,
    });
    hooks.after(pair, pair.new, endOfRow);
    program.place(endOfRow);
    source.end();
    endSequences(ctx);
    returning?.codeRows();
    return returning?.columns ?? endChangeCount(ctx);
  }

  get #cursors(): { data: number; firstIndex: number } {
    return { data: this.#target.dataCursor, firstIndex: this.#target.firstIndexCursor };
  }

  // --- columns ------------------------------------------------------------------------------------------------------

  /** Source field of each column that the statement names. Sets the rowid's. */
  #namedColumns(): readonly number[] {
    const { table, statement } = this;
    const fields = table.columns.map(() => -1);
    statement.columns!.forEach(({ name }, field) => {
      const folded = foldName(name);
      const number = table.columns.findIndex((column) => foldName(column.name) === folded);
      if (number >= 0) {
        if (fields[number] === -1) fields[number] = field;
        if (number === table.rowidAlias) this.#rowidField = field;
        if (table.columns[number]!.generated) {
          throw new SqlError(`cannot INSERT into generated column "${table.columns[number]!.name}"`);
        }
      } else if (isRowidName(folded) && !table.withoutRowid) {
        this.#rowidField = field;
      } else {
        throw new SqlError(`table ${targetName(statement.target)} has no column named ${name}`);
      }
    });
    return fields;
  }

  /** Source field of each table column. @throws SqlError when the numbers of values and columns differ */
  #fieldsOf(width: number): readonly number[] {
    const { table, statement } = this;
    if (this.#columns) {
      const named = statement.columns!.length;
      if (width !== named) throw new SqlError(`${width} values for ${named} columns`);
      return this.#columns;
    }
    if (width === 0) return table.columns.map(() => -1);
    let next = 0;
    const fields = table.columns.map(({ generated, hidden }) => (generated || hidden ? -1 : next++));
    if (next !== width) {
      throw new SqlError(`table ${targetName(statement.target)} has ${next} columns but ${width} values were supplied`);
    }
    if (table.rowidAlias >= 0) this.#rowidField = fields[table.rowidAlias]!;
    return fields;
  }

  #codeColumns(source: InsertSource, fields: readonly number[], row: RowRegisters): void {
    const { ctx, binder, table } = this;
    for (const column of table.columns) {
      const register = row.first + column.number;
      const field = fields[column.number]!;
      if (column.number === table.rowidAlias || column.generated) {
        ctx.program.emit('SoftNull', register);
      } else if (field >= 0) {
        source.codeField(field, register);
      } else {
        codeDefault(ctx, bindDefault(binder, table, column.number), register);
      }
    }
  }

  /** The rowid: given, or a new one. Returns whether it is certainly a new one. */
  #codeRowid(source: InsertSource, row: RowRegisters, sequence: number): boolean {
    const { program } = this.ctx;
    const { dataCursor } = this.#target;
    if (this.table.withoutRowid) {
      program.loadNull(row.rowid);
      return false;
    }
    if (this.#rowidField < 0 || source.isNull(this.#rowidField)) {
      program.emit('NewRowid', dataCursor, row.rowid, sequence);
      return true;
    }
    source.codeField(this.#rowidField, row.rowid);
    const given = program.emit('NotNull', row.rowid, 0);
    program.emit('NewRowid', dataCursor, row.rowid, sequence);
    program.jumpHere(given);
    program.emit('MustBeInt', row.rowid);
    return false;
  }

  /** BEFORE triggers see the row as it would be now; a rowid that isn't given is -1. */
  #codeBefore(source: InsertSource, hooks: RowHooks, pair: RowPair, endOfRow: number): void {
    const { ctx, table } = this;
    const { program } = ctx;
    const count = table.columns.length;
    const seen = allocateRowPair(ctx, count);
    if (this.#rowidField < 0) {
      program.emit('Integer', -1, seen.new.rowid);
    } else {
      source.codeField(this.#rowidField, seen.new.rowid);
      const given = program.emit('NotNull', seen.new.rowid, 0);
      program.emit('Integer', -1, seen.new.rowid);
      program.jumpHere(given);
      program.emit('MustBeInt', seen.new.rowid);
    }
    program.emit('Copy', pair.new.first, seen.new.first, count - 1);
    computeGeneratedColumns(ctx, this.#target, seen.new);
    applyColumnTypes(ctx, table, seen.new);
    hooks.before(seen, endOfRow);
  }
}

/** One row of VALUES, or none: no loop is needed. */
const isSingleRow = (query: Query | null): boolean => {
  const [core] = query?.cores ?? [];
  return !query || (query.cores.length === 1 && core?.kind === 'values' && core.rows.length === 1);
};

export function codeDefault(ctx: CodegenContext, value: Expression | null, register: number): void {
  if (value) codeExpression(ctx, value, register);
  else ctx.program.loadNull(register);
}

/** Registers for the entries of all indexes. */
export function allocateEntries(ctx: CodegenContext, target: WriteTable): EntryRegisters[] {
  return target.indexes.map(({ index }) => {
    const record = ctx.program.register(index.columns.length + 1);
    return { record, first: record + 1 };
  });
}
