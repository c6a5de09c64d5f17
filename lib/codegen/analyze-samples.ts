/**
 * ANALYZE's samples: rows of sqlite_stat4, entries of an index with what is known of their neighbourhood.
 *
 * Owns: passing entries to the engine's sampler while an index is scanned, and the rows of its choice. Must not know: how it chooses.
 */
import { indexSamples } from '../../spec/functions';
import { operandFlags } from '../../spec/opcodes';
import type { Index, Table } from '../catalog/schema';
import { builtInAggregate } from '../resolve/functions';
import type { CodegenContext } from './context';
import { IndexedRow } from './index-entries';
import { openTable } from './table-access';

/** Registers of the sampler of one index. */
export interface Samples {
  /** Number of the first column that differs from the entry before. */
  readonly changed: number;
  readonly accumulator: number;
  /** Columns that tell entries apart. */
  readonly testedCount: number;
}

/** Columns of an entry that are sampled: all of an index, the key of a WITHOUT ROWID table. */
const sampledCount = (index: Index): number => (index.isTable ? index.keyColumnCount : index.columns.length);

const samplerOf = (ctx: CodegenContext): number => {
  const { id } = builtInAggregate(indexSamples);
  return ctx.program.pool.function({ id, isHost: false, argumentCount: 4, collation: 'BINARY' });
};

/** Prepares the sampler for an index with the number of entries that register `total` holds. */
export function openSamples(ctx: CodegenContext, index: Index, total: number): Samples {
  const { program } = ctx;
  const changed = program.register(4);
  const accumulator = program.register();
  const count = sampledCount(index);
  program.emit('Integer', count, changed + 2);
  program.emit('Copy', total, changed + 3);
  program.loadNull(accumulator);
  return { changed, accumulator, testedCount: index.uniqueNotNull ? index.keyColumnCount - 1 : count - 1 };
}

/** Passes the entry under the cursor to the sampler. */
export function codeSample(ctx: CodegenContext, index: Index, cursor: number, { changed, accumulator }: Samples): void {
  const { program } = ctx;
  const key = changed + 1;
  if (index.table.withoutRowid) {
    const columns = index.table.primaryKeyColumns;
    const mark = program.registers.mark();
    const first = program.registers.temporaryRange(columns.length);
    columns.forEach((column, i) => {
      program.emit(
        'Column',
        cursor,
        index.columns.findIndex((entry) => entry.column === column),
        first + i,
      );
    });
    program.emit('MakeRecord', first, columns.length, key);
    program.registers.releaseTo(mark);
  } else {
    program.emit('IdxRowid', cursor, key);
  }
  program.emit('AggStep', 0, changed, accumulator, samplerOf(ctx), 4);
}

/** Inserts the rows of the samples; `names`: registers of the table's and the index's name. */
export function codeSampleRows(
  ctx: CodegenContext,
  index: Index,
  names: number,
  statCursor: number,
  { accumulator }: Samples,
): void {
  const { program } = ctx;
  const { table } = index;
  const count = sampledCount(index);
  const row = program.register(6);
  const key = program.register();
  const fields = program.register(count);
  const record = program.register();
  const rowid = program.register();
  const done = program.label();
  const tableCursor = program.cursor();
  openTable(ctx, 'OpenRead', tableCursor, table);
  program.emit('Copy', names, row, 1);
  const next = program.here;
  const take = (target: number): void => {
    program.emit('AggValue', accumulator, 0, target, samplerOf(ctx));
  };
  take(key);
  program.emit('IsNull', key, done);
  for (let i = 2; i < 5; i++) take(row + i);
  program.emit(table.withoutRowid ? 'NotFound' : 'NotExists', tableCursor, next, key, table.withoutRowid ? 0 : -1);
  loadFields(ctx, table, index, tableCursor, fields, count);
  program.emit('MakeRecord', fields, count, row + 5);
  program.emit('MakeRecord', row, 6, record);
  program.emit('NewRowid', statCursor, rowid);
  program.emit('Insert', statCursor, record, rowid, -1, operandFlags.APPEND);
  program.emit('Goto', 0, next);
  program.place(done);
  program.emit('Close', tableCursor);
}

function loadFields(
  ctx: CodegenContext,
  table: Table,
  index: Index,
  cursor: number,
  first: number,
  count: number,
): void {
  const row = new IndexedRow(ctx, table, cursor);
  row.codeValues(index, first, count);
  row.close();
}
