/**
 * INSERT, UPDATE and DELETE on views: nothing is stored, the view's INSTEAD OF triggers run for each row.
 *
 * The rows of UPDATE and DELETE are collected first, because the triggers may change what the view shows.
 */
import { foldName } from '../catalog/names';
import type { Table, View } from '../catalog/schema';
import type { Binder } from '../resolve/binder';
import { bindOrderingTerm } from '../resolve/bind-call';
import { makeColumn, type Expression, type ResultColumn } from '../resolve/ir';
import type { ConflictAction, DeleteStatement, InsertStatement, UpdateStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { endSequences } from './autoincrement';
import { beginChangeCount, countChange, endChangeCount } from './change-count';
import type { CodegenContext } from './context';
import { effectiveConflict, targetName, viewNotModifiable } from './dml-target';
import { allocateRowPair, type RowPair } from './dml-rows';
import { openInsertSource } from './insert-source';
import { bindJoin, joinedItems, makeQuery, targetItem, type BoundJoin } from './made-query';
import { Returning } from './returning';
import { RowHooks, WHOLE_ROW, type RowChange } from './row-hooks';
import { codeQuery } from './select';
import { bindAssignments, namesInSet } from './update-assignments';
import { tableOfView } from './view-table';

type ViewStatement = InsertStatement | UpdateStatement | DeleteStatement;

const changeOf = (statement: ViewStatement): RowChange =>
  statement.kind === 'update' ? { columns: null, names: namesInSet(statement.assignments), key: false } : WHOLE_ROW;

const conflictOf = (ctx: CodegenContext, statement: ViewStatement): ConflictAction =>
  statement.kind === 'delete' ? 'default' : effectiveConflict(ctx, statement.conflict);

/** With RETURNING SQLite is content with any trigger of the view. @throws SqlError without an INSTEAD OF trigger */
function requireTrigger(ctx: CodegenContext, statement: ViewStatement, view: View): void {
  const hooks = new RowHooks(ctx, view, statement.kind, changeOf(statement), conflictOf(ctx, statement), null);
  const isReturning = statement.returning !== null && ctx.schema.triggersOn(view).length > 0;
  if (!hooks.hasInsteadOf && !isReturning) throw viewNotModifiable(view);
}

/** What the three statements share: triggers, RETURNING, registers. */
class ViewChange {
  readonly table: Table;
  readonly hooks: RowHooks;
  readonly returning: Returning | null;
  readonly rows: RowPair;

  constructor(
    readonly ctx: CodegenContext,
    binder: Binder,
    statement: ViewStatement,
    view: View,
  ) {
    this.table = tableOfView(ctx, view);
    requireTrigger(ctx, statement, view);
    this.returning = statement.returning ? new Returning(ctx, binder, this.table, statement.returning) : null;
    this.returning?.begin();
    beginChangeCount(ctx, statement.kind, this.returning !== null);
    this.hooks = new RowHooks(
      ctx,
      view,
      statement.kind,
      changeOf(statement),
      conflictOf(ctx, statement),
      this.returning,
    );
    this.rows = allocateRowPair(ctx, this.table.columns.length);
    ctx.statement.isMultiWrite = true;
  }

  /** Runs the triggers for the row in the registers. */
  fire(row: RowPair['new'], endOfRow: number): void {
    this.hooks.prepareTriggers();
    countChange(this.ctx, 'delete');
    this.hooks.insteadOf(this.rows, endOfRow);
    this.hooks.after(this.rows, row, endOfRow);
  }

  finish(): readonly ResultColumn[] {
    endSequences(this.ctx);
    this.returning?.codeRows();
    return this.returning?.columns ?? endChangeCount(this.ctx);
  }
}

export function codeInsertIntoView(
  ctx: CodegenContext,
  binder: Binder,
  statement: InsertStatement,
  view: View,
): readonly ResultColumn[] {
  const change = new ViewChange(ctx, binder, statement, view);
  if (statement.upserts.length > 0) throw new SqlError('cannot UPSERT a view');
  const { program } = ctx;
  const { table, rows } = change;
  const query = statement.source ? binder.bindInsertSource(statement.source) : null;
  const named = statement.columns ? namedColumns(statement, table) : null;
  const source = openInsertSource(ctx, query, table, true);
  const fields = named ?? positionalColumns(statement, table, source.width);
  if (named && statement.columns && source.width !== statement.columns.length) {
    throw new SqlError(`${source.width} values for ${statement.columns.length} columns`);
  }
  if (statement.upserts.length > 0) throw new SqlError('cannot UPSERT a view');
  const endOfRow = program.label();
  source.begin();
  program.emit('Integer', -1, rows.new.rowid);
  fields.forEach((field, column) => {
    if (field >= 0) source.codeField(field, rows.new.first + column);
    else program.loadNull(rows.new.first + column);
  });
  change.fire(rows.new, endOfRow);
  program.place(endOfRow);
  source.end();
  return change.finish();
}

function namedColumns(statement: InsertStatement, table: Table): readonly number[] {
  const fields = table.columns.map(() => -1);
  statement.columns!.forEach(({ name }, field) => {
    const number = table.columns.findIndex((column) => foldName(column.name) === foldName(name));
    if (number < 0) throw new SqlError(`table ${targetName(statement.target)} has no column named ${name}`);
    if (fields[number] === -1) fields[number] = field;
  });
  return fields;
}

function positionalColumns(statement: InsertStatement, table: Table, width: number): readonly number[] {
  const count = table.columns.length;
  if (width === 0) return table.columns.map(() => -1);
  if (width !== count) {
    throw new SqlError(`table ${targetName(statement.target)} has ${count} columns but ${width} values were supplied`);
  }
  return table.columns.map((_, number) => number);
}

export function codeDeleteFromView(
  ctx: CodegenContext,
  binder: Binder,
  statement: DeleteStatement,
  view: View,
): readonly ResultColumn[] {
  const change = new ViewChange(ctx, binder, statement, view);
  const join = bindJoin(binder, [targetItem(statement)], statement.where);
  codeViewRows(change, binder, statement, join, []);
  return change.finish();
}

export function codeUpdateOfView(
  ctx: CodegenContext,
  binder: Binder,
  statement: UpdateStatement,
  view: View,
): readonly ResultColumn[] {
  const table = tableOfView(ctx, view);
  // SQLite looks for the trigger before it looks for the columns of SET.
  requireTrigger(ctx, statement, view);
  const join = bindJoin(binder, statement.from ? joinedItems(statement) : [targetItem(statement)], statement.where);
  const assignments = bindAssignments(binder, statement.assignments, table, join.scope);
  const change = new ViewChange(ctx, binder, statement, view);
  codeViewRows(change, binder, statement, join, [...assignments.values]);
  return change.finish();
}

/** Collects the view's rows with the assigned values, then runs the triggers for each. */
function codeViewRows(
  change: ViewChange,
  binder: Binder,
  statement: DeleteStatement | UpdateStatement,
  join: BoundJoin,
  assigned: readonly (readonly [column: number, value: Expression])[],
): void {
  const { ctx, rows, table } = change;
  const { program } = ctx;
  const source = join.sources[0]!;
  const count = table.columns.length;
  const cursor = program.cursor();
  program.emit('OpenEphemeral', cursor, count + assigned.length);
  const query = makeQuery(binder, join, {
    columns: [...table.columns.map(({ number }) => makeColumn(source, number)), ...assigned.map(([, value]) => value)],
    orderBy: statement.orderBy.map((term) => bindOrderingTerm(binder, term, join.scope)),
    limit: statement.limit && binder.bindWithoutNames(statement.limit),
    offset: statement.offset && binder.bindWithoutNames(statement.offset),
    isUpdateFrom: statement.kind === 'update' && statement.from !== null,
  });
  for (const { number } of table.columns) source.usedColumns.add(number);
  codeQuery(ctx, query, { kind: 'table', cursor });
  const done = program.label();
  const endOfRow = program.label();
  const top = program.emit('Rewind', cursor, done) + 1;
  program.loadNull(rows.old.rowid);
  for (let i = 0; i < count; i++) program.emit('Column', cursor, i, rows.old.first + i);
  const isUpdate = statement.kind === 'update';
  if (isUpdate) {
    program.loadNull(rows.new.rowid);
    program.emit('Copy', rows.old.first, rows.new.first, count - 1);
    assigned.forEach(([column], i) => program.emit('Column', cursor, count + i, rows.new.first + column));
  }
  change.fire(isUpdate ? rows.new : rows.old, endOfRow);
  program.place(endOfRow);
  program.emit('Next', cursor, top);
  program.place(done);
}
