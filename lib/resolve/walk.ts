/**
 * Walking, rewriting and comparing bound expressions.
 *
 * Owns: the one place that knows the children of every node kind. Must not know: what anybody looks for.
 */
import type { BoundFrame, Core, Expression, FunctionCall, OnMark, Query, SortTerm } from './ir';

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

/** The expression without COLLATE operators around it. */
export function withoutCollate(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'collate') inner = inner.operand;
  return inner;
}

/** A call of likely(), unlikely() or likelihood(): it has the value of its first argument. */
export const isHint = (expression: Expression): expression is FunctionCall =>
  expression.kind === 'function' && expression.definition.inline === 'unlikely';

/** The expression without COLLATE operators and likelihood hints around it. */
export function withoutHints(expression: Expression): Expression {
  let inner = expression;
  for (;;) {
    if (inner.kind === 'collate') inner = inner.operand;
    else if (isHint(inner)) inner = inner.arguments[0]!;
    else return inner;
  }
}

/** The condition with other marks on its conjuncts, also below COLLATE and likelihood hints, which the planner takes off. */
export function mapMarks(expression: Expression, map: (on: OnMark | null) => OnMark | null): Expression {
  const on = map(expression.on);
  if (expression.kind === 'logical' && expression.operator === 'and') {
    const left = mapMarks(expression.left, map);
    const right = mapMarks(expression.right, map);
    const isSame = on === expression.on && left === expression.left && right === expression.right;
    return isSame ? expression : { ...expression, on, left, right };
  }
  if (expression.kind === 'collate') {
    const operand = mapMarks(expression.operand, map);
    return on === expression.on && operand === expression.operand ? expression : { ...expression, on, operand };
  }
  if (isHint(expression)) {
    const [first, ...rest] = expression.arguments as readonly [Expression, ...Expression[]];
    const hinted = mapMarks(first, map);
    if (on === expression.on && hinted === first) return expression;
    return { ...expression, on, arguments: [hinted, ...rest] };
  }
  return on === expression.on ? expression : { ...expression, on };
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
  const goAll = (children: readonly Expression[]): readonly Expression[] => mapItems(children, go);
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
      return changed(expression, {
        operand: go(expression.operand),
        low: go(expression.low),
        high: go(expression.high),
      });
    case 'in':
      return changed(expression, {
        operand: go(expression.operand),
        list: expression.list && goAll(expression.list),
        query: expression.query && mapQuery(expression.query),
      });
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
      return changed(expression, {
        operand: goMaybe(expression.operand),
        branches: mapItems(expression.branches, (branch) =>
          changed(branch, { when: go(branch.when), then: go(branch.then) }),
        ),
        otherwise: goMaybe(expression.otherwise),
      });
    case 'function':
      return changed(expression, { arguments: goAll(expression.arguments) });
    case 'aggregate':
      return changed(expression, {
        arguments: goAll(expression.arguments),
        filter: goMaybe(expression.filter),
        orderBy: mapSortTerms(expression.orderBy, go),
      });
    case 'window': {
      const { window } = expression;
      const { frame } = window;
      return changed(expression, {
        arguments: goAll(expression.arguments),
        filter: goMaybe(expression.filter),
        window: changed(window, {
          partitionBy: goAll(window.partitionBy),
          orderBy: mapSortTerms(window.orderBy, go),
          frame: changed(frame, {
            from: changed(frame.from, { offset: goMaybe(frame.from.offset) }),
            to: changed(frame.to, { offset: goMaybe(frame.to.offset) }),
          }),
        }),
      });
    }
    case 'raise':
      return changed(expression, { message: goMaybe(expression.message) });
  }
}

/** The object with the given fields: the same one when they are what it has. */
function changed<T extends object>(object: T, fields: Partial<T>): T {
  for (const key in fields) if (fields[key] !== object[key]) return { ...object, ...fields };
  return object;
}

/** The list with each item mapped: the same one when all stay the same. */
function mapItems<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let isChanged = false;
  const mapped = list.map((item) => {
    const result = map(item);
    if (result !== item) isChanged = true;
    return result;
  });
  return isChanged ? mapped : list;
}

export function mapSortTerms(terms: readonly SortTerm[], go: (child: Expression) => Expression): readonly SortTerm[] {
  return mapItems(terms, (term) => changed(term, { expression: go(term.expression) }));
}
