/**
 * Which table of a statement is missing: looked up when something else is wrong with it, as SQLite finds all tables before
 * it gives names a meaning, and so reports a missing table first.
 *
 * Visits tables in SQLite's order: compounds from right to left, FROM before expressions.
 */
import { foldName } from '../catalog/names';
import type { View } from '../catalog/schema';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { bindFrom, bindView, findRelation } from './bind-from';
import type { Binder } from './binder';

/** The error for the first table that does not exist, or null. */
export function missingTable(binder: Binder, select: Ast.Select): SqlError | null {
  try {
    visitSelect(binder, select, namesInSight(binder));
    return null;
  } catch (error) {
    return error as SqlError;
  }
}

/** Common tables by folded name; null: one that an enclosing statement defines. */
type CommonTables = ReadonlyMap<string, CommonTableInSight | null>;

interface CommonTableInSight {
  readonly table: Ast.CommonTable;
  readonly inSight: CommonTables;
  /** It is being visited: what refers to it now is recursive, or circular, which binding reports. */
  isOpen: boolean;
}

function namesInSight(binder: Binder): CommonTables {
  const names = new Map<string, null>();
  for (let frame = binder.withFrame; frame; frame = frame.parent) {
    for (const name of frame.tables.keys()) names.set(name, null);
  }
  return names;
}

/** All tables of one WITH clause see each other. */
function withTables(outer: CommonTables, tables: readonly Ast.CommonTable[]): CommonTables {
  const inSight = new Map(outer);
  for (const table of tables) inSight.set(foldName(table.name.name), { table, inSight, isOpen: false });
  return inSight;
}

function visitSelect(binder: Binder, select: Ast.Select, outer: CommonTables): void {
  const common = select.with ? withTables(outer, select.with.tables) : outer;
  const go = (expression: Ast.Expr | null): void => {
    if (expression) visitExpression(binder, expression, common);
  };
  for (const core of select.cores.toReversed()) {
    if (core.kind === 'values') {
      for (const row of core.rows) row.forEach(go);
      continue;
    }
    core.from?.forEach((item) => {
      visitItem(binder, item, common);
    });
    if (core.from && core.from.length > 1 && common.size === 0) visitJoins(binder, core.from);
    for (const column of core.columns) if (column.kind === 'expr') go(column.expr);
    go(core.where);
    core.groupBy.forEach(go);
    go(core.having);
  }
  for (const term of select.orderBy) go(term.expr);
  go(select.limit);
  go(select.offset);
}

/** NATURAL and USING are worked out together with the tables. */
function visitJoins(binder: Binder, from: Ast.FromClause): void {
  try {
    bindFrom(binder, from, null);
  } catch (error) {
    if (JOIN_PROBLEM.test((error as SqlError).message)) throw error;
  }
}

const JOIN_PROBLEM = /^(cannot join using column|a NATURAL join may not|ambiguous reference to)/;

function visitItem(binder: Binder, item: Ast.FromItem, common: CommonTables): void {
  const { source } = item;
  switch (source.kind) {
    case 'table':
      visitTable(binder, source, common);
      break;
    case 'subquery':
      visitSelect(binder, source.select, common);
      break;
    case 'group':
      for (const inner of source.items) visitItem(binder, inner, common);
  }
  if (item.on) visitExpression(binder, item.on, common);
}

function visitTable(binder: Binder, { name }: Ast.TableReference, common: CommonTables): void {
  const known = name.database === null ? common.get(foldName(name.name.name)) : undefined;
  if (known) visitCommonTable(binder, known);
  if (known !== undefined) return;
  const relation = findRelation(binder, name);
  if (relation.kind === 'view') visitView(binder, relation);
}

function visitCommonTable(binder: Binder, common: CommonTableInSight): void {
  if (common.isOpen) return;
  const { name, columns, select } = common.table;
  common.isOpen = true;
  visitSelect(binder, select, common.inSight);
  common.isOpen = false;
  const count = columnCount(select.cores[0]!);
  if (columns.length > 0 && count !== null && count !== columns.length) {
    throw new SqlError(`table ${name.name} has ${count} values for ${columns.length} columns`);
  }
}

/** Number of a core's columns as far as it is written; null with a star. */
export function columnCount(core: Ast.SelectCore): number | null {
  if (core.kind === 'values') return core.rows[0]!.length;
  return core.columns.some(({ kind }) => kind === 'star') ? null : core.columns.length;
}

/** SQLite needs to know the view's columns: whatever is wrong with its query comes out now. */
function visitView(binder: Binder, view: View): void {
  bindView(binder, view, null);
}

function visitExpression(binder: Binder, expression: Ast.Expr, common: CommonTables): void {
  const go = (child: Ast.Expr | null): void => {
    if (child) visitExpression(binder, child, common);
  };
  switch (expression.kind) {
    case 'unary':
    case 'cast':
    case 'collate':
    case 'nullTest':
      go(expression.operand);
      return;
    case 'binary':
      go(expression.left);
      go(expression.right);
      return;
    case 'pattern':
      go(expression.operand);
      go(expression.pattern);
      go(expression.escape);
      return;
    case 'between':
      go(expression.operand);
      go(expression.low);
      go(expression.high);
      return;
    case 'in':
      go(expression.operand);
      if (expression.source.kind === 'list') expression.source.items.forEach(go);
      else if (expression.source.kind === 'select') visitSelect(binder, expression.source.select, common);
      return;
    case 'exists':
    case 'subquery':
      visitSelect(binder, expression.select, common);
      return;
    case 'case':
      go(expression.operand);
      for (const { when, then } of expression.branches) {
        go(when);
        go(then);
      }
      go(expression.otherwise);
      return;
    case 'function':
      expression.arguments.forEach(go);
      go(expression.filter);
      return;
    case 'row':
      expression.items.forEach(go);
      return;
    default:
  }
}
