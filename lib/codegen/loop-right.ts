/**
 * RIGHT and FULL joins: remembers which rows of the right side found a match, and afterwards runs the body once for each of
 * the others with the left side all NULL.
 */
import { sourceName } from '../plan/explain';
import { unionOf, withoutSources, isEmptySet, NO_SOURCES } from '../plan/source-set';
import { Relation, TermFlag } from '../plan/term';
import { makeAnd, makeColumn, type Expression } from '../resolve/ir';
import { codeExpression } from './expression';
import type { LoopLevel, LoopState } from './loop-level';
import { beginNestedLoops } from './loops';
import { keyInfoOfPrimaryKey, plainKeyInfo } from './table-access';

const FILTER_BYTES = 65536;

/** Opens the set of matched rows. */
export function openRightJoin(state: LoopState, level: LoopLevel): void {
  const { ctx } = state;
  const { program } = ctx;
  const matchCursor = program.cursor();
  const filterRegister = program.register();
  program.emit('Blob', FILTER_BYTES, filterRegister);
  const returnRegister = program.register();
  program.loadNull(returnRegister);
  const keys = keyColumns(level);
  const { source } = level;
  const keyInfo =
    source.kind === 'table' && source.table.withoutRowid
      ? keyInfoOfPrimaryKey(ctx, source.table)
      : plainKeyInfo(ctx, 1);
  program.emit('OpenEphemeral', matchCursor, keys.length, 0, keyInfo);
  level.rightJoin = { matchCursor, filterRegister, returnRegister, subroutineStart: 0 };
}

/** Columns that tell the rows of the right side apart: the primary key or the rowid. */
function keyColumns(level: LoopLevel): readonly number[] {
  const { source } = level;
  if (source.kind !== 'table' || !source.table.withoutRowid) return [-1];
  const key = source.table.primaryKey!;
  return key.columns.slice(0, key.keyColumnCount).map(({ column }) => column);
}

/** Notes that the present row of the right side has a match. */
export function noteMatch(state: LoopState, level: LoopLevel): void {
  const { ctx } = state;
  const { program } = ctx;
  const { matchCursor, filterRegister } = level.rightJoin!;
  const keys = keyColumns(level);
  const mark = program.registers.mark();
  const first = program.registers.temporaryRange(keys.length);
  const record = program.registers.temporary();
  keys.forEach((column, i) => codeKeyColumn(state, level, column, first + i));
  const known = program.emit('Found', matchCursor, 0, first, keys.length);
  program.emit('MakeRecord', first, keys.length, record);
  program.emit('IdxInsert', matchCursor, record, first, keys.length, 0x10);
  program.emit('FilterAdd', filterRegister, 0, first, keys.length);
  program.jumpHere(known);
  program.registers.releaseTo(mark);
}

/** Materialized subqueries have a rowid too, which no expression can name. */
function codeKeyColumn(state: LoopState, level: LoopLevel, column: number, target: number): void {
  if (level.source.kind === 'table') codeExpression(state.ctx, makeColumn(level.source, column), target);
  else state.ctx.program.emit('Rowid', level.tableCursor, target);
}

/** The pass over the rows without a match, after all loops. */
export function runRightJoinPass(state: LoopState, levelNumber: number): void {
  const { ctx, levels, plan } = state;
  const { program } = ctx;
  const level = levels[levelNumber]!;
  const { matchCursor, filterRegister, returnRegister, subroutineStart } = level.rightJoin!;
  const name = level.source.kind === 'table' ? level.source.table.name : sourceName(level.source);
  const outerPlan = program.openPlan(`RIGHT-JOIN ${name}`);
  let ready = NO_SOURCES;
  for (const outer of levels.slice(0, levelNumber)) {
    ready = unionOf(ready, outer.path.self);
    nullRow(state, outer);
  }
  let where = argumentTerms(state, level);
  if (!level.source.join.leftOfRight) {
    ready = unionOf(ready, level.path.self);
    for (const term of plan.clause.terms) {
      if ((term.flags & (TermFlag.virtual | TermFlag.slice)) !== 0 && term.relation !== Relation.row) break;
      if (!isEmptySet(withoutSources(term.allSources, ready)) || term.on) continue;
      where = makeAnd(where, term.expression);
    }
  }
  if (level.indexCursor >= 0) program.emit('NullRow', level.indexCursor);
  const loops = beginNestedLoops(ctx, {
    sources: [level.source],
    where,
    tableCursor: level.tableCursor,
    indexCursor: -1,
    isOrOperand: false,
  });
  const keys = keyColumns(level);
  const first = program.register(keys.length);
  keys.forEach((column, i) => codeKeyColumn(state, level, column, first + i));
  const unknown = program.emit('Filter', filterRegister, 0, first, keys.length);
  program.emit('Found', matchCursor, loops.continueLabel, first, keys.length);
  program.jumpHere(unknown);
  program.emit('Gosub', returnRegister, subroutineStart);
  loops.end();
  program.closePlan(outerPlan);
}

/** A table-valued function has its arguments in the second pass too. */
function argumentTerms({ plan }: LoopState, { source }: LoopLevel): Expression | null {
  let terms: Expression | null = null;
  for (const { on, expression } of plan.clause.terms.slice(0, plan.clause.baseCount)) {
    if (on?.isArgument && on.source === source) terms = makeAnd(terms, expression);
  }
  return terms;
}

/** Makes everything that a level reads NULL. */
export function nullRow(state: LoopState, level: LoopLevel): void {
  const { ctx } = state;
  const { program } = ctx;
  const rows = ctx.subqueryRows.get(level.source);
  if (rows?.kind === 'coroutine' && level.source.columns.length > 0) {
    program.loadNull(rows.first, level.source.columns.length);
  }
  if (level.tableCursor >= 0) program.emit('NullRow', level.tableCursor);
  if (level.indexCursor >= 0) program.emit('NullRow', level.indexCursor);
}
