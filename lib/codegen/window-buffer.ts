/**
 * Window functions over buffered rows: any frame, any function.
 *
 * The rows of a partition, which come in the order of the window, go into an ephemeral table, numbered from 1. Three
 * cursors walk over it, each row by row (ROWS) or peer group by peer group (GROUPS, RANGE): `end` over rows that enter the
 * frame, `current` over rows to be delivered, `start` over rows that leave the frame. Each new row (of a new peer group)
 * moves each of them at most as far as the rows known by then allow; the end of the partition moves them to its end.
 * How far one runs ahead of another is told by countdowns made of the offsets (ROWS, GROUPS) or by comparing their
 * ORDER BY values (RANGE). Rows that no cursor will come to again are deleted.
 *
 * With EXCLUDE the frame is not kept up but scanned for each row: `start` and `end` only move its first and last row number.
 */
import type { Label } from '../bytecode/program-builder';
import { operandFlags } from '../../spec/opcodes';
import { sortCollation } from '../resolve/affinity';
import type { Expression } from '../resolve/ir';
import type { WindowStage } from '../resolve/window-stage';
import type { CodegenContext, ColumnReader } from './context';
import { codeExpression } from './expression';
import { readsBuffer, type WindowCalls } from './window-calls';
import { checkOffset, compareAtDistance } from './window-offset';
import type { WindowFrames, WindowRows } from './window';

type Move = 'enter' | 'deliver' | 'leave';

/** A cursor on the buffer, and the registers of its row's ORDER BY values (0 with ROWS). */
interface Position {
  readonly cursor: number;
  readonly peers: number;
}

export const bufferedFrames = (
  ctx: CodegenContext,
  stage: WindowStage,
  rows: WindowRows,
  calls: WindowCalls,
): WindowFrames => new BufferedFrames(ctx, stage, rows, calls);

class BufferedFrames implements WindowFrames {
  readonly reader: ColumnReader;
  readonly #ctx: CodegenContext;
  readonly #stage: WindowStage;
  readonly #rows: WindowRows;
  readonly #calls: WindowCalls;
  readonly #peerCount: number;
  readonly #isByPeers: boolean;
  readonly #writer: number;
  readonly #positions: Readonly<Record<Move, Position>>;
  /** Registers: number of the newest row; ORDER BY values of the newest peer group; values of the offsets, or 0. */
  readonly #rowid: number;
  readonly #newestPeers: number;
  readonly #startOffset: number;
  readonly #endOffset: number;
  /** EXCLUDE: the scanning cursor, and the registers of the frame's first and last row number. -1 and 0 without. */
  readonly #scanner: number;
  readonly #frameRows: number;
  /** After which move of a row it may be deleted. */
  readonly #discardAfter: Move | null;
  /** No further rows come: the newest one may be passed. */
  #isAtEnd = false;

  constructor(ctx: CodegenContext, stage: WindowStage, rows: WindowRows, calls: WindowCalls) {
    const { program } = ctx;
    const { frame, orderBy } = stage.window;
    this.#ctx = ctx;
    this.#stage = stage;
    this.#rows = rows;
    this.#calls = calls;
    this.#isByPeers = frame.unit !== 'rows';
    this.#peerCount = orderBy.length;
    const peers = (): number => (this.#isByPeers ? program.register(this.#peerCount) : 0);
    this.#positions = {
      deliver: { cursor: program.cursor(), peers: peers() },
      leave: { cursor: program.cursor(), peers: peers() },
      enter: { cursor: program.cursor(), peers: peers() },
    };
    this.reader = { kind: 'cursor', cursor: this.#positions.deliver.cursor, index: null };
    this.#writer = program.cursor();
    this.#rowid = program.register();
    this.#newestPeers = peers();
    this.#startOffset = frame.from.offset ? program.register() : 0;
    this.#endOffset = frame.to.offset ? program.register() : 0;
    this.#scanner = frame.exclude === null ? -1 : program.cursor();
    this.#frameRows = frame.exclude === null ? 0 : program.register(2);
    this.#discardAfter = this.#lastMove();
  }

  get #isScanned(): boolean {
    return this.#scanner >= 0;
  }

  /** The move after which no cursor comes to a row again, as far as that is known now. */
  #lastMove(): Move | null {
    const { frame } = this.#stage.window;
    const { from, to } = frame;
    const isPositive = (offset: Expression | null): boolean => offset?.kind === 'integer' && offset.value > 0n;
    if (from.kind === 'following') return frame.unit !== 'range' && isPositive(from.offset) ? 'deliver' : null;
    if (from.kind !== 'unboundedPreceding') return 'leave';
    if (this.#isScanned || this.#stage.calls.some(({ call }) => readsBuffer(call))) return null;
    if (to.kind !== 'preceding') return 'deliver';
    return frame.unit !== 'range' && isPositive(to.offset) ? 'enter' : null;
  }

  /** Before the rows. */
  open(): void {
    const { program } = this.#ctx;
    const { deliver, leave, enter } = this.#positions;
    program.emit('OpenEphemeral', deliver.cursor, this.#rows.width);
    for (const cursor of [this.#writer, leave.cursor, enter.cursor]) program.emit('OpenDup', cursor, deliver.cursor);
    if (this.#isScanned) {
      program.emit('OpenDup', this.#scanner, deliver.cursor);
      this.#emptyFrame();
    }
    this.#calls.open(deliver.cursor);
  }

  #emptyFrame(): void {
    const { program } = this.#ctx;
    program.emit('Integer', 1, this.#frameRows);
    program.emit('Integer', 0, this.#frameRows + 1);
  }

  // --- a new row ------------------------------------------------------------------------------------------------------

  /** A row has come, into the registers from `rows.first`. Goes to `next` for the one after it. */
  addRow(next: Label): void {
    const { program } = this.#ctx;
    const { first, width } = this.#rows;
    const mark = program.registers.mark();
    const record = program.registers.temporary();
    program.emit('MakeRecord', first, width, record);
    program.emit('NewRowid', this.#writer, this.#rowid);
    program.emit('Insert', this.#writer, record, this.#rowid, -1, operandFlags.APPEND);
    program.registers.releaseTo(mark);
    const isLater = program.emit('Ne', program.integerRegister(1), 0, this.#rowid);
    this.#startPartition(next);
    program.goto(next);
    program.jumpHere(isLater);
    if (this.#isByPeers) this.#goUnlessNewPeers(this.#rows.first + this.#stage.orderColumn, this.#newestPeers, next);
    this.#moveOn();
  }

  #startPartition(next: Label): void {
    const ctx = this.#ctx;
    const { program } = ctx;
    const { frame } = this.#stage.window;
    const { deliver, leave, enter } = this.#positions;
    const isRange = frame.unit === 'range';
    this.#calls.reset();
    this.#codeOffset(frame.from.offset, this.#startOffset, isRange ? 'rangeStart' : 'start');
    this.#codeOffset(frame.to.offset, this.#endOffset, isRange ? 'rangeEnd' : 'end');
    if (!isRange && this.#startOffset > 0 && frame.from.kind === frame.to.kind) this.#passEmptyFrames(next);
    if (frame.from.kind === 'following' && !isRange && this.#endOffset > 0) {
      program.emit('Subtract', this.#startOffset, this.#endOffset, this.#startOffset);
    }
    if (frame.from.kind !== 'unboundedPreceding') this.#rewind(leave);
    this.#rewind(deliver);
    this.#rewind(enter);
    if (!this.#isByPeers || this.#peerCount === 0) return;
    const own = this.#rows.first + this.#stage.orderColumn;
    for (const peers of [this.#newestPeers, leave.peers, deliver.peers, enter.peers]) this.#copyPeers(own, peers);
  }

  #codeOffset(offset: Expression | null, register: number, use: Parameters<typeof checkOffset>[2]): void {
    if (!offset) return;
    codeExpression(this.#ctx, offset, register);
    checkOffset(this.#ctx, register, use);
  }

  /** A frame that ends before it starts is empty for each row of the partition: each is delivered at once. */
  #passEmptyFrames(next: Label): void {
    const { program } = this.#ctx;
    const isFollowing = this.#stage.window.frame.from.kind === 'following';
    const isProper = program.emit(isFollowing ? 'Ge' : 'Le', this.#startOffset, 0, this.#endOffset);
    this.#calls.values();
    this.#rewind(this.#positions.deliver);
    this.#deliverRow();
    program.emit('ResetSorter', this.#positions.deliver.cursor);
    program.goto(next);
    program.jumpHere(isProper);
  }

  #rewind({ cursor }: Position): void {
    const { program } = this.#ctx;
    program.jumpHere(program.emit('Rewind', cursor));
  }

  /** What a new row, not the first of its partition and the first of its peers, allows the cursors to do. */
  #moveOn(): void {
    const { program } = this.#ctx;
    const { from, to, unit } = this.#stage.window.frame;
    const isRange = unit === 'range';
    if (from.kind !== 'following' && to.kind === 'preceding') {
      this.#moveBehind();
      return;
    }
    this.#move('enter');
    if (to.kind === 'unboundedFollowing') return;
    if (isRange) {
      const again = program.here;
      const done = program.label();
      if (this.#endOffset > 0) this.#goUnlessPassed(done);
      if (from.kind === 'following') this.#move('leave', this.#startOffset);
      this.#move('deliver');
      if (from.kind !== 'following') this.#move('leave', this.#startOffset);
      if (this.#endOffset > 0) program.emit('Goto', 0, again);
      program.place(done);
    } else if (from.kind === 'following') {
      this.#move('deliver', this.#endOffset);
      this.#move('leave', this.#startOffset);
    } else {
      const wait = this.#endOffset > 0 ? program.emit('IfPos', this.#endOffset, 0, 1) : -1;
      this.#move('deliver');
      this.#move('leave', this.#startOffset);
      if (wait >= 0) program.jumpHere(wait);
    }
  }

  /** Frames that end before the current row: it needs no row after it. */
  #moveBehind(): void {
    const { from, unit } = this.#stage.window.frame;
    const leavesFirst = from.kind === 'preceding' && unit === 'range';
    this.#move('enter', this.#endOffset);
    if (leavesFirst) this.#move('leave', this.#startOffset);
    this.#move('deliver');
    if (!leavesFirst) this.#move('leave', this.#startOffset);
  }

  /** RANGE: goes to `target` unless the row entering is beyond the end of the frame of the row to be delivered. */
  #goUnlessPassed(target: Label): void {
    this.#compare('Ge', this.#positions.deliver, this.#endOffset, this.#positions.enter, target);
  }

  // --- the end of a partition -----------------------------------------------------------------------------------------

  /** All rows of the partition are there: delivers those that are left, and empties the buffer. */
  finishPartition(): void {
    const { program } = this.#ctx;
    const { from, to } = this.#stage.window.frame;
    this.#isAtEnd = true;
    const isEmpty = program.emit('Rewind', this.#writer);
    const done = program.label();
    if (to.kind === 'preceding') this.#finishBehind();
    else if (from.kind === 'following') this.#finishAhead(done);
    else this.#finishAround(done);
    program.place(done);
    program.jumpHere(isEmpty);
    program.emit('ResetSorter', this.#positions.deliver.cursor);
    if (this.#isScanned) this.#emptyFrame();
    this.#isAtEnd = false;
  }

  #finishBehind(): void {
    const { from, unit } = this.#stage.window.frame;
    this.#move('enter', this.#endOffset);
    if (from.kind === 'preceding' && unit === 'range') this.#move('leave', this.#startOffset);
    this.#move('deliver');
  }

  #finishAround(done: Label): void {
    const { program } = this.#ctx;
    this.#move('enter');
    const again = program.here;
    this.#move('deliver', 0, done);
    this.#move('leave', this.#startOffset);
    program.emit('Goto', 0, again);
  }

  /** Frames that start after the current row: `start` comes to the end before `current` does. */
  #finishAhead(done: Label): void {
    const { program } = this.#ctx;
    const { to, unit } = this.#stage.window.frame;
    const allHaveLeft = program.label();
    this.#move('enter');
    if (unit !== 'range' && to.kind === 'following') {
      program.emit('Subtract', this.#startOffset, this.#endOffset, this.#endOffset);
      program.emit('Integer', 0, this.#startOffset);
    }
    const again = program.here;
    if (unit === 'range') {
      this.#move('leave', this.#startOffset, allHaveLeft);
      this.#move('deliver', 0, done);
    } else if (to.kind === 'unboundedFollowing') {
      this.#move('deliver', this.#startOffset, done);
      this.#move('leave', 0, allHaveLeft);
    } else {
      this.#move('deliver', this.#endOffset, done);
      this.#move('leave', this.#startOffset, allHaveLeft);
    }
    program.emit('Goto', 0, again);
    program.place(allHaveLeft);
    const rest = program.here;
    this.#move('deliver', 0, done);
    program.emit('Goto', 0, rest);
  }

  // --- one move -------------------------------------------------------------------------------------------------------

  /**
   * Moves a cursor by one row or peer group. `offset`: register of a countdown that has to run out before, or with RANGE of
   * the distance that is asked for; then it moves as far as that goes. `atEnd`: where to go when the cursor passes the
   * last row.
   */
  #move(move: Move, offset = 0, atEnd: Label | null = null): void {
    const { program } = this.#ctx;
    const { frame } = this.#stage.window;
    if (move === 'leave' && frame.from.kind === 'unboundedPreceding') return;
    const done = program.label();
    const isRange = frame.unit === 'range';
    const repeat = program.here;
    if (offset > 0) {
      if (isRange) this.#goUnlessDue(move, offset, done);
      else program.emit('IfPos', offset, done, 1);
    }
    if (move === 'deliver' && !this.#isScanned) this.#calls.values();
    const again = program.here;
    if (isRange && offset > 0 && frame.from.kind === frame.to.kind) this.#goIfOvertaking(move, done);
    this.#act(move);
    const { cursor, peers } = this.#positions[move];
    if (move === this.#discardAfter) program.emit('Delete', cursor, 0, 0, -1, operandFlags.SAVEPOSITION);
    const hasNext = program.label();
    program.emit('Next', cursor, hasNext);
    if (atEnd !== null || this.#isByPeers) program.goto(atEnd ?? done);
    program.place(hasNext);
    if (this.#isByPeers) this.#goOnAmongPeers(cursor, peers, again);
    if (isRange && offset > 0) program.emit('Goto', 0, repeat);
    program.place(done);
  }

  #act(move: Move): void {
    const { program } = this.#ctx;
    const { deliver, leave, enter } = this.#positions;
    if (move === 'deliver') this.#deliverRow();
    else if (this.#isScanned) program.emit('AddImm', this.#frameRows + (move === 'leave' ? 0 : 1), 1);
    else if (move === 'enter') this.#calls.enter({ cursor: enter.cursor }, deliver.cursor);
    else this.#calls.leave({ cursor: leave.cursor }, deliver.cursor);
  }

  #deliverRow(): void {
    if (this.#isScanned) this.#scanFrame();
    else this.#calls.lookUp(this.#positions.deliver.cursor);
    this.#rows.deliver();
  }

  /** RANGE: goes to `done` when the row under the cursor is not yet to be moved over. */
  #goUnlessDue(move: Move, offset: number, done: Label): void {
    const { deliver, leave, enter } = this.#positions;
    if (move === 'enter') this.#compare('Gt', enter, offset, deliver, done);
    else if (this.#stage.window.frame.from.kind === 'following') this.#compare('Le', deliver, offset, leave, done);
    else this.#compare('Ge', leave, offset, deliver, done);
  }

  #compare(relation: 'Ge' | 'Gt' | 'Le', left: Position, offset: number, right: Position, target: Label): void {
    const { program } = this.#ctx;
    const mark = program.registers.mark();
    const one = program.registers.temporary();
    const other = program.registers.temporary();
    const { orderColumn, window } = this.#stage;
    program.emit('Column', left.cursor, orderColumn, one);
    program.emit('Column', right.cursor, orderColumn, other);
    compareAtDistance(this.#ctx, window.orderBy[0]!, relation, one, offset, other, target);
    program.registers.releaseTo(mark);
  }

  /** With both bounds on one side of the current row `start` must not pass `end`, nor `end` the newest row. */
  #goIfOvertaking(move: Move, done: Label): void {
    const { program } = this.#ctx;
    const { leave, enter } = this.#positions;
    const mark = program.registers.mark();
    const own = program.registers.temporary();
    if (move === 'leave') {
      const limit = program.registers.temporary();
      program.emit('Rowid', leave.cursor, own);
      program.emit('Rowid', enter.cursor, limit);
      program.emit('Ge', limit, done, own);
    } else if (!this.#isAtEnd) {
      program.emit('Rowid', enter.cursor, own);
      program.emit('Ge', this.#rowid, done, own);
    }
    program.registers.releaseTo(mark);
  }

  // --- peers ----------------------------------------------------------------------------------------------------------

  #readPeers(cursor: number, target: number): void {
    for (let i = 0; i < this.#peerCount; i++) {
      this.#ctx.program.emit('Column', cursor, this.#stage.orderColumn + i, target + i);
    }
  }

  #copyPeers(from: number, to: number): void {
    if (this.#peerCount > 0) this.#ctx.program.emit('Copy', from, to, this.#peerCount - 1);
  }

  #peerKey(): number {
    return this.#ctx.program.keyInfo(
      this.#stage.window.orderBy.map(({ expression }) => ({ collation: sortCollation(expression), flags: 0 })),
    );
  }

  /** Goes back to `again` while the cursor's new row is a peer of the one before. */
  #goOnAmongPeers(cursor: number, peers: number, again: number): void {
    const { program } = this.#ctx;
    if (this.#peerCount === 0) {
      program.emit('Goto', 0, again);
      return;
    }
    const mark = program.registers.mark();
    const own = program.registers.temporaryRange(this.#peerCount);
    this.#readPeers(cursor, own);
    program.emit('Compare', peers, own, this.#peerCount, this.#peerKey());
    const differs = program.label();
    program.emit('Jump', differs, again, differs);
    program.place(differs);
    this.#copyPeers(own, peers);
    program.registers.releaseTo(mark);
  }

  /** Goes to `target` if the values are those of the same peer group as before; takes them over if not. */
  #goUnlessNewPeers(values: number, peers: number, target: Label): void {
    const { program } = this.#ctx;
    if (this.#peerCount === 0) {
      program.goto(target);
      return;
    }
    const differs = program.label();
    program.emit('Compare', peers, values, this.#peerCount, this.#peerKey());
    program.emit('Jump', differs, target, differs);
    program.place(differs);
    this.#copyPeers(values, peers);
  }

  // --- EXCLUDE --------------------------------------------------------------------------------------------------------

  /** Computes the calls over the rows of the frame that are not excluded. */
  #scanFrame(): void {
    const { program } = this.#ctx;
    const current = this.#positions.deliver.cursor;
    const mark = program.registers.mark();
    const currentRow = program.registers.temporary();
    const row = program.registers.temporary();
    const end = program.label();
    const next = program.label();
    program.emit('Rowid', current, currentRow);
    this.#calls.clearAccumulators();
    program.emit('SeekGE', this.#scanner, end, this.#frameRows);
    const top = program.here;
    program.emit('Rowid', this.#scanner, row);
    program.emit('Gt', this.#frameRows + 1, end, row);
    this.#exclude(currentRow, row, next);
    this.#calls.enter({ cursor: this.#scanner }, current);
    program.place(next);
    program.emit('Next', this.#scanner, top);
    program.place(end);
    program.registers.releaseTo(mark);
    this.#calls.finalValues();
  }

  #exclude(currentRow: number, row: number, next: Label): void {
    const { program } = this.#ctx;
    const { exclude } = this.#stage.window.frame;
    if (exclude === 'noOthers') return;
    if (exclude === 'currentRow') {
      program.emit('Eq', currentRow, next, row);
      return;
    }
    const isIn = program.label();
    if (exclude === 'ties') program.emit('Eq', currentRow, isIn, row);
    if (this.#peerCount === 0) {
      program.goto(next);
    } else {
      const mark = program.registers.mark();
      const values = program.registers.temporaryRange(this.#peerCount);
      const currentValues = program.registers.temporaryRange(this.#peerCount);
      this.#readPeers(this.#positions.deliver.cursor, currentValues);
      this.#readPeers(this.#scanner, values);
      program.emit('Compare', values, currentValues, this.#peerCount, this.#peerKey());
      program.emit('Jump', isIn, next, isIn);
      program.registers.releaseTo(mark);
    }
    program.place(isIn);
  }
}
