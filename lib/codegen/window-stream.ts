/**
 * Window functions over frames that only grow: from the start of the partition to the current row, or to the end of the
 * partition. Each row enters the frame as it comes; nothing ever leaves it.
 *
 * With ROWS a row is delivered at once. With peers (RANGE, GROUPS) it waits until its peer group is complete, and without
 * ORDER BY or with UNBOUNDED FOLLOWING until the partition is: the first row of a group waits in registers, further ones
 * in an ephemeral table. Functions that look at other rows of the partition need window-buffer.ts.
 */
import type { Label } from '../bytecode/program-builder';
import { operandFlags } from '../../spec/opcodes';
import { sortCollation } from '../resolve/affinity';
import type { WindowStage } from '../resolve/window-stage';
import type { CodegenContext, ColumnReader } from './context';
import { readsBuffer, type WindowCalls } from './window-calls';
import type { WindowFrames, WindowRows } from './window';

/** True when the frame only grows and no function looks at single rows of it. */
export function isGrowing({ window, calls }: WindowStage): boolean {
  const { from, to, exclude } = window.frame;
  const isKnownEnd = to.kind === 'currentRow' || to.kind === 'unboundedFollowing';
  return (
    from.kind === 'unboundedPreceding' && isKnownEnd && exclude === null && !calls.some(({ call }) => readsBuffer(call))
  );
}

/** ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW. */
class RowByRow implements WindowFrames {
  readonly reader: ColumnReader;
  readonly #rows: WindowRows;
  readonly #calls: WindowCalls;

  constructor(rows: WindowRows, calls: WindowCalls) {
    this.#rows = rows;
    this.#calls = calls;
    this.reader = { kind: 'registers', first: rows.first, rowid: 0, needsRealAffinity: true };
  }

  open(): void {
    this.#calls.open(-1);
    this.#calls.reset();
  }

  addRow(): void {
    this.#calls.enter({ first: this.#rows.first }, -1);
    this.#calls.values();
    this.#rows.deliver();
  }

  finishPartition(): void {
    this.#calls.reset();
  }
}

class GroupByGroup implements WindowFrames {
  readonly reader: ColumnReader;
  readonly #ctx: CodegenContext;
  readonly #stage: WindowStage;
  readonly #rows: WindowRows;
  readonly #calls: WindowCalls;
  /** ORDER BY terms that tell groups apart; none when the whole partition is one group. */
  readonly #termCount: number;
  /** Registers of the group's first row; how many rows of it wait: none, 1 there, 2 some in the table too. */
  readonly #held: number;
  readonly #waiting: number;
  /** The columns that are kept: arguments have been used when the row waits. */
  readonly #width: number;
  readonly #table: number;
  readonly #deliverReturn: number;
  readonly #deliverGroup: Label;

  constructor(ctx: CodegenContext, stage: WindowStage, rows: WindowRows, calls: WindowCalls) {
    const { program } = ctx;
    this.#ctx = ctx;
    this.#stage = stage;
    this.#rows = rows;
    this.#calls = calls;
    this.#termCount = stage.window.frame.to.kind === 'currentRow' ? stage.window.orderBy.length : 0;
    this.#width = this.#termCount > 0 ? stage.orderColumn + this.#termCount : stage.partitionColumn;
    this.#held = program.register(Math.max(1, this.#width));
    this.#waiting = program.register();
    this.#table = program.cursor();
    this.#deliverReturn = program.register();
    this.#deliverGroup = program.label();
    this.reader = { kind: 'registers', first: this.#held, rowid: 0, needsRealAffinity: true };
  }

  open(): void {
    const { program } = this.#ctx;
    program.emit('OpenEphemeral', this.#table, Math.max(1, this.#width));
    program.emit('Integer', 0, this.#waiting);
    this.#calls.open(-1);
    this.#calls.reset();
  }

  addRow(next: Label): void {
    const { program } = this.#ctx;
    const { first } = this.#rows;
    const isFirst = program.label();
    const isPeer = program.label();
    program.emit('IfNot', this.#waiting, isFirst);
    if (this.#termCount > 0) {
      const { orderColumn, window } = this.#stage;
      const key = window.orderBy.map(({ expression }) => ({ collation: sortCollation(expression), flags: 0 }));
      const differs = program.label();
      program.emit('Compare', this.#held + orderColumn, first + orderColumn, key.length, program.keyInfo(key));
      program.emit('Jump', differs, isPeer, differs);
      program.place(differs);
      program.emit('Gosub', this.#deliverReturn, this.#deliverGroup);
    } else {
      program.goto(isPeer);
    }
    program.place(isFirst);
    program.emit('Integer', 1, this.#waiting);
    if (this.#width > 0) program.emit('Copy', first, this.#held, this.#width - 1);
    this.#calls.enter({ first }, -1);
    program.goto(next);
    program.place(isPeer);
    program.emit('Integer', 2, this.#waiting);
    this.#calls.enter({ first }, -1);
    this.#keepRow();
  }

  #keepRow(): void {
    const { program } = this.#ctx;
    const mark = program.registers.mark();
    const record = program.registers.temporary();
    const rowid = program.registers.temporary();
    program.emit('MakeRecord', this.#width > 0 ? this.#rows.first : this.#waiting, Math.max(1, this.#width), record);
    program.emit('NewRowid', this.#table, rowid);
    program.emit('Insert', this.#table, record, rowid, -1, operandFlags.APPEND);
    program.registers.releaseTo(mark);
  }

  finishPartition(): void {
    const { program } = this.#ctx;
    const none = program.emit('IfNot', this.#waiting);
    program.emit('Gosub', this.#deliverReturn, this.#deliverGroup);
    program.jumpHere(none);
    program.emit('Integer', 0, this.#waiting);
    this.#calls.reset();
  }

  /** Subroutine: delivers the waiting rows, all with the same values. */
  subroutines(): void {
    const { program } = this.#ctx;
    const back = program.label();
    program.place(this.#deliverGroup);
    this.#calls.values();
    this.#rows.deliver();
    program.emit('Eq', program.integerRegister(1), back, this.#waiting);
    program.emit('Rewind', this.#table, back);
    const top = program.here;
    for (let i = 0; i < this.#width; i++) program.emit('Column', this.#table, i, this.#held + i);
    this.#rows.deliver();
    program.emit('Next', this.#table, top);
    program.emit('ResetSorter', this.#table);
    program.place(back);
    program.emit('Return', this.#deliverReturn);
  }
}

export const growingFrames = (
  ctx: CodegenContext,
  stage: WindowStage,
  rows: WindowRows,
  calls: WindowCalls,
): WindowFrames => {
  const { unit, to } = stage.window.frame;
  return unit === 'rows' && to.kind === 'currentRow'
    ? new RowByRow(rows, calls)
    : new GroupByGroup(ctx, stage, rows, calls);
};
