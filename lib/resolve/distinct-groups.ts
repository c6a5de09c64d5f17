/**
 * SELECT DISTINCT ... ORDER BY of all the result columns, in their order, is the same as GROUP BY of them: one sorter does for both.
 */
import { equalExpressions } from './compare';
import type { Query, SelectCore } from './ir';

/** The core with groups in place of DISTINCT; null where the two clauses do not speak of the same. */
export function groupsOfDistinct({ orderBy, isMergeSide }: Query, core: SelectCore): SelectCore | null {
  const { columns } = core;
  if (isMergeSide === true) return null;
  if (!core.distinct || core.isAggregate || orderBy.length !== columns.length) return null;
  const isSame = columns.every(({ expression }, i) => {
    const term = orderBy[i]!;
    return !term.bigNulls && equalExpressions(expression, term.expression);
  });
  if (!isSame) return null;
  return { ...core, distinct: false, groupBy: columns.map(({ expression }) => expression), isAggregate: true };
}
