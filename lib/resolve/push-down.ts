/**
 * Pushing WHERE terms down: what the query around a FROM subquery asks of its columns alone is asked inside it too, so that
 * it makes fewer rows. The terms stay outside as well.
 */
import { collationOf } from './affinity';
import { equalLists } from './compare';
import type { Expression, Query, SelectCore, SubquerySource, WindowCall } from './ir';
import { makeAnd } from './ir';
import { isMadeOf } from './properties';
import { resultCollations, Substituter } from './substitute';
import { conjuncts, forEachChild, queryOf } from './walk';
import { windowCalls } from './window-stage';

/** The query of the FROM subquery at `position`, narrowed by the terms that can be pushed into it. */
export function pushDownTerms(core: SelectCore, position: number): Query {
  const source = core.sources[position] as SubquerySource;
  const { query } = source;
  if (!core.where || !accepts(source)) return query;
  const about = conjuncts(core.where).filter((term) => isAboutSource(term, core, position));
  const terms = about.filter((term) => keepsPartitions(term, source));
  if (terms.length === 0) return query;
  const cores = query.cores.map((arm) => (arm.kind === 'select' ? narrowed(arm, source, terms) : arm));
  return { ...query, cores };
}

/**
 * Under SQLite's restrictions: no recursion, LIMIT, window functions without or with several kinds of partitions; duplicates
 * dropped under BINARY only.
 */
function accepts({ join, query }: SubquerySource): boolean {
  if (join.leftOfRight || join.right || query.recursion || query.limit) return false;
  if (query.cores.some((arm) => arm.kind === 'values')) return false;
  if (callsOf(query).length > 0) return query.cores.length === 1 && partitionOf(query).length > 0;
  if (query.operators.every((operator) => operator === 'unionAll')) return true;
  return query.cores.every((arm) =>
    arm.columns.every(({ expression }) => (collationOf(expression) ?? 'BINARY') === 'BINARY'),
  );
}

const callsOf = (query: Query): readonly WindowCall[] =>
  query.cores.flatMap((arm) => (arm.kind === 'select' ? windowCalls(arm, query.orderBy) : []));

/** PARTITION BY of the query's window functions; empty when they do not share it. */
function partitionOf(query: Query): readonly Expression[] {
  const [first, ...others] = callsOf(query).map(({ window }) => window.partitionBy);
  return first && others.every((other) => equalLists(first, other)) ? first : [];
}

/** Window functions see whole partitions still: the term is made of constants and what the rows are partitioned by. */
function keepsPartitions(term: Expression, source: SubquerySource): boolean {
  const partition = partitionOf(source.query);
  if (callsOf(source.query).length === 0) return true;
  return isMadeOf(substituterOf(source, source.query.cores[0] as SelectCore).expression(unmarked(term)), partition);
}

/** The term reads nothing but the source, and filters its rows before any outer join. */
function isAboutSource(term: Expression, core: SelectCore, position: number): boolean {
  const source = core.sources[position]!;
  if (source.join.left) {
    if (!term.on?.outer || term.on.source !== source) return false;
  } else if (term.on?.outer) {
    return false;
  }
  if (term.on && core.sources[0]!.join.leftOfRight) {
    const { source: joined } = term.on;
    if (core.sources.slice(0, position).some((other) => other === joined && other.join.leftOfRight)) return false;
  }
  return readsOnly(term, source);
}

function readsOnly(expression: Expression, source: SelectCore['sources'][number]): boolean {
  switch (expression.kind) {
    case 'column':
      return expression.source === source;
    case 'register':
    case 'aggregate':
    case 'window':
    case 'raise':
    case 'ifNullRow':
    case 'rowField':
      return false;
    case 'function':
      if (expression.definition.isDeterministic !== true && expression.definition.isConstantPerStatement !== true) {
        return false;
      }
      break;
    default:
  }
  const query = queryOf(expression);
  if (query && query.outerSources.size > 0) return false;
  let all = true;
  forEachChild(expression, (child) => {
    all &&= readsOnly(child, source);
  });
  return all;
}

/** Puts the expressions of the arm in the place of the source's columns. */
const substituterOf = (source: SubquerySource, arm: SelectCore): Substituter =>
  new Substituter({
    from: source,
    columns: arm.columns.map(({ expression }) => expression),
    collations: resultCollations(source.query),
    first: source,
    isNullable: false,
    adopt: null,
  });

function narrowed(arm: SelectCore, source: SubquerySource, terms: readonly Expression[]): SelectCore {
  const substituter = substituterOf(source, arm);
  // The last term goes first, as SQLite pushes them.
  const inside = terms.map((term) => substituter.expression(unmarked(term))).reverse();
  const all = inside.reduce<Expression | null>((left, right) => makeAnd(left, right), null);
  return arm.isAggregate ? { ...arm, having: makeAnd(arm.having, all) } : { ...arm, where: makeAnd(arm.where, all) };
}

function unmarked(expression: Expression): Expression {
  if (expression.kind === 'logical' && expression.operator === 'and') {
    return { ...expression, on: null, left: unmarked(expression.left), right: unmarked(expression.right) };
  }
  return { ...expression, on: null };
}
