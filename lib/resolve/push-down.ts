/**
 * Pushing WHERE terms down: what the query around a FROM subquery asks of its columns alone is asked inside it too, so that
 * it makes fewer rows. The terms stay outside as well.
 */
import { collationOf } from './affinity';
import type { Expression, Query, SelectCore, SubquerySource } from './ir';
import { makeAnd } from './ir';
import { Substituter } from './substitute';
import { conjuncts, forEachChild, queryOf } from './walk';

/** The query of the FROM subquery at `position`, narrowed by the terms that can be pushed into it. */
export function pushDownTerms(core: SelectCore, position: number): Query {
  const source = core.sources[position] as SubquerySource;
  const { query } = source;
  if (!core.where || !accepts(source)) return query;
  const terms = conjuncts(core.where).filter((term) => isAboutSource(term, core, position));
  if (terms.length === 0) return query;
  const cores = query.cores.map((arm) => (arm.kind === 'select' ? narrowed(arm, source, terms) : arm));
  return { ...query, cores };
}

/** Under SQLite's restrictions: no recursion, LIMIT, window functions; duplicates dropped under BINARY only. */
function accepts({ join, query }: SubquerySource): boolean {
  if (join.leftOfRight || join.right || query.recursion || query.limit) return false;
  if (query.cores.some((arm) => arm.kind === 'values' || arm.windowCalls.length > 0)) return false;
  if (query.operators.every((operator) => operator === 'unionAll')) return true;
  return query.cores.every((arm) =>
    arm.columns.every(({ expression }) => (collationOf(expression) ?? 'BINARY') === 'BINARY'),
  );
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

function narrowed(arm: SelectCore, source: SubquerySource, terms: readonly Expression[]): SelectCore {
  const substituter = new Substituter({
    from: source,
    columns: arm.columns.map(({ expression }) => expression),
    collations: source.columns.map(({ collation }) => collation),
    first: source,
    isNullable: false,
    adopt: null,
  });
  const inside = terms.map((term) => substituter.expression(unmarked(term)));
  const all = inside.reduce<Expression | null>((left, right) => makeAnd(left, right), null);
  return arm.isAggregate ? { ...arm, having: makeAnd(arm.having, all) } : { ...arm, where: makeAnd(arm.where, all) };
}

function unmarked(expression: Expression): Expression {
  if (expression.kind === 'logical' && expression.operator === 'and') {
    return { ...expression, on: null, left: unmarked(expression.left), right: unmarked(expression.right) };
  }
  return { ...expression, on: null };
}
