/**
 * Enforcement of foreign keys around the change of one row: counting violations, and running actions.
 *
 * A violation of an immediate key is counted for the statement, one of a deferred key for the transaction; the engine refuses to end
 * either while its count is not zero. A row that goes away may repair a violation (of its own key) or make some (of its children's);
 * a row that comes may make one, or repair some.
 *
 * Owns: that bookkeeping in code. Must not know: how rows are changed. Called only when foreign keys are on.
 */
import { Affinity } from '../../spec/affinity';
import { errorActions, operandFlags } from '../../spec/opcodes';
import { sameName } from '../catalog/names';
import { ROWID_COLUMN, type Column, type ForeignKey, type Table } from '../catalog/schema';
import { checkCollation } from '../resolve/affinity';
import {
  makeAnd,
  makeColumn,
  makeComparison,
  makeNot,
  makeRegister,
  type Expression,
  type TableSource,
} from '../resolve/ir';
import { tableSource } from '../resolve/sources';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import type { RowRegisters } from './dml-rows';
import { actionTrigger, isSetNullTrigger } from './foreign-key-action';
import { beginLoops } from './loops';
import { findParent, findParentKey, requireParent, requireParentKey, type ParentKey } from './parent-key';
import { resultCode } from './result-codes';
import { indexAffinity, openIndex, openTable } from './table-access';
import { codeRunTrigger } from './trigger';

/** Counters of FkCounter and FkIfZero. */
const STATEMENT_COUNTER = 0;
const TRANSACTION_COUNTER = 1;

const FAILURE = 'FOREIGN KEY constraint failed';

function counterOf(ctx: CodegenContext, { deferred }: ForeignKey): number {
  return deferred ? TRANSACTION_COUNTER : STATEMENT_COUNTER;
}

/** Whether an UPDATE assigns a column of the child key. */
function childKeyChanges(key: ForeignKey, changed: ReadonlySet<number>, keyChanges: boolean): boolean {
  return key.columns.some((column) => changed.has(column) || (column === key.child.rowidAlias && keyChanges));
}

/** Whether an UPDATE of the parent assigns a column of the parent key. */
function parentKeyChanges(parent: Table, key: ForeignKey, changed: ReadonlySet<number>, keyChanges: boolean): boolean {
  return parent.columns.some((column) => {
    const isAssigned = changed.has(column.number) || (column.number === parent.rowidAlias && keyChanges);
    if (!isAssigned) return false;
    if (key.parentColumns === null) return column.primaryKeyPosition > 0;
    return key.parentColumns.some((name) => sameName(name, column.name));
  });
}

/**
 * Whether the change of a row of this table needs any of the code here: 0 no, 1 yes, 2 yes and an action may change rows of this table too.
 * @param changed columns that UPDATE assigns, null for INSERT and DELETE
 */
export function foreignKeysRequired(
  ctx: CodegenContext,
  table: Table,
  changed: ReadonlySet<number> | null,
  keyChanges: boolean,
): 0 | 1 | 2 {
  if (!ctx.options.pragmas.foreignKeys || table.module !== null) return 0;
  const references = ctx.schema.foreignKeysTo(table);
  if (changed === null) return references.length > 0 || table.foreignKeys.length > 0 ? 1 : 0;
  let required: 0 | 1 | 2 = 0;
  for (const key of table.foreignKeys) {
    if (!childKeyChanges(key, changed, keyChanges)) continue;
    if (sameName(key.parentName, table.name)) required = 2;
    else if (required === 0) required = 1;
  }
  for (const key of references) {
    if (!parentKeyChanges(table, key, changed, keyChanges)) continue;
    if (key.onUpdate !== 'noAction') required = 2;
    else if (required === 0) required = 1;
  }
  return required;
}

/** Registers of a row by column. */
function registerOf(table: Table, row: RowRegisters, column: number): number {
  return column === ROWID_COLUMN || column === table.rowidAlias ? row.rowid : row.first + column;
}

/** A violation may be answered at once: the statement changes one row only, so nothing can repair it before it ends. */
function failsAtOnce(ctx: CodegenContext, key: ForeignKey): boolean {
  return !key.deferred && !ctx.options.pragmas.deferForeignKeys && ctx.trigger === null && !ctx.statement.isMultiWrite;
}

/**
 * Counts the violations that a change makes and repairs. One of `oldRow` and `newRow` is given: the row that goes or the one that comes
 * (UPDATE calls twice).
 */
export function codeForeignKeyChecks(
  ctx: CodegenContext,
  table: Table,
  _cursors: { readonly data: number; readonly firstIndex: number },
  oldRow: RowRegisters | null,
  newRow: RowRegisters | null,
  changed: ReadonlySet<number> | null,
  keyChanges: boolean,
): void {
  for (const key of table.foreignKeys) {
    const mayMatter =
      changed === null || sameName(key.parentName, table.name) || childKeyChanges(key, changed, keyChanges);
    if (!mayMatter) continue;
    if (ctx.isDropping && isUnfit(ctx, table, key, oldRow)) continue;
    const parent = requireParent(ctx.schema, key);
    const parentKey = requireParentKey(parent, key);
    if (oldRow !== null) codeParentLookup(ctx, parent as Table, key, parentKey, oldRow, -1);
    if (newRow !== null && !isSetNullTrigger(ctx, key)) {
      codeParentLookup(ctx, parent as Table, key, parentKey, newRow, 1);
    }
  }
  for (const key of ctx.schema.foreignKeysTo(table)) {
    if (changed !== null && !parentKeyChanges(table, key, changed, keyChanges)) continue;
    // A single row that comes cannot make a violation, and no violation is there that it could repair.
    if (failsAtOnce(ctx, key)) continue;
    if (ctx.isDropping && findParentKey(table, key) === null) continue;
    const parentKey = requireParentKey(table, key);
    if (newRow !== null) codeChildScan(ctx, table, key, parentKey, newRow, -1);
    if (oldRow !== null) {
      codeChildScan(ctx, table, key, parentKey, oldRow, 1);
      const action = changed === null ? key.onDelete : key.onUpdate;
      if (!key.deferred && action !== 'cascade' && action !== 'setNull') ctx.statement.mayAbort = true;
    }
  }
}

/**
 * While a table is dropped: true for a key that has no fitting parent. Without a parent at all, every row whose key is not NULL was a
 * violation, and goes now.
 */
function isUnfit(ctx: CodegenContext, table: Table, key: ForeignKey, oldRow: RowRegisters | null): boolean {
  const { program } = ctx;
  const parent = findParent(ctx.schema, key);
  if (parent !== null) return findParentKey(parent, key) === null;
  if (oldRow === null) return true;
  const skip = program.label();
  for (const column of key.columns) program.emit('IsNull', registerOf(table, oldRow, column), skip);
  program.emit('FkCounter', counterOf(ctx, key), -1);
  program.place(skip);
  return true;
}

/** Looks for the parent of a child row; when there is none, `increment` is added to the count of violations. */
function codeParentLookup(
  ctx: CodegenContext,
  parent: Table,
  key: ForeignKey,
  parentKey: ParentKey,
  row: RowRegisters,
  increment: 1 | -1,
): void {
  const { program } = ctx;
  const { child } = key;
  const found = program.label();
  const cursor = program.cursor();
  const isSelfReference = parent === child && increment === 1;
  if (increment < 0) program.emit('FkIfZero', counterOf(ctx, key), found);
  const values = parentKey.childColumns.map((column) => registerOf(child, row, column));
  for (const value of values) program.emit('IsNull', value, found);
  const mark = program.registers.mark();
  if (parentKey.index === null) {
    codeRowidLookup(ctx, parent, cursor, values[0] as number, isSelfReference ? row.rowid : 0, found);
  } else {
    codeIndexLookup(ctx, parent, parentKey, cursor, values, isSelfReference ? row : null, found);
  }
  program.registers.releaseTo(mark);
  if (increment > 0 && failsAtOnce(ctx, key)) {
    const message = program.string(FAILURE);
    program.emit('Halt', resultCode('SQLITE_CONSTRAINT_FOREIGNKEY'), errorActions.abort, 0, message);
  } else {
    if (increment > 0 && !key.deferred) ctx.statement.mayAbort = true;
    program.emit('FkCounter', counterOf(ctx, key), increment);
  }
  program.place(found);
  program.emit('Close', cursor);
}

/** Goes to `found` if the parent has a row of this rowid, or if the row is its own parent (`ownRowid`, 0: it cannot be). */
function codeRowidLookup(
  ctx: CodegenContext,
  parent: Table,
  cursor: number,
  value: number,
  ownRowid: number,
  found: number,
): void {
  const { program } = ctx;
  const rowid = program.registers.temporary();
  const missing = program.label();
  program.emit('SCopy', value, rowid);
  program.emit('MustBeInt', rowid, missing);
  if (ownRowid > 0) program.emit('Eq', ownRowid, found, rowid);
  openTable(ctx, 'OpenRead', cursor, parent);
  program.emit('NotExists', cursor, missing, rowid);
  program.goto(found);
  program.place(missing);
}

/** Goes to `found` if the parent's index has the key, or if the row is its own parent (`ownRow`, null: it cannot be). */
function codeIndexLookup(
  ctx: CodegenContext,
  parent: Table,
  { index, parentColumns }: ParentKey,
  cursor: number,
  values: readonly number[],
  ownRow: RowRegisters | null,
  found: number,
): void {
  const { program } = ctx;
  if (index === null) throw new Error('a rowid key has no index');
  const count = values.length;
  const first = program.registers.temporaryRange(count);
  openIndex(ctx, 'OpenRead', cursor, index);
  values.forEach((value, i) => {
    program.emit('Copy', value, first + i);
  });
  if (ownRow !== null) {
    const differs = program.label();
    values.forEach((value, i) => {
      const own = registerOf(parent, ownRow, parentColumns[i] as number);
      program.emit('Ne', value, differs, own, -1, operandFlags.JUMPIFNULL);
    });
    program.goto(found);
    program.place(differs);
  }
  const affinity = indexAffinity(index, []).slice(0, count);
  program.emit('Affinity', first, count, 0, program.string(affinity));
  program.emit('Found', cursor, found, first, count);
}

/** The value of a parent column in registers, comparing as that column does. */
function registerValue(table: Table, row: RowRegisters, column: number): Expression {
  const definition = table.columns[column] as Column;
  return {
    kind: 'register',
    start: -1,
    on: null,
    register: registerOf(table, row, column),
    affinity: definition.affinity,
    collation: checkCollation(definition.collation),
    explicitCollation: true,
  };
}

function childColumn(source: TableSource, column: number): Expression {
  return makeColumn(source, column === source.table.rowidAlias ? ROWID_COLUMN : column);
}

/** Adds `increment` to the count of violations for each child row of a parent row. */
function codeChildScan(
  ctx: CodegenContext,
  parent: Table,
  key: ForeignKey,
  parentKey: ParentKey,
  row: RowRegisters,
  increment: 1 | -1,
): void {
  const { program } = ctx;
  const { child } = key;
  const counter = counterOf(ctx, key);
  const done = program.label();
  if (increment < 0) program.emit('FkIfZero', counter, done);
  const source = tableSource(child);
  let where: Expression | null = null;
  parentKey.childColumns.forEach((column, i) => {
    const value = registerValue(parent, row, parentKey.parentColumns[i] as number);
    where = makeAnd(where, makeComparison('=', value, childColumn(source, column)));
  });
  if (parent === child && increment > 0) where = makeAnd(where, isAnotherRow(parent, source, row));
  noteColumns(source, [...parentKey.childColumns, ...parent.primaryKeyColumns]);
  const loops = beginLoops(ctx, { sources: [source], where });
  program.emit('FkCounter', counter, increment);
  loops.end();
  program.place(done);
}

/** The planner decides by the used columns whether an index covers the scan. */
function noteColumns(source: TableSource, columns: readonly number[]): void {
  for (const column of columns) {
    if (column >= 0 && column !== source.table.rowidAlias) source.usedColumns.add(column);
    else source.usesRowid = true;
  }
}

/** True for every row of the table but the one in the registers: that one goes away itself. */
function isAnotherRow(table: Table, source: TableSource, row: RowRegisters): Expression {
  if (!table.withoutRowid) {
    const rowid = makeRegister(row.rowid, Affinity.integer);
    return makeComparison('<>', rowid, makeColumn(source, ROWID_COLUMN));
  }
  let same: Expression | null = null;
  for (const column of table.primaryKeyColumns) {
    same = makeAnd(same, makeComparison('is', registerValue(table, row, column), childColumn(source, column)));
  }
  return makeNot(same as unknown as Expression);
}

/**
 * Every key that refers to the table must fit it when its rows change or go, even if the change doesn't touch that key. SQLite looks at all
 * keys, so that the last problem is reported; then at those that the change touches, until the first problem.
 * @param changed as for foreignKeysRequired
 * @throws SqlError foreign key mismatch
 */
export function requireFittingKeys(
  ctx: CodegenContext,
  table: Table,
  changed: ReadonlySet<number> | null,
  keyChanges: boolean,
): void {
  if (ctx.isDropping) return;
  let problem: SqlError | null = null;
  for (const key of ctx.schema.foreignKeysTo(table)) {
    try {
      requireParentKey(table, key);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      problem = error;
      if (changed === null || parentKeyChanges(table, key, changed, keyChanges)) break;
    }
  }
  if (problem !== null) throw problem;
}

/** Runs the actions (CASCADE, SET NULL, SET DEFAULT, RESTRICT) that the change of a parent row triggers. */
export function codeForeignKeyActions(
  ctx: CodegenContext,
  table: Table,
  oldRow: RowRegisters,
  newRow: RowRegisters | null,
  changed: ReadonlySet<number> | null,
  keyChanges: boolean,
): void {
  for (const key of ctx.schema.foreignKeysTo(table)) {
    if (changed !== null && !parentKeyChanges(table, key, changed, keyChanges)) continue;
    if (ctx.isDropping && findParentKey(table, key) === null) continue;
    ctx.statement.attempt(() => {
      const trigger = actionTrigger(ctx, table, key, newRow === null ? 'delete' : 'update');
      if (trigger === null) return;
      ctx.statement.attempt(() => {
        codeRunTrigger(ctx, trigger, table, {
          base: oldRow.rowid,
          conflict: 'abort',
          ignoreLabel: 0,
          mayRecurse: true,
        });
      }, true);
    });
  }
}
