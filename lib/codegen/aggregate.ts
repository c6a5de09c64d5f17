/**
 * Code for aggregate queries: GROUP BY over sorted rows or an ordered scan, aggregates without GROUP BY, count(*) of a whole
 * table, min() and max() by index.
 */
import type { Index, Table } from '../catalog/schema';
import type { LogEstimate } from '../plan/log-estimate';
import { estimateOf } from '../plan/log-estimate';
import { entrySizeOf, rowSize } from '../plan/plan-index';
import { sortCollation } from '../resolve/affinity';
import { equalExpressions } from '../resolve/compare';
import {
  makeAnd,
  type Expression,
  type IfNullRow,
  type ResultColumn,
  type SelectCore,
  type SortTerm,
  type TableSource,
} from '../resolve/ir';
import { canBeNull, isAlwaysFalse, isMadeOf } from '../resolve/properties';
import { conjuncts, withoutHints } from '../resolve/walk';
import { Accumulators } from './accumulators';
import { analyzeAggregates, ColumnSet, type AggregateAnalysis, type OwnColumn } from './aggregate-analysis';
import { codeColumn } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext, ColumnReader, KnownExpression } from './context';
import { codeExpressionList, inRegister } from './expression';
import { beginLoops, type Loops, type OrderPurpose } from './loops';
import type { SelectState } from './select-state';
import { keyFieldOf } from './sort';
import { openIndex, openTable } from './table-access';

/** `areDistinct`: the groups stand in for DISTINCT. */
export function codeAggregate(given: SelectState, areDistinct = false): LogEstimate {
  const state = given.core.groupBy.length > 0 ? given.withCore(filteredEarly(given.core)) : given;
  state.open();
  if (state.core.groupBy.length === 0) {
    codeUngrouped(state);
    return 0;
  }
  const rows = new Grouping(state, areDistinct).code();
  return Math.min(rows, estimateOf(100));
}

/** Terms of HAVING that depend on the group's keys alone filter the rows instead of the groups. */
function filteredEarly(core: SelectCore): SelectCore {
  const terms = conjuncts(core.having);
  const early = terms.filter((term) => !isAlwaysFalse(term) && isMadeOf(term, core.groupBy));
  if (early.length === 0) return core;
  const having = terms.filter((term) => !early.includes(term)).reduce<Expression | null>(makeAnd, null);
  return { ...core, having, where: early.reduce(makeAnd, core.where) };
}

// ---------------------------------------------------------------------------------------------------------------------
// Without GROUP BY: one row

function codeUngrouped(state: SelectState): void {
  const { ctx, core } = state;
  state.dropSort();
  state.settleDistinct('unneeded');
  const analysis = analyzeAggregates(core, []);
  const accumulators = new Accumulators(ctx, analysis);
  const counted = countedTable(core, analysis);
  if (counted) {
    codeCount(ctx, counted, accumulators.registerOf(0));
    accumulators.publish();
  } else {
    codeOneGroup(state, analysis, accumulators);
  }
  withReaders(ctx, bareReaders(core, accumulators), accumulators.knownValues(), () => {
    if (core.having) jumpIfFalse(ctx, core.having, state.end, true);
    state.codeRow(state.end, state.end);
  });
  state.close();
  accumulators.forget();
}

function codeOneGroup(state: SelectState, analysis: AggregateAnalysis, accumulators: Accumulators): void {
  const { ctx, core } = state;
  const { program } = ctx;
  const hasBare = analysis.bareColumns.length + analysis.bareValues.length > 0;
  const started = hasBare && !accumulators.hasExtreme(true) ? program.register() : 0;
  if (started > 0) program.emit('Integer', 0, started);
  accumulators.reset();
  const extreme = extremeOrder(core, analysis);
  const loops = beginLoops(ctx, {
    sources: core.sources,
    where: core.where,
    ...(extreme ? { orderBy: [extreme.term], orderPurpose: extreme.purpose } : {}),
  });
  accumulators.update(started);
  if (started > 0) program.emit('Integer', 1, started);
  if (extreme) loops.earlyOut();
  loops.end();
  accumulators.finalize();
}

/** The order in which the first row is the minimum or maximum that the query's only aggregate wants. */
function extremeOrder(
  core: SelectCore,
  { calls }: AggregateAnalysis,
): { term: SortTerm; purpose: OrderPurpose } | null {
  const [call] = calls;
  if (calls.length !== 1 || !call?.definition.extreme || call.definition.isHost || core.having) return null;
  if (call.filter || call.arguments.length !== 1) return null;
  const expression = call.arguments[0]!;
  const isMinimum = call.definition.extreme === 'min';
  const term = { expression, descending: !isMinimum, bigNulls: isMinimum && canBeNull(expression), resultColumn: -1 };
  return { term, purpose: isMinimum ? 'minimum' : 'maximum' };
}

/** The table whose rows are counted by `SELECT count(*) FROM table`. */
function countedTable(core: SelectCore, { calls, bareColumns, bareValues }: AggregateAnalysis): TableSource | null {
  const [call] = calls;
  const [source] = core.sources;
  if (calls.length !== 1 || call?.definition.isRowCount !== true || call.arguments.length > 0) return null;
  if (call.filter || bareColumns.length + bareValues.length > 0 || core.where || core.sources.length !== 1) return null;
  return source?.kind === 'table' && !source.table.module ? source : null;
}

/** Counts the entries of the narrowest tree that has one for each row. */
function codeCount(ctx: CodegenContext, source: TableSource, target: number): void {
  const { program } = ctx;
  const { table } = source;
  const cursor = program.cursor();
  const smallest = smallestIndex(table, source.notIndexed);
  const index = smallest?.isTable ? null : smallest;
  if (index) openIndex(ctx, 'OpenRead', cursor, index);
  else openTable(ctx, 'OpenRead', cursor, table);
  program.explain(`SCAN ${table.name}${index ? ` USING COVERING INDEX ${index.name}` : ''}`);
  program.emit('Count', cursor, target);
  program.emit('Close', cursor);
}

/** The index with the smallest entries, null when the rows are no larger. */
function smallestIndex(table: Table, notIndexed: boolean): Index | null {
  let best: Index | null = table.withoutRowid ? table.primaryKey : null;
  if (notIndexed) return best;
  let least = best ? entrySizeOf(table, best) : rowSize(table);
  for (const index of table.indexes) {
    if (index.statistics.unordered || index.where) continue;
    const size = entrySizeOf(table, index);
    if (size >= least || size >= rowSize(table)) continue;
    best = index;
    least = size;
  }
  return best;
}

// ---------------------------------------------------------------------------------------------------------------------
// GROUP BY

/** The columns of a sorted row. */
interface RecordColumns {
  /** Per source: field by column number. */
  readonly readers: ReadonlyMap<OwnColumn['source'], ReadonlyMap<number, number>>;
  /** Columns that are no key. */
  readonly extra: readonly OwnColumn[];
  /** Values that depend on null rows: the last fields. */
  readonly values: readonly IfNullRow[];
  readonly fieldCount: number;
}

class Grouping {
  readonly #state: SelectState;
  readonly #ctx: CodegenContext;
  readonly #core: SelectCore;
  readonly #terms: readonly SortTerm[];
  readonly #keyCount: number;
  readonly #isOrderedByGroup: boolean;
  readonly #analysis: AggregateAnalysis;
  readonly #accumulators: Accumulators;
  /** Register: 1 while the group has a row. */
  readonly #hasRows: number;
  /** Register: 1 when LIMIT is reached. */
  readonly #isDone: number;
  readonly #outputReturn: number;
  readonly #resetReturn: number;
  /** Keys of the present group and of the row at hand. */
  readonly #groupKeys: number;
  readonly #rowKeys: number;

  constructor(
    state: SelectState,
    private readonly areDistinct: boolean,
  ) {
    this.#state = state;
    const { ctx, core, orderBy } = state;
    this.#ctx = ctx;
    this.#core = core;
    const { program } = ctx;
    this.#keyCount = core.groupBy.length;
    const directed = orderBy.length === core.groupBy.length;
    this.#terms = core.groupBy.map((expression, i) => ({
      expression,
      descending: directed && orderBy[i]!.descending,
      bigNulls: false,
      resultColumn: -1,
    }));
    this.#isOrderedByGroup =
      directed &&
      state.query.isMergeSide !== true &&
      core.groupBy.every(
        (expression, i) => equalExpressions(expression, orderBy[i]!.expression) && !orderBy[i]!.bigNulls,
      );
    this.#groupKeys = program.register(this.#keyCount);
    this.#rowKeys = program.register(this.#keyCount);
    const columns = this.#columnsByKeys();
    state.columns = columns.map(({ expression }) => expression);
    this.#analysis = analyzeAggregates({ ...core, columns }, orderBy);
    this.#accumulators = new Accumulators(ctx, this.#analysis);
    this.#hasRows = program.register();
    this.#isDone = program.register();
    this.#outputReturn = program.register();
    this.#resetReturn = program.register();
  }

  /**
   * The result columns, some read from the group's keys: of each key that is no plain column, the last one that equals it. Everything else
   * is computed from columns of one row of the group, as in SQLite: the values may differ where equal keys do, 1 and 1.0 say.
   */
  #columnsByKeys(): readonly ResultColumn[] {
    const { columns, groupBy } = this.#core;
    const keyOf = new Map<number, number>();
    groupBy.forEach((key, j) => {
      const same = columns.findIndex(({ expression }) => expression === key);
      const column = same >= 0 ? same : columns.findLastIndex(({ expression }) => equalExpressions(expression, key));
      if (column < 0 || withoutHints(columns[column]!.expression).kind === 'column') return;
      if (!keyOf.has(column)) keyOf.set(column, j);
    });
    return columns.map((column, i) => {
      const key = keyOf.get(i);
      return key === undefined
        ? column
        : { ...column, expression: inRegister(column.expression, this.#groupKeys + key) };
    });
  }

  code(): LogEstimate {
    const { program } = this.#ctx;
    const state = this.#state;
    const output = program.label();
    const reset = program.label();
    const end = program.label();
    const sorter = program.cursor();
    const keyInfo = program.keyInfo(this.#terms.map(keyFieldOf));
    const columns = this.#recordColumns();
    const sorterOpen = program.emit('SorterOpen', sorter, columns.fieldCount, this.#keyCount, keyInfo);
    program.emit('Integer', 0, this.#isDone);
    program.loadNull(this.#groupKeys, this.#keyCount);
    program.emit('Gosub', this.#resetReturn, reset);
    const loops = beginLoops(this.#ctx, {
      sources: this.#core.sources,
      where: this.#core.where,
      orderBy: this.#terms,
      orderPurpose: this.areDistinct ? 'distinct' : 'group-by',
      sortByGroup: this.#isOrderedByGroup,
    });
    const needsSort = loops.orderedTerms < this.#keyCount;
    if (this.#isOrderedByGroup && (needsSort || loops.sorted)) state.dropSort();
    const compare = program.keyInfo(
      this.#terms.map(({ expression }) => ({ collation: sortCollation(expression), flags: 0 })),
    );
    if (needsSort) this.#codeSorted(loops, sorter, columns, compare, output, reset, end);
    else {
      program.erase(sorterOpen);
      codeExpressionList(this.#ctx, this.#core.groupBy, this.#rowKeys);
      this.#codeRow(compare, output, reset, end);
      loops.end();
    }
    program.emit('Gosub', this.#outputReturn, output);
    program.goto(end);
    program.registers.isolate(() => {
      this.#codeOutput(output);
      this.#codeReset(reset);
    });
    program.place(end);
    state.close();
    this.#accumulators.forget();
    return loops.rowsOut;
  }

  /** Fields of a sorted row: the keys, then every other column that accumulators read. */
  #recordColumns(): RecordColumns {
    const needed = new ColumnSet(this.#core);
    for (const column of this.#analysis.bareColumns) needed.addColumn(column);
    for (const column of this.#analysis.argumentColumns) needed.addColumn(column);
    const readers = new Map<OwnColumn['source'], Map<number, number>>(
      this.#core.sources.map((source) => [source, new Map<number, number>()]),
    );
    const extra: OwnColumn[] = [];
    for (const own of needed.columns) {
      const key = this.#core.groupBy.findIndex(
        (expression) =>
          expression.kind === 'column' && expression.source === own.source && expression.column === own.column,
      );
      readers.get(own.source)!.set(own.column, key >= 0 ? key : this.#keyCount + extra.length);
      if (key < 0) extra.push(own);
    }
    for (const value of [...this.#analysis.bareValues, ...this.#analysis.argumentValues]) needed.addValue(value);
    const { values } = needed;
    return { readers, extra, values, fieldCount: this.#keyCount + extra.length + values.length };
  }

  /** First pass: rows into the sorter. Second pass: rows in order of their keys. */
  #codeSorted(
    loops: Loops,
    sorter: number,
    columns: RecordColumns,
    compare: number,
    output: number,
    reset: number,
    end: number,
  ): void {
    const ctx = this.#ctx;
    const { program } = ctx;
    const { extra, fieldCount, readers } = columns;
    program.explain(`USE TEMP B-TREE FOR ${this.areDistinct ? 'DISTINCT' : 'GROUP BY'}`);
    const mark = program.registers.mark();
    const base = program.registers.temporaryRange(fieldCount + 1);
    codeExpressionList(ctx, this.#core.groupBy, base);
    extra.forEach(({ source, column }, i) => {
      codeColumn(ctx, source, column, base + this.#keyCount + i);
    });
    codeExpressionList(ctx, columns.values, base + this.#keyCount + extra.length);
    program.emit('MakeRecord', base, fieldCount, base + fieldCount);
    program.emit('SorterInsert', sorter, base + fieldCount);
    program.registers.releaseTo(mark);
    loops.end();
    const pseudo = program.cursor();
    const record = program.register();
    program.emit('OpenPseudo', pseudo, record, fieldCount);
    const top = program.emit('SorterSort', sorter, end) + 1;
    program.emit('SorterData', sorter, record, pseudo);
    for (let key = 0; key < this.#keyCount; key++) program.emit('Column', pseudo, key, this.#rowKeys + key);
    const records = new Map<OwnColumn['source'], ColumnReader>();
    for (const [source, fields] of readers) records.set(source, { kind: 'record', cursor: pseudo, fields });
    const known = columns.values.map((expression, i) => ({
      expression,
      register: 0,
      cursor: pseudo,
      field: this.#keyCount + extra.length + i,
      source: null,
    }));
    withReaders(ctx, records, known, () => {
      this.#codeRow(compare, output, reset, end);
    });
    program.emit('SorterNext', sorter, top);
  }

  /** A row whose keys are in rowKeys: ends the group before when they differ, then adds the row. */
  #codeRow(compare: number, output: number, reset: number, end: number): void {
    const { program } = this.#ctx;
    const differs = program.label();
    const same = program.label();
    program.emit('Compare', this.#groupKeys, this.#rowKeys, this.#keyCount, compare);
    program.emit('Jump', differs, same, differs);
    program.place(differs);
    program.emit('Gosub', this.#outputReturn, output);
    program.emit('Move', this.#rowKeys, this.#groupKeys, this.#keyCount);
    program.emit('IfPos', this.#isDone, end);
    program.emit('Gosub', this.#resetReturn, reset);
    program.place(same);
    this.#accumulators.update(this.#hasRows);
    program.emit('Integer', 1, this.#hasRows);
  }

  /** Subroutine: delivers the group, if it has rows. */
  #codeOutput(output: number): void {
    const ctx = this.#ctx;
    const { program } = ctx;
    const state = this.#state;
    const done = program.label();
    const back = program.label();
    program.place(done);
    program.emit('Integer', 1, this.#isDone);
    program.emit('Return', this.#outputReturn);
    program.place(output);
    const hasRows = program.label();
    program.emit('IfPos', this.#hasRows, hasRows);
    program.place(back);
    program.emit('Return', this.#outputReturn);
    program.place(hasRows);
    this.#accumulators.finalize();
    const known = this.#accumulators.knownValues();
    withReaders(ctx, bareReaders(this.#core, this.#accumulators), known, () => {
      if (this.#core.having) jumpIfFalse(ctx, this.#core.having, back, true);
      state.settleDistinct('unordered');
      state.codeRow(back, done);
    });
    program.emit('Return', this.#outputReturn);
  }

  #codeReset(reset: number): void {
    const { program } = this.#ctx;
    program.place(reset);
    this.#accumulators.reset();
    program.emit('Integer', 0, this.#hasRows);
    program.emit('Return', this.#resetReturn);
  }
}

// ---------------------------------------------------------------------------------------------------------------------

function bareReaders(core: SelectCore, accumulators: Accumulators): Map<OwnColumn['source'], ColumnReader> {
  const readers = new Map<OwnColumn['source'], ColumnReader>();
  for (const [source, registers] of accumulators.readers(core.sources))
    readers.set(source, { kind: 'mapped', registers });
  return readers;
}

/** Runs `code` while the sources are read through the given readers, and more expressions are known. */
function withReaders(
  ctx: CodegenContext,
  readers: ReadonlyMap<OwnColumn['source'], ColumnReader>,
  known: readonly KnownExpression[],
  code: () => void,
): void {
  const knownBefore = ctx.knownExpressions;
  if (known.length > 0) ctx.knownExpressions = [...known, ...knownBefore];
  const before = [...readers.keys()].map((source) => [source, ctx.columnReaders.get(source)] as const);
  for (const [source, reader] of readers) ctx.columnReaders.set(source, reader);
  code();
  ctx.knownExpressions = knownBefore;
  for (const [source, reader] of before) {
    if (reader) ctx.columnReaders.set(source, reader);
    else ctx.columnReaders.delete(source);
  }
}
