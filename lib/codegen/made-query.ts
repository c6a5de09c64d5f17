/**
 * Queries that a statement makes for itself: the rows of a join, with given expressions as result columns.
 */
import type { Binder } from '../resolve/binder';
import { bindFrom, joinTerms } from '../resolve/bind-from';
import { bindScalar } from '../resolve/bind-expression';
import type { Expression, Query, ResultColumn, SortTerm, Source } from '../resolve/ir';
import { Scope } from '../resolve/scope';
import type { DeleteStatement, Expr, FromItem, InsertStatement, Select, UpdateStatement } from '../syntax/ast';

/** The target of a data statement as a FROM item. */
export function targetItem({ target, start, end }: DeleteStatement | UpdateStatement | InsertStatement): FromItem {
  const span = { start, end };
  const { name, alias, indexedBy } = target;
  return {
    ...span,
    source: { ...span, kind: 'table', name, alias, arguments: null, indexedBy },
    join: null,
    on: null,
    using: null,
  };
}

/** FROM of an UPDATE with the target in front. */
export function joinedItems(statement: UpdateStatement): FromItem[] {
  const others = (statement.from ?? []).map((item, i): FromItem =>
    i === 0 ? { ...item, join: { type: 'comma', natural: false } } : item,
  );
  return [targetItem(statement), ...others];
}

/** A bound FROM clause with WHERE, ready to be given result columns. */
export interface BoundJoin {
  readonly sources: readonly Source[];
  readonly scope: Scope;
  readonly where: Expression | null;
}

/** `bindColumns` binds what the rows are wanted for: in SQLite's order, before WHERE. */
export function bindJoin(
  binder: Binder,
  items: readonly FromItem[],
  where: Expr | null,
  bindColumns?: (scope: Scope) => void,
): BoundJoin {
  const outer = binder.triggerScope;
  const from = bindFrom(binder, items, outer);
  const scope = new Scope(outer, [...from.items]);
  bindColumns?.(scope);
  const condition = where ? bindScalar(binder, where, scope) : null;
  return {
    sources: from.items.map(({ source }) => source),
    scope,
    where: joinTerms(binder, from, scope, condition),
  };
}

export interface QueryParts {
  readonly columns: readonly Expression[];
  readonly orderBy?: readonly SortTerm[];
  readonly groupBy?: readonly Expression[];
  readonly limit?: Expression | null;
  readonly offset?: Expression | null;
  readonly isUpdateFrom?: boolean;
}

export function makeQuery(binder: Binder, join: BoundJoin, parts: QueryParts): Query {
  const columns = parts.columns.map((expression): ResultColumn => ({
    expression,
    name: '',
    isAlias: false,
    origin: null,
    declaredType: null,
  }));
  const groupBy = parts.groupBy ?? [];
  return {
    id: 0,
    cores: [
      {
        kind: 'select',
        level: join.scope.level,
        outerLevel: 0,
        distinct: false,
        columns,
        sources: join.sources,
        where: join.where,
        groupBy,
        having: null,
        aggregates: [],
        isAggregate: groupBy.length > 0,
        windowCalls: [],
        isUpdateFrom: parts.isUpdateFrom ?? false,
      },
    ],
    operators: [],
    orderBy: parts.orderBy ?? [],
    limit: parts.limit ?? null,
    offset: parts.offset ?? null,
    columns,
    outerSources: join.scope.outerSources,
    recursion: null,
    syntax: NO_SYNTAX,
  };
}

/** Such queries are not in the text. */
const NO_SYNTAX: Select = {
  kind: 'select',
  start: -1,
  end: -1,
  number: 0,
  with: null,
  cores: [],
  operators: [],
  orderBy: [],
  limit: null,
  offset: null,
};
