/**
 * The window functions of one stage at work: a row enters the frame, a row leaves it, the values for a row are wanted.
 *
 * Owns: the accumulator and the result register of each call; the three ways of computing a call besides its own step and
 * inverse functions: min() and max() of a frame whose start moves keep the frame's values in an index; first_value() and
 * nth_value() count rows and read the one they want from the buffer; lead() and lag() read a row of the buffer by its distance.
 */
import { SORT_DESCENDING } from '../bytecode/constant-pool';
import { sortCollation } from '../resolve/affinity';
import type { Expression, Source, WindowCall } from '../resolve/ir';
import { someExpression } from '../resolve/walk';
import type { StagedCall } from '../resolve/window-stage';
import { callCollation } from './call';
import type { CodegenContext } from './context';
import { codeExpressionList } from './expression';
import { checkOffset } from './window-offset';

/** How a call is computed. */
type Method = 'accumulate' | 'index' | 'nth' | 'distance';

interface Call extends StagedCall {
  readonly method: Method;
  readonly accumulator: number;
  readonly result: number;
  /** A cursor of the call's own: on the index of values, or on the buffer. -1 without. */
  readonly cursor: number;
  /** 'index': value, number, record. 'nth': rows that left the frame, rows that entered. */
  readonly extra: number;
}

/** Where the columns of the row at hand are: in the buffer under a cursor, or in consecutive registers. */
export type RowPlace = { readonly cursor: number } | { readonly first: number };

/** A function that looks at rows of the buffer instead of accumulating. */
export const readsBuffer = (call: WindowCall): boolean => ['nth', 'distance'].includes(methodOf(call));

function methodOf({ definition, window }: WindowCall): Method {
  if (definition.isHost || window.frame.exclude !== null) return 'accumulate';
  if (definition.extreme && window.frame.from.kind !== 'unboundedPreceding') return 'index';
  switch (definition.name) {
    case 'first_value':
      return window.frame.from.kind === 'unboundedPreceding' ? 'accumulate' : 'nth';
    case 'nth_value':
      return 'nth';
    case 'lead':
    case 'lag':
      return 'distance';
    default:
      return 'accumulate';
  }
}

/** A value that did not go through a table may have a subtype that it would have lost there. */
const mayHaveSubtype = (argument: Expression): boolean =>
  someExpression(argument, (part) => 'definition' in part && part.definition.givesSubtype === true, false);

/** p5 of Copy. */
const CLEAR_SUBTYPE = 0x02;

const extraCounts: Record<Method, number> = { accumulate: 0, index: 3, nth: 2, distance: 0 };

export class WindowCalls {
  readonly #ctx: CodegenContext;
  readonly #source: Source;
  readonly #calls: readonly Call[];
  /** Room for the arguments of any call. */
  readonly #arguments: number;

  constructor(ctx: CodegenContext, source: Source, staged: readonly StagedCall[]) {
    const { program } = ctx;
    this.#ctx = ctx;
    this.#source = source;
    this.#calls = staged.map((item) => {
      const method = methodOf(item.call);
      return {
        ...item,
        method,
        accumulator: program.register(),
        result: program.register(),
        cursor: method === 'accumulate' ? -1 : program.cursor(),
        extra: program.register(extraCounts[method]),
      };
    });
    this.#arguments = program.register(Math.max(1, ...staged.map(({ call }) => call.arguments.length)));
  }

  /** Opens what the calls need besides accumulators. `buffer`: the cursor on the buffered rows, -1 without a buffer. */
  open(buffer: number): void {
    const { program } = this.#ctx;
    for (const { method, cursor, call } of this.#calls) {
      if (method === 'nth' || method === 'distance') program.emit('OpenDup', cursor, buffer);
      if (method !== 'index') continue;
      const isMinimum = call.definition.extreme === 'min';
      const field = { collation: sortCollation(call.arguments[0]!), flags: isMinimum ? SORT_DESCENDING : 0 };
      program.emit('OpenEphemeral', cursor, 2, 0, program.keyInfo([field, { collation: 'BINARY', flags: 0 }]));
    }
  }

  /** Results are read from now on, until forget(). */
  publish(): void {
    for (const { call, result } of this.#calls) this.#ctx.windowResults.set(call, result);
  }

  forget(): void {
    for (const { call } of this.#calls) this.#ctx.windowResults.delete(call);
  }

  /** Prepares for the first row of a partition. */
  reset(): void {
    const { program } = this.#ctx;
    for (const { method, accumulator, cursor, extra } of this.#calls) {
      program.loadNull(accumulator);
      if (method === 'nth') program.emit('Integer', 0, extra);
      if (method === 'index') program.emit('ResetSorter', cursor);
      if (method === 'nth' || method === 'index') program.emit('Integer', 0, extra + 1);
    }
  }

  clearAccumulators(): void {
    for (const { accumulator } of this.#calls) this.#ctx.program.loadNull(accumulator);
  }

  /** The row enters the frame. `current`: the cursor of the row whose frame it is. */
  enter(row: RowPlace, current: number): void {
    for (const call of this.#calls) this.#move(call, row, current, false);
  }

  /** The row leaves the frame. */
  leave(row: RowPlace, current: number): void {
    for (const call of this.#calls) this.#move(call, row, current, true);
  }

  #move(call: Call, row: RowPlace, current: number, isLeaving: boolean): void {
    const { program } = this.#ctx;
    if (call.method === 'distance') return;
    const unwanted = program.label();
    if (call.filterColumn >= 0) this.#testFilter(call.filterColumn, row, unwanted);
    switch (call.method) {
      case 'nth':
        program.emit('AddImm', call.extra + (isLeaving ? 0 : 1), 1);
        break;
      case 'index':
        this.#moveIndexed(call, this.#loadArguments(call, row, current), isLeaving);
        break;
      case 'accumulate':
        this.#step(call, this.#loadArguments(call, row, current), isLeaving);
    }
    program.place(unwanted);
  }

  #testFilter(column: number, row: RowPlace, unwanted: number): void {
    const { program } = this.#ctx;
    if ('first' in row) {
      program.emit('IfNot', row.first + column, unwanted, 1);
      return;
    }
    const mark = program.registers.mark();
    const condition = program.registers.temporary();
    program.emit('Column', row.cursor, column, condition);
    program.emit('IfNot', condition, unwanted, 1);
    program.registers.releaseTo(mark);
  }

  /** The first of the registers that hold the arguments. */
  #loadArguments({ call, argumentColumns, arguments: values }: Call, row: RowPlace, current: number): number {
    const { program } = this.#ctx;
    if (!argumentColumns) {
      this.#loadEvaluated(values, row);
      return this.#arguments;
    }
    if ('first' in row) {
      const [first] = argumentColumns;
      const isRun = first !== undefined && argumentColumns.every((column, i) => column === first + i);
      if (isRun && !call.arguments.some(mayHaveSubtype)) return row.first + first;
      argumentColumns.forEach((column, i) => {
        program.emit('Copy', row.first + column, this.#arguments + i, 0, -1, CLEAR_SUBTYPE);
      });
      return this.#arguments;
    }
    // The number of the wanted row is that of the row whose frame it is.
    const isNth = call.definition.name === 'nth_value' && !call.definition.isHost;
    argumentColumns.forEach((column, i) => {
      program.emit('Column', isNth && i === 1 ? current : row.cursor, column, this.#arguments + i);
    });
    return this.#arguments;
  }

  #loadEvaluated(values: StagedCall['arguments'], row: RowPlace): void {
    const ctx = this.#ctx;
    const before = ctx.columnReaders.get(this.#source);
    const { mayHoist } = ctx;
    ctx.columnReaders.set(
      this.#source,
      'first' in row
        ? { kind: 'registers', first: row.first, rowid: 0, needsRealAffinity: true }
        : { kind: 'cursor', cursor: row.cursor, index: null },
    );
    codeExpressionList(ctx, values, this.#arguments);
    ctx.mayHoist = mayHoist;
    if (before) ctx.columnReaders.set(this.#source, before);
    else ctx.columnReaders.delete(this.#source);
  }

  #step({ call, accumulator }: Call, first: number, isLeaving: boolean): void {
    const { program } = this.#ctx;
    const count = call.arguments.length;
    const operands = [0, count > 0 ? first : 0, accumulator, this.#function(call), count] as const;
    program.emit(isLeaving ? 'AggInverse' : 'AggStep', ...operands);
  }

  /** Values of the frame, numbered as equal ones may be there several times; of several equal ones any may go. */
  #moveIndexed({ cursor, extra }: Call, argument: number, isLeaving: boolean): void {
    const { program } = this.#ctx;
    const isNull = program.emit('IsNull', argument);
    if (isLeaving) {
      const missing = program.emit('SeekGE', cursor, 0, argument, 1);
      program.emit('Delete', cursor);
      program.jumpHere(missing);
    } else {
      program.emit('AddImm', extra + 1, 1);
      program.emit('SCopy', argument, extra);
      program.emit('MakeRecord', extra, 2, extra + 2);
      program.emit('IdxInsert', cursor, extra + 2, extra, 2);
    }
    program.jumpHere(isNull);
  }

  /** Computes the values of accumulating calls for the frame as it is. */
  values(): void {
    const { program } = this.#ctx;
    for (const { call, method, accumulator, result, cursor } of this.#calls) {
      if (method === 'accumulate') {
        program.emit('AggValue', accumulator, call.arguments.length, result, this.#function(call));
      } else if (method === 'index') {
        program.loadNull(result);
        const isEmpty = program.emit('Last', cursor);
        program.emit('Column', cursor, 0, result);
        program.jumpHere(isEmpty);
      }
    }
  }

  /** Computes the values of accumulating calls, whose accumulators are empty afterwards. */
  finalValues(): void {
    const { program } = this.#ctx;
    for (const { call, accumulator, result } of this.#calls) {
      program.emit('AggFinal', accumulator, call.arguments.length, 0, this.#function(call));
      program.emit('Copy', accumulator, result);
      program.loadNull(accumulator);
    }
  }

  /** Fetches values from the buffer for the row under the cursor. */
  lookUp(current: number): void {
    for (const call of this.#calls) {
      if (call.method === 'nth') this.#lookUpNth(call, current);
      else if (call.method === 'distance') this.#lookUpDistance(call, current);
    }
  }

  #lookUpNth({ call, argumentColumns, cursor, extra, result }: Call, current: number): void {
    const { program } = this.#ctx;
    const mark = program.registers.mark();
    const none = program.label();
    const wanted = program.registers.temporary();
    program.loadNull(result);
    if (call.definition.name === 'nth_value') {
      program.emit('Column', current, argumentColumns![1], wanted);
      checkOffset(this.#ctx, wanted, 'nthValue');
    } else {
      program.emit('Integer', 1, wanted);
    }
    program.emit('Add', wanted, extra, wanted);
    program.emit('Gt', extra + 1, none, wanted);
    program.emit('SeekRowid', cursor, none, wanted);
    program.emit('Column', cursor, argumentColumns![0], result);
    program.place(none);
    program.registers.releaseTo(mark);
  }

  #lookUpDistance({ call, argumentColumns, cursor, result }: Call, current: number): void {
    const { program } = this.#ctx;
    const mark = program.registers.mark();
    const none = program.label();
    const wanted = program.registers.temporary();
    const isLead = call.definition.name === 'lead';
    const [value, distance, fallback] = argumentColumns!;
    if (fallback === undefined) program.loadNull(result);
    else program.emit('Column', current, fallback, result);
    program.emit('Rowid', current, wanted);
    if (distance === undefined) {
      program.emit('AddImm', wanted, isLead ? 1 : -1);
    } else {
      const by = program.registers.temporary();
      program.emit('Column', current, distance, by);
      program.emit(isLead ? 'Add' : 'Subtract', by, wanted, wanted);
    }
    program.emit('SeekRowid', cursor, none, wanted);
    program.emit('Column', cursor, value, result);
    program.place(none);
    program.registers.releaseTo(mark);
  }

  #function(call: WindowCall): number {
    const { id, isHost } = call.definition;
    const argumentCount = call.arguments.length;
    return this.#ctx.program.function({ id, isHost, argumentCount, collation: callCollation(call) });
  }
}
