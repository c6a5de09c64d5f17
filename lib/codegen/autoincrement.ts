/**
 * AUTOINCREMENT: the largest rowid ever used, read from sqlite_sequence before the statement and written back after it.
 *
 * The registers belong to the outermost program; triggers that insert into the same table share them.
 */
import type { ProgramBuilder } from '../bytecode/program-builder';
import { operandFlags } from '../../spec/opcodes';
import type { Table } from '../catalog/schema';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';

/** Registers of one table's sequence. */
export interface Sequence {
  readonly sequenceTable: Table;
  /** Holds the table's name; then the counter, the rowid of the sequence's row, and the counter as it was read. */
  readonly name: number;
  readonly counter: number;
}

/** sqlite_sequence of the table's database; null when it is not what it must be. */
export function sequenceTableOf(table: Table): Table | null {
  const found = table.database.findRelation('sqlite_sequence');
  return found?.kind === 'table' && !found.withoutRowid && found.columns.length === 2 ? found : null;
}

/** The register (of the outermost program) that counts the table's rowids; 0 when it has no AUTOINCREMENT. */
export function beginSequence(ctx: CodegenContext, table: Table): number {
  if (!table.autoincrement) return 0;
  const { sequences, root } = ctx.statement;
  const known = sequences.get(table);
  if (known) return known.counter;
  const sequenceTable = sequenceTableOf(table);
  if (sequenceTable === null) throw new SqlError('database disk image is malformed', -1, 'SQLITE_CORRUPT_SEQUENCE');
  const name = root.register(4);
  const sequence: Sequence = { sequenceTable, name, counter: name + 1 };
  sequences.set(table, sequence);
  return sequence.counter;
}

/** Reads the counters: part of the program's start, after the transaction has begun. */
export function readSequences(ctx: CodegenContext): void {
  const { sequences, root } = ctx.statement;
  for (const [table, sequence] of sequences) codeRead(root, table, sequence);
}

function codeRead(program: ProgramBuilder, table: Table, { sequenceTable, name, counter }: Sequence): void {
  const cursor = program.cursor();
  const done = program.label();
  program.emit('OpenRead', cursor, sequenceTable.rootPage, sequenceTable.database.number);
  program.loadString(table.name, name);
  program.emit('Null', 0, counter, counter + 2);
  const absent = program.label();
  const top = program.emit('Rewind', cursor, absent) + 1;
  program.emit('Column', cursor, 0, counter);
  const next = program.label();
  program.emit('Ne', name, next, counter, -1, operandFlags.JUMPIFNULL);
  program.emit('Rowid', cursor, counter + 1);
  program.emit('Column', cursor, 1, counter);
  program.emit('AddImm', counter, 0);
  program.emit('Copy', counter, counter + 2);
  program.goto(done);
  program.place(next);
  program.emit('Next', cursor, top);
  program.place(absent);
  program.emit('Integer', 0, counter);
  program.place(done);
  program.emit('Close', cursor);
}

/** Notes a rowid that was used. */
export function countRowid(ctx: CodegenContext, counter: number, rowid: number): void {
  if (counter !== 0) ctx.program.emit('MemMax', counter, rowid);
}

/** Writes back the counters that grew; the end of an outermost statement. */
export function endSequences(ctx: CodegenContext): void {
  if (ctx.trigger) return;
  const { program } = ctx;
  for (const { sequenceTable, name, counter } of ctx.statement.sequences.values()) {
    const unchanged = program.label();
    const cursor = program.cursor();
    const mark = program.registers.mark();
    const record = program.registers.temporary();
    program.emit('Le', counter + 2, unchanged, counter);
    program.emit('OpenWrite', cursor, sequenceTable.rootPage, sequenceTable.database.number);
    const hasRow = program.emit('NotNull', counter + 1, 0);
    program.emit('NewRowid', cursor, counter + 1);
    program.jumpHere(hasRow);
    program.emit('MakeRecord', name, 2, record);
    program.emit('Insert', cursor, record, counter + 1, -1, operandFlags.APPEND);
    program.emit('Close', cursor);
    program.place(unchanged);
    program.registers.releaseTo(mark);
  }
}
