/**
 * Code for recursive common tables: rows wait in a queue; each is delivered, and the recursive cores, run on it alone, add
 * rows to the queue.
 *
 * The queue is a table in order of insertion, or with ORDER BY an index: ORDER BY values, sequence number, columns.
 */
import type { LogEstimate } from '../plan/log-estimate';
import type { Core, Query } from '../resolve/ir';
import { SqlError } from '../syntax/sql-error';
import { columnCollation, orderCollation } from './compound';
import type { CodegenContext } from './context';
import { deliverRow } from './deliver';
import type { Destination } from './destination';
import { codeLimitReached, codeLimits, codeOffset } from './limit';
import { codeQuery } from './select';
import { keyFieldOf } from './sort';

const APPEND = 0x08;

export function codeRecursive(
  ctx: CodegenContext,
  query: Query,
  firstRecursive: number,
  destination: Destination,
): LogEstimate {
  const { program } = ctx;
  checkRecursiveCores(query.cores.slice(firstRecursive));
  const end = program.label();
  const next = program.label();
  const limits = codeLimits(ctx, query, end);
  const queue = new Queue(ctx, query);
  queue.open();
  const outer = program.openPlan('SETUP');
  queue.fill(0, firstRecursive);
  program.closePlan(outer);

  const top = program.here;
  const row = queue.take(end);
  codeOffset(ctx, limits, next);
  deliverRow(ctx, destination, row, query.columns.length);
  codeLimitReached(ctx, limits, end);
  program.place(next);
  const inner = program.openPlan('RECURSIVE STEP');
  const rows = queue.fill(firstRecursive, query.cores.length);
  program.closePlan(inner);
  program.emit('Goto', 0, top);
  program.place(end);
  // Of rows that must be new fewer are expected.
  return query.operators.at(-1) === 'union' ? rows - 30 : rows;
}

function checkRecursiveCores(cores: readonly Core[]): void {
  for (const core of cores) {
    if (core.kind !== 'select') continue;
    if (core.isAggregate) throw new SqlError('recursive aggregate queries not supported');
    if (core.windowCalls.length > 0) throw new SqlError('cannot use window functions in recursive queries');
  }
}

class Queue {
  readonly #ctx: CodegenContext;
  readonly #query: Query;
  readonly #cursor: number;
  /** Index of all rows ever queued (UNION), -1 for UNION ALL. */
  readonly #seen: number;
  readonly #width: number;
  /** Registers of the row being processed. */
  readonly #row: number;
  readonly #keyCount: number;

  constructor(ctx: CodegenContext, query: Query) {
    this.#ctx = ctx;
    this.#query = query;
    this.#cursor = ctx.program.cursor();
    this.#seen = query.operators.at(-1) === 'union' ? ctx.program.cursor() : -1;
    this.#width = query.columns.length;
    this.#row = ctx.program.register(this.#width);
    this.#keyCount = query.orderBy.length;
  }

  open(): void {
    const { program } = this.#ctx;
    const { columns, cores, orderBy } = this.#query;
    if (this.#keyCount > 0) {
      const keys = orderBy.map((term) => ({ ...keyFieldOf(term), collation: orderCollation(cores, term) }));
      const keyInfo = program.keyInfo([...keys, { collation: 'BINARY', flags: 0 }]);
      program.emit('OpenEphemeral', this.#cursor, this.#keyCount + 1 + this.#width, 0, keyInfo);
    } else {
      program.emit('OpenEphemeral', this.#cursor, this.#width);
    }
    if (this.#seen < 0) return;
    const fields = columns.map((_, column) => ({ collation: columnCollation(cores, column), flags: 0 }));
    program.emit('OpenEphemeral', this.#seen, this.#width, 0, program.keyInfo(fields));
  }

  /** Runs the cores from..to; their rows go into the queue, which keeps recursive ones apart itself. Gives an estimate of the rows. */
  fill(from: number, to: number): LogEstimate {
    const ctx = this.#ctx;
    const cores = this.#query.cores.slice(from, to);
    for (const core of cores) {
      if (core.kind !== 'select') continue;
      for (const source of core.sources) {
        if (source.kind !== 'recursive') continue;
        ctx.columnReaders.set(source, { kind: 'registers', first: this.#row, rowid: 0, needsRealAffinity: false });
      }
    }
    const part: Query = {
      ...this.#query,
      cores,
      operators: from > 0 ? cores.slice(1).map(() => 'unionAll' as const) : this.#query.operators.slice(from, to - 1),
      columns: cores[0]!.columns,
      orderBy: [],
      limit: null,
      offset: null,
      recursion: null,
      isPart: true,
    };
    const emit = (first: number, count: number): void => {
      this.#push(first, count);
    };
    return codeQuery(ctx, part, { kind: 'queue', emit });
  }

  #push(first: number, count: number): void {
    const { program } = this.#ctx;
    const known = program.label();
    const record = program.registers.temporary();
    if (this.#seen >= 0) {
      program.emit('Found', this.#seen, known, first, count);
      program.emit('MakeRecord', first, count, record);
      program.emit('IdxInsert', this.#seen, record, first, count);
    }
    if (this.#keyCount === 0) {
      const rowid = program.registers.temporary();
      if (this.#seen < 0) program.emit('MakeRecord', first, count, record);
      program.emit('NewRowid', this.#cursor, rowid);
      program.emit('Insert', this.#cursor, record, rowid, -1, APPEND);
    } else {
      const size = this.#keyCount + 1 + count;
      const entry = program.registers.temporaryRange(size);
      this.#query.orderBy.forEach(({ resultColumn }, i) => program.emit('SCopy', first + resultColumn, entry + i));
      program.emit('Sequence', this.#cursor, entry + this.#keyCount);
      for (let i = 0; i < count; i++) program.emit('SCopy', first + i, entry + this.#keyCount + 1 + i);
      program.emit('MakeRecord', entry, size, record);
      program.emit('IdxInsert', this.#cursor, record, entry, size);
    }
    program.place(known);
  }

  /** Takes the first row out of the queue; goes to `empty` when there is none. Returns its first register. */
  take(empty: number): number {
    const { program } = this.#ctx;
    const offset = this.#keyCount > 0 ? this.#keyCount + 1 : 0;
    program.emit('Rewind', this.#cursor, empty);
    for (let i = 0; i < this.#width; i++) program.emit('Column', this.#cursor, offset + i, this.#row + i);
    program.emit('Delete', this.#cursor);
    return this.#row;
  }
}
