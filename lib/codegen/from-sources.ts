/**
 * FROM subqueries: set up before the loops run, as coroutines that deliver rows one by one or as materialized tables.
 *
 * Owns: the choice between the two, and common tables that are materialized once for all their uses.
 */
import { isInlineValues, queryName } from '../plan/explain';
import type { LogEstimate } from '../plan/log-estimate';
import type { JoinKind, Query, SelectCore, Source, SubquerySource } from '../resolve/ir';
import { pushDownTerms } from '../resolve/push-down';
import { withoutUnusedColumns } from '../resolve/unused-columns';
import type { CodegenContext, FillRoutine, MaterializedRows } from './context';
import { codeQuery } from './select';

/** Makes the rows of all subqueries of a FROM clause available to beginLoops. */
export function prepareSources(ctx: CodegenContext, core: SelectCore): void {
  core.sources.forEach((source, position) => {
    if (source.kind !== 'subquery') return;
    if (isInlineSource(core, source)) {
      openInlineValues(ctx, source);
      return;
    }
    if (isShared(source)) {
      openCommonTable(ctx, source);
      return;
    }
    const query = withoutUnusedColumns(source, pushDownTerms(core, position));
    const earlier = query === source.query ? earlierUse(ctx, core.sources, position) : null;
    if (canBeCoroutine(core, position, query)) openCoroutine(ctx, source, query);
    else if (earlier) openAgain(ctx, source, earlier);
    else materialize(ctx, source, query);
  });
}

/** VALUES of constants in the place of a table: the query around them is merged. */
function isInlineSource(core: SelectCore, { join, query }: SubquerySource): boolean {
  if (
    core.windowCalls.length > 0 ||
    query.cores.length > 1 ||
    query.limit ||
    join.left ||
    join.right ||
    join.leftOfRight
  )
    return false;
  return isInlineValues(query.cores[0]!);
}

function openInlineValues(ctx: CodegenContext, source: SubquerySource): void {
  source.isInline = true;
  const { program } = ctx;
  const shown = program.isExplained;
  program.isExplained = false;
  openCoroutine(ctx, source, source.query);
  program.isExplained = shown;
}

/** A common table that is used more than once, or asked to be materialized. */
function isShared(source: SubquerySource): boolean {
  const { commonTable, query } = source;
  if (!commonTable || query.outerSources.size > 0) return false;
  return commonTable.materialized === 'yes' || (commonTable.uses > 1 && commonTable.materialized !== 'no');
}

/**
 * The first subquery, where it may become the outermost loop, which runs once: the planner is free to run it again all the same. Not one
 * of several uses of a view.
 */
function canBeCoroutine({ sources, isUpdateFrom }: SelectCore, position: number, query: Query): boolean {
  const source = sources[position] as SubquerySource;
  if (sources[0]!.join.leftOfRight) return false;
  if (query === source.query && sources.slice(position + 1).some((other) => isSameView(source, other))) return false;
  if (position === 0) return isUpdateFrom !== true || sources.length === 1 || sources[1]!.join.cross;
  if (isUpdateFrom === true || isOuterOrCross(source.join)) return false;
  return sources.slice(0, position).every(({ kind, join }) => kind !== 'subquery' && !isOuterOrCross(join));
}

const isOuterOrCross = ({ left, right, cross }: JoinKind): boolean => left || right || cross;

/** Both are the same view or common table. */
function isSameView({ view, commonTable }: SubquerySource, other: Source): boolean {
  if (other.kind !== 'subquery') return false;
  return view !== null ? other.view === view : commonTable !== null && other.commonTable === commonTable;
}

/** The rows of the same view, materialized as it is for an earlier FROM item. */
function earlierUse(ctx: CodegenContext, sources: readonly Source[], position: number): MaterializedRows | null {
  const source = sources[position] as SubquerySource;
  for (const other of sources.slice(0, position)) {
    const rows = isSameView(source, other) ? ctx.subqueryRows.get(other) : undefined;
    if (rows?.kind === 'table' && rows.isWhole) return rows;
  }
  return null;
}

function openAgain(ctx: CodegenContext, source: SubquerySource, { rows, cursor, routine }: MaterializedRows): void {
  const { program } = ctx;
  const own = program.cursor();
  if (routine) program.emit('Gosub', routine.returnRegister, routine.entry);
  program.emit('OpenDup', own, cursor);
  ctx.subqueryRows.set(source, { kind: 'table', cursor: own, rows, isWhole: true, routine: null });
}

function openCoroutine(ctx: CodegenContext, source: SubquerySource, query: Query): void {
  const { program } = ctx;
  const yieldRegister = program.register();
  const first = program.register(source.columns.length);
  const init = program.emit('InitCoroutine', yieldRegister);
  const entry = program.here;
  program.setOperand(init, 3, entry);
  const outer = program.openPlan(`CO-ROUTINE ${queryName(source)}`);
  const rows = program.registers.isolate(() => codeQuery(ctx, query, { kind: 'coroutine', yieldRegister, first }));
  program.closePlan(outer);
  program.emit('EndCoroutine', yieldRegister);
  program.jumpHere(init);
  ctx.subqueryRows.set(source, { kind: 'coroutine', yieldRegister, entry, first, rows });
}

function materialize(ctx: CodegenContext, source: SubquerySource, query: Query): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const isFixed = query.outerSources.size === 0;
  const { rows, routine } = fillRoutine(ctx, query, cursor, source, isFixed);
  ctx.subqueryRows.set(source, { kind: 'table', cursor, rows, isWhole: isFixed && query === source.query, routine });
}

/** Codes the filling of the table outside the flow: nothing is evaluated before the loop over it starts (startLevels). */
function fillRoutine(
  ctx: CodegenContext,
  query: Query,
  cursor: number,
  source: SubquerySource,
  isFixed: boolean,
): { rows: LogEstimate; routine: FillRoutine } {
  const { program } = ctx;
  const returnRegister = program.register();
  const over = program.emit('Goto');
  const entry = program.here;
  const skip = isFixed ? program.emit('Once') : -1;
  const rows = fill(ctx, query, cursor, source.columns.length, queryName(source));
  if (skip >= 0) program.jumpHere(skip);
  program.emit('Return', returnRegister, entry);
  program.jumpHere(over);
  return { rows, routine: { returnRegister, entry, isFixed } };
}

function fill(ctx: CodegenContext, query: Query, cursor: number, columnCount: number, name: string): number {
  const { program } = ctx;
  program.emit('OpenEphemeral', cursor, columnCount);
  const outer = program.openPlan(`MATERIALIZE ${name}`);
  const rows = program.registers.isolate(() => codeQuery(ctx, query, { kind: 'table', cursor }));
  program.closePlan(outer);
  return rows;
}

/** The first use materializes when its loop starts; later ones at once: they call it and read the same rows by a cursor of their own. */
function openCommonTable(ctx: CodegenContext, source: SubquerySource): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const known = ctx.commonTables.get(source.commonTable!);
  if (known) {
    const skip = program.emit('Once');
    program.emit('Gosub', known.returnRegister, known.entry);
    program.emit('OpenDup', cursor, known.cursor);
    program.jumpHere(skip);
    ctx.subqueryRows.set(source, { kind: 'table', cursor, rows: known.rows, isWhole: true, routine: null });
    return;
  }
  const { rows, routine } = fillRoutine(ctx, source.query, cursor, source, true);
  ctx.commonTables.set(source.commonTable!, { cursor, rows, ...routine });
  ctx.subqueryRows.set(source, { kind: 'table', cursor, rows, isWhole: true, routine });
}
