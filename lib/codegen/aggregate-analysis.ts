/**
 * What an aggregate query computes per group: its aggregate calls, each once, and the columns it reads besides.
 */
import type { AggregateCall, Expression, IfNullRow, SelectCore, SortTerm, Source } from '../resolve/ir';
import { equalExpressions } from '../resolve/compare';
import { forEachChild, forEachQueryExpression, queryOf } from '../resolve/walk';

/** A column of one of the core's own sources. */
export interface OwnColumn {
  readonly source: Source;
  /** -1: the rowid. */
  readonly column: number;
}

export interface AggregateAnalysis {
  /** Distinct calls, in order of first occurrence. */
  readonly calls: readonly AggregateCall[];
  /** Every call node and the number of the call that computes it. */
  readonly numbers: ReadonlyMap<AggregateCall, number>;
  /** Columns read outside of aggregate calls: their values come from one row of the group. */
  readonly bareColumns: readonly OwnColumn[];
  /** Columns that the calls' arguments read. */
  readonly argumentColumns: readonly OwnColumn[];
  /** Values that depend on a null row, read outside of calls and in their arguments: taken from the row like columns. */
  readonly bareValues: readonly IfNullRow[];
  readonly argumentValues: readonly IfNullRow[];
}

/** Analyses the result columns, ORDER BY and HAVING of a core. */
export function analyzeAggregates(core: SelectCore, orderBy: readonly SortTerm[]): AggregateAnalysis {
  const calls: AggregateCall[] = [];
  const numbers = new Map<AggregateCall, number>();
  const bare = new ColumnSet(core);
  const inArguments = new ColumnSet(core);
  const visit = (expression: Expression): void => {
    if (expression.kind === 'aggregate' && expression.level === core.level) {
      if (numbers.has(expression)) return;
      let number = calls.findIndex((call) => equalExpressions(call, expression));
      if (number < 0) {
        number = calls.push(expression) - 1;
        forEachChild(expression, (child) => {
          inArguments.collect(child);
        });
      }
      numbers.set(expression, number);
      return;
    }
    if (bare.add(expression)) return;
    forEachChild(expression, visit);
    const query = queryOf(expression);
    if (query) forEachQueryExpression(query, visit);
  };
  for (const { expression } of core.columns) visit(expression);
  for (const { expression } of orderBy) visit(expression);
  if (core.having) visit(core.having);
  return {
    calls,
    numbers,
    bareColumns: bare.columns,
    argumentColumns: inArguments.columns,
    bareValues: bare.values,
    argumentValues: inArguments.values,
  };
}

/** Columns of a core's own sources, each once, and values tied to null rows of them. */
export class ColumnSet {
  readonly columns: OwnColumn[] = [];
  readonly values: IfNullRow[] = [];
  readonly #sources: ReadonlySet<Source>;
  readonly #seen = new Map<Source, Set<number>>();

  constructor(core: SelectCore) {
    this.#sources = new Set(core.sources);
  }

  /** Adds the expression itself if it is such a column, or a value tied to a null row; false if it is neither. */
  add(expression: Expression): boolean {
    if (expression.kind === 'ifNullRow' && this.#sources.has(expression.source)) {
      this.addValue(expression);
      return true;
    }
    if (expression.kind !== 'column' || !this.#sources.has(expression.source)) return false;
    this.addColumn({ source: expression.source, column: expression.column });
    return true;
  }

  addValue(value: IfNullRow): void {
    if (!this.values.some((known) => equalExpressions(known, value))) this.values.push(value);
  }

  addColumn(column: OwnColumn): void {
    let seen = this.#seen.get(column.source);
    if (!seen) this.#seen.set(column.source, (seen = new Set()));
    if (seen.has(column.column)) return;
    seen.add(column.column);
    this.columns.push(column);
  }

  /** Adds all such columns inside, subqueries included. */
  collect(expression: Expression): void {
    if (this.add(expression)) return;
    const visit = (child: Expression): void => {
      this.collect(child);
    };
    forEachChild(expression, visit);
    const query = queryOf(expression);
    if (query) forEachQueryExpression(query, visit);
  }
}
