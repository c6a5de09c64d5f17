/**
 * Replacing the columns of a flattened subquery by the expressions behind them, in all of the query around it.
 *
 * Owns: what stands for a column, the marks of joins, calls that change their level. Subqueries inside expressions are the
 * QueryRewriter's.
 */
import type { CollationName } from '../../spec/collations';
import { collationOf } from './affinity';
import type { AggregateCall, Expression, IfNullRow, OnMark, Query, Source, SubquerySource } from './ir';
import { QueryRewriter } from './query-rewriter';
import { mapExpression, mapMarks, someExpression } from './walk';

/** The collations of a query's result columns where they stand; null for none. */
export const resultCollations = ({ cores }: Query): readonly (CollationName | null)[] =>
  cores[0]!.columns.map(({ expression }) => collationOf(expression));

export interface Substitution {
  /** The subquery that disappears. */
  readonly from: SubquerySource;
  /** For each of its columns the expression that stands for it. */
  readonly columns: readonly Expression[];
  /** The collation that each column's expression has in the subquery. */
  readonly collations: readonly (CollationName | null)[];
  /** The first source that takes its place: takes over its joins. */
  readonly first: Source;
  /** The subquery may be a null row of an outer join: so must be what replaces it. */
  readonly isNullable: boolean;
  /** Calls that become the merging query's own: in SQLite merging takes a level off those that nobody has computed yet. */
  readonly adopt: ((call: AggregateCall) => AggregateCall | null) | null;
}

export class Substituter extends QueryRewriter {
  readonly #substitution: Substitution;

  constructor(substitution: Substitution) {
    super(new Set([substitution.from]), sourcesOf(substitution.columns, substitution.first));
    this.#substitution = substitution;
  }

  override readonly expression = (expression: Expression): Expression =>
    mapExpression(mapMarks(expression, this.#mark), this.#replace, this.query);

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
    } else if (replacement.kind === 'collate') {
      // For what is around it it is a column.
      replacement = { ...replacement, isExplicit: false };
    }
    // What stands for a condition may be several.
    const on = this.#mark(node.on);
    return on === null ? { ...replacement, on } : mapMarks(replacement, () => on);
  }

  /** Marks of joins with the subquery go to the source that takes its place. */
  readonly #mark = (on: OnMark | null): OnMark | null =>
    on?.source === this.#substitution.from ? { ...on, source: this.#substitution.first } : on;
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
