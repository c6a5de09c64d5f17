/**
 * Walking, rewriting and comparing bound expressions.
 *
 * Owns: the one place that knows the children of every node kind. Must not know: what anybody looks for.
 */
import type { BoundFrame, Core, Expression, Query, SortTerm } from './ir';

/** Calls `visit` for each direct child expression. Subqueries are not entered (see forEachQueryExpression). */
export function forEachChild(expression: Expression, visit: (child: Expression) => void): void {
  switch (expression.kind) {
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'parameter':
    case 'column':
    case 'exists':
    case 'subquery':
    case 'register':
      return;
    case 'unary':
    case 'nullTest':
    case 'truthTest':
    case 'cast':
    case 'collate':
    case 'ifNullRow':
      visit(expression.operand);
      return;
    case 'logical':
    case 'comparison':
    case 'arithmetic':
      visit(expression.left);
      visit(expression.right);
      return;
    case 'between':
      visit(expression.operand);
      visit(expression.low);
      visit(expression.high);
      return;
    case 'in':
      visit(expression.operand);
      expression.list?.forEach(visit);
      return;
    case 'row':
      expression.items.forEach(visit);
      return;
    case 'rowField':
      visit(expression.row);
      return;
    case 'case':
      if (expression.operand) visit(expression.operand);
      for (const branch of expression.branches) {
        visit(branch.when);
        visit(branch.then);
      }
      if (expression.otherwise) visit(expression.otherwise);
      return;
    case 'function':
      expression.arguments.forEach(visit);
      return;
    case 'aggregate':
      expression.arguments.forEach(visit);
      if (expression.filter) visit(expression.filter);
      for (const term of expression.orderBy) visit(term.expression);
      return;
    case 'window':
      expression.arguments.forEach(visit);
      if (expression.filter) visit(expression.filter);
      expression.window.partitionBy.forEach(visit);
      for (const term of expression.window.orderBy) visit(term.expression);
      forEachFrameOffset(expression.window.frame, visit);
      return;
    case 'raise':
      if (expression.message) visit(expression.message);
      return;
  }
}

function forEachFrameOffset(frame: BoundFrame, visit: (child: Expression) => void): void {
  if (frame.from.offset) visit(frame.from.offset);
  if (frame.to.offset) visit(frame.to.offset);
}

/** The subquery that a node holds, or null. */
export function queryOf(expression: Expression): Query | null {
  switch (expression.kind) {
    case 'exists':
    case 'subquery':
    case 'in':
      return expression.query;
    default:
      return null;
  }
}

/** Calls `visit` for the root of every expression of a query, its cores and its FROM subqueries. */
export function forEachQueryExpression(query: Query, visit: (expression: Expression) => void): void {
  for (const core of query.cores) forEachCoreExpression(core, visit);
  for (const term of query.orderBy) visit(term.expression);
  if (query.limit) visit(query.limit);
  if (query.offset) visit(query.offset);
}

export function forEachCoreExpression(core: Core, visit: (expression: Expression) => void): void {
  if (core.kind === 'values') {
    for (const row of core.rows) row.forEach(visit);
    return;
  }
  for (const column of core.columns) visit(column.expression);
  for (const source of core.sources) {
    if (source.kind === 'subquery') forEachQueryExpression(source.query, visit);
  }
  if (core.where) visit(core.where);
  core.groupBy.forEach(visit);
  if (core.having) visit(core.having);
}

/** True when `test` holds for the expression or anything inside it, subqueries included when `deep`. */
export function someExpression(
  expression: Expression,
  test: (expression: Expression) => boolean,
  deep = true,
): boolean {
  if (test(expression)) return true;
  let found = false;
  const visit = (child: Expression): void => {
    found ||= someExpression(child, test, deep);
  };
  forEachChild(expression, visit);
  if (!found && deep) {
    const query = queryOf(expression);
    if (query) forEachQueryExpression(query, visit);
  }
  return found;
}

/** The terms of a conjunction, left to right. */
export function conjuncts(expression: Expression | null, into: Expression[] = []): Expression[] {
  if (!expression) return into;
  if (expression.kind === 'logical' && expression.operator === 'and') {
    conjuncts(expression.left, into);
    conjuncts(expression.right, into);
  } else {
    into.push(expression);
  }
  return into;
}

/** The expression without COLLATE operators and likelihood hints around it. */
export function withoutCollate(expression: Expression): Expression {
  let inner = expression;
  for (;;) {
    if (inner.kind === 'collate') inner = inner.operand;
    else if (inner.kind === 'function' && inner.definition.inline === 'unlikely') inner = inner.arguments[0]!;
    else return inner;
  }
}

/**
 * A tree with `map` applied from the top down: where it returns a node, that node stands instead and is not entered;
 * where it returns null, the children are mapped. Unchanged parts are shared. Subqueries are passed to `mapQuery`.
 */
export function mapExpression(
  expression: Expression,
  map: (expression: Expression) => Expression | null,
  mapQuery: (query: Query) => Query = (query) => query,
): Expression {
  const replaced = map(expression);
  if (replaced) return replaced;
  const go = (child: Expression): Expression => mapExpression(child, map, mapQuery);
  const goAll = (children: readonly Expression[]): readonly Expression[] => mapList(children, go);
  const goMaybe = (child: Expression | null): Expression | null => (child ? go(child) : null);
  switch (expression.kind) {
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'parameter':
    case 'column':
    case 'register':
      return expression;
    case 'unary':
    case 'nullTest':
    case 'truthTest':
    case 'cast':
    case 'collate':
    case 'ifNullRow': {
      const operand = go(expression.operand);
      return operand === expression.operand ? expression : { ...expression, operand };
    }
    case 'logical':
    case 'comparison':
    case 'arithmetic': {
      const left = go(expression.left);
      const right = go(expression.right);
      return left === expression.left && right === expression.right ? expression : { ...expression, left, right };
    }
    case 'between':
      return {
        ...expression,
        operand: go(expression.operand),
        low: go(expression.low),
        high: go(expression.high),
      };
    case 'in': {
      const query = expression.query && mapQuery(expression.query);
      return { ...expression, operand: go(expression.operand), list: expression.list && goAll(expression.list), query };
    }
    case 'exists':
    case 'subquery': {
      const query = mapQuery(expression.query);
      return query === expression.query ? expression : { ...expression, query };
    }
    case 'row': {
      const items = goAll(expression.items);
      return items === expression.items ? expression : { ...expression, items };
    }
    case 'rowField': {
      const row = go(expression.row);
      return row === expression.row || row.kind !== 'subquery' ? expression : { ...expression, row };
    }
    case 'case':
      return {
        ...expression,
        operand: goMaybe(expression.operand),
        branches: expression.branches.map(({ when, then }) => ({ when: go(when), then: go(then) })),
        otherwise: goMaybe(expression.otherwise),
      };
    case 'function': {
      const mapped = goAll(expression.arguments);
      return mapped === expression.arguments ? expression : { ...expression, arguments: mapped };
    }
    case 'aggregate':
      return {
        ...expression,
        arguments: goAll(expression.arguments),
        filter: goMaybe(expression.filter),
        orderBy: mapSortTerms(expression.orderBy, go),
      };
    case 'window': {
      const { window } = expression;
      const { frame } = window;
      return {
        ...expression,
        arguments: goAll(expression.arguments),
        filter: goMaybe(expression.filter),
        window: {
          partitionBy: goAll(window.partitionBy),
          orderBy: mapSortTerms(window.orderBy, go),
          frame: {
            ...frame,
            from: { kind: frame.from.kind, offset: goMaybe(frame.from.offset) },
            to: { kind: frame.to.kind, offset: goMaybe(frame.to.offset) },
          },
        },
      };
    }
    case 'raise':
      return { ...expression, message: goMaybe(expression.message) };
  }
}

function mapList(list: readonly Expression[], go: (child: Expression) => Expression): readonly Expression[] {
  let changed = false;
  const mapped = list.map((child) => {
    const result = go(child);
    if (result !== child) changed = true;
    return result;
  });
  return changed ? mapped : list;
}

export function mapSortTerms(terms: readonly SortTerm[], go: (child: Expression) => Expression): readonly SortTerm[] {
  return terms.map((term) => ({ ...term, expression: go(term.expression) }));
}
