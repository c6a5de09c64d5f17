/**
 * ANALYZE and PRAGMA optimize: fills sqlite_stat1 and, by way of analyze-samples.ts, sqlite_stat4 by one scan of each index.
 *
 * Owns: the figures and their text. For an index of n entries the figure of a prefix is n divided by the number of distinct prefixes,
 * rounded up; one scan counts the changes of each prefix. Must not know: how plans use the figures.
 */
import { int32OrZero } from './pragma-values';
import { operandFlags } from '../../spec/opcodes';
import { settingNumbers } from '../../spec/settings';
import type { Label } from '../bytecode/program-builder';
import type { Database, Index, Table } from '../catalog/schema';
import { checkCollation } from '../resolve/affinity';
import type { AnalyzeStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { codeSample, codeSampleRows, openSamples, type Samples } from './analyze-samples';
import type { CodegenContext } from './context';
import {
  BTREE_TABLE,
  codeDeleteRows,
  codeFileFormat,
  codeSchemaChanged,
  codeSchemaRow,
  databaseOf,
  shownName,
} from './ddl-schema';
import type { PragmaCall } from './pragma';
import { openIndex, openTable } from './table-access';

const STAT1_COLUMNS = 'tbl,idx,stat';
const STAT4_COLUMNS = 'tbl,idx,neq,nlt,ndlt,sample';

/** What to analyze in one database: tables with the indexes in question (null: all). */
interface AnalysisScope {
  readonly database: Database;
  readonly tables: readonly Table[];
  readonly only: Index | null;
  /** Whose old figures are deleted; null: everyone's. */
  readonly replaced: { readonly column: 'tbl' | 'idx'; readonly name: string } | null;
}

/** Code of ANALYZE. */
export function compileAnalyze(ctx: CodegenContext, sql: string, statement: AnalyzeStatement): void {
  for (const scope of scopesOf(ctx, sql, statement)) codeAnalysis(ctx, scope);
}

function scopesOf(ctx: CodegenContext, sql: string, { target }: AnalyzeStatement): readonly AnalysisScope[] {
  const whole = (database: Database): AnalysisScope => ({
    database,
    tables: analyzableTables(database),
    only: null,
    replaced: null,
  });
  if (target === null) return ctx.schema.databases.filter(({ number }) => number !== 1).map(whole);
  const { name } = target.name;
  if (target.database === null) {
    const database = ctx.schema.findDatabase(name);
    if (database !== null) return [whole(database)];
  }
  const databaseName = target.database === null ? null : databaseOf(ctx, sql, target).name;
  const index = ctx.schema.findIndex(name, databaseName);
  if (index !== null) {
    const replaced = { column: 'idx', name: index.name } as const;
    return [{ database: index.database, tables: [index.table], only: index, replaced }];
  }
  const table = ctx.schema.findRelation(name, databaseName);
  if (table === null) throw new SqlError(`no such table: ${shownName(target)}`, target.start);
  const replaced = { column: 'tbl', name: table.name } as const;
  const tables = table.kind === 'table' && isAnalyzable(table) ? [table] : [];
  return [{ database: table.database, tables, only: null, replaced }];
}

function isAnalyzable(table: Table): boolean {
  return table.module === null && !/^sqlite_/i.test(table.name);
}

function analyzableTables(database: Database): Table[] {
  return [...database.relationsInHashOrder()].filter(
    (relation): relation is Table => relation.kind === 'table' && isAnalyzable(relation),
  );
}

function codeAnalysis(ctx: CodegenContext, { database, tables, only, replaced }: AnalysisScope): void {
  const { program } = ctx;
  ctx.writeDatabase(database.number);
  ctx.statement.isMultiWrite = true;
  ctx.statement.changesSchema = true;
  const cursor = openedCursors(ctx);
  const madeTables = codeStatisticsTables(ctx, database, cursor, replaced);
  for (const table of tables) codeTable(ctx, table, only, cursor);
  program.emit('Close', cursor);
  program.emit('Close', cursor + 1);
  if (madeTables) codeSchemaChanged(ctx, database);
  else program.emit('SchemaChanged', database.number);
}

/** The cursor of sqlite_stat1; the next one is sqlite_stat4's. */
function openedCursors({ program }: CodegenContext): number {
  const cursor = program.cursor();
  program.cursor();
  return cursor;
}

/** Makes or empties the statistics tables and opens them; returns whether a table was made. */
function codeStatisticsTables(
  ctx: CodegenContext,
  database: Database,
  cursor: number,
  replaced: AnalysisScope['replaced'],
): boolean {
  const { program } = ctx;
  const existing = ['sqlite_stat1', 'sqlite_stat4', 'sqlite_stat3'].map((name) => database.findRelation(name));
  for (const table of existing) {
    if (table?.kind !== 'table') continue;
    if (replaced === null) program.emit('Clear', table.rootPage, database.number);
    else {
      const field = table.columns.findIndex(({ name }) => name === replaced.column);
      if (field >= 0) codeDeleteRows(ctx, database, table.rootPage, [{ field, text: replaced.name }]);
    }
  }
  const [stat1, stat4] = existing;
  if (stat1?.kind !== 'table' || stat4?.kind !== 'table') codeFileFormat(ctx, database);
  const made1 = stat1?.kind === 'table' ? 0 : codeNewTable(ctx, database, 'sqlite_stat1', STAT1_COLUMNS);
  const made4 = stat4?.kind === 'table' ? 0 : codeNewTable(ctx, database, 'sqlite_stat4', STAT4_COLUMNS);
  if (stat1?.kind === 'table') program.emit('OpenWrite', cursor, stat1.rootPage, database.number);
  else program.emit('OpenWrite', cursor, made1, database.number, -1, operandFlags.P2ISREG);
  if (stat4?.kind === 'table') program.emit('OpenWrite', cursor + 1, stat4.rootPage, database.number);
  else program.emit('OpenWrite', cursor + 1, made4, database.number, -1, operandFlags.P2ISREG);
  return stat1?.kind !== 'table' || stat4?.kind !== 'table';
}

function codeNewTable(ctx: CodegenContext, database: Database, name: string, columns: string): number {
  const root = ctx.program.register();
  ctx.program.emit('CreateBtree', database.number, root, BTREE_TABLE);
  codeSchemaRow(ctx, database, { type: 'table', name, tableName: name, root, sql: `CREATE TABLE ${name}(${columns})` });
  return root;
}

/** Figures of every index of a table; of the table itself when no index without WHERE tells its size. */
function codeTable(ctx: CodegenContext, table: Table, only: Index | null, statCursor: number): void {
  const { program } = ctx;
  const row = program.register(3);
  program.loadString(table.name, row);
  for (const index of table.indexes) {
    if (only === null || only === index) codeIndex(ctx, index, row, statCursor);
  }
  const isSizeKnown = table.indexes.some(({ where }) => where === null);
  if (only !== null || isSizeKnown) return;
  const cursor = program.cursor();
  openTable(ctx, 'OpenRead', cursor, table);
  program.emit('Count', cursor, row + 2);
  program.loadNull(row + 1);
  const isEmpty = program.emit('IfNot', row + 2);
  codeInsertRow(ctx, row, statCursor);
  program.jumpHere(isEmpty);
  program.emit('Close', cursor);
}

function codeInsertRow(ctx: CodegenContext, row: number, statCursor: number): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const record = program.registers.temporary();
  const rowid = program.registers.temporary();
  program.emit('MakeRecord', row, 3, record, program.string('BBB'));
  program.emit('NewRowid', statCursor, rowid);
  program.emit('Insert', statCursor, record, rowid, -1, operandFlags.APPEND);
  program.registers.releaseTo(mark);
}

/** Registers of one scan. */
interface ScanRegisters {
  /** Number of entries. */
  readonly total: number;
  /** Entries that the scan looked at; `total` without analysis_limit. */
  readonly visited: number;
  /** 1 once the scan has passed over entries. */
  readonly hasSkipped: number;
  /** First of the counts of distinct prefixes, as many as key columns. */
  readonly distinct: number;
  /** analysis_limit; nothing is sampled with one. */
  readonly limit: number;
  readonly samples: Samples;
}

/** The row of an index; an index without entries gets none unless it is partial. */
function codeIndex(ctx: CodegenContext, index: Index, row: number, statCursor: number): void {
  const { program } = ctx;
  const count = index.keyColumnCount;
  const cursor = program.cursor();
  const total = program.register();
  const visited = program.register();
  const hasSkipped = program.register();
  const distinct = program.register(count);
  const counted = program.label();
  const done = program.label();
  openIndex(ctx, 'OpenRead', cursor, index);
  program.loadString(index.isTable ? index.table.name : index.name, row + 1);
  program.emit('Count', cursor, total);
  const samples = openSamples(ctx, index, total);
  const limit = program.register();
  program.emit('SettingGet', 0, limit, settingNumbers.analysis_limit);
  program.emit('Integer', 0, visited);
  program.emit('Integer', 0, hasSkipped);
  for (let i = 0; i < count; i++) program.emit('Integer', 1, distinct + i);
  program.emit('Rewind', cursor, index.where === null ? done : counted);
  codeCountPrefixes(ctx, index, cursor, { total, visited, hasSkipped, distinct, limit, samples });
  program.place(counted);
  const isEstimate = program.emit('If', hasSkipped);
  program.emit('Copy', visited, total);
  program.jumpHere(isEstimate);
  codeFigures(ctx, { total, visited, distinct, count, target: row + 2 });
  codeInsertRow(ctx, row, statCursor);
  program.emit('If', limit, done);
  codeSampleRows(ctx, index, row, statCursor + 1, samples);
  program.place(done);
  program.emit('Close', cursor);
}

/** Scans the index and counts for each prefix how often it changes; the cursor stands on the first entry. */
function codeCountPrefixes(ctx: CodegenContext, index: Index, cursor: number, registers: ScanRegisters): void {
  const { program } = ctx;
  const { distinct, visited, limit, samples } = registers;
  const count = index.keyColumnCount;
  // The whole key of a unique index without NULLs changes with every entry: no need to compare its last column. Else all columns change.
  const tested = samples.testedCount;
  const previous = program.register(Math.max(count, tested));
  const value = program.register();
  const threshold = program.register();
  const changed = Array.from({ length: Math.max(count, tested) }, () => program.label());
  const nextEntry = program.label();
  const end = program.label();
  program.emit('Copy', limit, threshold);
  program.emit('Integer', 1, visited);
  for (let i = 0; i < tested; i++) program.emit('Column', cursor, i, previous + i);
  program.emit('Integer', 0, samples.changed);
  program.goto(nextEntry);
  const top = program.here;
  program.emit('AddImm', visited, 1);
  for (let i = 0; i < tested; i++) {
    const { collation } = index.columns[i] as Index['columns'][number];
    program.emit('Integer', i, samples.changed);
    program.emit('Column', cursor, i, value);
    const collationConstant = program.pool.collation(checkCollation(collation));
    program.emit('Ne', value, changed[i], previous + i, collationConstant, operandFlags.NULLEQ);
  }
  program.emit('Integer', tested, samples.changed);
  program.goto(tested >= count ? nextEntry : (changed[tested] as number));
  for (let i = 0; i < changed.length; i++) {
    program.place(changed[i] as number);
    if (i < count) program.emit('AddImm', distinct + i, 1);
    if (i < tested) program.emit('Column', cursor, i, previous + i);
  }
  program.place(nextEntry);
  const isLimited = program.emit('If', limit);
  codeSample(ctx, index, cursor, samples);
  program.jumpHere(isLimited);
  codeSkip(ctx, cursor, registers, { limit, threshold, previous, end });
  program.emit('Next', cursor, top);
  program.place(end);
}

/**
 * With analysis_limit N: after every N entries the scan ends if the first column has had several values, and else goes to where that column
 * has the next one.
 */
function codeSkip(
  ctx: CodegenContext,
  cursor: number,
  { visited, hasSkipped, distinct }: ScanRegisters,
  skip: { readonly limit: number; readonly threshold: number; readonly previous: number; readonly end: Label },
): void {
  const { program } = ctx;
  const goOn = program.label();
  program.emit('IfNot', skip.limit, goOn);
  program.emit('Le', skip.threshold, goOn, visited);
  program.emit('Integer', 1, hasSkipped);
  program.emit('Add', skip.limit, skip.threshold, skip.threshold);
  program.emit('Gt', program.integerRegister(1), skip.end, distinct);
  program.emit('SeekGT', cursor, skip.end, skip.previous, 1);
  program.place(goOn);
}

/** `total`, then for each prefix the average number of entries that share it, as text with blanks between. */
function codeFigures(
  ctx: CodegenContext,
  {
    total,
    visited,
    distinct,
    count,
    target,
  }: Pick<ScanRegisters, 'total' | 'visited' | 'distinct'> & { readonly count: number; readonly target: number },
): void {
  const { program } = ctx;
  const blank = program.register();
  const figure = program.register();
  const limit = program.register();
  program.loadString(' ', blank);
  program.loadString('', target);
  program.emit('Concat', total, target, target);
  for (let i = 0; i < count; i++) {
    const keep = program.label();
    program.emit('Add', visited, distinct + i, figure);
    program.emit('AddImm', figure, -1);
    program.emit('Divide', distinct + i, figure, figure);
    // Two that is hardly more than one counts as one: visited * 10 <= distinct * 11.
    program.emit('Ne', program.integerRegister(2), keep, figure);
    program.emit('Multiply', distinct + i, program.integerRegister(11), limit);
    program.emit('Multiply', visited, program.integerRegister(10), figure);
    const isNear = program.emit('Le', limit, 0, figure);
    program.emit('Integer', 2, figure);
    program.goto(keep);
    program.jumpHere(isNear);
    program.emit('Integer', 1, figure);
    program.place(keep);
    program.emit('Concat', blank, target, target);
    program.emit('Concat', figure, target, target);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// PRAGMA optimize

const OPTIMIZE_DEFAULT = 0xfffe;
const OPTIMIZE_ANALYZE = 0x02;

/** Analyzes the tables that have an index without figures, if any of them has rows. */
export function compileOptimize({ ctx, value, database, isQualified }: PragmaCall): void {
  const { program } = ctx;
  const mask = value === null ? OPTIMIZE_DEFAULT : int32OrZero(value);
  if ((mask & OPTIMIZE_ANALYZE) === 0) return;
  for (const candidate of isQualified ? [database] : ctx.schema.databases) {
    if (candidate.number === 1) continue;
    ctx.useDatabase(candidate.number);
    const tables = analyzableTables(candidate).filter(({ indexes }) =>
      indexes.some(({ statistics }) => !statistics.exact),
    );
    if (tables.length === 0) continue;
    const needed = program.label();
    const done = program.label();
    for (const table of tables) {
      const cursor = program.cursor();
      openTable(ctx, 'OpenRead', cursor, table);
      const isEmpty = program.emit('Rewind', cursor);
      program.emit('Close', cursor);
      program.goto(needed);
      program.jumpHere(isEmpty);
    }
    program.goto(done);
    program.place(needed);
    codeMissingFigures(ctx, candidate, tables);
    program.place(done);
  }
}

function codeMissingFigures(ctx: CodegenContext, database: Database, tables: readonly Table[]): void {
  const { program } = ctx;
  const existing = database.findRelation('sqlite_stat1');
  if (existing?.kind === 'table') {
    for (const { name } of tables) codeDeleteRows(ctx, database, existing.rootPage, [{ field: 0, text: name }]);
  }
  ctx.writeDatabase(database.number);
  ctx.statement.isMultiWrite = true;
  ctx.statement.changesSchema = true;
  const cursor = openedCursors(ctx);
  const nobody = { column: 'tbl', name: '' } as const;
  const madeTables = codeStatisticsTables(ctx, database, cursor, nobody);
  for (const table of tables) codeTable(ctx, table, null, cursor);
  program.emit('Close', cursor);
  program.emit('Close', cursor + 1);
  if (madeTables) codeSchemaChanged(ctx, database);
  else program.emit('SchemaChanged', database.number);
}
