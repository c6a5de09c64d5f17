/**
 * DISTINCT: leaving out rows seen before, by a table of seen rows or, where equal rows are neighbours, by comparison with
 * the previous row.
 */
import type { Label } from '../bytecode/program-builder';
import { collationOf, sortCollation } from '../resolve/affinity';
import type { DistinctOutcome } from '../plan/plan';
import type { Expression } from '../resolve/ir';
import type { CodegenContext } from './context';

const USE_SEEK_RESULT = 0x10;
const NULLS_EQUAL = 0x80;

export interface Distinct {
  readonly cursor: number;
  readonly openAddress: number;
  outcome: DistinctOutcome;
}

/** Opens the table of seen rows; `settleDistinct` erases it again where it isn't needed. */
export function openDistinct(ctx: CodegenContext, columns: readonly Expression[]): Distinct {
  const { program } = ctx;
  const cursor = program.cursor();
  const keyInfo = program.keyInfo(columns.map((column) => ({ collation: sortCollation(column), flags: 0 })));
  const openAddress = program.emit('OpenEphemeral', cursor, columns.length, 0, keyInfo, 0x08);
  return { cursor, openAddress, outcome: 'unordered' };
}

/** Says what the planner found; call before rows are tested. Returns the register of the previous row, or 0. */
export function settleDistinct(
  ctx: CodegenContext,
  distinct: Distinct,
  outcome: DistinctOutcome,
  count: number,
): number {
  const { program } = ctx;
  distinct.outcome = outcome;
  if (outcome === 'unordered') return 0;
  program.erase(distinct.openAddress);
  // SQLite takes back the line of a table that isn't needed; where none was written that is the next one, a loop's.
  program.withdrawPlan(distinct.openAddress + 1);
  if (outcome !== 'ordered') return 0;
  const previous = program.register(count);
  // NULLs that equal nothing: the first row differs from them in any case.
  program.replace(distinct.openAddress, 'Null', 1, previous, previous + count - 1);
  return previous;
}

/** Goes to `duplicate` if the row was there before. */
export function codeDistinct(
  ctx: CodegenContext,
  distinct: Distinct,
  previous: number,
  columns: readonly Expression[],
  first: number,
  duplicate: Label,
): void {
  const { program } = ctx;
  const count = columns.length;
  switch (distinct.outcome) {
    case 'unordered': {
      const mark = program.registers.mark();
      const record = program.registers.temporary();
      program.emit('Found', distinct.cursor, duplicate, first, count);
      program.emit('MakeRecord', first, count, record);
      program.emit('IdxInsert', distinct.cursor, record, first, count, USE_SEEK_RESULT);
      program.registers.releaseTo(mark);
      return;
    }
    case 'ordered': {
      const isNew = program.label();
      columns.forEach((column, i) => {
        const collation = collationOf(column) ?? 'BINARY';
        const p4 = collation === 'BINARY' ? -1 : program.pool.collation(collation);
        const isLast = i === count - 1;
        program.emit(isLast ? 'Eq' : 'Ne', first + i, isLast ? duplicate : isNew, previous + i, p4, NULLS_EQUAL);
      });
      program.place(isNew);
      program.emit('Copy', first, previous, count - 1);
      return;
    }
    case 'unneeded':
    case 'unique':
  }
}
