/**
 * Terms: the conjuncts of a WHERE clause as the planner sees them, and the clauses that hold them.
 *
 * Owns the data; analyze.ts fills it, find-term.ts searches it, paths.ts picks from it, code generation marks what it has
 * tested (`Term.flags`), since whether a term still needs a test is a fact about the term.
 *
 * Invariants
 *  1. `term.clause.terms[term.index] === term`.
 *  2. When `operator` is a comparison, `left` is the column or indexed expression and `right` the other side, whichever way
 *     round they were written; `expression` keeps the written form, which is what gets coded.
 *  3. Virtual terms are inferences: they may drive an access path but are never tested themselves.
 */
import type { IndexOperator } from '../catalog/virtual-table';
import type { ComparisonOperator, Expression, OnMark, Source } from '../resolve/ir';
import type { LogEstimate } from './log-estimate';
import { NO_SOURCES, type SourceSet } from './source-set';

/** What relation a term states between its left side and the rest. Bits, so that sets of them can be searched. */
export const Relation = {
  in: 0x0001,
  equal: 0x0002,
  greater: 0x0004,
  lessEqual: 0x0008,
  less: 0x0010,
  greaterEqual: 0x0020,
  is: 0x0080,
  isNull: 0x0100,
  /** Several alternatives, in `alternatives`. */
  or: 0x0200,
  /** An operand of OR that is a conjunction, in `conjunction`. */
  and: 0x0400,
  /** Both sides are columns that may stand for each other. */
  equivalent: 0x0800,
  /** A comparison of rows that was split into its fields. */
  row: 0x2000,
  /** MATCH, LIKE, <> and others that only virtual tables can use. */
  auxiliary: 0x0040,
} as const;

/** Relations between one column and a value. */
export const SINGLE_RELATIONS = 0x01ff;
export const RANGE_RELATIONS = Relation.greater | Relation.greaterEqual | Relation.less | Relation.lessEqual;
export const ANY_RELATION = 0x3fff;

/** Facts about a term, bits of `Term.flags`. */
export const TermFlag = {
  /** Inferred: never tested. */
  virtual: 0x0001,
  /** Tested, or guaranteed by an access path. */
  coded: 0x0002,
  /** A commuted copy exists. */
  copied: 0x0004,
  /** The made-up `x > NULL` of x IS NOT NULL. */
  notNull: 0x0008,
  /** Lower and upper bound of LIKE and GLOB; the bounds follow each other. */
  likeBound: 0x0010,
  /** The LIKE from which such bounds were made, ignoring case. */
  like: 0x0020,
  /** A LIKE that the bounds have decided. */
  likeDecided: 0x0040,
  is: 0x0080,
  /** Contains a correlated subquery: tested last. */
  correlated: 0x0100,
  /** A field of a comparison of rows. */
  slice: 0x0200,
  /** Scratch mark of the OR analysis. */
  marked: 0x0400,
  /** Taken to be selective without knowing. */
  assumedSelective: 0x0800,
  /** Samples show that half of the rows or more pass it. */
  unselective: 0x1000,
} as const;

/** Truth probability when nothing is known. Known ones are negative: the log estimate of the probability. */
export const UNKNOWN_TRUTH = 1;

/** One conjunct (or one operand of OR). */
export class Term {
  flags: number;
  relation = 0;
  /** How many virtual terms must be enforced for this one to be enforced too. */
  childCount = 0;
  /** Index of the term this one was derived from, -1 without. */
  parent = -1;
  /** Source of the left column or indexed expression, null when no index can use the term. */
  leftSource: Source | null = null;
  /** Column number on the left, ROWID_COLUMN or EXPRESSION_COLUMN. */
  leftColumn = 0;
  /** For row-valued IN: 1 + the field this term stands for; 0 otherwise. */
  field = 0;
  left: Expression | null = null;
  right: Expression | null = null;
  /** The comparison as it reads with `left` on the left. */
  comparison: ComparisonOperator | null = null;
  /** The written left side stands on the right. */
  commuted = false;
  /** For `auxiliary`: what virtual tables are told. */
  auxiliaryOperator: IndexOperator | null = null;
  alternatives: WhereClause | null = null;
  /** Of `alternatives`: sources that every alternative could use an index of. */
  indexable: SourceSet = NO_SOURCES;
  conjunction: WhereClause | null = null;
  /** Sources that `right` needs. */
  rightSources: SourceSet = NO_SOURCES;
  /** Sources that the term needs. */
  allSources: SourceSet = NO_SOURCES;
  /** The ON clause it came from. */
  on: OnMark | null;

  constructor(
    readonly clause: WhereClause,
    readonly index: number,
    /** Changed only to a constant when the term is found to be one. */
    public expression: Expression,
    flags: number,
    public truth: LogEstimate,
  ) {
    this.flags = flags;
    this.on = expression.on;
  }

  get isOuterOn(): boolean {
    return this.on !== null && this.on.outer;
  }
}

/** Terms joined by one operator. Terms are only appended. */
export class WhereClause {
  readonly terms: Term[] = [];
  /** Number of terms up to the last one that is not virtual. */
  baseCount = 0;
  /** Some term is an OR whose operands can all use indexes. */
  hasOr = false;

  constructor(
    readonly operator: 'and' | 'or',
    /** The conjunction around an operand of OR: its terms hold here too. */
    readonly outer: WhereClause | null,
  ) {}

  add(expression: Expression, flags: number, truth: LogEstimate = UNKNOWN_TRUTH): Term {
    const term = new Term(this, this.terms.length, expression, flags, truth);
    this.terms.push(term);
    if ((flags & TermFlag.virtual) === 0) this.baseCount = this.terms.length;
    return term;
  }

  parentOf(term: Term): Term | null {
    return term.parent < 0 ? null : (this.terms[term.parent] ?? null);
  }
}

/** The relation that a comparison operator states; 0 for those no index can use. */
export function relationOf(operator: ComparisonOperator): number {
  switch (operator) {
    case '=':
      return Relation.equal;
    case '>':
      return Relation.greater;
    case '<=':
      return Relation.lessEqual;
    case '<':
      return Relation.less;
    case '>=':
      return Relation.greaterEqual;
    case 'is':
      return Relation.is;
    case '<>':
    case 'isNot':
      return 0;
  }
}

/** The operator that says the same with the sides exchanged. */
export function commutedOperator(operator: ComparisonOperator): ComparisonOperator {
  switch (operator) {
    case '<':
      return '>';
    case '<=':
      return '>=';
    case '>':
      return '<';
    case '>=':
      return '<=';
    default:
      return operator;
  }
}
