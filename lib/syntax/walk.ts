/**
 * Walks the tables and expressions of queries and data statements.
 *
 * Owns: the order of the walk (as written). Must not know: what visitors do.
 */
import type {
  Expr,
  FromClause,
  InsertStatement,
  OrderingTerm,
  QualifiedName,
  QueryCore,
  ResultColumn,
  Select,
  TableSource,
  TriggerStep,
  WindowDefinition,
  WithClause,
} from './ast';

export interface Visitor {
  /** Every SELECT core. */
  core?(core: QueryCore): void;
  /** A table named in FROM or after IN. */
  table?(name: QualifiedName): void;
  /** Every expression, before its parts. */
  expr?(expr: Expr): void;
}

type Optional = Expr | null;

/** Visits an expression with all that is in it, subqueries included. */
export function walkExpr(expr: Optional, visitor: Visitor): void {
  if (expr === null) return;
  visitor.expr?.(expr);
  switch (expr.kind) {
    case 'unary':
    case 'nullTest':
    case 'cast':
    case 'collate':
      walkExpr(expr.operand, visitor);
      return;
    case 'binary':
      walkAll([expr.left, expr.right], visitor);
      return;
    case 'pattern':
      walkAll([expr.operand, expr.pattern, expr.escape], visitor);
      return;
    case 'between':
      walkAll([expr.operand, expr.low, expr.high], visitor);
      return;
    case 'in':
      walkExpr(expr.operand, visitor);
      if (expr.source.kind === 'list') walkAll(expr.source.items, visitor);
      else if (expr.source.kind === 'select') walkSelect(expr.source.select, visitor);
      else {
        visitor.table?.(expr.source.table);
        walkAll(expr.source.arguments ?? [], visitor);
      }
      return;
    case 'exists':
    case 'subquery':
      walkSelect(expr.select, visitor);
      return;
    case 'case':
      walkExpr(expr.operand, visitor);
      for (const { when, then } of expr.branches) walkAll([when, then], visitor);
      walkExpr(expr.otherwise, visitor);
      return;
    case 'function':
      walkAll(expr.arguments, visitor);
      walkTerms(expr.orderBy, visitor);
      walkExpr(expr.filter, visitor);
      if (expr.over !== null) walkWindow(expr.over, visitor);
      return;
    case 'row':
      walkAll(expr.items, visitor);
      return;
    case 'raise':
      walkExpr(expr.message, visitor);
      return;
    default:
  }
}

function walkAll(items: readonly Optional[], visitor: Visitor): void {
  for (const item of items) walkExpr(item, visitor);
}

function walkTerms(terms: readonly OrderingTerm[], visitor: Visitor): void {
  for (const { expr } of terms) walkExpr(expr, visitor);
}

function walkWindow(window: WindowDefinition, visitor: Visitor): void {
  walkAll(window.partitionBy, visitor);
  walkTerms(window.orderBy, visitor);
  walkExpr(window.frame?.from.offset ?? null, visitor);
  walkExpr(window.frame?.to.offset ?? null, visitor);
}

function walkColumns(columns: readonly ResultColumn[], visitor: Visitor): void {
  for (const column of columns) {
    if (column.kind === 'expr') walkExpr(column.expr, visitor);
  }
}

function walkWith(clause: WithClause | null, visitor: Visitor): void {
  for (const { select } of clause?.tables ?? []) walkSelect(select, visitor);
}

/** Visits a query with its common tables, subqueries and expressions. */
export function walkSelect(select: Select, visitor: Visitor): void {
  walkWith(select.with, visitor);
  for (const core of select.cores) {
    if (core.kind === 'values') {
      for (const row of core.rows) walkAll(row, visitor);
      continue;
    }
    visitor.core?.(core);
    walkColumns(core.columns, visitor);
    if (core.from !== null) walkFrom(core.from, visitor);
    walkAll([core.where, ...core.groupBy, core.having], visitor);
    for (const { definition } of core.windows) walkWindow(definition, visitor);
  }
  walkTerms(select.orderBy, visitor);
  walkAll([select.limit, select.offset], visitor);
}

function walkFrom(items: FromClause, visitor: Visitor): void {
  for (const { source, on } of items) {
    walkSource(source, visitor);
    walkExpr(on, visitor);
  }
}

function walkSource(source: TableSource, visitor: Visitor): void {
  switch (source.kind) {
    case 'table':
      visitor.table?.(source.name);
      walkAll(source.arguments ?? [], visitor);
      return;
    case 'subquery':
      walkSelect(source.select, visitor);
      return;
    case 'group':
      walkFrom(source.items, visitor);
  }
}

function walkInsert(statement: InsertStatement, visitor: Visitor): void {
  walkWith(statement.with, visitor);
  visitor.table?.(statement.target.name);
  if (statement.source !== null) walkSelect(statement.source, visitor);
  for (const upsert of statement.upserts) {
    walkTerms(upsert.target ?? [], visitor);
    walkExpr(upsert.targetWhere, visitor);
    for (const { value } of upsert.assignments ?? []) walkExpr(value, visitor);
    walkExpr(upsert.where, visitor);
  }
  walkColumns(statement.returning ?? [], visitor);
}

/** Visits a query or a data statement. */
export function walkStep(step: TriggerStep, visitor: Visitor): void {
  switch (step.kind) {
    case 'select':
      walkSelect(step, visitor);
      return;
    case 'insert':
      walkInsert(step, visitor);
      return;
    case 'update':
      walkWith(step.with, visitor);
      visitor.table?.(step.target.name);
      for (const { value } of step.assignments) walkExpr(value, visitor);
      if (step.from !== null) walkFrom(step.from, visitor);
      walkExpr(step.where, visitor);
      break;
    case 'delete':
      walkWith(step.with, visitor);
      visitor.table?.(step.target.name);
      walkExpr(step.where, visitor);
  }
  walkColumns(step.returning ?? [], visitor);
  walkTerms(step.orderBy, visitor);
  walkAll([step.limit, step.offset], visitor);
}

/** Visits every SELECT core of a query, those of its subqueries included. */
export function walkSelectCores(select: Select, visit: (core: QueryCore) => void): void {
  walkSelect(select, { core: visit });
}
