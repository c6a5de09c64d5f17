/**
 * The end of one level's loop: the step to the next row, the next values of IN, and the row of NULLs of a left join.
 */
import { PathFlag, type DistinctOutcome } from '../plan/plan';
import type { InLoop, LoopLevel, LoopState } from './loop-level';
import { nullRow } from './loop-right';

/** From this estimate on (12 equal rows) seeking past equal keys beats stepping over them. */
const SKIP_AHEAD_ROWS = 36;

export function codeLevelEnd(state: LoopState, number: number, distinct: DistinctOutcome): void {
  const { program } = state.ctx;
  const level = state.levels[number]!;
  const { end, rightJoin } = level;
  if (rightJoin) {
    program.place(level.continueLabel);
    level.continueLabel = program.label();
    program.emit('Return', rightJoin.returnRegister, rightJoin.subroutineStart, 1);
  }
  const isInnermost = number === state.levels.length - 1;
  const seekAddress = end && isInnermost && distinct === 'ordered' ? codeSkipAhead(state, level) : -1;
  const { source } = level;
  if (source.kind === 'table' && source.fromExists && !state.isOrOperand) program.goto(level.breakLabel);
  program.place(level.continueLabel);
  if (end) {
    program.emit(end.op, end.p1, end.p2, end.p3, -1, end.p5);
    if (level.nullsPassRegister !== 0) {
      program.place(level.nullsPassLabel);
      program.emit('DecrJumpZero', level.nullsPassRegister, end.p2 - 1);
    }
    if (seekAddress >= 0) program.jumpHere(seekAddress);
  }
  if (level.inLoops.length > 0) codeInEnds(state, level);
  program.place(level.breakLabel);
  if (rightJoin) program.emit('Return', rightJoin.returnRegister, 0, 1);
  if (level.skipAddress !== 0) {
    program.emit('Goto', 0, level.skipAddress);
    program.jumpHere(level.skipAddress);
    program.jumpHere(level.skipRewindAddress);
  }
  if (level.leftJoinRegister !== 0) codeNullExtension(state, level);
}

/** DISTINCT over an index with many equal keys: seeks to the next different key. Gives the seek's address, -1 without. */
function codeSkipAhead(state: LoopState, level: LoopLevel): number {
  const { program } = state.ctx;
  const { path, indexCursor, end } = level;
  const { index, distinctColumns } = path;
  if (!path.has(PathFlag.byIndex) || !index?.hasStatistics || distinctColumns === 0) return -1;
  if ((index.estimates[distinctColumns] ?? 0) < SKIP_AHEAD_ROWS) return -1;
  const first = program.register(distinctColumns + 1);
  const isNull = level.leftJoinRegister === 0 ? -1 : program.emit('IfNullRow', indexCursor, 0, first);
  for (let i = 0; i < distinctColumns; i++) program.emit('Column', indexCursor, i, first + i);
  const seek = program.emit(end!.op === 'Prev' ? 'SeekLT' : 'SeekGT', indexCursor, 0, first, distinctColumns);
  program.emit('Goto', 1, end!.p2);
  if (isNull >= 0) program.jumpHere(isNull);
  return seek;
}

function codeInEnds(state: LoopState, level: LoopLevel): void {
  const { program } = state.ctx;
  program.place(level.nextLabel);
  for (let i = level.inLoops.length - 1; i >= 0; i--) {
    const loop = level.inLoops[i]!;
    program.jumpHere(loop.nullTest);
    if (loop.step) codeInStep(state, level, loop);
    program.jumpHere(loop.before);
  }
}

function codeInStep(state: LoopState, level: LoopLevel, loop: InLoop): void {
  const { program } = state.ctx;
  const { inEarlyOut } = level;
  if (loop.prefixCount > 0) {
    if (level.leftJoinRegister !== 0) {
      program.emit('IfNotOpen', loop.cursor, program.here + 2 + (inEarlyOut ? 1 : 0));
    }
    if (inEarlyOut) {
      program.emit('IfNoHope', level.indexCursor, program.here + 2, loop.keyBase, loop.prefixCount);
      program.jumpHere(loop.nullTest);
    }
  }
  program.emit(loop.step!, loop.cursor, loop.top);
}

/** No row matched: once more through the body, everything of this source NULL. */
function codeNullExtension(state: LoopState, level: LoopLevel): void {
  const { program } = state.ctx;
  const matched = program.emit('IfPos', level.leftJoinRegister, 0);
  nullRow(state, level);
  if (level.end?.op === 'Return') program.emit('Gosub', level.end.p1, level.firstAddress);
  else program.emit('Goto', 0, level.firstAddress);
  program.jumpHere(matched);
}
