/**
 * OR by several indexes: one inner walk for each operand, each of which calls the body as a subroutine for the rows that no
 * earlier operand has delivered.
 */
import { levelText } from '../plan/explain';
import { hasSubquery } from '../plan/expressions';
import { PathFlag } from '../plan/plan';
import { ANY_RELATION, Relation, TermFlag, type Term } from '../plan/term';
import { makeAnd, makeColumn, type Expression, type Source } from '../resolve/ir';
import { codeExpression } from './expression';
import { enforceTerm } from './loop-keys';
import { hasRowid, type LoopLevel, type LoopState } from './loop-level';
import { beginNestedLoops } from './loops';
import { keyInfoOfPrimaryKey } from './table-access';

/** Remembers which rows were delivered: rowids in a register, or keys in an ephemeral index; none when repeats may be. */
interface SeenRows {
  readonly kind: 'none' | 'rowids' | 'keys';
  readonly place: number;
  readonly scratch: number;
}

export function startOrUnion(state: LoopState, level: LoopLevel, levelNumber: number): void {
  const { ctx, plan } = state;
  const { program } = ctx;
  const term = level.path.terms[0]!;
  const alternatives = term.alternatives!;
  const returnRegister = program.register();
  const body = program.label();
  const indexCursor = program.cursor();
  const sources: Source[] = [level.source];
  for (const inner of state.levels.slice(levelNumber + 1)) sources.push(inner.source);
  const seen = openSeenRows(state, level);
  const start = program.emit('Integer', 0, returnRegister);
  const others = otherTerms(plan.clause.terms, term);

  const outerPlan = program.openPlan('MULTI-INDEX OR');
  let hasUntested = false;
  const last = alternatives.terms.length - 1;
  alternatives.terms.forEach((alternative, number) => {
    if (alternative.leftSource !== level.source && (alternative.relation & Relation.and) === 0) return;
    const operandPlan = program.openPlan(`INDEX ${number + 1}`);
    const loops = beginNestedLoops(ctx, {
      sources,
      where: makeAnd(withMark(alternative), others),
      tableCursor: level.tableCursor,
      indexCursor,
      isOrOperand: true,
      isSelect: state.join.request.isSelect,
    });
    const inner = loops.state.levels[0]!.plan;
    if (program.isExplained && !inner.path.has(PathFlag.orUnion))
      program.explain(levelText(inner, false), inner.path.runCost);
    const skip = codeSeenTest(state, level, seen, number, last);
    program.emit('Gosub', returnRegister, body);
    if (skip >= 0) program.jumpHere(skip);
    if (loops.state.hasUntestedTerms) hasUntested = true;
    if (loops.state.deferredSeek) state.deferredSeek = true;
    loops.end();
    program.closePlan(operandPlan);
  });
  program.closePlan(outerPlan);

  program.setOperand(start, 1, program.here);
  program.emit('Goto', 0, level.breakLabel);
  program.place(body);
  level.end = { op: 'Return', p1: returnRegister, p2: program.here, p3: 0, p5: 0 };
  if (!hasUntested) enforceTerm(level, term);
}

function openSeenRows(state: LoopState, level: LoopLevel): SeenRows {
  const { program } = state.ctx;
  const { source } = level;
  if (state.duplicatesAllowed) return { kind: 'none', place: 0, scratch: 0 };
  if (hasRowid(source)) {
    const place = program.register();
    program.emit('Null', 0, place);
    return { kind: 'rowids', place, scratch: program.register() };
  }
  if (source.kind !== 'table') throw new Error('OR by index of a subquery');
  const place = program.cursor();
  const { table } = source;
  program.emit('OpenEphemeral', place, table.primaryKey!.keyColumnCount, 0, keyInfoOfPrimaryKey(state.ctx, table));
  return { kind: 'keys', place, scratch: program.register() };
}

/** Skips a row that an earlier operand has delivered; gives the address of that jump, -1 without. */
function codeSeenTest(state: LoopState, level: LoopLevel, seen: SeenRows, number: number, last: number): number {
  const { ctx } = state;
  const { program } = ctx;
  const { source } = level;
  const set = number === last ? -1 : number;
  if (seen.kind === 'none') return -1;
  if (seen.kind === 'rowids') {
    codeExpression(ctx, makeColumn(source, -1), seen.scratch);
    return program.emit('RowSetTest', seen.place, 0, seen.scratch, set);
  }
  if (source.kind !== 'table') return -1;
  const key = source.table.primaryKey!;
  const count = key.keyColumnCount;
  const mark = program.registers.mark();
  const first = program.registers.temporaryRange(count);
  for (let i = 0; i < count; i++) codeExpression(ctx, makeColumn(source, key.columns[i]!.column), first + i);
  let skip = -1;
  if (set !== 0) skip = program.emit('Found', seen.place, 0, first, count);
  if (set >= 0) {
    program.emit('MakeRecord', first, count, seen.scratch);
    program.emit('IdxInsert', seen.place, seen.scratch, first, count, set > 0 ? 0x10 : 0);
  }
  program.registers.releaseTo(mark);
  return skip;
}

/** A part of a condition says only as a term which ON clause it comes from. */
const withMark = ({ expression, on }: Term): Expression => (expression.on === on ? expression : { ...expression, on });

/** The other terms of the clause, as far as they are cheap: each operand's walk tests them as well, or uses them. */
function otherTerms(terms: readonly Term[], self: Term): Expression | null {
  let others: Expression | null = null;
  for (const term of terms) {
    if (term === self || (term.flags & (TermFlag.virtual | TermFlag.coded | TermFlag.slice)) !== 0) continue;
    if ((term.relation & ANY_RELATION) === 0 || hasSubquery(term.expression)) continue;
    others = makeAnd(others, withMark(term));
  }
  return others;
}
