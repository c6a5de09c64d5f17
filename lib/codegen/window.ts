/**
 * Code for queries with window functions: a subquery delivers the rows in the order of the window, this stage adds the values
 * and does what the query does with its rows.
 *
 * Owns: the loop over the subquery, partitions, the subroutine for one row of the result. How frames are kept is
 * window-stream.ts's and window-buffer.ts's.
 */
import type { Label } from '../bytecode/program-builder';
import type { LogEstimate } from '../plan/log-estimate';
import { sortCollation } from '../resolve/affinity';
import type { WindowStage } from '../resolve/window-stage';
import type { CodegenContext, ColumnReader } from './context';
import { beginLoops } from './loops';
import type { SelectState } from './select-state';
import { bufferedFrames } from './window-buffer';
import { WindowCalls } from './window-calls';
import { growingFrames, isGrowing } from './window-stream';

/** The rows that come in, and where they go when their values are known. */
export interface WindowRows {
  /** Registers of the incoming row, one a column of the subquery. */
  readonly first: number;
  readonly width: number;
  /** Emits the call of the subroutine that delivers the row that `WindowFrames.reader` reads. */
  deliver(): void;
}

/** How the frames of a stage are kept. */
export interface WindowFrames {
  /** Where the row to be delivered is found. */
  readonly reader: ColumnReader;
  /** Code before the rows. */
  open(): void;
  /** Code for a row that has come. May go to `next` for the one after it. */
  addRow(next: Label): void;
  /** Code for the end of a partition, whose rows have come. */
  finishPartition(): void;
  /** Subroutines that the other code calls, outside the flow. */
  subroutines?(): void;
}

/** `state` is for `stage.query`; the subquery's rows are set up as a coroutine. */
export function codeWindowStage(state: SelectState, stage: WindowStage): LogEstimate {
  const { ctx } = state;
  const { program } = ctx;
  const rows = ctx.subqueryRows.get(stage.source);
  if (rows?.kind !== 'coroutine') throw new Error('the rows of a window query come from a coroutine');
  state.open();
  const deliverReturn = program.register();
  const deliver = program.label();
  const calls = new WindowCalls(ctx, stage.source, stage.calls);
  const incoming: WindowRows = {
    first: rows.first,
    width: stage.source.columns.length,
    deliver: () => program.emit('Gosub', deliverReturn, deliver),
  };
  const makeFrames = isGrowing(stage) ? growingFrames : bufferedFrames;
  const frames = makeFrames(ctx, stage, incoming, calls);
  frames.open();
  const partition = openPartition(ctx, stage);
  const loops = beginLoops(ctx, { sources: [stage.source], where: null });
  const flush = program.label();
  if (partition) goOnInPartition(ctx, stage, partition, rows.first, flush);
  frames.addRow(loops.continueLabel);
  loops.end();
  const back = partition ? program.emit('Integer', 0, partition.returnRegister) : -1;
  program.place(flush);
  frames.finishPartition();
  if (partition) {
    // After the last row the subroutine is entered from above and returns to what follows it.
    program.setOperand(back, 1, program.here);
    program.emit('Return', partition.returnRegister);
  }
  const done = program.label();
  program.goto(done);
  program.place(deliver);
  program.registers.isolate(() => {
    codeResultRow(state, stage, calls, frames.reader, deliverReturn, done);
    frames.subroutines?.();
  });
  program.place(done);
  state.close();
  return loops.rowsOut;
}

/** Subroutine: one row of the result. */
function codeResultRow(
  state: SelectState,
  stage: WindowStage,
  calls: WindowCalls,
  reader: ColumnReader,
  returnRegister: number,
  done: Label,
): void {
  const { ctx } = state;
  const { program } = ctx;
  const skip = program.label();
  ctx.columnReaders.set(stage.source, reader);
  calls.publish();
  state.settleDistinct('unordered');
  state.codeRow(skip, done);
  calls.forget();
  ctx.columnReaders.delete(stage.source);
  program.place(skip);
  program.emit('Return', returnRegister);
}

/** Registers of the partition at hand: its values, and where its end returns to. */
interface Partition {
  readonly values: number;
  readonly returnRegister: number;
}

function openPartition({ program }: CodegenContext, { window }: WindowStage): Partition | null {
  const count = window.partitionBy.length;
  if (count === 0) return null;
  const values = program.register(count);
  program.loadNull(values, count);
  return { values, returnRegister: program.register() };
}

/** Calls the subroutine that ends a partition when the row belongs to a new one. */
function goOnInPartition(
  { program }: CodegenContext,
  { window, partitionColumn }: WindowStage,
  { values, returnRegister }: Partition,
  first: number,
  flush: Label,
): void {
  const { partitionBy } = window;
  const key = partitionBy.map((expression) => ({ collation: sortCollation(expression), flags: 0 }));
  const differs = program.label();
  const same = program.label();
  program.emit('Compare', first + partitionColumn, values, partitionBy.length, program.keyInfo(key));
  program.emit('Jump', differs, same, differs);
  program.place(differs);
  program.emit('Gosub', returnRegister, flush);
  program.emit('Copy', first + partitionColumn, values, partitionBy.length - 1);
  program.place(same);
}
