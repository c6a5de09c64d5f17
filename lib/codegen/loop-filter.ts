/**
 * Structures built once before a level runs: automatic indexes, and Bloom filters that spare hopeless seeks.
 */
import { Affinity } from '../../spec/affinity';
import type { KeyField } from '../bytecode/constant-pool';
import type { Label } from '../bytecode/program-builder';
import { bloomFilterText } from '../plan/explain';
import { isConstantOf } from '../plan/expressions';
import { termCollation } from '../plan/analyze';
import { canDriveAutomaticIndex } from '../plan/paths';
import { PathFlag } from '../plan/plan';
import { quantityOf } from '../plan/log-estimate';
import { fieldsOf, ROWID_COLUMN, type PlanIndex, type PlanIndexColumn } from '../plan/plan-index';
import { intersects, type SourceSet } from '../plan/source-set';
import { TermFlag, type Term } from '../plan/term';
import { affinityOf, checkCollation } from '../resolve/affinity';
import { makeAnd, makeColumn, type Expression, type Source } from '../resolve/ir';
import { codeExpression, jumpIfFalse } from './expression';
import { applyAffinities, codeEqualityTerm, codeEqualityTerms } from './loop-keys';
import { hasRowid, type LoopLevel, type LoopState } from './loop-level';

const AUTOMATIC_FILTER_BYTES = 10000;
const MOST_FILTER_BYTES = 10_000_000;

/** Builds the automatic index of a level and makes the level's path an ordinary covering index lookup. */
export function buildAutomaticIndex(state: LoopState, level: LoopLevel, notReady: SourceSet): void {
  const { ctx, join, plan } = state;
  const { program } = ctx;
  const { source, path } = level;
  const once = program.emit('Once', 0, 0);
  const item = join.sources[level.plan.position]!;
  const keyTerms: Term[] = [];
  let partial: Expression | null = null;
  for (const term of plan.clause.terms) {
    if ((term.flags & TermFlag.virtual) === 0 && isSingleSourceTerm(state, term, level.plan.position)) {
      partial = makeAnd(partial, term.expression);
    }
    if (!canDriveAutomaticIndex(term, item, notReady)) continue;
    if (!keyTerms.some((known) => known.leftColumn === term.leftColumn)) keyTerms.push(term);
  }
  const index = automaticIndex(source, keyTerms);
  path.index = index;
  path.terms = keyTerms;
  path.equalityCount = keyTerms.length;
  path.flags = PathFlag.equality | PathFlag.covering | PathFlag.byIndex | PathFlag.automaticIndex;
  if (partial) path.flags |= PathFlag.partialIndex;
  level.indexCursor = program.cursor();
  const fields = index.columns.map(({ collation }): KeyField => ({ collation: checkCollation(collation), flags: 0 }));
  program.emit('OpenAutoindex', level.indexCursor, fields.length, 0, program.keyInfo(fields));
  if (keyTerms.some(({ left }) => affinityOf(left!) !== Affinity.text)) {
    if (program.isExplained) program.explain(bloomFilterText(level.plan));
    level.filterRegister = program.register();
    program.emit('Blob', AUTOMATIC_FILTER_BYTES, level.filterRegister);
  }
  fillAutomaticIndex(state, level, index, partial);
  program.jumpHere(once);
}

/** The key columns, every other column that is read, and the rowid (or a counter) to make entries distinct. */
function automaticIndex(source: Source, keyTerms: readonly Term[]): PlanIndex {
  const columns: PlanIndexColumn[] = keyTerms.map((term) => columnOf(source, term.leftColumn, termCollation(term)));
  const inIndex = new Set(keyTerms.map(({ leftColumn }) => leftColumn));
  const wanted = new Set(source.usedColumns);
  if (source.kind === 'table' && source.table.withoutRowid) {
    for (const column of source.table.primaryKeyColumns) wanted.add(column);
  }
  for (const column of [...wanted].sort((a, b) => a - b)) {
    if (!inIndex.has(column)) columns.push(columnOf(source, column, 'BINARY'));
  }
  const hasCounter = source.kind !== 'table' || hasRowid(source);
  if (hasCounter) columns.push(columnOf(source, ROWID_COLUMN, 'BINARY'));
  return {
    kind: 'automatic',
    index: null,
    name: 'auto-index',
    columns,
    keyColumnCount: hasCounter ? columns.length - 1 : columns.length,
    unique: false,
    uniqueNotNull: false,
    isTable: false,
    where: null,
    hasExpressions: false,
    estimates: [],
    hasStatistics: false,
    entrySize: 0,
    unordered: false,
    noSkipScan: true,
    samples: null,
    fields: fieldsOf(columns),
  };
}

function columnOf(source: Source, column: number, collation: string): PlanIndexColumn {
  const declared = column >= 0 ? source.columns[column] : undefined;
  return {
    column,
    name: declared?.name ?? 'rowid',
    expression: null,
    collation,
    descending: false,
    affinity: column === ROWID_COLUMN ? Affinity.integer : (declared?.affinity ?? Affinity.none),
    notNull: column === ROWID_COLUMN || (declared?.notNull ?? false),
  };
}

function fillAutomaticIndex(state: LoopState, level: LoopLevel, index: PlanIndex, partial: Expression | null): void {
  const { ctx } = state;
  const { program } = ctx;
  const { source, indexCursor } = level;
  const rows = ctx.subqueryRows.get(source);
  const end = program.label();
  let top: number;
  if (rows?.kind === 'coroutine') {
    program.emit('InitCoroutine', rows.yieldRegister, 0, rows.entry);
    top = program.emit('Yield', rows.yieldRegister, end);
  } else {
    const isLeft = source.join.left;
    top = program.emit('Rewind', level.tableCursor, isLeft ? end : level.haltLabel) + 1;
  }
  const skip = program.label();
  if (partial) jumpIfFalse(ctx, partial, skip, true);
  const mark = program.registers.mark();
  const count = index.columns.length;
  const first = program.registers.temporaryRange(count);
  const record = program.registers.temporary();
  index.columns.forEach(({ column }, i) => {
    if (column === ROWID_COLUMN && source.kind !== 'table') program.emit('Sequence', indexCursor, first + i);
    else codeExpression(ctx, makeColumn(source, column), first + i);
  });
  program.emit('MakeRecord', first, count, record);
  if (level.filterRegister !== 0) {
    program.emit('FilterAdd', level.filterRegister, 0, first, level.path.equalityCount);
  }
  program.emit('IdxInsert', indexCursor, record, first, count, 0x10);
  program.registers.releaseTo(mark);
  program.place(skip);
  if (rows?.kind === 'coroutine') program.emit('Goto', 0, top);
  else program.emit('Next', level.tableCursor, top);
  program.place(end);
}

/** The term reads this source alone and may be tested before the join. */
function isSingleSourceTerm(state: LoopState, term: Term, position: number): boolean {
  const sources = state.join.request.sources;
  const source = sources[position]!;
  if (source.join.leftOfRight) return false;
  if (source.join.left) {
    if (!term.isOuterOn || term.on!.source !== source) return false;
  } else if (term.isOuterOn) {
    return false;
  }
  if (term.on && sources[0]!.join.leftOfRight) {
    const joined = sources.slice(0, position).find((other) => other === term.on!.source);
    if (joined?.join.leftOfRight) return false;
  }
  return isConstantOf(term.expression, source);
}

/** Builds the Bloom filter of this level and of further ones that can be filled before their outer loops start. */
export function buildBloomFilters(state: LoopState, levelNumber: number, notReady: SourceSet): void {
  const { ctx, levels } = state;
  const { program } = ctx;
  const known = ctx.knownExpressions;
  ctx.knownExpressions = known.filter(({ register }) => register !== 0);
  const once = program.emit('Once', 0, 0);
  for (let i = levelNumber; i < levels.length; i++) {
    const level = levels[i]!;
    const { path, source } = level;
    if (i > levelNumber) {
      if (source.join.left || source.join.leftOfRight || intersects(path.prerequisites, notReady)) continue;
      if (!path.has(PathFlag.bloomFilter) || path.has(PathFlag.in)) continue;
    }
    fillBloomFilter(state, level);
    path.flags &= ~PathFlag.bloomFilter;
  }
  program.jumpHere(once);
  ctx.knownExpressions = known;
}

function fillBloomFilter(state: LoopState, level: LoopLevel): void {
  const { ctx, join, plan } = state;
  const { program } = ctx;
  const { path, source, tableCursor } = level;
  if (program.isExplained) program.explain(bloomFilterText(level.plan));
  level.filterRegister = program.register();
  const rows = quantityOf(join.sources[level.plan.position]!.rows);
  const size = Math.min(Math.max(rows, AUTOMATIC_FILTER_BYTES), MOST_FILTER_BYTES);
  program.emit('Blob', size, level.filterRegister);
  const reader = ctx.columnReaders.get(source);
  ctx.columnReaders.set(source, { kind: 'cursor', cursor: tableCursor, index: null });
  const top = program.emit('Rewind', tableCursor, 0);
  const skip = program.label();
  for (const term of plan.clause.terms) {
    if ((term.flags & TermFlag.virtual) !== 0 || !isSingleSourceTerm(state, term, level.plan.position)) continue;
    jumpIfFalse(ctx, term.expression, skip, true);
  }
  const mark = program.registers.mark();
  const count = path.has(PathFlag.byRowid) ? 1 : path.equalityCount;
  const first = program.registers.temporaryRange(count);
  for (let i = 0; i < count; i++) {
    const column = path.has(PathFlag.byRowid) ? null : path.index!.columns[i]!;
    codeExpression(ctx, column?.expression ?? makeColumn(source, column ? column.column : ROWID_COLUMN), first + i);
  }
  program.emit('FilterAdd', level.filterRegister, 0, first, count);
  program.registers.releaseTo(mark);
  program.place(skip);
  program.emit('Next', tableCursor, top + 1);
  program.jumpHere(top);
  if (reader) ctx.columnReaders.set(source, reader);
  else ctx.columnReaders.delete(source);
}

/** Asks the filters of inner levels whose keys are known by now, so that hopeless rows are left early. */
export function pullDownFilters(state: LoopState, levelNumber: number, nextLabel: Label): void {
  const { program } = state.ctx;
  const outer = state.levels[levelNumber]!;
  for (const level of state.levels.slice(levelNumber + 1)) {
    const { path } = level;
    if (level.filterRegister === 0 || path.skipCount > 0 || intersects(path.prerequisites, outer.notReady)) continue;
    if (path.has(PathFlag.byRowid)) {
      const register = program.register();
      codeEqualityTerm(state, level, path.terms[0]!, 0, false, register);
      program.emit('MustBeInt', register, nextLabel);
      program.emit('Filter', level.filterRegister, nextLabel, register, 1);
    } else {
      const key = codeEqualityTerms(state, level, false, 0, nextLabel);
      applyAffinities(state, key.base, path.equalityCount, key.affinities);
      program.emit('Filter', level.filterRegister, nextLabel, key.base, path.equalityCount);
    }
    level.filterRegister = 0;
  }
}
