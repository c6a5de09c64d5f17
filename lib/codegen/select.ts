/**
 * Code for queries: any SELECT, delivering its rows to a destination.
 *
 * Owns: the choice of the form (one core, VALUES, compound, recursive, window functions) and plain cores without aggregates. Aggregates are in
 * aggregate.ts, compounds in compound.ts.
 */
import type { LogEstimate } from '../plan/log-estimate';
import { quantityOf } from '../plan/log-estimate';
import type { Query } from '../resolve/ir';
import { groupsOfDistinct } from '../resolve/distinct-groups';
import { joinExists } from '../resolve/exists-join';
import { flattenQuery } from '../resolve/flatten';
import { propagateConstants } from '../resolve/propagate-constants';
import { windowStage } from '../resolve/window-stage';
import { codeAggregate } from './aggregate';
import { codeCompound } from './compound';
import type { CodegenContext } from './context';
import type { Destination } from './destination';
import { prepareSources } from './from-sources';
import type { Limits } from './limit';
import { beginLoops } from './loops';
import { codeRecursive } from './recursive';
import { SelectState } from './select-state';
import { codeValues } from './values';
import { codeWindowStage } from './window';

/**
 * Code that delivers all rows of a query. Returns an estimate of their number. `limits`: counters that a compound query
 * shares with its parts.
 */
export function codeQuery(
  ctx: CodegenContext,
  query: Query,
  destination: Destination,
  limits: Limits | null = null,
): LogEstimate {
  const rows = codeAnyQuery(ctx, query, destination, limits);
  ctx.statement.throwQueryProblem();
  return rows;
}

function codeAnyQuery(ctx: CodegenContext, query: Query, destination: Destination, limits: Limits | null): LogEstimate {
  const flat = flattenQuery(asWanted(query, destination), (call) => ctx.aggregateResults.has(call));
  if (flat.recursion) return codeRecursive(ctx, flat, flat.recursion.firstRecursive, destination);
  if (flat.cores.length > 1) return codeCompound(ctx, flat, destination, limits);
  const core = flat.cores[0]!;
  if (core.kind === 'values') return codeValues(ctx, flat, core, destination, limits);
  const stage = core.windowCalls.length > 0 ? windowStage(flat, core, () => ctx.nextSubqueryNumber()) : null;
  if (stage) {
    prepareSources(ctx, stage.core);
    return codeWindowStage(new SelectState(ctx, stage.query, stage.core, destination, limits), stage);
  }
  const joined = propagateConstants(joinExists(flat, core));
  prepareSources(ctx, joined);
  const groups = destination.kind === 'exists' ? null : groupsOfDistinct(flat, joined);
  if (groups) return codeAggregate(new SelectState(ctx, flat, groups, destination, limits), true);
  const state = new SelectState(ctx, flat, joined, destination, limits);
  return joined.isAggregate ? codeAggregate(state) : codePlain(state);
}

/** Where only the existence of rows counts, or nothing, neither their order nor duplicates matter. */
function asWanted(query: Query, { kind }: Destination): Query {
  if (kind !== 'exists' && kind !== 'discard') return query;
  const [core] = query.cores;
  if (query.cores.length > 1 || core?.kind !== 'select') return query;
  return { ...query, cores: [{ ...core, distinct: false }], orderBy: [] };
}

function codePlain(state: SelectState): LogEstimate {
  state.open();
  const { ctx, core, limits, orderBy } = state;
  const loops = beginLoops(ctx, {
    sources: core.sources,
    where: core.where,
    orderBy,
    orderPurpose: 'order-by',
    distinctColumns: core.distinct ? state.columns : null,
    resultWidth: core.columns.length,
    usedExpressions: [...state.columns, ...orderBy.map(({ expression }) => expression)],
    ...((orderBy.length > 0 || core.distinct) && limits.rows !== null ? { limit: quantityOf(limits.rows) } : {}),
  });
  state.settleDistinct(loops.distinct);
  if (orderBy.length > 0 && loops.orderedTerms >= orderBy.length) state.dropSort();
  else state.orderedTerms = loops.orderedTerms;
  state.codeRow(loops.continueLabel, loops.breakLabel);
  loops.end();
  state.close();
  return limits.rows === null ? loops.rowsOut : Math.min(limits.rows, loops.rowsOut);
}
