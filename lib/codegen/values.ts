/**
 * Code for VALUES with any number of rows.
 */
import { isInlineValues } from '../plan/explain';
import type { LogEstimate } from '../plan/log-estimate';
import { DEFAULT_ROWS } from '../plan/plan-index';
import type { Query, SortTerm, ValuesCore } from '../resolve/ir';
import type { CodegenContext } from './context';
import { deliverRow, wantedRegisters, wantsValues } from './deliver';
import type { Destination } from './destination';
import { codeExpressionList } from './expression';
import { codeLimitReached, codeLimits, codeOffset, type Limits } from './limit';
import { codeSortTail, openSort, pushRow } from './sort';

function rowsText(core: ValuesCore): string {
  const { rows } = core;
  if (rows.length === 1) return 'CONSTANT ROW';
  return isInlineValues(core) ? `${rows.length}-ROW VALUES CLAUSE` : `${rows.length} CONSTANT ROWS`;
}

export function codeValues(
  ctx: CodegenContext,
  query: Query,
  core: ValuesCore,
  destination: Destination,
  given: Limits | null,
): LogEstimate {
  const { program } = ctx;
  const end = program.label();
  const limits = given ?? codeLimits(ctx, query, end);
  const count = core.columns.length;
  const terms: readonly SortTerm[] = destination.kind === 'exists' || core.rows.length === 1 ? [] : query.orderBy;
  const sort = terms.length > 0 ? openSort(ctx, terms, core.columns, limits) : null;
  const wanted = sort ? 0 : wantedRegisters(destination);
  const first = wanted > 0 ? wanted : program.register(count);
  const { mayHoist } = ctx;
  const { isExplained } = program;
  // Each row is coded once: loading its constants in the setup section would only move them.
  ctx.mayHoist = false;
  if (program.isExplained) {
    // INSERT reads such rows without a loop.
    const isLoop = isInlineValues(core) && destination.kind !== 'coroutine';
    program.explain(`SCAN ${rowsText(core)}`, isLoop ? DEFAULT_ROWS + 16 : 0);
  }
  for (const row of core.rows) {
    const next = program.label();
    if (!sort) codeOffset(ctx, limits, next);
    if (wantsValues(destination)) codeExpressionList(ctx, row, first);
    if (sort) pushRow(ctx, sort, row, first, limits);
    else {
      deliverRow(ctx, destination, first, count);
      codeLimitReached(ctx, limits, end);
    }
    program.place(next);
    if (isInlineValues(core)) program.isExplained = false;
  }
  program.isExplained = isExplained;
  ctx.mayHoist = mayHoist;
  if (sort) codeSortTail(ctx, sort, 0, destination, limits, end);
  program.place(end);
  return core.rows.length === 1 ? 0 : isInlineValues(core) ? DEFAULT_ROWS : core.rows.length;
}
