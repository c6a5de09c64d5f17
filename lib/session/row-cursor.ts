// RowCursor: rows of one running statement on demand, read ahead in growing batches. One row at a time where the caller
// could notice: with user functions, with statements that write, and in unsafe mode, where the caller may write between
// rows. However far it has read, the locks are held until the caller has seen the end.
import { requestFlags } from '../../spec/border';
import { columnLimitOf, type Connection } from './connection';
import type { SqlInput } from './parameters';
import type { Program, StatementPool } from './program';
import type { Row, RowMode, RowShape } from './row-decoder';

const FIRST_BATCH = 8;
const LARGEST_BATCH = 256;

export class RowCursor {
  /** True after next() went past the last row. */
  isDone = false;
  readonly #connection: Connection;
  readonly #program: Program;
  readonly #safeIntegers: boolean;
  readonly #mode: RowMode;
  readonly #flags: number;
  #values: readonly SqlInput[] | null;
  #shape: RowShape | null = null;
  #pool: StatementPool | null = null;
  #statement = -1;
  #rows: Row[] = [];
  #position = 0;
  #batchSize: number = FIRST_BATCH;
  #isRunning = false;
  /** Met while reading ahead; thrown after the rows before it. */
  #failure: { error: unknown } | null = null;

  constructor(
    connection: Connection,
    program: Program,
    values: readonly SqlInput[],
    mode: RowMode,
    safeIntegers: boolean,
  ) {
    this.#connection = connection;
    this.#program = program;
    this.#values = values;
    this.#mode = mode;
    this.#safeIntegers = safeIntegers;
    const { rows, safeIntegers: safe, holdEnd } = requestFlags;
    this.#flags = rows | (safeIntegers ? safe : 0) | (readsAhead(program) ? holdEnd : 0);
  }

  /** The next row; undefined with isDone set after the last. Starts the statement on the first call. */
  next(): Row {
    if (this.#position === this.#rows.length) {
      this.#readAhead();
      if (this.#rows.length === 0) {
        if (this.#failure !== null) throw this.#failure.error;
        this.isDone = true;
        return undefined;
      }
    }
    const row = this.#rows[this.#position];
    this.#rows[this.#position++] = undefined;
    return row;
  }

  close(): void {
    if (this.#statement < 0) return;
    if (this.#isRunning && this.#connection.isOpen) this.#connection.resetStatement(this.#statement);
    this.#finish();
  }

  #readAhead(): void {
    this.#rows = [];
    this.#position = 0;
    if (this.#failure !== null || (this.#values === null && !this.#isRunning)) return;
    const connection = this.#connection;
    connection.rowsBeforeError = 0;
    try {
      if (this.#values === null) this.#continue();
      else this.#start(this.#values);
    } catch (error) {
      if (connection.rowsBeforeError > 0)
        connection.takeBatch(this.#program.shape(this.#mode, this.#safeIntegers), this.#rows);
      this.#failure = { error };
      this.#isRunning = false;
      this.#finish();
    }
  }

  #start(values: readonly SqlInput[]): void {
    this.#values = null;
    const connection = this.#connection;
    connection.log(this.#program, values);
    this.#statement = connection.start(this.#program, values, this.#flags, this.#limit(), columnLimitOf(this.#mode));
    this.#pool = connection.startedPool;
    this.#shape = this.#program.shape(this.#mode, this.#safeIntegers);
    this.#isRunning = true;
    this.#takeRows();
  }

  #continue(): void {
    this.#connection.resume(this.#statement, this.#flags, this.#limit(), columnLimitOf(this.#mode));
    this.#takeRows();
  }

  #limit(): number {
    if (!readsAhead(this.#program) || this.#connection.unsafeMode) return 1;
    const size = this.#batchSize;
    this.#batchSize = Math.min(size * 2, LARGEST_BATCH);
    return size;
  }

  #takeRows(): void {
    if (!this.#connection.takeBatch(this.#shape!, this.#rows)) return;
    this.#isRunning = false;
    this.#finish();
  }

  #finish(): void {
    if (this.#statement < 0) return;
    this.#pool?.release(this.#statement);
    this.#statement = -1;
  }
}

const readsAhead = (program: Program): boolean => program.isReadonly && !program.callsHost && !program.changesSettings;
