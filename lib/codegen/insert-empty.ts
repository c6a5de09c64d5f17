/**
 * INSERT INTO t (...) SELECT ... FROM u where u is empty, as when a migration copies the rows of a table into its successor: nothing is read
 * and nothing written.
 *
 * Owns: for which statements that can be said. Code generation must be certain to find nothing wrong with the statement, and running it
 * must be certain to compute nothing before the first row.
 */
import type { Table } from '../catalog/schema';
import { findRelation } from '../resolve/bind-from';
import { Binder } from '../resolve/binder';
import type { Expr, InsertStatement, ResultColumn, Select } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { beginSequence, endSequences } from './autoincrement';
import { hasColumn, isCertainTarget } from './change-deferral';
import type { CodegenContext } from './context';
import { isCertainValue } from './deferral';
import { codeStillEmpty, isEmptyNow } from './still-empty';

/** Emits all that is to be done if the source is an empty table. Returns whether it is. */
export function codeInsertOfNothing(
  ctx: CodegenContext,
  binder: Binder,
  statement: InsertStatement,
  table: Table,
): boolean {
  if (ctx.trigger !== null || ctx.program.isExplained || ctx.options.isEmptyTree === undefined) return false;
  if (statement.with !== null || binder.withFrame !== null || statement.returning !== null) return false;
  const name = statement.source === null ? null : rowsOfOneTable(statement.source);
  if (name === null) return false;
  const source = findRelation(binder, name);
  if (source.kind !== 'table' || source.module !== null || !isEmptyNow(ctx, source)) return false;
  if (!isFaultless(ctx, binder, statement, table, source)) return false;
  ctx.writeDatabase(table.database.number);
  beginSequence(ctx, table);
  codeStillEmpty(ctx, source);
  endSequences(ctx);
  return true;
}

function isFaultless(
  ctx: CodegenContext,
  binder: Binder,
  statement: InsertStatement,
  table: Table,
  source: Table,
): boolean {
  if (table.module !== null || statement.target.indexedBy !== null || statement.upserts.length > 0) return false;
  if (ctx.options.pragmas.countChanges) return false;
  try {
    const width = widthOf(ctx, binder, statement.source!, source);
    return width !== null && isCertainTarget(ctx.schema, ctx.options, table, statement, width);
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

/** The number of columns of a query of `source`, null when one may not be computed. Those that are plain names need not be bound. */
function widthOf(ctx: CodegenContext, binder: Binder, select: Select, source: Table): number | null {
  const [core] = select.cores;
  if (core?.kind === 'query' && core.windows.length === 0 && core.columns.every((column) => isNameIn(source, column)))
    return core.columns.length;
  const query = new Binder(ctx.schema, ctx.options, binder.sql).bindInsertSource(select);
  return query.columns.every(({ expression }) => isCertainValue(expression)) ? query.columns.length : null;
}

const isNameIn = (table: Table, column: ResultColumn): boolean =>
  column.kind === 'expr' &&
  column.expr.kind === 'column' &&
  column.expr.table === null &&
  hasColumn(table, column.expr.column.name);

/** The name of the table of `SELECT columns FROM table`. */
function rowsOfOneTable(select: Select) {
  const [core] = select.cores;
  if (select.cores.length !== 1 || core?.kind !== 'query' || select.with !== null) return null;
  if (select.orderBy.length > 0 || select.limit !== null) return null;
  if (core.where !== null || core.groupBy.length > 0 || core.having !== null) return null;
  const [item] = core.from ?? [];
  if (core.from?.length !== 1 || item?.source.kind !== 'table') return null;
  if (item.source.arguments !== null || item.source.indexedBy !== null) return null;
  return core.columns.every(isComputedFromRow) ? item.source.name : null;
}

const isComputedFromRow = (column: ResultColumn): boolean => column.kind === 'star' || isHarmless(column.expr);

/** Columns and literals, and what can be computed of them without an error. No aggregates: those have a row where there is none. */
function isHarmless(expression: Expr): boolean {
  switch (expression.kind) {
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'column':
    case 'parameter':
      return true;
    case 'function':
      return (
        expression.name.name.toLowerCase() === 'coalesce' &&
        !expression.distinct &&
        expression.filter === null &&
        expression.arguments.every(isHarmless)
      );
    default:
      return false;
  }
}
