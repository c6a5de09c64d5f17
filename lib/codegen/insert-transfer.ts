/**
 * INSERT INTO t SELECT * FROM u between tables of the same form: copies the records as they are, tree by tree.
 *
 * Worth it because nothing is decoded; allowed only where no constraint could tell the difference. An occupied target
 * falls back to the ordinary way at run time.
 */
import { operandFlags } from '../../spec/opcodes';
import { EXPRESSION_COLUMN, type Index, type Table } from '../catalog/schema';
import type { Binder } from '../resolve/binder';
import { equalExpressions } from '../resolve/compare';
import { findRelation } from '../resolve/bind-from';
import type { RestrictedPlace } from '../resolve/scope';
import { tableSource } from '../resolve/sources';
import { mapExpression } from '../resolve/walk';
import type { ConflictAction, Expr, InsertStatement, Select } from '../syntax/ast';
import { beginSequence, countRowid, endSequences } from './autoincrement';
import type { CodegenContext } from './context';
import { resultCode } from './result-codes';
import { openIndex, openTable } from './table-access';

/** Emits the transfer if it is possible. Returns whether that is all there is to do. */
export function codeTransfer(
  ctx: CodegenContext,
  binder: Binder,
  statement: InsertStatement,
  table: Table,
  conflict: ConflictAction,
): boolean {
  if (statement.columns || statement.with || !statement.source || statement.upserts.length > 0) return false;
  if (binder.withFrame !== null) return false;
  const from = wholeTable(statement.source);
  if (!from) return false;
  const relation = findRelation(binder, from.name);
  if (relation.kind !== 'table' || relation.module || relation === table) return false;
  const pairs = compatibleIndexes(binder, table, relation);
  if (!pairs || !isSameForm(ctx, binder, table, relation)) return false;
  return new Transfer(ctx, table, relation, pairs, rowidConflict(table, conflict)).code();
}

/** The table when the query is `SELECT * FROM table` and nothing else. */
function wholeTable(select: Select) {
  const [core] = select.cores;
  if (select.cores.length !== 1 || core?.kind !== 'query' || select.with) return null;
  if (select.orderBy.length > 0 || select.limit || core.where || core.groupBy.length > 0 || core.distinct) return null;
  const [column] = core.columns;
  if (core.columns.length !== 1 || column?.kind !== 'star' || column.table) return null;
  const [item] = core.from ?? [];
  if (core.from?.length !== 1 || item?.source.kind !== 'table' || item.source.arguments) return null;
  return item.source;
}

function rowidConflict(table: Table, conflict: ConflictAction): ConflictAction {
  if (conflict !== 'default') return conflict;
  return table.rowidAlias >= 0 && table.rowidConflict !== 'default' ? table.rowidConflict : 'abort';
}

function isSameForm(ctx: CodegenContext, binder: Binder, target: Table, source: Table): boolean {
  if (target.withoutRowid !== source.withoutRowid || target.rowidAlias !== source.rowidAlias) return false;
  if (target.columns.length !== source.columns.length || (target.strict && !source.strict)) return false;
  const same = expressionComparer(binder, target, target.sql, source, source.sql);
  const columnsAgree = target.columns.every((column, number) => {
    const other = source.columns[number]!;
    if (column.affinity !== other.affinity || column.collation !== other.collation) return false;
    if (column.notNull !== null && other.notNull === null) return false;
    if ((column.generated?.stored ?? null) !== (other.generated?.stored ?? null)) return false;
    if (column.generated && !same('generated', column.generated.expr, other.generated!.expr)) return false;
    return column.generated !== null || number === 0 || column.defaultSql === other.defaultSql;
  });
  if (!columnsAgree) return false;
  if (target.checks.length > 0 && target.checks.length !== source.checks.length) return false;
  if (!target.checks.every(({ expr }, i) => same('check', expr, source.checks[i]!.expr))) return false;
  return !(ctx.options.pragmas.foreignKeys && target.foreignKeys.length > 0);
}

/** Whether an expression of the one table's definition is that of the other, columns by their numbers. */
function expressionComparer(binder: Binder, target: Table, targetSql: string, source: Table, sourceSql: string) {
  const row = tableSource(target);
  const other = tableSource(source);
  return (place: RestrictedPlace, expression: Expr, otherExpression: Expr): boolean => {
    const bound = binder.bindTableExpression(otherExpression, other, place, sourceSql);
    const moved = mapExpression(bound, (part) =>
      part.kind === 'column' && part.source === other ? { ...part, source: row } : null,
    );
    return equalExpressions(binder.bindTableExpression(expression, row, place, targetSql), moved);
  };
}

interface IndexPair {
  readonly target: Index;
  readonly source: Index;
}

function compatibleIndexes(binder: Binder, target: Table, source: Table): IndexPair[] | null {
  const pairs: IndexPair[] = [];
  for (const index of target.indexes) {
    const other = source.indexes.find((candidate) => isCompatible(binder, index, candidate));
    if (!other) return null;
    pairs.push({ target: index, source: other });
  }
  return pairs;
}

function isCompatible(binder: Binder, index: Index, other: Index): boolean {
  if (index.keyColumnCount !== other.keyColumnCount || index.columns.length !== other.columns.length) return false;
  if (index.unique !== other.unique || (index.unique && index.conflict !== other.conflict)) return false;
  const same = expressionComparer(binder, index.table, index.sql, other.table, other.sql);
  for (let i = 0; i < index.keyColumnCount; i++) {
    const a = index.columns[i]!;
    const b = other.columns[i]!;
    if (a.column !== b.column || a.descending !== b.descending || a.collation !== b.collation) return false;
    if (a.column === EXPRESSION_COLUMN && !same('index', a.expr!, b.expr!)) return false;
  }
  if (!index.where || !other.where) return index.where === other.where;
  return same('partial-index', index.where, other.where);
}

class Transfer {
  constructor(
    private readonly ctx: CodegenContext,
    private readonly target: Table,
    private readonly source: Table,
    private readonly pairs: readonly IndexPair[],
    private readonly conflict: ConflictAction,
  ) {}

  code(): boolean {
    const { ctx, target, source } = this;
    const { program } = ctx;
    ctx.statement.isMultiWrite = true;
    const from = program.cursor();
    const to = program.cursor();
    const sequence = beginSequence(ctx, target);
    const data = program.register();
    const rowid = program.register();
    program.loadNull(data);
    openTable(ctx, 'OpenWrite', to, target);
    const occupied = this.#needsEmptyTarget() ? this.#testEmpty(to) : -1;
    let empty = -1;
    if (!target.withoutRowid) empty = this.#copyRows(from, to, data, rowid, sequence);
    else ctx.useDatabase(source.database.number);
    for (const pair of this.pairs) this.#copyIndex(pair, from, to, data);
    if (empty >= 0) program.jumpHere(empty);
    if (occupied < 0) return true;
    endSequences(ctx);
    program.emit('Halt', 0, 0);
    program.jumpHere(occupied);
    program.emit('Close', to);
    return false;
  }

  /** Index entries are appended, and a conflict is only handled as ABORT: so mostly the target must be empty. */
  #needsEmptyTarget(): boolean {
    const { target, conflict } = this;
    return (
      (target.rowidAlias < 0 && target.indexes.length > 0) ||
      target.indexes.some(({ unique }) => unique) ||
      (conflict !== 'abort' && conflict !== 'rollback')
    );
  }

  #testEmpty(to: number): number {
    const { program } = this.ctx;
    const rewind = program.emit('Rewind', to, 0);
    const occupied = program.emit('Goto', 0, 0);
    program.jumpHere(rewind);
    return occupied;
  }

  #copyRows(from: number, to: number, data: number, rowid: number, sequence: number): number {
    const { ctx, target, source } = this;
    const { program } = ctx;
    openTable(ctx, 'OpenRead', from, source);
    const empty = program.emit('Rewind', from, 0);
    let top: number;
    if (target.rowidAlias >= 0) {
      top = program.emit('Rowid', from, rowid);
      const free = program.emit('NotExists', to, 0, rowid);
      this.#codeRowidViolation();
      program.jumpHere(free);
      countRowid(ctx, sequence, rowid);
    } else if (target.indexes.length === 0) {
      top = program.emit('NewRowid', to, rowid);
    } else {
      top = program.emit('Rowid', from, rowid);
    }
    program.emit('RowCell', to, from, rowid);
    const flags = operandFlags.NCHANGE | operandFlags.LASTROWID | operandFlags.APPEND | operandFlags.PREFORMAT;
    program.emit('Insert', to, data, rowid, -1, flags);
    program.emit('Next', from, top);
    program.emit('Close', from);
    program.emit('Close', to);
    return empty;
  }

  #codeRowidViolation(): void {
    const { ctx, target, conflict } = this;
    const name = target.columns[target.rowidAlias]!.name;
    const action = conflict === 'rollback' ? 1 : conflict === 'fail' ? 3 : 2;
    if (action === 2) ctx.statement.mayAbort = true;
    const message = ctx.program.string(`UNIQUE constraint failed: ${target.name}.${name}`);
    ctx.program.emit('Halt', resultCode('SQLITE_CONSTRAINT_PRIMARYKEY'), action, 0, message);
  }

  #copyIndex({ target, source }: IndexPair, from: number, to: number, data: number): void {
    const { ctx } = this;
    const { program } = ctx;
    openIndex(ctx, 'OpenRead', from, source);
    openIndex(ctx, 'OpenWrite', to, target);
    const empty = program.emit('Rewind', from, 0);
    program.emit('RowData', from, data, 1);
    const flags = operandFlags.APPEND | (target.isTable ? operandFlags.NCHANGE : 0);
    program.emit('IdxInsert', to, data, 0, -1, flags);
    program.emit('Next', from, empty + 1);
    program.jumpHere(empty);
    program.emit('Close', from);
    program.emit('Close', to);
  }
}
