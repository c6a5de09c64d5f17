/**
 * ORDER BY by sorting: rows are pushed into a sorter while the query runs and delivered from it afterwards.
 *
 * A sorted row is a record: the ORDER BY values, a sequence number (not in a sorter, which is stable), then those result
 * columns that no ORDER BY term already holds. With LIMIT the rows go into an ephemeral index that keeps only the first
 * ones; otherwise into a sorter.
 */
import type { Label } from '../bytecode/program-builder';
import { SORT_BIG_NULLS, SORT_DESCENDING, type KeyField } from '../bytecode/constant-pool';
import { sortCollation } from '../resolve/affinity';
import type { Expression, ResultColumn, SortTerm } from '../resolve/ir';
import type { CodegenContext } from './context';
import { deliverRow } from './deliver';
import type { Destination } from './destination';
import { codeExpression } from './expression';
import { explainSort } from './explain-sort';
import { codeOffset, type Limits } from './limit';

/** A sort in the making. */
export interface Sort {
  readonly terms: readonly SortTerm[];
  readonly cursor: number;
  readonly isSorter: boolean;
  /** Address of the instruction that opens it, erased when the rows come in order anyway. */
  readonly openAddress: number;
  readonly keyCount: number;
  /** For each result column, the field of the record that holds it. */
  readonly fields: readonly number[];
  readonly fieldCount: number;
}

export const keyFieldOf = (term: SortTerm): KeyField => ({
  collation: sortCollation(term.expression),
  flags: (term.descending ? SORT_DESCENDING : 0) | (term.bigNulls ? SORT_BIG_NULLS : 0),
});

/** Opens the sorter for the terms. */
export function openSort(
  ctx: CodegenContext,
  terms: readonly SortTerm[],
  columns: readonly ResultColumn[],
  limits: Limits,
): Sort {
  const { program } = ctx;
  const isSorter = limits.limit === 0;
  const keyCount = terms.length + (isSorter ? 0 : 1);
  let next = keyCount;
  const fields = columns.map((_, i) => {
    const key = terms.findIndex((term) => term.resultColumn === i);
    return key >= 0 ? key : next++;
  });
  const cursor = program.cursor();
  const keys = terms.map(keyFieldOf);
  if (!isSorter) keys.push({ collation: 'BINARY', flags: 0 });
  const keyInfo = program.keyInfo(keys);
  const openAddress = isSorter
    ? program.emit('SorterOpen', cursor, next, terms.length, keyInfo)
    : program.emit('OpenEphemeral', cursor, next, 0, keyInfo);
  return { terms, cursor, isSorter, openAddress, keyCount, fields, fieldCount: next };
}

/**
 * Evaluates the row's terms and result columns and puts the row into the sorter. With LIMIT the result columns that are no
 * terms are evaluated only for rows that come in.
 */
export function pushRow(
  ctx: CodegenContext,
  sort: Sort,
  columns: readonly Expression[],
  evaluated: number,
  limits: Limits,
): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const base = program.registers.temporaryRange(sort.fieldCount + 1);
  const record = base + sort.fieldCount;
  const rejected = program.label();
  const loadColumn = (column: number): void => {
    const target = base + sort.fields[column]!;
    if (evaluated > 0) program.emit('SCopy', evaluated + column, target);
    else codeExpression(ctx, columns[column]!, target);
  };
  const loadOthers = (): void => {
    for (let i = 0; i < columns.length; i++) if (sort.fields[i]! >= sort.keyCount) loadColumn(i);
  };
  if (sort.isSorter) loadOthers();
  sort.terms.forEach((term, key) => {
    // A term that means a result column is a copy of it: evaluated for itself, it gives the column its value.
    const isResult = term.resultColumn >= 0 && sort.fields[term.resultColumn] === key;
    if (isResult && evaluated > 0) loadColumn(term.resultColumn);
    else codeExpression(ctx, term.expression, base + key);
  });
  if (!sort.isSorter) {
    makeRoom(ctx, sort, base, limits, rejected);
    loadOthers();
  }
  program.emit('MakeRecord', base, sort.fieldCount, record);
  if (sort.isSorter) {
    program.emit('SorterInsert', sort.cursor, record);
  } else {
    program.emit('IdxInsert', sort.cursor, record, base, sort.fieldCount);
    program.emit('Last', sort.cursor);
  }
  program.place(rejected);
  program.registers.releaseTo(mark);
}

/**
 * Once as many rows as wanted are there, a row enters only by displacing the last one, on which the cursor stands since the
 * last row came in: else goes to `rejected`.
 */
function makeRoom(ctx: CodegenContext, sort: Sort, base: number, limits: Limits, rejected: Label): void {
  const { program } = ctx;
  const insert = program.label();
  program.emit('IfNotZero', limits.total > 0 ? limits.total : limits.limit, insert);
  program.emit('IdxLE', sort.cursor, rejected, base, sort.terms.length);
  program.emit('Delete', sort.cursor);
  program.place(insert);
  program.emit('Sequence', sort.cursor, base + sort.terms.length);
}

/** Delivers the sorted rows. `orderedTerms`: how many leading terms the rows came in the order of. */
export function codeSortTail(
  ctx: CodegenContext,
  sort: Sort,
  orderedTerms: number,
  destination: Destination,
  limits: Limits,
  end: Label,
): void {
  const { program } = ctx;
  if (destination.kind === 'set' && destination.filter) destination.filter.isFilled = false;
  explainSort(ctx, sort.terms.length, orderedTerms);
  const next = program.label();
  const count = sort.fields.length;
  const first = program.register(count);
  let cursor = sort.cursor;
  let top: number;
  if (sort.isSorter) {
    const record = program.register();
    cursor = program.cursor();
    program.emit('OpenPseudo', cursor, record, sort.fieldCount);
    top = program.emit('SorterSort', sort.cursor, end) + 1;
    codeOffset(ctx, limits, next);
    program.emit('SorterData', sort.cursor, record, cursor);
  } else {
    top = program.emit('Sort', sort.cursor, end) + 1;
    codeOffset(ctx, limits, next);
  }
  sort.fields.forEach((field, i) => program.emit('Column', cursor, field, first + i));
  deliverRow(ctx, destination, first, count);
  program.place(next);
  program.emit(sort.isSorter ? 'SorterNext' : 'Next', sort.cursor, top);
}
