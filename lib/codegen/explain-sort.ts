import type { CodegenContext } from './context';

/** The line of EXPLAIN QUERY PLAN for a sorter. */
export function explainSort(ctx: CodegenContext, terms: number, orderedTerms: number): void {
  if (terms === 0) return;
  const rest = terms - orderedTerms;
  const what =
    orderedTerms === 0 ? 'ORDER BY' : rest === 1 ? 'LAST TERM OF ORDER BY' : `LAST ${rest} TERMS OF ORDER BY`;
  ctx.program.explain(`USE TEMP B-TREE FOR ${what}`);
}
