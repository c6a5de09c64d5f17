/**
 * Seek keys of a level: the values of its equality terms in consecutive registers, with a loop around the seek for each
 * IN, and the bounds of a range.
 */
import { Affinity } from '../../spec/affinity';
import type { Label } from '../bytecode/program-builder';
import { affinityAgainst, canBeNull, needsNoAffinityChange, rowFieldOf, valueCount } from '../plan/expressions';
import { PathFlag } from '../plan/plan';
import { intersects } from '../plan/source-set';
import { Relation, TermFlag, type Term } from '../plan/term';
import type { Expression, InExpression, Query, SelectCore } from '../resolve/ir';
import { codeExpression } from './expression';
import { openInSet } from './in-set';
import type { LoopLevel, LoopState } from './loop-level';
import { keyAffinity } from './table-access';

/** Marks a term as enforced by the loop, and its parents when that was their last child. */
export function enforceTerm(level: LoopLevel, term: Term): void {
  let at: Term | null = term;
  let isParent = false;
  while (
    at &&
    (at.flags & TermFlag.coded) === 0 &&
    (level.leftJoinRegister === 0 || at.isOuterOn) &&
    !intersects(level.notReady, at.allSources)
  ) {
    at.flags |= isParent && (at.flags & TermFlag.like) !== 0 ? TermFlag.likeDecided : TermFlag.coded;
    const parent: Term | null = at.clause.parentOf(at);
    if (!parent) return;
    parent.childCount--;
    if (parent.childCount !== 0) return;
    at = parent;
    isParent = true;
  }
}

/** The key registers of a seek and the affinities their values still need. */
export interface SeekKey {
  readonly base: number;
  /** One affinity character a column of the index; 'A' where nothing is to be done. */
  readonly affinities: string[];
}

/** Code for all equality terms of the level, in registers from `base`, with `extra` more registers after them. */
export function codeEqualityTerms(
  state: LoopState,
  level: LoopLevel,
  reverse: boolean,
  extra: number,
  nullTarget: Label = level.breakLabel,
): SeekKey {
  const { program } = state.ctx;
  const { path } = level;
  const { equalityCount, skipCount } = path;
  const index = path.index!;
  const isOnlyKey = equalityCount === 1 && skipCount === 0 && extra === 0;
  const own = isOnlyKey ? registerOf(path.terms[0]!) : 0;
  const base = own || program.register(Math.max(1, equalityCount + extra));
  const affinities = index.columns.map(({ affinity }) => keyAffinity(affinity));
  if (skipCount > 0) codeSkipScan(state, level, reverse, base);
  for (let column = skipCount; column < equalityCount; column++) {
    const term = path.terms[column]!;
    codeEqualityTerm(state, level, term, column, reverse, base + column);
    const { expression } = term;
    if ((term.relation & Relation.in) !== 0) {
      if (expression.kind === 'in' && expression.query) affinities[column] = 'A';
    } else if ((term.relation & Relation.isNull) === 0) {
      const right = term.right!;
      if ((term.flags & TermFlag.is) === 0 && canBeNull(right)) {
        program.emit('IsNull', base + column, nullTarget);
      }
      affinities[column] = remainingAffinity(right, affinities[column]!);
    }
  }
  return { base, affinities };
}

/**
 * The register that holds the key as it is, 0 when it must be made. It gets the index's affinity where it is: what reads a parent row
 * after its children were looked for sees it so, as in SQLite.
 */
function registerOf({ relation, right }: Term): number {
  const isEquality = (relation & (Relation.in | Relation.isNull)) === 0;
  return isEquality && right?.kind === 'register' ? right.register : 0;
}

/** The affinity still to be applied to a value compared with a column of `affinity`: none if it cannot matter. */
function remainingAffinity(value: Expression, affinity: string): string {
  const code = affinity.charCodeAt(0) as Affinity;
  if (affinityAgainst(value, code) === Affinity.blob || needsNoAffinityChange(value, code)) return 'A';
  return affinity;
}

/** Affinities for a bound of `count` fields that starts at `column`. */
export function boundAffinities(value: Expression, affinities: string[], column: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const field = valueCount(value) > 1 ? rowFieldOf(value, i) : value;
    affinities[column + i] = remainingAffinity(field, affinities[column + i]!);
  }
}

/** Applies affinities to `count` registers, leaving out blanks at both ends. */
export function applyAffinities(state: LoopState, base: number, count: number, affinities: readonly string[]): void {
  let first = 0;
  let last = count;
  while (first < last && affinities[first] === 'A') first++;
  while (last > first && affinities[last - 1] === 'A') last--;
  if (last <= first) return;
  const { program } = state.ctx;
  const text = affinities.slice(first, last).join('');
  program.emit('Affinity', base + first, last - first, 0, program.string(text));
}

/** A row or a single value into `count` registers. */
export function codeBound(state: LoopState, value: Expression, target: number, count: number): void {
  const size = valueCount(value);
  if (size === 1) {
    codeExpression(state.ctx, value, target);
    return;
  }
  for (let i = 0; i < count; i++) codeExpression(state.ctx, rowFieldOf(value, i), target + i);
}

/** Steps to the next distinct value of the skipped columns; the level's end comes back here. */
function codeSkipScan(state: LoopState, level: LoopLevel, reverse: boolean, base: number): void {
  const { program } = state.ctx;
  const { skipCount } = level.path;
  program.emit('Null', 0, base, base + skipCount - 1);
  level.skipRewindAddress = program.emit(reverse ? 'Last' : 'Rewind', level.indexCursor, 0);
  const over = program.emit('Goto', 0, 0);
  level.skipAddress = program.emit(reverse ? 'SeekLT' : 'SeekGT', level.indexCursor, 0, base, skipCount);
  program.jumpHere(over);
  for (let i = 0; i < skipCount; i++) program.emit('Column', level.indexCursor, i, base + i);
}

/** One equality term's value into `target`. */
export function codeEqualityTerm(
  state: LoopState,
  level: LoopLevel,
  term: Term,
  column: number,
  reverse: boolean,
  target: number,
): void {
  if ((term.relation & Relation.in) !== 0) codeInTerm(state, level, term, column, reverse, target);
  else if ((term.relation & Relation.isNull) !== 0) state.ctx.program.loadNull(target);
  else if (registerOf(term) !== target) codeExpression(state.ctx, term.right!, target);
  if (!level.path.has(PathFlag.transitive) || (term.relation & Relation.equivalent) === 0) enforceTerm(level, term);
}

/** Opens the loop over the values of IN; a row-valued IN fills the registers of all its columns at once. */
function codeInTerm(
  state: LoopState,
  level: LoopLevel,
  term: Term,
  column: number,
  reverse: boolean,
  target: number,
): void {
  const { program } = state.ctx;
  const { path } = level;
  const expression = term.expression as InExpression;
  const terms = path.terms;
  if (terms.slice(0, column).some((other) => other?.expression === expression)) return;
  const descending = path.index?.columns[column]?.descending ?? false;
  const fields = terms.flatMap((other, i) => (i >= column && other?.expression === expression ? [i] : []));
  const set = openInSet(state.ctx, reducedIn(state, expression, terms, fields));
  const backward = (reverse !== descending) !== set.descending;
  const before = program.emit(backward ? 'Last' : 'Rewind', set.cursor, 0);
  if (!level.hasInLoops) {
    level.hasInLoops = true;
    level.nextLabel = program.label();
  }
  if (column > 0 && !path.has(PathFlag.inSeekScan | PathFlag.virtualTable)) level.inEarlyOut = true;
  let previous = before;
  fields.forEach((position, i) => {
    const output = target + position - column;
    const top =
      set.kind === 'rowid'
        ? program.emit('Rowid', set.cursor, output)
        : program.emit('Column', set.cursor, set.fieldOf[i] ?? 0, output);
    const nullTest = program.emit('IsNull', output, 0);
    level.inLoops.push({
      cursor: set.cursor,
      step: i === 0 ? (backward ? 'Prev' : 'Next') : null,
      top,
      nullTest,
      before: previous,
      keyBase: i === 0 && column > 0 ? target - column : 0,
      prefixCount: i === 0 ? column : 0,
    });
    previous = nullTest;
  });
  if (column > 0 && !path.has(PathFlag.inSeekScan | PathFlag.virtualTable)) {
    program.emit('SeekHit', level.indexCursor, 0, column);
  }
}

/** The IN with only those fields of its row that the loop uses, in the loop's order. */
function reducedIn(
  { ctx }: LoopState,
  expression: InExpression,
  terms: readonly (Term | null)[],
  positions: readonly number[],
): InExpression {
  const { operand, query } = expression;
  if (operand.kind !== 'row' || !query) return expression;
  const fields = positions.map((position) => terms[position]!.field - 1);
  const isWhole = fields.length === operand.items.length && fields.every((field, i) => field === i);
  const number = ctx.nextSubqueryNumber();
  if (isWhole) return { ...expression, query: { ...query, id: number } };
  const items = fields.map((field) => operand.items[field]!);
  const [only] = items;
  return {
    ...expression,
    operand: items.length === 1 && only ? only : { ...operand, items },
    query: { ...reducedQuery(query, fields), id: number },
  };
}

function reducedQuery(query: Query, fields: readonly number[]): Query {
  const pick = <T>(list: readonly T[]): T[] => fields.map((field) => list[field]!);
  return {
    ...query,
    columns: pick(query.columns),
    cores: query.cores.map((core) => {
      const columns = pick(core.columns);
      if (core.kind === 'values') return { ...core, columns, rows: core.rows.map(pick) };
      const reduced: SelectCore = { ...core, columns };
      return reduced;
    }),
    orderBy: query.orderBy.map((term) => ({ ...term, resultColumn: fields.indexOf(term.resultColumn) })),
  };
}
