/**
 * What happens around the change of a row besides the change itself: triggers, foreign keys, RETURNING.
 *
 * Owns: one object per statement that says which of these are needed and calls their code generators in SQLite's order.
 */
import type { Label } from '../bytecode/program-builder';
import type { Relation, Table, Trigger } from '../catalog/schema';
import type { ConflictAction } from '../syntax/ast';
import { countChange } from './change-count';
import type { CodegenContext } from './context';
import type { RowPair, RowRegisters } from './dml-rows';
import { codeForeignKeyActions, codeForeignKeyChecks, foreignKeysRequired, requireFittingKeys } from './foreign-key';
import type { Returning } from './returning';
import { codeRowTriggers, codeTriggerPrograms, rowTriggers, type RowTriggers } from './trigger';

export type RowEvent = 'insert' | 'update' | 'delete';

/** The change that a hook follows. */
export interface RowChange {
  /** Columns assigned by UPDATE, generated ones that follow included; null for INSERT and DELETE. */
  readonly columns: ReadonlySet<number> | null;
  /** Folded names of the columns in SET; null for INSERT and DELETE. */
  readonly names: ReadonlySet<string> | null;
  /** The rowid or the primary key changes. */
  readonly key: boolean;
}

export const WHOLE_ROW: RowChange = { columns: null, names: null, key: true };

export class RowHooks {
  readonly triggers: RowTriggers | null;
  /** 0: no foreign key matters; 2: actions may need every column and index. */
  readonly foreignKeys: 0 | 1 | 2;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly relation: Relation,
    private readonly event: RowEvent,
    private readonly change: RowChange,
    private readonly conflict: ConflictAction,
    private readonly returning: Returning | null,
    /** Internal deletes by REPLACE fire DELETE triggers only when triggers are recursive. */
    firesTriggers = true,
  ) {
    this.triggers = firesTriggers ? rowTriggers(ctx, relation, event, change.names) : null;
    this.foreignKeys =
      relation.kind === 'table' && ctx.options.pragmas.foreignKeys
        ? foreignKeysRequired(ctx, relation, change.columns, change.key)
        : 0;
  }

  /** Something besides the change happens for each row, so it must be known completely. */
  get isComplex(): boolean {
    return this.triggers !== null || this.foreignKeys > 0;
  }

  /** Rows are reported or handed to triggers: the source must not be read while the table changes. */
  get observesRows(): boolean {
    return this.triggers !== null || this.returning !== null;
  }

  get hasBefore(): boolean {
    return this.triggers !== null && this.triggers.before;
  }

  get hasInsteadOf(): boolean {
    return this.triggers !== null && this.triggers.insteadOf;
  }

  /** Needs the old row's columns in registers. */
  get needsOldRow(): boolean {
    return this.isComplex || this.returning !== null;
  }

  /** UPDATE and DELETE look at the triggers before anything else, to know which columns of the old row they use. */
  prepareTriggers(): void {
    if (this.triggers !== null && this.event !== 'insert') codeTriggerPrograms(this.ctx, this.triggers, this.conflict);
  }

  before(rows: RowPair, ignoreLabel: Label): void {
    if (this.hasBefore) this.#runTriggers('before', rows, ignoreLabel);
  }

  insteadOf(rows: RowPair, ignoreLabel: Label): void {
    if (this.hasInsteadOf) this.#runTriggers('insteadOf', rows, ignoreLabel);
  }

  /** RETURNING stands before the AFTER triggers of the table's own database and behind temp triggers, whose RAISE(IGNORE) leaves it out. */
  after(rows: RowPair, row: RowRegisters, ignoreLabel: Label): void {
    if (this.event !== 'delete') countChange(this.ctx, this.event);
    const isForeign = (trigger: Trigger): boolean => trigger.database !== this.relation.database;
    if (this.triggers?.after) this.#runTriggers('after', rows, ignoreLabel, isForeign);
    this.returning?.codeRow(row, this.event !== 'delete');
    if (this.triggers?.after) this.#runTriggers('after', rows, ignoreLabel, (trigger) => !isForeign(trigger));
  }

  #runTriggers(
    time: 'before' | 'after' | 'insteadOf',
    rows: RowPair,
    ignoreLabel: Label,
    which?: (trigger: Trigger) => boolean,
  ): void {
    const { ctx, triggers, conflict } = this;
    ctx.statement.attempt(() => {
      codeRowTriggers(ctx, triggers!, time, rows.base, conflict, ignoreLabel, which);
    }, true);
  }

  /** Counts the violations that taking the old row away, or putting the new one in, makes or repairs. */
  checkForeignKeys(
    cursors: { readonly data: number; readonly firstIndex: number },
    oldRow: RowRegisters | null,
    newRow: RowRegisters | null,
  ): void {
    if (this.foreignKeys === 0) return;
    const { ctx, relation, change } = this;
    if (oldRow !== null) {
      ctx.statement.attempt(() => {
        requireFittingKeys(ctx, relation as Table, change.columns, change.key);
      });
    }
    ctx.statement.attempt(() => {
      codeForeignKeyChecks(ctx, relation as Table, cursors, oldRow, newRow, change.columns, change.key);
    });
  }

  /** CASCADE, SET NULL, ... */
  runForeignKeyActions(oldRow: RowRegisters, newRow: RowRegisters | null): void {
    if (this.foreignKeys === 0) return;
    const { ctx, relation, change } = this;
    codeForeignKeyActions(ctx, relation as Table, oldRow, newRow, change.columns, change.key);
  }
}
