/**
 * The right side of IN as a set under a cursor: to be searched, or walked by loops over an IN term.
 *
 * Owns: the choice of the set: rowids of a table, an index that fits, or an ephemeral index made for it.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import type { KeyField } from '../bytecode/constant-pool';
import { sameName } from '../catalog/names';
import type { Index, Table } from '../catalog/schema';
import { affinityOf, collationOf, combineAffinity, comparisonCollation, operandColumn } from '../resolve/affinity';
import { rowSize } from '../resolve/bind-expression';
import type { Expression, InExpression, Query, TableSource } from '../resolve/ir';
import { canBeNull, isConstant } from '../resolve/properties';
import type { CodegenContext } from './context';
import type { SetFilter } from './destination';
import { codeExpression } from './expression';
import { codeQuery } from './select';
import { openIndex, openTable } from './table-access';

/** The right side of IN, ready to be searched or walked. */
export type OpenSet =
  /** The rowids of a table under `cursor`. */
  | { readonly kind: 'rowid'; readonly cursor: number; readonly fieldOf: readonly number[]; readonly descending: false }
  /** An index under `cursor`, a table's or one made for the purpose. */
  | {
      readonly kind: 'index';
      readonly cursor: number;
      /** fieldOf[i]: index field that field i of the left side compares with. */
      readonly fieldOf: readonly number[];
      /** Register that is NULL when the set has a NULL (one field only); 0: unknown or none. */
      readonly hasNull: number;
      /** Register of a Bloom filter of the members, 0 without. */
      readonly filter: number;
      readonly descending: boolean;
    };

/** The same, or a few values to be compared one by one: nothing is open. */
export type InSet = OpenSet | { readonly kind: 'comparisons' };

/** Opens the members for a loop over them: sorted, each once. */
export function openInSet(ctx: CodegenContext, expression: InExpression): OpenSet {
  const { query } = expression;
  const existing = query && openExisting(ctx, expression, query, 'loop', false);
  return existing ?? makeSet(ctx, expression, 'loop', false);
}

/** Opens the members for searching; `wantsNull`: whether there is a NULL among them matters. */
export function openMembershipSet(ctx: CodegenContext, expression: InExpression, wantsNull: boolean): InSet {
  const { query, list } = expression;
  if (query) {
    const existing = openExisting(ctx, expression, query, 'membership', wantsNull);
    if (existing) return existing;
  } else if (list!.length <= 2 || !list!.every(isConstant)) {
    return { kind: 'comparisons' };
  }
  return makeSet(ctx, expression, 'membership', wantsNull);
}

/** `SELECT column FROM table` can be searched in the table itself or in an index of it. */
function openExisting(
  ctx: CodegenContext,
  expression: InExpression,
  query: Query,
  purpose: 'loop' | 'membership',
  wantsNull: boolean,
): OpenSet | null {
  const source = plainTableOf(query);
  if (!source) return null;
  const columns = query.columns.map(({ expression: column }) => (column.kind === 'column' ? column.column : -2));
  const { program } = ctx;
  if (columns.length === 1 && columns[0] === -1) {
    if (source.table.withoutRowid) return null;
    const cursor = program.cursor();
    const skip = program.emit('Once');
    openTable(ctx, 'OpenRead', cursor, source.table);
    program.explain(`USING ROWID SEARCH ON TABLE ${source.table.name} FOR IN-OPERATOR`);
    program.jumpHere(skip);
    return { kind: 'rowid', cursor, fieldOf: [0], descending: false };
  }
  const index = columns.includes(-1) ? null : findIndex(expression, query, source.table, columns, purpose);
  if (!index) return null;
  const cursor = program.cursor();
  const skip = program.emit('Once');
  program.explain(`USING INDEX ${index.index.name} FOR IN-OPERATOR`);
  openIndex(ctx, 'OpenRead', cursor, index.index);
  let hasNull = 0;
  if (wantsNull && query.columns.some(({ expression: column }) => canBeNull(column))) {
    hasNull = program.register();
    if (columns.length === 1) codeHasNull(ctx, cursor, hasNull);
  }
  program.jumpHere(skip);
  return {
    kind: 'index',
    cursor,
    fieldOf: index.fields,
    hasNull: columns.length === 1 ? hasNull : 0,
    filter: 0,
    descending: index.index.columns[0]!.descending,
  };
}

/** The table of a query that is nothing but columns of one table. */
function plainTableOf(query: Query): TableSource | null {
  const core = query.cores[0]!;
  if (core.kind !== 'select' || query.cores.length > 1) return null;
  const isPlain =
    !query.limit &&
    !core.distinct &&
    !core.isAggregate &&
    core.windowCalls.length === 0 &&
    core.where === null &&
    core.sources.length === 1;
  if (!isPlain || query.outerSources.size > 0) return null;
  const source = core.sources[0]!;
  if (source.kind !== 'table' || source.table.module) return null;
  const columnsOnly = core.columns.every(
    ({ expression }) => expression.kind === 'column' && expression.source === source,
  );
  return columnsOnly ? source : null;
}

function findIndex(
  expression: InExpression,
  query: Query,
  table: Table,
  columns: readonly number[],
  purpose: 'loop' | 'membership',
): { index: Index; fields: number[] } | null {
  const left = expression.operand.kind === 'row' ? expression.operand.items : [expression.operand];
  if (left.length !== columns.length) return null;
  const affinitiesFit = columns.every((_, i) => {
    const own = affinityOf(query.columns[i]!.expression);
    const compared = combineAffinity(own, affinityOf(left[i]!));
    return compared === Affinity.text || compared <= Affinity.blob || isNumericAffinity(own);
  });
  if (!affinitiesFit) return null;
  for (const index of table.indexes) {
    if (index.where || index.columns.length < columns.length) continue;
    if (purpose === 'loop') {
      const isLonger = index.columns.length > columns.length;
      if (index.keyColumnCount > columns.length || (isLonger && !index.unique)) continue;
    }
    const fields = columns.map((column, i) =>
      index.columns.findIndex(
        (indexed, at) =>
          at < columns.length &&
          indexed.column === column &&
          sameName(indexed.collation, comparisonCollation(left[i]!, query.columns[i]!.expression)),
      ),
    );
    if (!fields.includes(-1) && new Set(fields).size === fields.length) return { index, fields };
  }
  return null;
}

/** Fills an ephemeral index with the members; once, unless they depend on the row. */
function makeSet(
  ctx: CodegenContext,
  expression: InExpression,
  purpose: 'loop' | 'membership',
  wantsNull: boolean,
): OpenSet {
  const { program } = ctx;
  const { query, list, operand } = expression;
  const size = rowSize(operand);
  const cursor = program.cursor();
  const fields = Array.from({ length: size }, (_, i) => i);
  const isFixed = query ? query.outerSources.size === 0 : list!.every(isConstant);
  const skip = isFixed ? program.emit('Once') : -1;
  const left = operand.kind === 'row' ? operand.items : [operand];
  const keys: KeyField[] = fields.map((i) => ({
    collation: fieldCollation(expression, left[i] ?? operand, i),
    flags: 0,
  }));
  program.emit('OpenEphemeral', cursor, size, 0, program.keyInfo(keys));
  const hasNull = wantsNull && size === 1 ? program.register() : 0;
  let filter: SetFilter | null = null;
  if (query) {
    const affinity = inAffinity(expression, left.length === size ? left : setFields(query));
    const outer = program.openPlan(`${isFixed ? '' : 'CORRELATED '}LIST SUBQUERY ${query.id}`);
    if (isFixed && purpose === 'membership') filter = openFilter(ctx);
    const code = (): void => {
      const unsorted = { ...query, orderBy: query.limit ? query.orderBy : [] };
      ctx.statement.attemptQuery(() => codeQuery(ctx, unsorted, { kind: 'set', cursor, affinity, filter }));
    };
    if (isFixed) program.registers.isolate(code);
    else code();
    program.closePlan(outer);
  } else {
    fillFromList(ctx, expression, cursor);
  }
  if (hasNull > 0) codeHasNull(ctx, cursor, hasNull);
  if (skip >= 0) program.jumpHere(skip);
  return {
    kind: 'index',
    cursor,
    fieldOf: fields,
    hasNull,
    filter: filter?.isFilled ? filter.register : 0,
    descending: false,
  };
}

const FILTER_BYTES = 10000;

/** A filter tells most values that are not in a set apart without a search. */
function openFilter({ program }: CodegenContext): SetFilter {
  const register = program.register();
  program.emit('Blob', FILTER_BYTES, register);
  return { register, isFilled: true };
}

/** Left fields of a row subquery stand in for expressions where only affinity and collation count. */
const setFields = (query: Query): readonly Expression[] => query.columns.map((_, i) => operandColumn(query, i));

function fillFromList(ctx: CodegenContext, { operand, list }: InExpression, cursor: number): void {
  const { program } = ctx;
  const own = affinityOf(operand);
  const affinity = own <= Affinity.none ? Affinity.blob : own === Affinity.real ? Affinity.numeric : own;
  const p4 = program.string(String.fromCharCode(affinity));
  const { mayHoist } = ctx;
  ctx.mayHoist = false;
  const mark = program.registers.mark();
  const value = program.registers.temporary();
  const record = program.registers.temporary();
  for (const item of list!) {
    codeExpression(ctx, item, value);
    program.emit('MakeRecord', value, 1, record, p4);
    program.emit('IdxInsert', cursor, record, value, 1);
  }
  program.registers.releaseTo(mark);
  ctx.mayHoist = mayHoist;
}

/** Register `target` becomes NULL if the set's first member is NULL, which sorts first. */
function codeHasNull(ctx: CodegenContext, cursor: number, target: number): void {
  const { program } = ctx;
  program.emit('Integer', 0, target);
  const empty = program.emit('Rewind', cursor);
  program.emit('Column', cursor, 0, target, -1, 0x80);
  program.jumpHere(empty);
}

/** Affinities that the left side gets before it is compared. */
export function inAffinity({ query }: InExpression, fields: readonly Expression[]): string {
  return String.fromCharCode(
    ...fields.map((field, i) => {
      const own = affinityOf(field);
      const affinity = query ? combineAffinity(affinityOf(operandColumn(query, i)), own) : own;
      return affinity <= Affinity.none ? Affinity.blob : affinity;
    }),
  );
}

/** The collation that field i of both sides is compared by. */
export const fieldCollation = (expression: InExpression, field: Expression, i: number) =>
  expression.query ? comparisonCollation(field, operandColumn(expression.query, i)) : (collationOf(field) ?? 'BINARY');
