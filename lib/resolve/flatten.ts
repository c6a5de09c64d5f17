/**
 * Flattening: FROM subqueries and views merged into the query around them, under SQLite's conditions, so that the planner
 * sees their tables and rows come in SQLite's order.
 */
import { affinityOf } from './affinity';
import { markConjuncts } from './bind-from';
import { simplifyJoins } from './simplify-joins';
import type { AggregateCall, Query, SelectCore, SortTerm, Source, SubquerySource } from './ir';
import { makeAnd } from './ir';
import { resultCollations, Substituter } from './substitute';
import { forEachQueryExpression, someExpression } from './walk';

/**
 * The query with everything merged that can be. Compound queries are left alone: their cores come one by one. `isComputed`:
 * an enclosing query computes the call.
 */
export function flattenQuery(query: Query, isComputed: (call: AggregateCall) => boolean): Query {
  let current = query;
  for (;;) {
    const core = current.cores[0]!;
    if (current.cores.length !== 1 || core.kind !== 'select' || current.recursion) return current;
    const simple = simplifyJoins(core);
    if (simple !== core) current = { ...current, cores: [simple] };
    const flat = flattenOne(current, simple, isComputed);
    if (!flat) return current;
    current = flat;
  }
}

/** Merges the first subquery that may be merged; null when none may. */
function flattenOne(query: Query, core: SelectCore, isComputed: (call: AggregateCall) => boolean): Query | null {
  for (let position = 0; position < core.sources.length; position++) {
    const source = core.sources[position]!;
    if (source.kind !== 'subquery' || source.commonTable?.materialized === 'yes') continue;
    const inner = withoutIdleOrder(query, core, source.query);
    if (keepsCoroutine(core, position, inner) || !mayFlatten(query, core, source, position, inner)) continue;
    const flat = inner.cores.length > 1 ? flattenCompound(query, core, source, inner, isComputed) : null;
    const result = flat ?? flattenSimple(query, core, source, inner, 0, isComputed);
    noteUsedColumns(result);
    return result;
  }
  return null;
}

/** ORDER BY in a subquery means nothing when the rows are sorted or joined afterwards anyway. */
function withoutIdleOrder(query: Query, core: SelectCore, inner: Query): Query {
  if (inner.orderBy.length === 0 || inner.limit || inner.recursion) return inner;
  const isIdle = (query.orderBy.length > 0 || core.sources.length > 1) && !core.aggregates.some(dependsOnOrder);
  return isIdle ? { ...inner, orderBy: [] } : inner;
}

const dependsOnOrder = ({ definition }: AggregateCall): boolean =>
  definition.isAnyOrder !== true && definition.isRowCount !== true && definition.extreme === undefined;

/** An ordered subquery whose consumer does expensive work runs first, so that the work is done on its rows only. */
function keepsCoroutine(core: SelectCore, position: number, inner: Query): boolean {
  if (inner.orderBy.length === 0 || position !== 0) return false;
  const isComplex = core.columns.some(({ expression }) =>
    someExpression(
      expression,
      ({ kind }) => kind === 'function' || kind === 'aggregate' || kind === 'subquery' || kind === 'exists',
      false,
    ),
  );
  const second = core.sources[1];
  return isComplex && (!second || second.join.left || second.join.right || second.join.cross);
}

/** SQLite's conditions, by their numbers in its documentation of the flattener. */
function mayFlatten(query: Query, core: SelectCore, source: SubquerySource, position: number, inner: Query): boolean {
  if (inner.recursion || core.windowCalls.length > 0) return false; // 22, 25
  if (inner.limit && (query.limit || inner.offset || query.isPart)) return false; // 13, 14, 15
  if (inner.limit && (core.sources.length > 1 || core.isAggregate || core.where || core.distinct)) return false; // 8, 9, 19, 21
  if (inner.orderBy.length > 0 && (query.orderBy.length > 0 || core.isAggregate)) return false; // 11, 16
  const cores: SelectCore[] = [];
  for (const arm of inner.cores) {
    if (arm.kind === 'values' || arm.sources.length === 0) return false; // 7, 17c
    if (arm.distinct || arm.isAggregate || arm.windowCalls.length > 0) return false; // 4, 17b, 17e
    if (position > 0 && arm.sources[0]!.join.leftOfRight) return false; // 27
    cores.push(arm);
  }
  const { left, right, leftOfRight } = source.join;
  const isNullable = left || right || leftOfRight;
  if (isNullable && (cores[0]!.sources.length > 1 || core.distinct || right)) return false; // 3a, 3d, 26
  if (isNullable && cores.some(({ sources: [first] }) => isVirtual(first!))) return false; // 3b
  if (inner.cores.length === 1) return true;
  if (inner.operators.some((operator) => operator !== 'unionAll')) return false; // 17a
  if (inner.orderBy.length > 0 || inner.limit || core.isAggregate || core.distinct || isNullable) return false; // 20, 17d, 17f
  if (query.orderBy.some(({ resultColumn }) => resultColumn < 0)) return false; // 18
  return !hasMixedAffinities(cores) && core.sources.length === 1; // 17h
}

const isVirtual = (source: Source): boolean => source.kind === 'table' && source.table.module !== null;

const hasMixedAffinities = (cores: readonly SelectCore[]): boolean =>
  cores[0]!.columns.some(({ expression }, i) =>
    cores.some((core) => affinityOf(core.columns[i]!.expression) !== affinityOf(expression)),
  );

/** Merges arm number `arm` of the subquery. */
function flattenSimple(
  query: Query,
  core: SelectCore,
  source: SubquerySource,
  inner: Query,
  arm: number,
  isComputed: (call: AggregateCall) => boolean,
): Query {
  const innerCore = inner.cores[arm] as SelectCore;
  const { left, right, leftOfRight } = source.join;
  const isNullable = left || right || leftOfRight;
  const [first] = innerCore.sources;
  const substituter = new Substituter({
    from: source,
    columns: innerCore.columns.map(({ expression }) => expression),
    collations: resultCollations(inner),
    first: first!,
    isNullable,
    adopt: (call) => (call.level === core.outerLevel && !isComputed(call) ? { ...call, level: core.level } : null),
  });
  takeOverJoin(innerCore.sources, source);
  const sources = core.sources.flatMap((item) => (item === source ? innerCore.sources : [item]));
  const innerWhere =
    isNullable && innerCore.where ? markConjuncts(innerCore.where, { source: first!, outer: true }) : innerCore.where;
  const merged = substituter.core(core, sources, (own) => makeAnd(innerWhere, own));
  const orderBy: readonly SortTerm[] =
    inner.orderBy.length > 0
      ? inner.orderBy.map((term) => ({ ...term, resultColumn: -1 }))
      : substituter.sortTerms(query.orderBy);
  const outerSources = new Set([...query.outerSources, ...inner.outerSources]);
  return {
    ...query,
    cores: [merged],
    columns: merged.columns,
    orderBy,
    limit: query.limit ?? inner.limit,
    outerSources,
  };
}

function takeOverJoin(sources: readonly Source[], { join }: SubquerySource): void {
  sources.forEach((source, i) => {
    const own = source.join;
    const leftOfRight = own.leftOfRight || join.leftOfRight;
    source.join =
      i === 0
        ? { left: own.left || join.left, right: own.right || join.right, cross: own.cross || join.cross, leftOfRight }
        : { ...own, leftOfRight };
  });
}

/** A query over UNION ALL is UNION ALL of the query over each arm. */
function flattenCompound(
  query: Query,
  core: SelectCore,
  source: SubquerySource,
  inner: Query,
  isComputed: (call: AggregateCall) => boolean,
): Query {
  const plain: Query = { ...query, orderBy: [], limit: null, offset: null };
  const cores = inner.cores.map((_, arm) => {
    const flat = flattenSimple(plain, core, source, inner, arm, isComputed);
    return flat.cores[0] as SelectCore;
  });
  return {
    ...query,
    cores,
    operators: inner.operators,
    columns: cores[0]!.columns,
    orderBy: query.orderBy.map((term) => compoundTerm(term, cores[0]!)),
    outerSources: new Set([...query.outerSources, ...inner.outerSources]),
  };
}

/** An ORDER BY term of a compound is its result column; a COLLATE written in the term stays. */
function compoundTerm(term: SortTerm, first: SelectCore): SortTerm {
  const operand = first.columns[term.resultColumn]!.expression;
  const isCollated = term.expression.kind === 'collate' && term.expression.isExplicit;
  return { ...term, expression: isCollated ? { ...term.expression, operand } : operand };
}

/** What a merged query reads of its sources may be less than its parts did. */
function noteUsedColumns(query: Query): void {
  const own = new Set<Source>();
  for (const core of query.cores) if (core.kind === 'select') core.sources.forEach((source) => own.add(source));
  for (const source of own) {
    source.usedColumns.clear();
    source.usesRowid = false;
  }
  forEachQueryExpression(query, (expression) => {
    someExpression(expression, (inner) => {
      if (inner.kind === 'column' && own.has(inner.source)) {
        if (inner.column >= 0) inner.source.usedColumns.add(inner.column);
        else inner.source.usesRowid = true;
      }
      return false;
    });
  });
}
