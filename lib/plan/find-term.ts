/**
 * Search of a WHERE clause for terms that constrain one column, also through columns known to be equal to it (a = b AND
 * b = 5 constrains a), and through the conjunction around an operand of OR.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import { affinityOf, operandColumn } from '../resolve/affinity';
import type { Expression, Source } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { termCollation } from './analyze';
import { affinityAgainst, equalBelowCollate } from './expressions';
import type { PlanSource } from './join-context';
import { EXPRESSION_COLUMN, ROWID_COLUMN, type PlanIndex } from './plan-index';
import { intersects, isEmptySet, type SourceSet } from './source-set';
import { Relation, type Term, type WhereClause } from './term';

/** A column may have this many others that are equal to it. */
const MAX_EQUIVALENT = 11;

/** The affinity both sides of a term get. */
export function termAffinity(term: Term): Affinity {
  const left = affinityOf(term.left!);
  const { expression } = term;
  if (term.right) return affinityAgainst(term.right, left);
  if (expression.kind === 'in' && expression.query) {
    return affinityAgainst(operandColumn(expression.query, Math.max(0, term.field - 1)), left);
  }
  return left === Affinity.none ? Affinity.blob : left;
}

/** Whether values stored with `affinity` are in the order, and equal, as the term compares them. */
export function indexAffinityFits(term: Term, affinity: Affinity): boolean {
  const compared = termAffinity(term);
  if (compared < Affinity.text) return true;
  if (compared === Affinity.text) return affinity === Affinity.text;
  return isNumericAffinity(affinity);
}

/** Whether the clause, or one around it, has a term with just this left side. Without one no search finds anything. */
export function hasTermOn(origin: WhereClause, source: Source, column: number): boolean {
  for (let clause: WhereClause | null = origin; clause; clause = clause.outer) {
    const { terms } = clause;
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i]!;
      if (term.leftSource === source && term.leftColumn === column) return true;
    }
  }
  return false;
}

/** A search; `next` gives one term after the other, then null once. */
export class TermScan {
  readonly #origin: WhereClause;
  readonly #relations: number;
  readonly #source: Source;
  readonly #column: number;
  readonly #expression: Expression | null;
  readonly #affinity: Affinity;
  readonly #collation: string | null;
  /** Where the search is: in this clause, at that term, for this column. */
  #clause: WhereClause;
  #at = 0;
  #wantedSource: Source;
  #wantedColumn: number;
  /** Columns that are known to be equal; made when the first is found. */
  #equivalents: { readonly source: Source; readonly column: number }[] | null = null;
  #equivalent = 0;

  /** Terms on `column`: of the index when one is given (then affinity and collation must fit), else of the table. */
  constructor(origin: WhereClause, source: Source, column: number, relations: number, index: PlanIndex | null) {
    const entry = index?.columns[column];
    const wanted = entry ? entry.column : column;
    this.#origin = origin;
    this.#relations = relations;
    this.#source = source;
    this.#column = wanted;
    this.#expression = entry ? entry.expression : null;
    const checks = entry !== undefined && wanted !== ROWID_COLUMN;
    this.#affinity = entry ? entry.affinity : Affinity.none;
    this.#collation = checks ? entry.collation : null;
    this.#clause = origin;
    this.#wantedSource = source;
    this.#wantedColumn = wanted;
  }

  /** The term came through an equal column. */
  get isTransitive(): boolean {
    return this.#equivalent > 0;
  }

  next(): Term | null {
    if (this.#wantedColumn === EXPRESSION_COLUMN && !this.#expression) return null;
    for (;;) {
      const source = this.#wantedSource;
      const column = this.#wantedColumn;
      for (let clause: WhereClause | null = this.#clause; clause; clause = clause.outer) {
        this.#clause = clause;
        const { terms } = clause;
        while (this.#at < terms.length) {
          const term = terms[this.#at++]!;
          if (term.leftSource === source && term.leftColumn === column && this.#accepts(term, column)) return term;
        }
        this.#at = 0;
      }
      const next = this.#equivalents?.[this.#equivalent];
      if (!next) return null;
      this.#equivalent++;
      this.#clause = this.#origin;
      this.#wantedSource = next.source;
      this.#wantedColumn = next.column;
    }
  }

  #accepts(term: Term, column: number): boolean {
    if (column === EXPRESSION_COLUMN && !equalBelowCollate(term.left!, this.#expression!)) return false;
    if (this.#equivalent > 0 && term.isOuterOn) return false;
    if ((term.relation & Relation.equivalent) !== 0) this.#addEquivalent(term);
    if ((term.relation & this.#relations) === 0) return false;
    if (this.#collation !== null && (term.relation & Relation.isNull) === 0) {
      if (!indexAffinityFits(term, this.#affinity) || termCollation(term) !== this.#collation) return false;
    }
    return !this.#isCircular(term);
  }

  #addEquivalent(term: Term): void {
    const known = (this.#equivalents ??= []);
    if (known.length >= MAX_EQUIVALENT - 1) return;
    const right = withoutHints(term.right!);
    if (right.kind !== 'column' || right.fixed) return;
    const { source, column } = right;
    if (source === this.#source && column === this.#column) return;
    if (!known.some((other) => other.source === source && other.column === column)) known.push({ source, column });
  }

  /** `a = a` by way of an equal column. */
  #isCircular(term: Term): boolean {
    if ((term.relation & (Relation.equal | Relation.is)) === 0) return false;
    const { right } = term;
    return right?.kind === 'column' && right.source === this.#source && right.column === this.#column;
  }
}

/**
 * A term on a column whose other sources are all in none of `notReady`; an equality with a constant is preferred.
 * `index` as for TermScan.
 */
export function findTerm(
  clause: WhereClause,
  source: Source,
  column: number,
  notReady: SourceSet,
  relations: number,
  index: PlanIndex | null,
): Term | null {
  if (!hasTermOn(clause, source, index?.columns[column]?.column ?? column)) return null;
  const scan = new TermScan(clause, source, column, relations, index);
  const equalities = relations & (Relation.equal | Relation.is);
  let found: Term | null = null;
  for (let term = scan.next(); term; term = scan.next()) {
    if (intersects(term.rightSources, notReady)) continue;
    if (isEmptySet(term.rightSources) && (term.relation & equalities) !== 0) return term;
    found ??= term;
  }
  return found;
}

/** A term on an outer-joined source drives its loop only when it belongs to that join. */
export function fitsOuterJoin(term: Term, { join, source }: PlanSource): boolean {
  if (!join.left && !join.right && !join.leftOfRight) return true;
  return term.on !== null && term.on.source === source;
}
