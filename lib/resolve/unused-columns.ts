/**
 * Result columns of a FROM subquery that nothing around it reads: they become NULL, so that the work behind them, and its
 * errors, are spared.
 */
import type { Core, Query, SelectCore, SubquerySource } from './ir';

/** `query`, the source's rows as they are about to be made, without what nobody reads. Under SQLite's restrictions. */
export function withoutUnusedColumns(source: SubquerySource, query: Query): Query {
  if (source.commonTable || query.recursion || query.outerSources.size > 0) return query;
  if (query.operators.some((operator) => operator !== 'unionAll')) return query;
  if (!query.cores.every(mayLoseColumns)) return query;
  const isUsed = (number: number): boolean =>
    source.usedColumns.has(number) || query.orderBy.some(({ resultColumn }) => resultColumn === number);
  if (query.columns.every((column, number) => column.expression.kind === 'null' || isUsed(number))) return query;
  const cores = query.cores.map((core) => (core.kind === 'select' ? withNulls(core, isUsed) : core));
  return { ...query, cores, columns: cores[0]!.columns };
}

/** The column's value must not decide on which rows there are. */
const mayLoseColumns = (core: Core): boolean =>
  core.kind === 'select' && !core.distinct && !core.isAggregate && core.windowCalls.length === 0;

function withNulls(core: SelectCore, isUsed: (number: number) => boolean): SelectCore {
  const columns = core.columns.map((column, number) => {
    if (isUsed(number)) return column;
    return { ...column, expression: { kind: 'null', start: column.expression.start, on: null } as const };
  });
  return { ...core, columns };
}
