/**
 * Analysis of the WHERE clause: splits it into terms, finds which of them an index could use, and adds virtual terms for
 * what can be inferred (BETWEEN as two bounds, LIKE 'abc%' as a range, x = a OR x = b as IN, both sides of a join).
 *
 * Owns the rules; term.ts the data. Must not know: costs, or which term gets used.
 */
import { isNumericAffinity } from '../../spec/affinity';
import { affinityOf, comparisonCollation, hasExplicitCollation, operandColumn } from '../resolve/affinity';
import {
  makeComparison,
  makeInteger,
  makeNull,
  type ComparisonExpression,
  type Expression,
  type OnMark,
  type Source,
} from '../resolve/ir';
import { withoutCollate, withoutHints } from '../resolve/walk';
import { analyzeAuxiliary } from './auxiliary-terms';
import { canBeNull, equalBelowCollate, hasCorrelatedSubquery, isConstant, rowFieldOf, valueCount } from './expressions';
import type { JoinContext } from './join-context';
import { analyzeLike } from './like-bounds';
import { estimateOf, type LogEstimate } from './log-estimate';
import { analyzeOr } from './or-terms';
import { EXPRESSION_COLUMN } from './plan-index';
import { intersects, NO_SOURCES, sourcesBefore, unionOf, type SourceSet } from './source-set';
import {
  ANY_RELATION,
  commutedOperator,
  Relation,
  relationOf,
  type Term,
  TermFlag,
  UNKNOWN_TRUTH,
  type WhereClause,
} from './term';

/** Splits `expression` at the clause's operator and appends the parts to it. `on`: the ON clause that they come from when they don't say. */
export function splitInto(clause: WhereClause, expression: Expression | null, on: OnMark | null = null): void {
  if (!expression) return;
  const inner = withoutHints(expression);
  if (inner.kind === 'logical' && inner.operator === clause.operator) {
    splitInto(clause, inner.left, inner.on ?? on);
    splitInto(clause, inner.right, inner.on ?? on);
    return;
  }
  const term = clause.add(inner, 0, truthOf(expression));
  term.on ??= expression.on ?? on;
}

/** Probability that unlikely(), likely() or likelihood() around a term states. */
function truthOf(expression: Expression): LogEstimate {
  let inner = expression;
  while (inner.kind === 'collate') inner = inner.operand;
  if (inner.kind !== 'function' || inner.definition.inline !== 'unlikely') return UNKNOWN_TRUTH;
  const probability = statedProbability(inner.definition.name, inner.arguments[1]);
  return estimateOf(Math.floor(probability * 134217728)) - 270;
}

function statedProbability(name: string, argument: Expression | undefined): number {
  if (name === 'unlikely') return 0.0625;
  if (name === 'likely') return 0.9375;
  return argument?.kind === 'real' ? Number(argument.text) : 0.0625;
}

/** Analyses every term now in the clause. From the last to the first, as terms are appended meanwhile. */
export function analyzeClause(join: JoinContext, clause: WhereClause): void {
  for (let i = clause.terms.length - 1; i >= 0; i--) analyzeTerm(join, clause.terms[i]!);
}

/** Adds an inferred term and analyses it. */
export function addVirtual(join: JoinContext, clause: WhereClause, expression: Expression, flags = 0): Term {
  const term = clause.add(expression, TermFlag.virtual | flags);
  analyzeTerm(join, term);
  return term;
}

/** Testing the child makes the parent's test unneeded once all its children are enforced. */
export function makeChild(child: Term, parent: Term): void {
  child.parent = parent.index;
  child.truth = parent.truth;
  parent.childCount++;
}

export function analyzeTerm(join: JoinContext, term: Term): void {
  const { expression, clause } = term;
  const sides = sidesOf(term);
  const leftSources = join.usage(sides?.left ?? null);
  const rightSources = rightSourcesOf(join, term, sides?.right ?? null);
  let allSources = sides ? unionOf(leftSources, rightSources) : join.usage(expression);
  if (expression.kind === 'in' && expression.query) allSources = join.usage(expression);
  if (hasCorrelatedSubquery(expression)) term.flags |= TermFlag.correlated;

  let beforeJoin = NO_SOURCES;
  if (term.on) {
    const joined = join.setOf(term.on.source);
    if (term.on.outer) {
      allSources = unionOf(allSources, joined);
      beforeJoin = sourcesBefore(Math.max(0, join.positionOf(term.on.source)));
    } else if (readsLaterThan(join, allSources, term.on)) {
      term.on = null;
    }
  }
  term.rightSources = rightSources;
  term.allSources = allSources;
  if (sides) {
    analyzeSides(join, term, sides, leftSources, beforeJoin);
  } else {
    analyzeOther(join, term);
  }
  analyzeAuxiliary(join, term);
  if (clause.operator === 'and') splitRows(join, term);
  term.rightSources = unionOf(term.rightSources, beforeJoin);
}

/** An ON term of an inner join that reads sources further right is as good as a WHERE term. */
function readsLaterThan(join: JoinContext, sources: SourceSet, on: OnMark): boolean {
  const position = join.positionOf(on.source);
  if (position < 0) return false;
  const upTo = sourcesBefore(position + 1);
  return (sources.low & ~upTo.low) !== 0 || (sources.high & ~upTo.high) !== 0;
}

interface Sides {
  readonly left: Expression;
  readonly right: Expression | null;
  readonly relation: number;
}

/** The two sides of a term that an index may be able to use, null for other terms. */
function sidesOf(term: Term): Sides | null {
  const { expression } = term;
  switch (expression.kind) {
    case 'comparison': {
      const relation = relationOf(expression.operator);
      return relation === 0 ? null : { left: expression.left, right: expression.right, relation };
    }
    case 'in':
      return { left: expression.operand, right: null, relation: Relation.in };
    case 'nullTest':
      return expression.negated ? null : { left: expression.operand, right: null, relation: Relation.isNull };
    default:
      return null;
  }
}

function rightSourcesOf(join: JoinContext, term: Term, right: Expression | null): SourceSet {
  const { expression } = term;
  if (expression.kind !== 'in') return join.usage(right);
  if (expression.list) return join.usageOfList(expression.list);
  let set = NO_SOURCES;
  expression.query?.outerSources.forEach((source) => {
    set = unionOf(set, join.setOf(source));
  });
  return set;
}

function analyzeSides(
  join: JoinContext,
  term: Term,
  sides: Sides,
  leftSources: SourceSet,
  beforeJoin: SourceSet,
): void {
  const { expression } = term;
  const allowed = intersects(term.rightSources, leftSources) ? Relation.equivalent : ANY_RELATION;
  const comparison = expression.kind === 'comparison' ? expression : null;
  term.left = sides.left;
  term.right = sides.right;
  term.comparison = comparison ? comparison.operator : null;
  if (sides.relation === Relation.is) term.flags |= TermFlag.is;

  const left = term.field > 0 ? rowFieldOf(sides.left, term.field - 1) : sides.left;
  if (term.field > 0) term.left = left;
  const leftColumn = indexableColumn(join, withoutCollate(left), sides.relation);
  if (leftColumn) {
    term.leftSource = leftColumn.source;
    term.leftColumn = leftColumn.column;
    term.relation = sides.relation & allowed;
  }
  const right = sides.right && withoutCollate(sides.right);
  // A column whose value is known is that value.
  const isFixed = right?.kind === 'column' && right.fixed !== undefined;
  const rightColumn = right && !isFixed ? indexableColumn(join, right, sides.relation) : null;
  if (comparison && rightColumn) {
    const commuted = term.leftSource ? commutedCopy(join, term, comparison) : term;
    commuted.left = comparison.right;
    commuted.right = comparison.left;
    commuted.commuted = true;
    commuted.comparison = commutedOperator(comparison.operator);
    commuted.leftSource = rightColumn.source;
    commuted.leftColumn = rightColumn.column;
    commuted.rightSources = unionOf(leftSources, beforeJoin);
    commuted.allSources = term.allSources;
    const equivalent = commuted === term ? 0 : term.relation & Relation.equivalent;
    commuted.relation = (relationOf(commuted.comparison) | equivalent) & allowed;
  } else if (sides.relation === Relation.isNull && !term.isOuterOn && !canBeNull(withoutCollate(sides.left))) {
    // x IS NULL of a NOT NULL column: never true.
    term.expression = makeInteger(0);
    term.allSources = NO_SOURCES;
    term.relation = 0;
  }
}

/** For `column = column`: a second term with the sides exchanged, so that an index of either column can be used. */
function commutedCopy(join: JoinContext, term: Term, comparison: ComparisonExpression): Term {
  const copy = term.clause.add(comparison, TermFlag.virtual);
  copy.on = term.on;
  makeChild(copy, term);
  copy.flags |= term.flags & TermFlag.is;
  term.flags |= TermFlag.copied;
  if (isEquivalence(join, comparison, term.on)) term.relation |= Relation.equivalent;
  return copy;
}

/** The columns of `a = b` can stand for each other: same kind of affinity, same collation, in every row of the result. */
function isEquivalence(join: JoinContext, comparison: ComparisonExpression, on: OnMark | null): boolean {
  const { left, right, operator } = comparison;
  if (operator !== '=' && operator !== 'is') return false;
  if (on?.outer || hasExplicitCollation(left) || hasExplicitCollation(right)) return false;
  const first = join.request.sources[0];
  if (operator === 'is' && join.request.sources.length >= 2 && first?.join.leftOfRight) return false;
  const a = affinityOf(left);
  const b = affinityOf(right);
  if (a !== b && !(isNumericAffinity(a) && isNumericAffinity(b))) return false;
  return comparisonCollation(left, left) === comparisonCollation(right, right);
}

interface IndexableColumn {
  readonly source: Source;
  readonly column: number;
}

/** The source and column (or EXPRESSION_COLUMN) that an index could find `expression` by. */
export function indexableColumn(join: JoinContext, expression: Expression, relation: number): IndexableColumn | null {
  let inner = expression;
  if (
    inner.kind === 'row' &&
    (relation & (Relation.greater | Relation.greaterEqual | Relation.less | Relation.lessEqual)) !== 0
  ) {
    inner = withoutCollate(inner.items[0]!);
  }
  if (inner.kind === 'column') return { source: inner.source, column: inner.column };
  if (!join.hasExpressionIndex) return null;
  for (const { source, indexes } of join.sources) {
    for (const index of indexes) {
      if (!index.hasExpressions) continue;
      for (const { expression: indexed } of index.columns.slice(0, index.keyColumnCount)) {
        if (indexed && equalBelowCollate(inner, indexed) && !isConstant(indexed)) {
          return { source, column: EXPRESSION_COLUMN };
        }
      }
    }
  }
  return null;
}

function analyzeOther(join: JoinContext, term: Term): void {
  const { expression, clause } = term;
  switch (expression.kind) {
    case 'between': {
      if (clause.operator !== 'and') return;
      const { operand, low, high } = expression;
      makeChild(addVirtual(join, clause, makeComparison('>=', operand, low, term.on)), term);
      makeChild(addVirtual(join, clause, makeComparison('<=', operand, high, term.on)), term);
      return;
    }
    case 'logical':
      if (expression.operator === 'or') analyzeOr(join, term);
      return;
    case 'nullTest':
      if (expression.operand.kind === 'column')
        analyzeNotNull(term, expression.operand.source, expression.operand.column);
      return;
    case 'function':
      if (clause.operator === 'and') analyzeLike(join, term, expression);
      return;
    default:
  }
}

/** x IS NOT NULL as x > NULL, which an index can answer. */
function analyzeNotNull(term: Term, source: Source, column: number): void {
  if (column < 0 || term.isOuterOn || term.expression.kind !== 'nullTest') return;
  const bound = makeComparison('>', term.expression.operand, makeNull());
  const added = term.clause.add(bound, TermFlag.virtual | TermFlag.notNull);
  added.left = bound.left;
  added.right = bound.right;
  added.comparison = '>';
  added.leftSource = source;
  added.leftColumn = column;
  added.relation = Relation.greater;
  makeChild(added, term);
  term.flags |= TermFlag.copied;
  added.allSources = term.allSources;
}

/** (a, b) = (c, d) as a = c and b = d; (a, b) IN (SELECT ...) as one virtual term for each field. */
function splitRows(join: JoinContext, term: Term): void {
  const { expression, clause } = term;
  if (expression.kind === 'comparison' && (expression.operator === '=' || expression.operator === 'is')) {
    const { left, right, operator } = expression;
    const count = valueCount(left);
    if (count < 2 || valueCount(right) !== count) return;
    if (left.kind === 'subquery' && right.kind === 'subquery') return;
    for (let i = 0; i < count; i++) {
      const field = makeComparison(operator, rowFieldOf(left, i), rowFieldOf(right, i), term.on);
      analyzeTerm(join, clause.add(field, TermFlag.slice));
    }
    term.flags |= TermFlag.coded | TermFlag.virtual;
    term.relation = Relation.row;
  } else if (expression.kind === 'in' && term.field === 0 && expression.operand.kind === 'row') {
    const query = expression.query;
    if (!query || (query.cores.length > 1 && query.cores.some((core) => core.kind !== 'values'))) return;
    if (query.cores.some((core) => core.kind === 'select' && core.windowCalls.length > 0)) return;
    for (let i = 0; i < expression.operand.items.length; i++) {
      const field = clause.add(expression, TermFlag.virtual | TermFlag.slice);
      field.field = i + 1;
      analyzeTerm(join, field);
      makeChild(field, term);
    }
  }
}

/** The collation that a term's comparison uses. */
export function termCollation(term: Term): string {
  const left = term.left!;
  if (term.expression.kind === 'in') return inCollation(term);
  const right = term.right;
  if (!right) return comparisonCollation(left, left);
  return term.commuted ? comparisonCollation(right, left) : comparisonCollation(left, right);
}

function inCollation(term: Term): string {
  const { expression } = term;
  const left = term.left!;
  if (expression.kind === 'in' && term.field > 0 && expression.query) {
    return comparisonCollation(left, operandColumn(expression.query, term.field - 1));
  }
  return comparisonCollation(left, left);
}
