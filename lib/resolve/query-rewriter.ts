/**
 * Rewriting of queries that read sources which other sources replace: subqueries inside expressions, correlation sets
 * included.
 *
 * Owns: the walk over cores and clauses. Must not know what becomes of an expression: subclasses say. Trees are rebuilt; only
 * the query of a FROM subquery inside a subquery is exchanged in place, as its Source is known by identity.
 */
import type { Core, Expression, Query, ResultColumn, SelectCore, SortTerm, Source } from './ir';
import { mapSortTerms } from './walk';

export abstract class QueryRewriter {
  readonly #queries = new Map<Query, Query>();
  readonly #replaced: ReadonlySet<Source>;
  readonly #read: ReadonlySet<Source>;

  /** `replaced`: sources that disappear. `read`: sources that are read in their place. */
  constructor(replaced: ReadonlySet<Source>, read: ReadonlySet<Source>) {
    this.#replaced = replaced;
    this.#read = read;
  }

  abstract readonly expression: (expression: Expression) => Expression;

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

  /** A subquery inside an expression: unchanged unless it reads a replaced source. */
  readonly query = (query: Query): Query => {
    const { outerSources } = query;
    if (![...this.#replaced].some((source) => outerSources.has(source))) return query;
    let rebuilt = this.#queries.get(query);
    if (!rebuilt) {
      const cores = query.cores.map((core) => this.#innerCore(core));
      const read = new Set([...outerSources].filter((source) => !this.#replaced.has(source)));
      this.#read.forEach((source) => read.add(source));
      rebuilt = {
        ...query,
        cores,
        columns: cores[0]!.columns,
        orderBy: this.sortTerms(query.orderBy),
        limit: query.limit && this.expression(query.limit),
        offset: query.offset && this.expression(query.offset),
        outerSources: read,
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
