/**
 * Which table of a statement is missing, or is a common table that cannot be: looked up when something else is wrong with
 * it, as SQLite finds all tables before it gives names a meaning, and so reports a missing table first.
 *
 * Visits tables in SQLite's order: compounds from right to left; in each FROM, then expressions, then what windows and
 * arguments of table-valued functions read.
 */
import { foldName } from '../catalog/names';
import type { View } from '../catalog/schema';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { bindFrom, bindView, checkReference, findRelation, firstRecursiveCore, notAFunction } from './bind-from';
import { tableSelect } from './bind-expression';
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
  /** Set while it is being visited: what a reference to it from inside means. */
  problem: string | null;
  /** Names in FROM that are its recursive references. */
  recursive: ReadonlySet<Ast.QualifiedName>;
}

const NO_NAMES: ReadonlySet<Ast.QualifiedName> = new Set();

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
  for (const table of tables) {
    inSight.set(foldName(table.name.name), { table, inSight, problem: null, recursive: NO_NAMES });
  }
  return inSight;
}

/** Gives what is wrong with a join and doesn't end the search. */
function visitSelect(binder: Binder, select: Ast.Select, outer: CommonTables): SqlError | null {
  let ambiguous: SqlError | null = null;
  const common = select.with ? withTables(outer, select.with.tables) : outer;
  select.cores.toReversed().forEach((core, fromRight) => {
    const last = fromRight === 0 ? select : null;
    if (core.kind === 'query') {
      const found = visitCore(binder, core, last, common);
      ambiguous ??= found;
    } else {
      for (const item of core.rows.flat()) visitExpression(binder, item, common);
    }
  });
  return ambiguous;
}

/** `last`: the query whose ORDER BY and LIMIT are of this core. */
function visitCore(
  binder: Binder,
  core: Ast.QueryCore,
  last: Ast.Select | null,
  common: CommonTables,
): SqlError | null {
  const go = (expression: Ast.Expr | null | undefined): void => {
    if (expression) visitExpression(binder, expression, common);
  };
  const items = core.from ?? [];
  for (const item of items) visitItem(binder, item, common);
  const ambiguous = items.length > 1 && common.size === 0 ? visitJoins(binder, items) : null;
  for (const column of core.columns) if (column.kind === 'expr') go(column.expr);
  go(core.where);
  for (const { on } of items) go(on);
  core.groupBy.forEach(go);
  go(core.having);
  for (const term of last?.orderBy ?? []) go(term.expr);
  go(last?.limit);
  go(last?.offset);
  for (const { definition } of core.windows) visitWindow(binder, definition, common);
  for (const { source } of items) if (source.kind === 'table') source.arguments?.forEach(go);
  return ambiguous;
}

function visitWindow(
  binder: Binder,
  { orderBy, partitionBy, frame }: Ast.WindowDefinition,
  common: CommonTables,
): void {
  const expressions = [...orderBy.map(({ expr }) => expr), ...partitionBy, frame?.from.offset, frame?.to.offset];
  for (const expression of expressions) if (expression) visitExpression(binder, expression, common);
}

/** NATURAL and USING are worked out together with the tables. An ambiguous name doesn't end the search for these: it is given. */
function visitJoins(binder: Binder, from: Ast.FromClause): SqlError | null {
  try {
    bindFrom(binder, from, null);
    return null;
  } catch (error) {
    const problem = error as SqlError;
    if (JOIN_PROBLEM.test(problem.message)) throw problem;
    return problem.message.startsWith('ambiguous reference to') ? problem : null;
  }
}

const JOIN_PROBLEM = /^(cannot join using column|a NATURAL join may not)/;

function visitItem(binder: Binder, item: Ast.FromItem, common: CommonTables): void {
  const { source } = item;
  switch (source.kind) {
    case 'table':
      visitTable(binder, source, common);
      break;
    case 'subquery': {
      const ambiguous = visitSelect(binder, source.select, common);
      if (ambiguous) throw ambiguous;
      break;
    }
    case 'group':
      for (const inner of source.items) {
        visitItem(binder, inner, common);
        if (inner.on) visitExpression(binder, inner.on, common);
      }
  }
}

function visitTable(binder: Binder, reference: Ast.TableReference, common: CommonTables): void {
  const { name } = reference;
  const known = name.database === null ? common.get(foldName(name.name.name)) : undefined;
  if (known) visitCommonTable(binder, known, reference);
  if (known !== undefined) return;
  const relation = findRelation(binder, name);
  checkReference(relation, reference);
  if (relation.kind === 'view') visitView(binder, relation);
}

/** As bindCommonTable() does it: first the cores that may not read the table itself, then those that do. */
function visitCommonTable(binder: Binder, common: CommonTableInSight, reference: Ast.TableReference): void {
  if (common.recursive.has(reference.name)) return;
  const { name, columns, select } = common.table;
  if (common.problem !== null) throw new SqlError(`${common.problem}: ${name.name}`, reference.start);
  if (reference.arguments) throw notAFunction(name.name, reference.start);
  const references = new Set<Ast.FromItem>();
  const first = firstRecursiveCore(common.table, references);
  common.problem = 'circular reference';
  const initial = { ...select, cores: select.cores.slice(0, first), orderBy: [], limit: null, offset: null };
  visitSelect(binder, first < 0 ? select : initial, common.inSight);
  const count = columnCount(select.cores[0]!);
  if (columns.length > 0 && count !== null && count !== columns.length) {
    throw new SqlError(`table ${name.name} has ${count} values for ${columns.length} columns`);
  }
  if (first >= 0) {
    common.problem = 'multiple recursive references';
    common.recursive = tableNames(references);
    visitSelect(binder, { ...select, cores: select.cores.slice(first) }, common.inSight);
  }
  common.problem = null;
  common.recursive = NO_NAMES;
}

function tableNames(items: Iterable<Ast.FromItem>): ReadonlySet<Ast.QualifiedName> {
  const names = new Set<Ast.QualifiedName>();
  for (const { source } of items) if (source.kind === 'table') names.add(source.name);
  return names;
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
      else visitSelect(binder, tableSelect(expression.source), common);
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
      for (const term of expression.orderBy) go(term.expr);
      expression.arguments.forEach(go);
      if (expression.over) visitWindow(binder, expression.over, common);
      go(expression.filter);
      return;
    case 'row':
      expression.items.forEach(go);
      return;
    default:
  }
}
