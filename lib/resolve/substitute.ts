/**
 * Replacing the columns of a flattened subquery by the expressions behind them, in all of the query around it.
 *
 * Owns: the rewriting of cores and of subqueries inside expressions, correlation sets included. Trees are rebuilt; only the
 * query of a FROM subquery inside a subquery is exchanged in place, as its Source is known by identity.
 */
import { collationOf } from './affinity';
import type {
  AggregateCall,
  Core,
  Expression,
  IfNullRow,
  OnMark,
  Query,
  ResultColumn,
  SelectCore,
  SortTerm,
  Source,
  SubquerySource,
} from './ir';
import { mapExpression, mapSortTerms, someExpression } from './walk';

export interface Substitution {
  /** The subquery that disappears. */
  readonly from: SubquerySource;
  /** For each of its columns the expression that stands for it. */
  readonly columns: readonly Expression[];
  /** The collation that each column had. */
  readonly collations: readonly (string | null)[];
  /** The first source that takes its place: takes over its joins. */
  readonly first: Source;
  /** The subquery may be a null row of an outer join: so must be what replaces it. */
  readonly isNullable: boolean;
  /** Calls that become the merging query's own: in SQLite merging takes a level off those that nobody has computed yet. */
  readonly adopt: ((call: AggregateCall) => AggregateCall | null) | null;
}

export class Substituter {
  readonly #substitution: Substitution;
  readonly #queries = new Map<Query, Query>();
  readonly #read: ReadonlySet<Source>;

  constructor(substitution: Substitution) {
    this.#substitution = substitution;
    this.#read = sourcesOf(substitution.columns, substitution.first);
  }

  readonly expression = (expression: Expression): Expression =>
    mapExpression(this.#remarked(expression), this.#replace, this.query);

  readonly #replace = (node: Expression): Expression | null => {
    const { from, first, adopt } = this.#substitution;
    const adopted = node.kind === 'aggregate' && adopt ? adopt(node) : null;
    if (adopted) return adopted;
    if (node.kind === 'column' && node.source === from) return this.#columnFor(node.column, node);
    if (node.kind === 'ifNullRow' && node.source === from) {
      return { ...node, source: first, operand: this.expression(node.operand) };
    }
    return null;
  };

  #columnFor(column: number, node: Expression): Expression {
    const { columns, collations, first, isNullable } = this.#substitution;
    let replacement = columns[column]!;
    const isOwnColumn = replacement.kind === 'column' && replacement.source === first;
    if (isNullable && !isOwnColumn) {
      replacement = {
        kind: 'ifNullRow',
        start: node.start,
        on: null,
        source: first,
        operand: replacement,
      } satisfies IfNullRow;
    }
    const collation = collations[column] ?? null;
    const isPlain = replacement.kind === 'column' || replacement.kind === 'collate';
    if (collationOf(replacement) !== collation || !isPlain) {
      replacement = {
        kind: 'collate',
        start: node.start,
        on: null,
        operand: replacement,
        collation: collation ?? 'BINARY',
        isExplicit: false,
      };
    }
    return { ...replacement, on: this.#mark(node.on) };
  }

  #mark(on: OnMark | null): OnMark | null {
    return on?.source === this.#substitution.from ? { ...on, source: this.#substitution.first } : on;
  }

  /** The conjunction with marks of joins with the subquery moved to the source that takes its place. */
  #remarked(expression: Expression): Expression {
    const on = this.#mark(expression.on);
    if (expression.kind === 'logical' && expression.operator === 'and') {
      const left = this.#remarked(expression.left);
      const right = this.#remarked(expression.right);
      if (on === expression.on && left === expression.left && right === expression.right) return expression;
      return { ...expression, on, left, right };
    }
    return on === expression.on ? expression : { ...expression, on };
  }

  readonly #column = (column: ResultColumn): ResultColumn => ({
    ...column,
    expression: this.expression(column.expression),
  });

  readonly sortTerms = (terms: readonly SortTerm[]): readonly SortTerm[] => mapSortTerms(terms, this.expression);

  /** The core with other sources and, besides its own, the given WHERE terms. */
  core(core: SelectCore, sources: readonly Source[], where: (own: Expression | null) => Expression | null): SelectCore {
    const own = core.where && this.expression(core.where);
    return {
      ...core,
      columns: core.columns.map(this.#column),
      sources,
      where: where(own),
      groupBy: core.groupBy.map(this.expression),
      having: core.having && this.expression(core.having),
    };
  }

  /** A subquery inside an expression: unchanged unless it reads the replaced source. */
  readonly query = (query: Query): Query => {
    if (!query.outerSources.has(this.#substitution.from)) return query;
    let rebuilt = this.#queries.get(query);
    if (!rebuilt) {
      const cores = query.cores.map((core) => this.#innerCore(core));
      const outerSources = new Set(query.outerSources);
      outerSources.delete(this.#substitution.from);
      this.#read.forEach((source) => outerSources.add(source));
      rebuilt = {
        ...query,
        cores,
        columns: cores[0]!.columns,
        orderBy: this.sortTerms(query.orderBy),
        limit: query.limit && this.expression(query.limit),
        offset: query.offset && this.expression(query.offset),
        outerSources,
      };
      this.#queries.set(query, rebuilt);
    }
    return rebuilt;
  };

  #innerCore(core: Core): Core {
    if (core.kind === 'values') {
      return {
        ...core,
        columns: core.columns.map(this.#column),
        rows: core.rows.map((row) => row.map(this.expression)),
      };
    }
    for (const source of core.sources) if (source.kind === 'subquery') source.query = this.query(source.query);
    return this.core(core, core.sources, (own) => own);
  }
}

/** Every source that the expressions read, subqueries included. */
function sourcesOf(expressions: readonly Expression[], first: Source): Set<Source> {
  const sources = new Set<Source>([first]);
  for (const expression of expressions) {
    someExpression(expression, (inner) => {
      if (inner.kind === 'column' || inner.kind === 'ifNullRow') sources.add(inner.source);
      return false;
    });
  }
  return sources;
}
