/**
 * EXISTS as a join: an EXISTS among the terms of WHERE becomes one more FROM item, whose loop ends with its first match.
 * The planner then finds its place and its index as for any other table; one that reads no other table may come first.
 *
 * Owns: SQLite's conditions. Must not know: loops; that theirs ends early is told by `fromExists` of the source.
 */
import type { Expression, Query, SelectCore, Source, TableSource } from './ir';
import { makeAnd } from './ir';
import { conjuncts } from './walk';

/** A join has no more FROM items. */
const MAX_SOURCES = 64;

/** The core with such terms joined; the same one when there are none. */
export function joinExists(query: Query, core: SelectCore): SelectCore {
  if (!core.where || query.offset || core.sources.some(({ join }) => join.right)) return core;
  const sources: Source[] = [...core.sources];
  let where: Expression | null = null;
  let added: Expression | null = null;
  for (const term of conjuncts(core.where)) {
    const inner = sources.length < MAX_SOURCES ? joinable(term, sources) : null;
    if (!inner) {
      where = makeAnd(where, term);
      continue;
    }
    inner.source.fromExists = true;
    sources.push(inner.source);
    if (inner.where) added = makeAnd(added, inner.where);
  }
  if (sources.length === core.sources.length) return core;
  return { ...core, sources, where: added ? makeAnd(where, added) : where };
}

/** The table and the condition of an EXISTS that can be a loop of its own; null when it can't. */
function joinable(
  term: Expression,
  sources: readonly Source[],
): { readonly source: TableSource; readonly where: Expression | null } | null {
  if (term.kind !== 'exists' || term.on) return null;
  const { cores, limit, recursion } = term.query;
  const [core] = cores;
  if (cores.length !== 1 || !core || core.kind !== 'select' || limit || recursion) return null;
  if (core.isAggregate || core.windowCalls.length > 0 || core.sources.length !== 1) return null;
  const [source] = core.sources;
  if (source?.kind !== 'table' || source.table.module || sources.includes(source)) return null;
  return { source, where: core.where };
}
