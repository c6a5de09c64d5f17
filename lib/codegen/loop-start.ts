/**
 * The start of one level's loop: seek or rewind, the test for the end of a range, the table row of an index entry, and the
 * instruction that will end the loop.
 */
import type { OpcodeName } from '../../spec/opcodes';
import { canBeNull, valueCount } from '../plan/expressions';
import { CONSTRAINT_FLAGS, PathFlag } from '../plan/plan';
import { EXPRESSION_COLUMN, fieldOfColumn } from '../plan/plan-index';
import { Relation, TermFlag, type Term } from '../plan/term';
import {
  applyAffinities,
  boundAffinities,
  codeBound,
  codeEqualityTerm,
  codeEqualityTerms,
  enforceTerm,
} from './loop-keys';
import { pullDownFilters } from './loop-filter';
import { hasRowid, type LoopLevel, type LoopState } from './loop-level';

/** Rows of a coroutine. */
export function startCoroutine(state: LoopState, level: LoopLevel, yieldRegister: number, entry: number): void {
  const { program } = state.ctx;
  program.emit('InitCoroutine', yieldRegister, 0, entry);
  const top = program.emit('Yield', yieldRegister, level.breakLabel);
  level.end = { op: 'Goto', p1: 0, p2: top, p3: 0, p5: 0 };
}

/** Every row, in either direction. */
export function startScan(state: LoopState, level: LoopLevel): void {
  const { program } = state.ctx;
  const { reverse } = level.plan;
  const start = program.emit(reverse ? 'Last' : 'Rewind', level.tableCursor, level.haltLabel);
  level.end = { op: reverse ? 'Prev' : 'Next', p1: level.tableCursor, p2: start + 1, p3: 0, p5: 0 };
}

/** One row by rowid, or one for each value of IN. */
export function startRowidLookup(state: LoopState, level: LoopLevel, levelNumber: number): void {
  const { program } = state.ctx;
  const term = level.path.terms[0]!;
  const register = program.register();
  codeEqualityTerm(state, level, term, 0, level.plan.reverse, register);
  if (level.filterRegister !== 0) {
    program.emit('MustBeInt', register, level.nextLabel);
    program.emit('Filter', level.filterRegister, level.nextLabel, register, 1);
    pullDownFilters(state, levelNumber, level.nextLabel);
  }
  program.emit('SeekRowid', level.tableCursor, level.nextLabel, register);
  level.end = null;
}

const ROWID_SEEK: Partial<Record<string, OpcodeName>> = {
  '>': 'SeekGT',
  '<=': 'SeekLE',
  '<': 'SeekLT',
  '>=': 'SeekGE',
};

/** Rows between two rowids. */
export function startRowidRange(state: LoopState, level: LoopLevel): void {
  const { program } = state.ctx;
  const { path, tableCursor } = level;
  const { reverse } = level.plan;
  let at = 0;
  const lower = path.has(PathFlag.lowerBound) ? path.terms[at++]! : null;
  const upper = path.has(PathFlag.upperBound) ? path.terms[at]! : null;
  const start = reverse ? upper : lower;
  const end = reverse ? lower : upper;
  if (start) seekRowidBound(state, level, start);
  else program.emit(reverse ? 'Last' : 'Rewind', tableCursor, level.haltLabel);
  let limit = 0;
  let test: OpcodeName | null = null;
  if (end) {
    limit = program.register();
    const isRow = valueCount(end.right!) > 1;
    codeBound(state, end.right!, limit, 1);
    const isStrict = !isRow && (end.comparison === '<' || end.comparison === '>');
    if (isStrict) test = reverse ? 'Le' : 'Ge';
    else test = reverse ? 'Lt' : 'Gt';
    if (!isRow) enforceTerm(level, end);
  }
  const top = program.here;
  level.end = { op: reverse ? 'Prev' : 'Next', p1: tableCursor, p2: top, p3: 0, p5: 0 };
  if (test) {
    const rowid = program.register();
    program.emit('Rowid', tableCursor, rowid);
    program.emit(test, limit, level.breakLabel, rowid, -1, NUMERIC_JUMP_IF_NULL);
  }
}

/** Affinity NUMERIC and a jump on NULL. */
const NUMERIC_JUMP_IF_NULL = 0x43 | 0x10;

function seekRowidBound(state: LoopState, level: LoopLevel, start: Term): void {
  const { program } = state.ctx;
  const mark = program.registers.mark();
  const register = program.registers.temporary();
  const isRow = valueCount(start.right!) > 1;
  codeBound(state, start.right!, register, 1);
  let operator: string = start.comparison!;
  if (isRow) operator = operator.startsWith('>') ? '>=' : '<=';
  else enforceTerm(level, start);
  program.emit(ROWID_SEEK[operator]!, level.tableCursor, level.breakLabel, register);
  program.registers.releaseTo(mark);
}

const START_OPS: readonly OpcodeName[] = ['Noop', 'Noop', 'Rewind', 'Last', 'SeekGT', 'SeekLT', 'SeekGE', 'SeekLE'];
const END_OPS: readonly OpcodeName[] = ['IdxGE', 'IdxGT', 'IdxLE', 'IdxLT'];

/** The two ends of an index walk, in the direction of the walk. */
interface IndexRange {
  start: Term | null;
  end: Term | null;
  startCount: number;
  endCount: number;
  /** NULLs come first and are to be passed over. */
  seekPastNull: boolean;
  /** NULLs come last and end the walk. */
  stopAtNull: boolean;
}

/** A walk over one index: equality prefix, range, or all of it. */
export function startIndexWalk(state: LoopState, level: LoopLevel, levelNumber: number): void {
  const { ctx } = state;
  const { program } = ctx;
  const { path, indexCursor } = level;
  const { reverse } = level.plan;
  const index = path.index!;
  const equalityCount = path.equalityCount;
  const range = rangeOf(level);
  const extra = Math.max(range.startCount, range.endCount, 0);
  let extraRegisters = extra;
  if (!path.has(PathFlag.lowerBound | PathFlag.upperBound) && path.has(PathFlag.nullsAtOtherEnd)) {
    extraRegisters = Math.max(1, extra);
    range.seekPastNull = true;
    level.nullsPassRegister = program.register();
    if (level.leftJoinRegister !== 0) program.emit('Integer', 0, level.nullsPassRegister);
    level.nullsPassLabel = program.label();
  } else if (range.seekPastNull) {
    extraRegisters = Math.max(1, extra);
  }
  const column = index.columns[equalityCount];
  if (column && reverse !== column.descending) swapEnds(range);
  if (range.stopAtNull) extraRegisters = Math.max(1, extraRegisters);
  if (levelNumber > 0 && path.has(PathFlag.inSeekScan)) program.emit('NullRow', indexCursor);

  const key = codeEqualityTerms(state, level, reverse, extraRegisters);
  const endAffinities = key.affinities.slice();
  const nextLabel = level.nullsPassRegister !== 0 ? level.nullsPassLabel : level.nextLabel;
  const seekScan = codeSeek(state, level, levelNumber, range, key.base, key.affinities, nextLabel);
  codeRangeEnd(state, level, range, key.base, endAffinities, nextLabel, seekScan);
  if (level.inEarlyOut) program.emit('SeekHit', indexCursor, equalityCount, equalityCount);
  codeTableRow(state, level);
  setIndexEnd(level);
}

function rangeOf(level: LoopLevel): IndexRange {
  const { path } = level;
  const range: IndexRange = {
    start: null,
    end: null,
    startCount: path.lowerCount,
    endCount: path.upperCount,
    seekPastNull: false,
    stopAtNull: false,
  };
  let at = path.equalityCount;
  if (path.has(PathFlag.lowerBound)) range.start = path.terms[at++]!;
  if (path.has(PathFlag.upperBound)) {
    range.end = path.terms[at]!;
    const column = path.index!.columns[path.equalityCount]!;
    if (!range.start && (column.column === EXPRESSION_COLUMN || (column.column >= 0 && !column.notNull))) {
      range.seekPastNull = true;
    }
  }
  return range;
}

function swapEnds(range: IndexRange): void {
  [range.start, range.end] = [range.end, range.start];
  [range.startCount, range.endCount] = [range.endCount, range.startCount];
  [range.seekPastNull, range.stopAtNull] = [range.stopAtNull, range.seekPastNull];
}

const isInclusive = (term: Term | null): boolean =>
  term === null || (term.relation & (Relation.lessEqual | Relation.greaterEqual)) !== 0;

/** Positions the cursor on the first entry. Gives the address of a SeekScan whose jump is still open, 0 without. */
function codeSeek(
  state: LoopState,
  level: LoopLevel,
  levelNumber: number,
  range: IndexRange,
  base: number,
  affinities: string[],
  nextLabel: number,
): number {
  const { program } = state.ctx;
  const { path, indexCursor, nullsPassRegister } = level;
  const { equalityCount } = path;
  const { reverse } = level.plan;
  let startEqual = isInclusive(range.start);
  let hasStart = range.start !== null || equalityCount > 0;
  let count = equalityCount;
  let nullCount = 0;
  if (range.start) {
    const right = range.start.right!;
    codeBound(state, right, base + equalityCount, range.startCount);
    if ((range.start.flags & TermFlag.notNull) === 0 && canBeNull(right)) {
      program.emit('IsNull', base + equalityCount, nextLabel);
    }
    boundAffinities(right, affinities, equalityCount, range.startCount);
    count += range.startCount;
    if (valueCount(right) === 1) enforceTerm(level, range.start);
    else startEqual = true;
    range.seekPastNull = false;
  } else if (range.seekPastNull || nullsPassRegister !== 0) {
    if (range.seekPastNull) {
      startEqual = false;
      nullCount = 1;
    }
    program.loadNull(base + equalityCount);
    hasStart = true;
    count++;
  }
  applyAffinities(state, base, count - nullCount, affinities);
  if (path.skipCount > 0 && count === path.skipCount) return 0;
  if (nullsPassRegister !== 0) program.emit('Integer', 1, nullsPassRegister);
  if (level.filterRegister !== 0) {
    program.emit('Filter', level.filterRegister, nextLabel, base, equalityCount);
    pullDownFilters(state, levelNumber, nextLabel);
  }
  const op = START_OPS[(hasStart ? 4 : 0) + (startEqual ? 2 : 0) + (reverse ? 1 : 0)]!;
  let seekScan = 0;
  if (path.has(PathFlag.inSeekScan) && op === 'SeekGE') {
    seekScan = program.emit('SeekScan', Math.floor((path.index!.estimates[0]! + 9) / 10), 0);
    if (range.start || range.end) {
      program.setOperand(seekScan, 5, 1);
      program.setOperand(seekScan, 2, program.here + 1);
      seekScan = 0;
    }
  }
  emitSeek(state, op, indexCursor, nextLabel, base, count);
  if (nullsPassRegister !== 0) {
    program.emit('Goto', 0, program.here + 2);
    const second = START_OPS[(count > 1 ? 4 : 0) + 2 + (reverse ? 1 : 0)]!;
    emitSeek(state, second, indexCursor, nextLabel, base, count - (startEqual ? 1 : 0));
  }
  return seekScan;
}

function emitSeek(state: LoopState, op: OpcodeName, cursor: number, target: number, base: number, count: number): void {
  const { program } = state.ctx;
  if (op === 'Rewind' || op === 'Last') program.emit(op, cursor, target);
  else program.emit(op, cursor, target, base, count);
}

/** The test that ends the walk, at the top of each round. */
function codeRangeEnd(
  state: LoopState,
  level: LoopLevel,
  range: IndexRange,
  base: number,
  affinities: string[],
  nextLabel: number,
  seekScan: number,
): void {
  const { program } = state.ctx;
  const { path, indexCursor, nullsPassRegister } = level;
  const { equalityCount } = path;
  const { reverse } = level.plan;
  let endEqual = isInclusive(range.end);
  let count = equalityCount;
  if (range.end) {
    const right = range.end.right!;
    codeBound(state, right, base + equalityCount, range.endCount);
    if ((range.end.flags & TermFlag.notNull) === 0 && canBeNull(right)) {
      program.emit('IsNull', base + equalityCount, nextLabel);
    }
    boundAffinities(right, affinities, equalityCount, range.endCount);
    applyAffinities(state, base + equalityCount, range.endCount, affinities.slice(equalityCount));
    count += range.endCount;
    if (valueCount(right) === 1) enforceTerm(level, range.end);
    else endEqual = true;
  } else if (range.stopAtNull) {
    if (nullsPassRegister === 0) {
      program.loadNull(base + equalityCount);
      endEqual = false;
    }
    count++;
  }
  const top = program.here;
  level.end = { op: 'Noop', p1: indexCursor, p2: top, p3: 0, p5: 0 };
  if (count > 0) {
    if (nullsPassRegister !== 0) program.emit('IfNot', nullsPassRegister, program.here + 3);
    emitSeek(state, END_OPS[(reverse ? 2 : 0) + (endEqual ? 1 : 0)]!, indexCursor, nextLabel, base, count);
    if (seekScan !== 0) program.jumpHere(seekScan);
  }
  if (nullsPassRegister !== 0) {
    program.emit('If', nullsPassRegister, program.here + 2);
    const past = range.seekPastNull ? 1 : 0;
    emitSeek(state, END_OPS[(reverse ? 2 : 0) + past]!, indexCursor, nextLabel, base, count + past);
  }
}

/** Finds the table's row of the index entry, as late as can be. */
function codeTableRow(state: LoopState, level: LoopLevel): void {
  const { program } = state.ctx;
  const { path, source, indexCursor, tableCursor } = level;
  if (path.has(PathFlag.covering) && !state.isOrOperand && !state.isRightJoinPass) return;
  if (source.kind !== 'table') return;
  if (hasRowid(source)) {
    state.deferredSeek = true;
    level.seekIsDeferred = true;
    program.emit('DeferredSeek', indexCursor, 0, tableCursor);
    return;
  }
  if (tableCursor === indexCursor) return;
  const key = source.table.primaryKey!;
  const mark = program.registers.mark();
  const first = program.registers.temporaryRange(key.keyColumnCount);
  for (let i = 0; i < key.keyColumnCount; i++) {
    program.emit('Column', indexCursor, fieldOfColumn(path.index!, key.columns[i]!.column), first + i);
  }
  program.emit('NotFound', tableCursor, level.continueLabel, first, key.keyColumnCount);
  program.registers.releaseTo(mark);
}

function setIndexEnd(level: LoopLevel): void {
  const { path } = level;
  const end = level.end!;
  if (
    path.has(PathFlag.oneRow) ||
    (level.inLoops.length > 0 && level.nullsPassRegister === 0 && isUniqueLookup(level))
  ) {
    level.end = null;
    return;
  }
  end.op = level.plan.reverse ? 'Prev' : 'Next';
  end.p3 = path.has(PathFlag.uniqueWanted) ? 1 : 0;
  end.p5 = path.has(CONSTRAINT_FLAGS) ? 0 : 1;
}

/** Each seek finds at most one entry: all columns of a unique key by = or IN. */
function isUniqueLookup(level: LoopLevel): boolean {
  const { path } = level;
  const index = path.index!;
  if (!index.unique || path.skipCount > 0 || path.equalityCount !== index.keyColumnCount) return false;
  return path.terms
    .slice(0, path.equalityCount)
    .every((term) => term !== null && (term.relation & (Relation.is | Relation.isNull)) === 0);
}
