/**
 * The state of one nesting level while its loop is open: cursors, jump targets, and the instruction that ends it.
 *
 * Owns the data shared by loops.ts (begin and end) and loop-*.ts (the ways to run a level). Emits nothing.
 */
import type { OpcodeName } from '../../spec/opcodes';
import type { Label } from '../bytecode/program-builder';
import type { Source } from '../resolve/ir';
import type { JoinContext } from '../plan/join-context';
import type { AccessPath, Level, Plan } from '../plan/plan';
import { NO_SOURCES, type SourceSet } from '../plan/source-set';
import type { CodegenContext } from './context';

/** The walk over the values of one IN, around the seeks of a level. */
export interface InLoop {
  /** Cursor of the set; steps with `step`, or not at all when another field of the same row steps. */
  readonly cursor: number;
  readonly step: 'Next' | 'Prev' | null;
  /** Address of the instruction that reads the value. */
  readonly top: number;
  /** Address of the jump over NULL values, and of the jump taken when the set is empty. */
  readonly nullTest: number;
  readonly before: number;
  /** Registers of the key fields before this one, for giving up early. */
  readonly keyBase: number;
  readonly prefixCount: number;
}

/** What the second pass of a right join needs. */
export interface RightJoin {
  /** Ephemeral index of the matched rows' keys, and the Bloom filter over it. */
  readonly matchCursor: number;
  readonly filterRegister: number;
  /** The body is a subroutine, called once more for each unmatched row. */
  readonly returnRegister: number;
  subroutineStart: number;
}

/** Ends a loop: one instruction with its operands. */
export interface LoopEnd {
  op: OpcodeName;
  p1: number;
  p2: number;
  p3: number;
  p5: number;
}

export class LoopLevel {
  readonly path: AccessPath;
  readonly source: Source;
  /** Leaves this loop. */
  readonly breakLabel: Label;
  /** Where to go when the table is empty: may leave outer loops too. */
  haltLabel: Label;
  /** Next value of IN, else as breakLabel. */
  nextLabel: Label;
  continueLabel: Label;
  /** Set when a match was found; 0 when this is no left join. */
  leftJoinRegister = 0;
  /** Where the row of NULLs enters the body. */
  firstAddress = 0;
  tableCursor = -1;
  indexCursor = -1;
  end: LoopEnd | null = null;
  readonly inLoops: InLoop[] = [];
  hasInLoops = false;
  /** IN may be given up early by comparing key prefixes. */
  inEarlyOut = false;
  /** Address of the skip-scan's seek to the next distinct prefix, 0 without. */
  skipAddress = 0;
  skipGotoAddress = 0;
  skipRewindAddress = 0;
  /** Counts the passes when NULLs are wanted at the other end; 0 without. */
  nullsPassRegister = 0;
  nullsPassLabel: Label = 0;
  /** Bloom filter to ask before seeking; 0 without. */
  filterRegister = 0;
  rightJoin: RightJoin | null = null;
  /** Sources whose loops are further in. */
  notReady: SourceSet = NO_SOURCES;
  /** The seek of the table cursor waits until a column is read that the index doesn't have. */
  seekIsDeferred = false;

  constructor(
    readonly plan: Level,
    ctx: CodegenContext,
  ) {
    this.path = plan.path;
    this.source = plan.source;
    this.breakLabel = ctx.program.label();
    this.haltLabel = this.breakLabel;
    this.nextLabel = this.breakLabel;
    this.continueLabel = this.breakLabel;
  }
}

/** What all parts of the loop code of one join share. */
export interface LoopState {
  readonly ctx: CodegenContext;
  readonly join: JoinContext;
  readonly plan: Plan;
  readonly levels: LoopLevel[];
  /** Leaves all loops. */
  readonly breakLabel: Label;
  /** The caller tests terms that this join could not (operands of OR). */
  hasUntestedTerms: boolean;
  deferredSeek: boolean;
  readonly isOrOperand: boolean;
  readonly isRightJoinPass: boolean;
  readonly duplicatesAllowed: boolean;
  readonly extreme: boolean;
}

/** The source of a level is a table with a rowid. */
export const hasRowid = (source: Source): boolean => source.kind === 'table' && !source.table.withoutRowid;
