/**
 * Analysis of OR: whether one source could answer every alternative by an index, and whether the alternatives say the same
 * as one IN (x = 1 OR x = 2) or as one looser comparison (x = 1 OR x > 1).
 */
import { affinityOf } from '../resolve/affinity';
import type { Affinity } from '../../spec/affinity';
import { equalExpressions } from '../resolve/compare';
import type { ComparisonOperator, Expression, InExpression, Source } from '../resolve/ir';
import { addVirtual, analyzeClause, makeChild, splitInto } from './analyze';
import { equalBelowCollate, sidesDecideCollation } from './expressions';
import type { JoinContext } from './join-context';
import { EXPRESSION_COLUMN } from './plan-index';
import { ALL_SOURCES, commonSources, intersects, isEmptySet, NO_SOURCES, unionOf, type SourceSet } from './source-set';
import { Relation, RANGE_RELATIONS, SINGLE_RELATIONS, type Term, TermFlag, WhereClause } from './term';

export function analyzeOr(join: JoinContext, term: Term): void {
  const { clause } = term;
  const alternatives = new WhereClause('or', null);
  term.alternatives = alternatives;
  splitInto(alternatives, term.expression, term.on);
  analyzeClause(join, alternatives);
  const { indexable, equalities } = sharedSources(join, clause, alternatives);
  term.indexable = indexable;
  term.relation = Relation.or;
  if (!isEmptySet(indexable)) {
    clause.hasOr = true;
    if (alternatives.terms.length === 2) combinePairs(join, clause, alternatives.terms[0]!, alternatives.terms[1]!);
  }
  if (!isEmptySet(equalities)) addIn(join, term, alternatives, equalities);
}

/** Sources that an index could serve in every alternative, and those for which every alternative is an equality. */
function sharedSources(join: JoinContext, clause: WhereClause, alternatives: WhereClause) {
  let indexable = ALL_SOURCES;
  let equalities = ALL_SOURCES;
  // Analysis of an alternative may have appended virtual terms: they count as well.
  for (const term of alternatives.terms) {
    if (isEmptySet(indexable)) break;
    if ((term.relation & SINGLE_RELATIONS) === 0) {
      equalities = NO_SOURCES;
      indexable = commonSources(indexable, conjunctionSources(join, clause, term));
    } else if ((term.flags & TermFlag.copied) === 0) {
      let sources = join.setOf(term.leftSource!);
      if ((term.flags & TermFlag.virtual) !== 0) {
        const other = alternatives.parentOf(term)?.leftSource;
        if (other) sources = unionOf(sources, join.setOf(other));
      }
      indexable = commonSources(indexable, sources);
      equalities = (term.relation & Relation.equal) === 0 ? NO_SOURCES : commonSources(equalities, sources);
    }
  }
  return { indexable, equalities };
}

/** Turns an alternative into a conjunction of its own; the sources that its terms could use an index of. */
function conjunctionSources(join: JoinContext, clause: WhereClause, term: Term): SourceSet {
  const conjunction = new WhereClause('and', clause);
  term.conjunction = conjunction;
  term.relation = Relation.and;
  term.leftSource = null;
  splitInto(conjunction, term.expression, term.on);
  analyzeClause(join, conjunction);
  let sources = NO_SOURCES;
  for (const part of conjunction.terms) {
    if (part.leftSource && isComparisonTerm(part)) sources = unionOf(sources, join.setOf(part.leftSource));
  }
  return sources;
}

function isComparisonTerm(term: Term): boolean {
  switch (term.expression.kind) {
    case 'comparison':
      return term.expression.operator !== '<>' && term.expression.operator !== 'isNot';
    case 'in':
      return true;
    case 'nullTest':
      return !term.expression.negated;
    default:
      return (term.relation & Relation.auxiliary) !== 0;
  }
}

function partsOf(term: Term): readonly Term[] {
  return term.relation === Relation.and ? term.conjunction!.terms : [term];
}

function combinePairs(join: JoinContext, clause: WhereClause, one: Term, two: Term): void {
  for (const a of partsOf(one)) {
    for (const b of partsOf(two)) combine(join, clause, a, b);
  }
}

const COMPARISONS = Relation.equal | RANGE_RELATIONS;

/** x < y OR x = y as x <= y, and the like. */
function combine(join: JoinContext, clause: WhereClause, one: Term, two: Term): void {
  const relations = one.relation | two.relation;
  if (((one.flags | two.flags) & TermFlag.notNull) !== 0) return;
  if ((one.relation & COMPARISONS) === 0 || (two.relation & COMPARISONS) === 0) return;
  const downwards = Relation.equal | Relation.less | Relation.lessEqual;
  const upwards = Relation.equal | Relation.greater | Relation.greaterEqual;
  if ((relations & downwards) !== relations && (relations & upwards) !== relations) return;
  if (!equalExpressions(one.left!, two.left!) || !equalExpressions(one.right!, two.right!)) return;
  const { expression } = one;
  if (expression.kind !== 'comparison' || two.expression.kind !== 'comparison') return;
  if (one.commuted !== two.commuted && sidesDecideCollation(expression)) return;
  const operator = commonOperator(relations);
  const written = one.commuted ? mirrored(operator) : operator;
  addVirtual(join, clause, { ...expression, on: one.on, operator: written });
}

function commonOperator(relations: number): ComparisonOperator {
  switch (relations) {
    case Relation.equal:
      return '=';
    case Relation.less:
      return '<';
    case Relation.greater:
      return '>';
    default:
      return (relations & (Relation.less | Relation.lessEqual)) !== 0 ? '<=' : '>=';
  }
}

function mirrored(operator: ComparisonOperator): ComparisonOperator {
  const pairs: Partial<Record<ComparisonOperator, ComparisonOperator>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
  return pairs[operator] ?? operator;
}

/** x = a OR x = b ... as x IN (a, b, ...). */
function addIn(join: JoinContext, term: Term, alternatives: WhereClause, equalities: SourceSet): void {
  const chosen = equalitiesOfOneColumn(join, alternatives, equalities);
  if (!chosen) return;
  const list = chosen.map((alternative) => alternative.right!);
  const operand = chosen[chosen.length - 1]!.left!;
  const expression: InExpression = {
    kind: 'in',
    start: term.expression.start,
    on: term.on,
    operand,
    list,
    query: null,
  };
  makeChild(addVirtual(join, term.clause, expression), term);
}

/** Alternatives that compare one and the same column; tries the first candidate column, then one of another source. */
function equalitiesOfOneColumn(join: JoinContext, alternatives: WhereClause, equalities: SourceSet): Term[] | null {
  const { terms } = alternatives;
  let triedSource: Source | null = null;
  for (let attempt = 0; attempt < 2; attempt++) {
    const tried: Source | null = triedSource;
    const start = terms.findIndex(
      (term) =>
        term.leftSource !== null && term.leftSource !== tried && intersects(equalities, join.setOf(term.leftSource)),
    );
    if (start < 0) return null;
    const first = terms[start]!;
    triedSource = first.leftSource;
    const chosen: Term[] = [];
    let fits = true;
    for (const term of terms.slice(start)) {
      if (term.leftSource !== first.leftSource) continue;
      if (!isSameColumn(term, first) || !affinitiesAgree(term.left!, term.right!)) {
        fits = false;
        break;
      }
      chosen.push(term);
    }
    if (fits) return chosen;
  }
  return null;
}

function isSameColumn(term: Term, first: Term): boolean {
  if (term.leftColumn !== first.leftColumn) return false;
  return term.leftColumn !== EXPRESSION_COLUMN || equalBelowCollate(term.left!, first.left!);
}

/** IN compares under the left side's affinity alone. */
function affinitiesAgree(left: Expression, right: Expression): boolean {
  const ofRight: Affinity = affinityOf(right);
  return ofRight === 0x40 || ofRight === affinityOf(left);
}
