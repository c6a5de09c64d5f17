/**
 * The loop over a virtual table: its scan is started with the values that its module asked for.
 */
import { collationNumbers } from '../../spec/collations';
import type { Table } from '../catalog/schema';
import { Relation, type Term } from '../plan/term';
import { comparisonAffinity, comparisonCollation } from '../resolve/affinity';
import { makeNull } from '../resolve/ir';
import type { CodegenContext } from './context';
import { codeToRegister } from './expression';
import { codeBound, codeEqualityTerm, enforceTerm } from './loop-keys';
import type { LoopLevel, LoopState } from './loop-level';

const JUMP_IF_NULL = 0x10;

/** Pool number of a virtual table. */
export function virtualTableConstant(ctx: CodegenContext, { name, database, module }: Table): number {
  const { table, name: moduleName, arguments: given } = module!;
  return ctx.program.pool.vtab({
    module: moduleName,
    hostModule: table.hostNumber,
    arguments: [moduleName, database.name, name, ...given],
  });
}

export function openVirtualTable(ctx: CodegenContext, cursor: number, table: Table): void {
  ctx.useDatabase(table.database.number);
  ctx.program.emit('VOpen', cursor, 0, 0, virtualTableConstant(ctx, table));
}

/** Starts the scan, once for each combination of the values of IN. */
export function startVirtualScan(state: LoopState, level: LoopLevel): void {
  const { program } = state.ctx;
  const { path, tableCursor } = level;
  const { number, guaranteedMask } = path.virtualTable!;
  const terms = path.terms as readonly Term[];
  const first = program.register(terms.length + 2);
  let whenEmpty = level.breakLabel;
  terms.forEach((term, i) => {
    const target = first + 2 + i;
    if ((term.relation & Relation.in) !== 0) {
      codeEqualityTerm(state, level, term, i, level.plan.reverse, target);
      whenEmpty = level.nextLabel;
    } else {
      codeArgument(state, term, target);
    }
  });
  program.loadInteger(number, first);
  program.loadInteger(terms.length, first + 1);
  program.emit('VFilter', tableCursor, whenEmpty, first);
  level.end = { op: 'VNext', p1: tableCursor, p2: program.here, p3: 0, p5: 0 };
  terms.forEach((term, i) => {
    if ((guaranteedMask & (1 << i)) !== 0) enforceTerm(level, term);
    else if ((term.relation & Relation.in) !== 0) testValueOfIn(state, level, term, first + 2 + i);
  });
}

function codeArgument(state: LoopState, { relation, right }: Term, target: number): void {
  if (right === null || (relation & Relation.isNull) !== 0) state.ctx.program.loadNull(target);
  else codeBound(state, right, target, 1);
}

/** The rows of a scan for one value of IN must have that value, when the module does not promise it. */
function testValueOfIn(state: LoopState, level: LoopLevel, term: Term, register: number): void {
  const { ctx } = state;
  const { program } = ctx;
  const left = term.left!;
  const mark = program.registers.mark();
  const collation = comparisonCollation(left, left);
  const p4 = collationNumbers[collation] === 0 ? -1 : program.pool.collation(collation);
  const p5 = comparisonAffinity(left, makeNull()) | JUMP_IF_NULL;
  program.emit('Ne', register, level.continueLabel, codeToRegister(ctx, left), p4, p5);
  program.registers.releaseTo(mark);
}
