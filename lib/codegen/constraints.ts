/**
 * Constraint checks of a row about to be written, in SQLite's order: NOT NULL, CHECK, the rowid, then each index in the
 * schema's order (those that resolve by REPLACE come last there); and the resolution of each violation.
 *
 * Owns: the checks, the messages, and the index records they leave behind for write-row.ts.
 * Must not know: which statement writes, or how ON CONFLICT DO UPDATE updates (a callback does).
 */
import type { Label } from '../bytecode/program-builder';
import { EXPRESSION_COLUMN, ROWID_COLUMN, type Index } from '../catalog/schema';
import { checkCollation } from '../resolve/affinity';
import type { Expression } from '../resolve/ir';
import { someExpression } from '../resolve/walk';
import type { ConflictAction } from '../syntax/ast';
import type { CodegenContext } from './context';
import { bindDefault, type WriteIndex, type WriteTable } from './dml-target';
import {
  applyColumnTypes,
  computeGeneratedColumns,
  loadIndexEntry,
  makeIndexRecord,
  makeTableRecord,
  withRowInRegisters,
  type RowRegisters,
} from './dml-rows';
import { codeExpression, jumpIfFalse, jumpIfTrue } from './expression';
import { resultCode } from './result-codes';
import { RowHooks, WHOLE_ROW } from './row-hooks';
import type { UpsertClauses, UpsertClause } from './upsert-clauses';
import { deleteIndexEntries, deleteRow } from './write-row';

/** What a violation leads to: a conflict action, or the update of ON CONFLICT DO UPDATE. */
type Resolution = ConflictAction | 'update';

/** OE_* numbers of Halt's p2. */
const ACTION_NUMBERS: Readonly<Record<Resolution, number>> = {
  default: 2,
  rollback: 1,
  abort: 2,
  fail: 3,
  ignore: 4,
  replace: 5,
  update: 5,
};

/** Registers of one index entry: the record, then the fields. Null: the index isn't touched. */
export type EntryRegisters = { readonly record: number; readonly first: number } | null;

export interface ConstraintRequest {
  readonly target: WriteTable;
  readonly row: RowRegisters;
  /** UPDATE: the row as it was (its rowid, or its key columns). */
  readonly oldRow: RowRegisters | null;
  /** INSERT with a rowid given, or UPDATE that changes the key. */
  readonly keyChanges: boolean;
  readonly conflict: ConflictAction;
  /** IGNORE goes here. */
  readonly ignoreLabel: Label;
  /** Columns that UPDATE may change; null: all. */
  readonly changed: ReadonlySet<number> | null;
  /** One for each index of the target. */
  readonly entries: readonly EntryRegisters[];
  /** Gets the record of a rowid table's row. */
  readonly recordRegister: number;
  readonly upsert: UpsertClauses | null;
}

/** Emits the checks. Returns whether other rows may be deleted by them. */
export function codeConstraintChecks(ctx: CodegenContext, request: ConstraintRequest): boolean {
  return new ConstraintChecks(ctx, request).code();
}

class ConstraintChecks {
  #typesApplied = false;
  #mayReplace = false;
  #conflict: Resolution;
  #upsert: UpsertClauses | null;
  /** Deletes by REPLACE that run triggers or foreign key actions. */
  readonly #replaceHooks: RowHooks;
  /** Counts such deletes at run time; 0: there are none. */
  #deleteCounter = 0;
  #hasCountedDelete = false;
  #recheckDone: Label = 0;
  #recheckStart: Label = 0;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly request: ConstraintRequest,
  ) {
    this.#conflict = request.conflict;
    this.#upsert = request.upsert;
    const { recursiveTriggers } = ctx.options.pragmas;
    const { table } = request.target;
    this.#replaceHooks = new RowHooks(ctx, table, 'delete', WHOLE_ROW, 'replace', null, recursiveTriggers);
  }

  code(): boolean {
    const { ctx, request } = this;
    const { target, row, keyChanges, recordRegister } = request;
    const { table } = target;
    this.#codeNotNull();
    if (table.checks.length > 0 && !ctx.options.pragmas.ignoreCheckConstraints) this.#codeChecks();
    this.#readUpsert();
    if (this.#replaceHooks.isComplex) {
      this.#deleteCounter = ctx.program.register();
      ctx.program.emit('Integer', 0, this.#deleteCounter);
      this.#recheckDone = ctx.program.label();
      this.#recheckStart = this.#recheckDone;
    }
    const rowid = keyChanges && !table.withoutRowid ? this.#codeRowid() : null;
    for (const index of this.#indexOrder()) {
      const entry = request.entries[index.position];
      if (entry) this.#codeIndex(index, entry, rowid);
    }
    if (rowid && rowid.delayedTop > 0) {
      ctx.program.emit('Goto', 0, rowid.delayedTop);
      ctx.program.jumpHere(rowid.delayedEnd);
    }
    if (this.#hasCountedDelete) this.#codeRecheckOfRowid();
    if (!table.withoutRowid) {
      this.#applyTypes();
      makeTableRecord(ctx, table, row, recordRegister);
    }
    return this.#mayReplace;
  }

  #applyTypes(): void {
    if (this.#typesApplied) return;
    this.#typesApplied = true;
    applyColumnTypes(this.ctx, this.request.target.table, this.request.row);
  }

  #halt(code: number, resolution: Resolution, message: string): void {
    if (resolution === 'abort' || resolution === 'default') this.ctx.statement.mayAbort = true;
    this.ctx.program.emit('Halt', code, ACTION_NUMBERS[resolution], 0, this.ctx.program.string(message));
  }

  // --- NOT NULL -----------------------------------------------------------------------------------------------------

  /** Generated columns are checked in a second round, after defaults have taken the place of NULLs. */
  #codeNotNull(): void {
    const { ctx, request } = this;
    const { target, row, changed } = request;
    const { table } = target;
    let replacedCount = 0;
    let generatedCount = 0;
    for (const column of table.columns) {
      if (column.notNull === null || column.number === table.rowidAlias) continue;
      if (column.generated) {
        generatedCount++;
        continue;
      }
      if (changed && !changed.has(column.number)) continue;
      const resolution = this.#notNullResolution(column.notNull, column.default !== null);
      if (resolution === 'replace') replacedCount++;
      this.#codeNotNullOf(column.number, resolution);
    }
    if (generatedCount === 0 && replacedCount === 0) return;
    if (replacedCount > 0 && table.hasGeneratedColumns) computeGeneratedColumns(ctx, target, row);
    for (const column of table.columns) {
      if (column.notNull === null || column.number === table.rowidAlias) continue;
      const isReplaced =
        this.#notNullResolution(column.notNull, column.default !== null) === 'replace' &&
        (!changed || changed.has(column.number));
      if (!column.generated && !isReplaced) continue;
      this.#codeNotNullOf(column.number, this.#notNullResolution(column.notNull, false));
    }
  }

  #notNullResolution(declared: ConflictAction, hasDefault: boolean): ConflictAction {
    const { conflict } = this.request;
    let resolution = conflict === 'default' ? declared : conflict;
    if (resolution === 'default') resolution = 'abort';
    return resolution === 'replace' && !hasDefault ? 'abort' : resolution;
  }

  #codeNotNullOf(column: number, resolution: ConflictAction): void {
    const { ctx, request } = this;
    const { program } = ctx;
    const { table, binder } = request.target;
    const register = request.row.first + column;
    if (resolution === 'replace') {
      const isSet = program.emit('NotNull', register, 0);
      codeExpression(ctx, bindDefault(binder, table, column)!, register);
      program.jumpHere(isSet);
    } else if (resolution === 'ignore') {
      program.emit('IsNull', register, request.ignoreLabel);
    } else {
      if (resolution === 'abort') ctx.statement.mayAbort = true;
      const message = `NOT NULL constraint failed: ${table.name}.${table.columns[column]!.name}`;
      const code = resultCode('SQLITE_CONSTRAINT_NOTNULL');
      program.emit('HaltIfNull', code, ACTION_NUMBERS[resolution], register, program.string(message));
    }
  }

  // --- CHECK --------------------------------------------------------------------------------------------------------

  #codeChecks(): void {
    const { ctx, request } = this;
    const { program } = ctx;
    const { target, row, changed, keyChanges, ignoreLabel } = request;
    const resolution = request.conflict === 'default' || request.conflict === 'replace' ? 'abort' : request.conflict;
    for (const { expr, name, sql } of target.table.checks) {
      const condition = target.binder.bindTableExpression(expr, target.self, 'check', target.table.sql);
      if (changed && !readsChanged(condition, changed, keyChanges)) continue;
      this.#applyTypes();
      const holds = program.label();
      withRowInRegisters(ctx, target, row, () => {
        jumpIfTrue(ctx, condition, holds, true);
      });
      if (resolution === 'ignore') program.goto(ignoreLabel);
      else {
        const message = `CHECK constraint failed: ${name ?? sql}`;
        this.#halt(resultCode('SQLITE_CONSTRAINT_CHECK'), resolution, message);
      }
      program.place(holds);
    }
  }

  // --- rowid --------------------------------------------------------------------------------------------------------

  /** DO NOTHING without a target is IGNORE for all; DO UPDATE without a target updates on any conflict. */
  #readUpsert(): void {
    const first = this.#upsert?.clauses[0];
    if (!first || first.target !== 'any') return;
    if (first.isUpdate) {
      this.#conflict = 'update';
    } else {
      this.#conflict = 'ignore';
      this.#upsert = null;
    }
  }

  /** Indexes named by ON CONFLICT clauses are checked first, in the order of the clauses. */
  #indexOrder(): readonly WriteIndex[] {
    const { indexes } = this.request.target;
    const first = this.#upsert?.clauses[0];
    if (!this.#upsert || !first || first.target === 'any') return indexes;
    const ordered: WriteIndex[] = [];
    for (const { target } of this.#upsert.clauses) {
      if (target === 'any') break;
      if (target !== 'rowid' && !ordered.includes(target)) ordered.push(target);
    }
    for (const index of indexes) if (!ordered.includes(index)) ordered.push(index);
    return ordered;
  }

  #codeRowid(): RowidCheck {
    const { ctx, request } = this;
    const { program } = ctx;
    const { target, row, oldRow } = request;
    const { table } = target;
    const check: RowidCheck = { upsertDelay: 0, upsertReturn: 0, delayedTop: 0, delayedEnd: 0 };
    const isFree = program.label();
    let resolution: Resolution = this.#conflict !== 'default' ? this.#conflict : table.rowidConflict;
    if (resolution === 'default') resolution = 'abort';
    let clause: UpsertClause | null = null;
    if (this.#upsert) {
      clause = this.#upsert.clauseFor('rowid');
      if (clause) resolution = clause.isUpdate ? 'update' : 'ignore';
      if (clause !== this.#upsert.clauses[0]) check.upsertDelay = program.emit('Goto', 0, 0);
    }
    if (resolution === 'replace' && this.#conflict !== 'replace' && target.indexes.length > 0 && !check.upsertDelay) {
      // Other constraints may make the statement fail before anything is deleted: this check comes last.
      check.delayedTop = program.emit('Goto', 0, 0) + 1;
    }
    if (oldRow) program.emit('Eq', row.rowid, isFree, oldRow.rowid);
    program.emit('NotExists', target.dataCursor, isFree, row.rowid);
    this.#resolveRowid(resolution);
    program.place(isFree);
    if (this.#upsert && clause !== this.#upsert.clauses[0]) {
      check.upsertReturn = program.emit('Goto', 0, 0);
    } else if (check.delayedTop > 0) {
      check.delayedEnd = program.emit('Goto', 0, 0);
      program.jumpHere(check.delayedTop - 1);
    }
    return check;
  }

  #resolveRowid(resolution: Resolution): void {
    const { ctx, request } = this;
    const { program } = ctx;
    const { ignoreLabel } = request;
    switch (resolution) {
      case 'replace':
        this.#replaceRowid();
        return;
      case 'update':
        this.#upsert!.codeUpdate(null);
        program.goto(ignoreLabel);
        return;
      case 'ignore':
        program.goto(ignoreLabel);
        return;
      default:
        this.#rowidViolation(resolution);
    }
  }

  #replaceRowid(): void {
    const { ctx, request } = this;
    const { target, row } = request;
    this.#mayReplace = true;
    if (this.#deleteCounter !== 0) {
      ctx.statement.isMultiWrite = true;
      deleteRow(ctx, target, this.#replaceHooks, {
        key: row.rowid,
        keyCount: 1,
        counts: false,
        position: 'sought-single',
        skipIndexCursor: -1,
      });
      ctx.program.emit('AddImm', this.#deleteCounter, 1);
      this.#hasCountedDelete = true;
    } else if (target.indexes.length > 0) {
      ctx.statement.isMultiWrite = true;
      deleteIndexEntries(ctx, target, null, -1);
    }
  }

  #rowidViolation(resolution: Resolution): void {
    const { table } = this.request.target;
    const alias = table.rowidAlias >= 0 ? table.columns[table.rowidAlias]!.name : null;
    const code = resultCode(alias === null ? 'SQLITE_CONSTRAINT_ROWID' : 'SQLITE_CONSTRAINT_PRIMARYKEY');
    this.#halt(code, resolution, `UNIQUE constraint failed: ${table.name}.${alias ?? 'rowid'}`);
  }

  // --- indexes ------------------------------------------------------------------------------------------------------

  #codeIndex(index: WriteIndex, entry: NonNullable<EntryRegisters>, rowid: RowidCheck | null): void {
    const { ctx, request } = this;
    const { program } = ctx;
    const { target, row, oldRow, keyChanges } = request;
    let clause: UpsertClause | null = null;
    if (this.#upsert) {
      clause = this.#upsert.clauseFor(index);
      if (rowid && rowid.upsertDelay !== 0 && !rowid.delayJoined && clause === this.#upsert.clauses[0]) {
        program.jumpHere(rowid.upsertDelay);
        rowid.delayJoined = true;
      }
    }
    const isUnique = program.label();
    this.#applyTypes();
    if (index.where) {
      const { where } = index;
      program.loadNull(entry.record);
      withRowInRegisters(ctx, target, row, () => {
        jumpIfFalse(ctx, where, isUnique, true);
      });
    }
    loadIndexEntry(ctx, target, index, row, entry.first);
    makeIndexRecord(ctx, index, entry.first, entry.record);
    const isUnchangedKey = oldRow !== null && index.index.isTable && !keyChanges;
    if (!isUnchangedKey && index.index.unique) this.#codeUniqueness(index, entry, clause, isUnique);
    program.place(isUnique);
    if (clause && rowid && rowid.upsertReturn !== 0 && this.#upsert!.nextIsRowid(clause)) {
      program.emit('Goto', 0, rowid.upsertDelay + 1);
      program.jumpHere(rowid.upsertReturn);
      rowid.upsertReturn = 0;
    }
  }

  #resolutionOf(index: Index, clause: UpsertClause | null): Resolution {
    if (clause) return clause.isUpdate ? 'update' : 'ignore';
    if (this.#conflict !== 'default') return this.#conflict;
    return index.conflict === 'default' ? 'abort' : index.conflict;
  }

  #codeUniqueness(
    index: WriteIndex,
    entry: NonNullable<EntryRegisters>,
    clause: UpsertClause | null,
    isUnique: Label,
  ): void {
    const { ctx, request } = this;
    const { program } = ctx;
    const { target, oldRow, ignoreLabel } = request;
    const resolution = this.#resolutionOf(index.index, clause);
    if (this.#overwrites(index, resolution)) return;
    const mark = program.registers.mark();
    const keyCount = target.primaryKey ? target.primaryKey.index.keyColumnCount : 1;
    const key = index.index.isTable ? entry.first : program.registers.temporaryRange(keyCount);
    const needsKey = oldRow !== null || resolution === 'replace';
    this.#codeProbe(index, entry, key, needsKey, isUnique);
    switch (resolution) {
      case 'replace':
        this.#replaceEntry(index, entry, key, keyCount, needsKey);
        break;
      case 'update':
        this.#upsert!.codeUpdate(index);
        program.goto(ignoreLabel);
        break;
      case 'ignore':
        program.goto(ignoreLabel);
        break;
      default:
        this.#uniqueViolation(index.index, resolution);
    }
    program.registers.releaseTo(mark);
  }

  /** REPLACE into a WITHOUT ROWID table without other indexes simply overwrites. */
  #overwrites(index: WriteIndex, resolution: Resolution): boolean {
    return (
      index.index.isTable &&
      this.request.target.indexes.length === 1 &&
      resolution === 'replace' &&
      !this.#replaceHooks.isComplex
    );
  }

  /** Goes to `isUnique` unless another row has the key; loads that row's key when it is needed. */
  #codeProbe(
    index: WriteIndex,
    entry: NonNullable<EntryRegisters>,
    key: number,
    needsKey: boolean,
    isUnique: Label,
  ): void {
    const { program } = this.ctx;
    const { target, oldRow } = this.request;
    program.emit('NoConflict', index.cursor, isUnique, entry.first, index.index.keyColumnCount);
    if (!needsKey) return;
    if (!target.table.withoutRowid) {
      program.emit('IdxRowid', index.cursor, key);
      if (oldRow) program.emit('Eq', key, isUnique, oldRow.rowid);
      return;
    }
    const primary = target.primaryKey!.index;
    const keyColumns = primary.columns.slice(0, primary.keyColumnCount);
    if (!index.index.isTable) {
      keyColumns.forEach(({ column }, i) => {
        program.emit('Column', index.cursor, positionIn(index.index, column), key + i);
      });
    }
    if (oldRow) this.#codeSameRowTest(primary, key, oldRow, isUnique);
  }

  /** The conflicting entry is that of the row being updated: no conflict. */
  #codeSameRowTest(primary: Index, key: number, oldRow: RowRegisters, isUnique: Label): void {
    const { program } = this.ctx;
    const differs = program.label();
    primary.columns.slice(0, primary.keyColumnCount).forEach(({ column, collation }, i) => {
      const isLast = i === primary.keyColumnCount - 1;
      const p4 = program.pool.collation(checkCollation(collation));
      program.emit(isLast ? 'Eq' : 'Ne', oldRow.first + column, isLast ? isUnique : differs, key + i, p4);
    });
    program.place(differs);
  }

  #replaceEntry(
    index: WriteIndex,
    entry: NonNullable<EntryRegisters>,
    key: number,
    keyCount: number,
    needsKey: boolean,
  ): void {
    const { ctx, request } = this;
    const { program } = ctx;
    const { target, oldRow } = request;
    this.#mayReplace = true;
    ctx.statement.isMultiWrite ||= this.#deleteCounter !== 0;
    const locks = this.#replaceHooks.triggers !== null && oldRow !== null;
    if (locks) program.emit('CursorLock', target.dataCursor);
    deleteRow(ctx, target, this.#replaceHooks, {
      key,
      keyCount,
      counts: false,
      position: index.index.isTable ? 'sought-single' : 'seek',
      skipIndexCursor: index.cursor,
    });
    if (locks) program.emit('CursorUnlock', target.dataCursor);
    if (this.#deleteCounter === 0) return;
    // Triggers may have brought the conflict back: each key is looked up again once all deletes are done.
    this.#hasCountedDelete = true;
    program.emit('AddImm', this.#deleteCounter, 1);
    const bypass = program.emit('Goto', 0, 0);
    program.place(this.#recheckDone);
    this.#recheckDone = program.label();
    if (index.where) program.emit('IsNull', entry.record, this.#recheckDone);
    this.#codeProbe(index, entry, key, needsKey, this.#recheckDone);
    this.#uniqueViolation(index.index, 'abort');
    program.jumpHere(bypass);
  }

  #codeRecheckOfRowid(): void {
    const { program } = this.ctx;
    const { target, row, oldRow } = this.request;
    program.emit('IfNot', this.#deleteCounter, this.#recheckDone);
    if (target.table.withoutRowid) {
      program.goto(this.#recheckStart);
    } else {
      if (oldRow) program.emit('Eq', row.rowid, this.#recheckStart, oldRow.rowid);
      program.emit('NotExists', target.dataCursor, this.#recheckStart, row.rowid);
      this.#rowidViolation('abort');
    }
    program.place(this.#recheckDone);
  }

  #uniqueViolation(index: Index, resolution: Resolution): void {
    const code = resultCode(index.origin === 'pk' ? 'SQLITE_CONSTRAINT_PRIMARYKEY' : 'SQLITE_CONSTRAINT_UNIQUE');
    this.#halt(code, resolution, `UNIQUE constraint failed: ${violatedKey(index)}`);
  }
}

/** Jumps of a rowid check that is not where it stands in the order of checks. */
interface RowidCheck {
  /** Address of the jump over the check, when an index named by an earlier ON CONFLICT clause goes first; 0 without. */
  upsertDelay: number;
  upsertReturn: number;
  /** Address of a check that is made after those of the indexes; 0 without. */
  delayedTop: number;
  delayedEnd: number;
  delayJoined?: boolean;
}

/** How a violated index is named: `t.a, t.b`, or `index 'i'` when it has expressions. */
export function violatedKey(index: Index): string {
  if (index.columns.some(({ column }) => column === EXPRESSION_COLUMN)) return `index '${index.name}'`;
  return index.columns
    .slice(0, index.keyColumnCount)
    .map(({ column }) => `${index.table.name}.${column === ROWID_COLUMN ? 'rowid' : index.table.columns[column]!.name}`)
    .join(', ');
}

/** The expression reads a column that changes, or the rowid when that changes. */
export function readsChanged(expression: Expression, changed: ReadonlySet<number>, rowidChanges: boolean): boolean {
  return someExpression(
    expression,
    (part) => part.kind === 'column' && (part.column < 0 ? rowidChanges : changed.has(part.column)),
  );
}

/** Position of a table column in the index. */
export const positionIn = (index: Index, column: number): number =>
  index.columns.findIndex((entry) => entry.column === column);
