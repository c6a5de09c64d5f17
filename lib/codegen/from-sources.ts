/**
 * FROM subqueries: set up before the loops run, as coroutines that deliver rows one by one or as materialized tables.
 *
 * Owns: the choice between the two, and common tables that are materialized once for all their uses.
 */
import type { Query, SelectCore, SubquerySource } from '../resolve/ir';
import { pushDownTerms } from '../resolve/push-down';
import { withoutUnusedColumns } from '../resolve/unused-columns';
import type { CodegenContext } from './context';
import { codeQuery } from './select';

/** Makes the rows of all subqueries of a FROM clause available to beginLoops. */
export function prepareSources(ctx: CodegenContext, core: SelectCore): void {
  core.sources.forEach((source, position) => {
    if (source.kind !== 'subquery') return;
    if (isShared(source)) {
      openCommonTable(ctx, source);
      return;
    }
    const query = withoutUnusedColumns(source, pushDownTerms(core, position));
    if (canBeCoroutine(core, position)) openCoroutine(ctx, source, query);
    else materialize(ctx, source, query);
  });
}

/** A common table that is used more than once, or asked to be materialized. */
function isShared(source: SubquerySource): boolean {
  const { commonTable, query } = source;
  if (!commonTable || query.outerSources.size > 0) return false;
  return commonTable.materialized === 'yes' || (commonTable.uses > 1 && commonTable.materialized !== 'no');
}

/** Only the outermost loop runs once; so it must be certain to be outermost. */
function canBeCoroutine(core: SelectCore, position: number): boolean {
  if (position !== 0) return false;
  const [first, second] = core.sources;
  if (first!.join.leftOfRight) return false;
  return second === undefined || second.join.left || second.join.cross;
}

const nameOf = (source: SubquerySource): string =>
  source.alias ?? (source.name === '' ? `(subquery-${source.query.id})` : source.name);

function openCoroutine(ctx: CodegenContext, source: SubquerySource, query: Query): void {
  const { program } = ctx;
  const yieldRegister = program.register();
  const first = program.register(source.columns.length);
  const init = program.emit('InitCoroutine', yieldRegister);
  const entry = program.here;
  program.setOperand(init, 3, entry);
  const outer = program.openPlan(`CO-ROUTINE ${nameOf(source)}`);
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
  const skip = isFixed ? program.emit('Once') : -1;
  const rows = fill(ctx, query, cursor, source.columns.length, nameOf(source));
  if (skip >= 0) program.jumpHere(skip);
  ctx.subqueryRows.set(source, { kind: 'table', cursor, rows });
}

function fill(ctx: CodegenContext, query: Query, cursor: number, columnCount: number, name: string): number {
  const { program } = ctx;
  program.emit('OpenEphemeral', cursor, columnCount);
  const outer = program.openPlan(`MATERIALIZE ${name}`);
  const rows = program.registers.isolate(() => codeQuery(ctx, query, { kind: 'table', cursor }));
  program.closePlan(outer);
  return rows;
}

/** The first use materializes in a subroutine; later ones call it and read the same rows by a cursor of their own. */
function openCommonTable(ctx: CodegenContext, source: SubquerySource): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const known = ctx.commonTables.get(source.commonTable!);
  if (known) {
    const skip = program.emit('Once');
    program.emit('Gosub', known.returnRegister, known.entry);
    program.emit('OpenDup', cursor, known.cursor);
    program.jumpHere(skip);
    ctx.subqueryRows.set(source, { kind: 'table', cursor, rows: known.rows });
    return;
  }
  const returnRegister = program.register();
  program.emit('BeginSubrtn', 0, returnRegister);
  const entry = program.here;
  const skip = program.emit('Once');
  const rows = fill(ctx, source.query, cursor, source.columns.length, nameOf(source));
  program.jumpHere(skip);
  program.emit('Return', returnRegister, entry, 1);
  ctx.commonTables.set(source.commonTable!, { cursor, returnRegister, entry, rows });
  ctx.subqueryRows.set(source, { kind: 'table', cursor, rows });
}
