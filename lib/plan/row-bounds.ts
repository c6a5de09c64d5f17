/**
 * Row-value bounds, (a, b) > (1, 2), on several columns of an index.
 */
import { affinityOf, comparisonCollation } from '../resolve/affinity';
import { affinityAgainst, rowFieldOf } from './expressions';
import type { PlanIndex } from './plan-index';
import type { Term } from './term';

/** Whether field `field` of a row bound that starts at `column` of the index compares as that index column does. */
export function compareAffinityFits(term: Term, index: PlanIndex, column: number, field: number): boolean {
  const entry = index.columns[column + field]!;
  const left = rowFieldOf(term.left!, field);
  const right = rowFieldOf(term.right!, field);
  if (left.kind !== 'column' || left.source !== term.leftSource || left.column !== entry.column) return false;
  if (entry.descending !== index.columns[column]!.descending) return false;
  if (affinityAgainst(right, affinityOf(left)) !== entry.affinity) return false;
  const collation = term.commuted ? comparisonCollation(right, left) : comparisonCollation(left, right);
  return collation === entry.collation;
}
