/**
 * Tests of the WHERE terms that no access path enforces, each at the first level where all it reads is known.
 */
import type { Label } from '../bytecode/program-builder';
import { isCoveredBy } from '../plan/paths';
import { findTerm } from '../plan/find-term';
import { PathFlag } from '../plan/plan';
import { intersects, unionOf } from '../plan/source-set';
import { Relation, TermFlag, type Term } from '../plan/term';
import { hasExplicitCollation } from '../resolve/affinity';
import { equalExpressions } from '../resolve/compare';
import type { Expression } from '../resolve/ir';
import type { CodegenContext } from './context';
import { jumpIfFalse } from './expression';
import type { LoopLevel, LoopState } from './loop-level';

/** Rounds of testing: what the index entry alone can tell, then what needs the row, then correlated subqueries. */
type Round = 'index' | 'row' | 'correlated';

export function codeReadyTerms(state: LoopState, level: LoopLevel): void {
  markPartialIndexTerms(state, level);
  const usesTableRow = level.path.has(PathFlag.byIndex) && !level.path.has(PathFlag.covering);
  let round: Round | null = usesTableRow ? 'index' : 'row';
  while (round) round = codeRound(state, level, round);
  codeTransitiveTerms(state, level);
}

/** Tests the terms of one round; gives the next round that is needed. */
function codeRound(state: LoopState, level: LoopLevel, round: Round): Round | null {
  const { ctx, plan, join } = state;
  const { path } = level;
  const item = join.sources[level.plan.position]!;
  let next: Round | null = null;
  for (const term of plan.clause.terms) {
    if ((term.flags & (TermFlag.virtual | TermFlag.coded)) !== 0) continue;
    if (intersects(term.allSources, level.notReady)) {
      state.hasUntestedTerms = true;
      continue;
    }
    if (!state.isRightJoinPass && !mayTestInside(state, level, term)) continue;
    if (round === 'index' && !isCoveredBy(term.expression, item, path.index!)) {
      next = 'row';
      continue;
    }
    if (round !== 'correlated' && (term.flags & TermFlag.correlated) !== 0) {
      next ??= 'correlated';
      continue;
    }
    if ((term.flags & TermFlag.likeDecided) !== 0) continue;
    testTerm(ctx, term, level.continueLabel);
    term.flags |= TermFlag.coded;
  }
  return next;
}

/** Jumps when the term does not hold. */
export function testTerm(ctx: CodegenContext, { expression, isOuterOn }: Term, otherwise: Label): void {
  const outside = ctx.isOuterOn;
  ctx.isOuterOn = isOuterOn;
  jumpIfFalse(ctx, expression, otherwise, true);
  ctx.isOuterOn = outside;
}

/** Inside an outer join only terms of ON clauses may reject a row before its match is noted. */
function mayTestInside(state: LoopState, level: LoopLevel, term: Term): boolean {
  const { join } = level.source;
  if (!join.left && !join.right && !join.leftOfRight) return true;
  if (!term.on) return false;
  if (join.left && !term.on.outer) return false;
  return !intersects(state.join.setOf(term.on.source), level.notReady);
}

/** Terms that the WHERE of a partial index guarantees. */
function markPartialIndexTerms(state: LoopState, level: LoopLevel): void {
  const where = level.path.has(PathFlag.byIndex) ? (level.path.index?.where ?? null) : null;
  if (!where || level.leftJoinRegister !== 0 || level.rightJoin) return;
  markImplied(state, where);
}

function markImplied(state: LoopState, condition: Expression): void {
  if (condition.kind === 'logical' && condition.operator === 'and') {
    markImplied(state, condition.left);
    markImplied(state, condition.right);
    return;
  }
  for (const term of state.plan.clause.terms) {
    if ((term.flags & TermFlag.coded) === 0 && equalExpressions(term.expression, condition)) {
      term.flags |= TermFlag.coded;
    }
  }
}

/** a = b with b = 5 further out: tests a = 5 here, before more loops are entered. */
function codeTransitiveTerms(state: LoopState, level: LoopLevel): void {
  const { ctx, plan } = state;
  const { source, path } = level;
  const { join } = source;
  if (join.left || join.right || join.leftOfRight) return;
  const notReady = unionOf(level.notReady, path.self);
  for (let i = 0; i < plan.clause.baseCount; i++) {
    const term = plan.clause.terms[i]!;
    if ((term.flags & (TermFlag.virtual | TermFlag.coded)) !== 0) continue;
    if ((term.relation & (Relation.equal | Relation.is)) === 0 || (term.relation & Relation.equivalent) === 0) continue;
    if (term.leftSource !== source) continue;
    const other = findTerm(
      plan.clause,
      source,
      term.leftColumn,
      notReady,
      Relation.equal | Relation.in | Relation.is,
      null,
    );
    if (!other || (other.flags & TermFlag.coded) !== 0 || hasExplicitCollation(other.expression)) continue;
    const condition = withLeft(other, term.left!);
    if (!condition) continue;
    jumpIfFalse(ctx, condition, level.continueLabel, true);
    other.flags |= TermFlag.coded;
  }
}

/** The term's condition about another column. */
function withLeft(term: Term, left: Expression): Expression | null {
  const { expression } = term;
  if (expression.kind === 'in') {
    return expression.query && expression.query.columns.length > 1 ? null : { ...expression, operand: left };
  }
  if (expression.kind !== 'comparison') return null;
  return term.commuted ? { ...expression, right: left } : { ...expression, left };
}

/** After the row of an outer join is known to stand: the terms that also apply to its row of NULLs. */
export function codeOuterJoinTerms(state: LoopState, level: LoopLevel): void {
  const { ctx, plan } = state;
  if (level.source.join.leftOfRight) return;
  for (let i = 0; i < plan.clause.baseCount; i++) {
    const term = plan.clause.terms[i]!;
    if ((term.flags & (TermFlag.virtual | TermFlag.coded)) !== 0) continue;
    if (intersects(term.allSources, level.notReady)) continue;
    testTerm(ctx, term, level.continueLabel);
    term.flags |= TermFlag.coded;
  }
}
