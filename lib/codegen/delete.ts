/**
 * DELETE: of every row at once, in one pass over the rows, or of rows whose keys were collected first.
 */
import { operandFlags } from '../../spec/opcodes';
import { programFlags } from '../../spec/program';
import type { Table } from '../catalog/schema';
import { hasSubquery } from '../plan/expressions';
import type { Binder } from '../resolve/binder';
import type { Expression, ResultColumn, TableSource } from '../resolve/ir';
import type { DeleteStatement } from '../syntax/ast';
import { endSequences } from './autoincrement';
import { codeTableColumn } from './columns';
import { beginChangeCount, clearCounter, countChange, endChangeCount } from './change-count';
import type { CodegenContext } from './context';
import { dmlScope, findTarget, WriteTable } from './dml-target';
import { codeDeleteFromView } from './dml-view';
import { bindTargetSource, limitedWhere } from './dml-where';
import { beginLoops, type Loops } from './loops';
import { Returning } from './returning';
import { RowHooks, WHOLE_ROW } from './row-hooks';
import { affinityConstant, indexAffinity, keyInfoOfPrimaryKey } from './table-access';
import { deleteRow } from './write-row';

/** Code for a DELETE statement. Gives the columns of RETURNING. */
export function codeDelete(ctx: CodegenContext, binder: Binder, statement: DeleteStatement): readonly ResultColumn[] {
  binder.openWith(statement.with);
  const relation = findTarget(ctx, binder, statement.target);
  ctx.program.flags |= programFlags.countsChanges;
  if (relation.kind === 'view') {
    return codeDeleteFromView(ctx, binder, statement, relation);
  }
  return new Delete(ctx, binder, statement, relation).code();
}

class Delete {
  readonly #target: WriteTable;
  readonly #source: TableSource;
  readonly #where: Expression | null;
  readonly #returning: Returning | null;
  readonly #hooks: RowHooks;

  constructor(
    private readonly ctx: CodegenContext,
    binder: Binder,
    statement: DeleteStatement,
    private readonly table: Table,
  ) {
    this.#source = bindTargetSource(table, statement.target);
    const scope = dmlScope(binder, [this.#source]);
    this.#where = limitedWhere(binder, statement, this.#source, scope, 'DELETE');
    this.#returning = statement.returning ? new Returning(ctx, binder, table, statement.returning) : null;
    this.#returning?.begin();
    this.#hooks = new RowHooks(ctx, table, 'delete', WHOLE_ROW, 'default', this.#returning);
    this.#target = new WriteTable(table, binder, ctx);
  }

  code(): readonly ResultColumn[] {
    const { ctx, table } = this;
    ctx.writeDatabase(table.database.number);
    beginChangeCount(ctx, 'delete', this.#returning !== null);
    if (this.#hooks.needsOldRow) ctx.statement.isMultiWrite = true;
    if (!this.#where && !this.#hooks.isComplex && !this.#returning) this.#codeClear();
    else this.#codeRows();
    endSequences(ctx);
    this.#returning?.codeRows();
    return this.#returning?.columns ?? endChangeCount(ctx);
  }

  /** Every row: empties the trees. */
  #codeClear(): void {
    const { ctx, table } = this;
    const { program } = ctx;
    const database = table.database.number;
    const counted = clearCounter(ctx);
    if (!table.withoutRowid) program.emit('Clear', table.rootPage, database, counted);
    for (const { isTable, rootPage } of table.indexes) {
      program.emit('Clear', isTable ? table.rootPage : rootPage, database, isTable ? counted : 0);
    }
  }

  #codeRows(): void {
    const { ctx, table } = this;
    const { program } = ctx;
    const target = this.#target;
    const isComplex = this.#hooks.observesRows || this.#hooks.isComplex || hasQuery(this.#where);
    const keyCount = target.primaryKey ? target.primaryKey.index.keyColumnCount : 1;
    const key = program.register(keyCount);
    const keys = table.withoutRowid ? new KeyTable(ctx, target) : new RowidSet(ctx);
    const loops = beginLoops(ctx, {
      sources: [this.#source],
      where: this.#where,
      onePass: isComplex ? 'single' : 'multiple',
      duplicatesAllowed: true,
      targetCursors: { table: target.scanCursor, firstIndex: target.firstIndexCursor },
    });
    if (loops.onePass !== 'single') ctx.statement.isMultiWrite = true;
    if (loops.deferredSeek && !table.withoutRowid) program.emit('FinishSeek', target.dataCursor);
    countChange(ctx, 'delete');
    this.#codeKey(key);
    if (loops.onePass === 'off') this.#codeTwoPasses(loops, keys, key);
    else this.#codeOnePass(loops, keys, key, keyCount);
  }

  /** Loads the key of the row under the loop. */
  #codeKey(key: number): void {
    const { ctx } = this;
    const { primaryKey } = this.#target;
    if (primaryKey) loadKey(ctx, this.#source, primaryKey.index.columns.slice(0, primaryKey.index.keyColumnCount), key);
    else codeSourceColumn(ctx, this.#source, -1, key);
  }

  #codeOnePass(loops: Loops, keys: CollectedKeys, key: number, keyCount: number): void {
    const { ctx } = this;
    const { program } = ctx;
    const target = this.#target;
    keys.cancel();
    const [tableCursor, indexCursor] = loops.onePassCursors;
    const bypass = program.label();
    const isOpen = (cursor: number): boolean => cursor === tableCursor || cursor === indexCursor;
    const once = loops.onePass === 'multiple' ? program.emit('Once', 0, 0) : -1;
    target.open(ctx, (cursor) => !isOpen(cursor), operandFlags.FORDELETE);
    if (once >= 0) program.jumpHere(once);
    if (!isOpen(target.dataCursor)) program.emit('NotFound', target.dataCursor, bypass, key, keyCount);
    deleteRow(ctx, target, this.#hooks, {
      key,
      keyCount,
      counts: true,
      position: loops.onePass === 'single' ? 'sought-single' : 'sought-multiple',
      skipIndexCursor: indexCursor,
    });
    program.place(bypass);
    loops.end();
  }

  #codeTwoPasses(loops: Loops, keys: CollectedKeys, key: number): void {
    const { ctx } = this;
    keys.add(key);
    loops.end();
    const target = this.#target;
    target.open(ctx, () => true, operandFlags.FORDELETE);
    keys.forEach(key, (register, count) => {
      deleteRow(ctx, target, this.#hooks, {
        key: register,
        keyCount: count,
        counts: true,
        position: 'seek',
        skipIndexCursor: -1,
      });
    });
  }
}

const hasQuery = (where: Expression | null): boolean => where !== null && hasSubquery(where);

/** A column of the row that the loop stands on. */
export function codeSourceColumn(ctx: CodegenContext, source: TableSource, column: number, target: number): void {
  const reader = ctx.columnReaders.get(source);
  if (reader?.kind !== 'cursor') throw new Error('the target of a change is read by cursor');
  if (reader.index) {
    const field = column < 0 ? -1 : reader.index.fieldOf(column);
    if (column < 0) {
      ctx.program.emit('IdxRowid', reader.index.cursor, target);
      return;
    }
    if (field >= 0) {
      ctx.program.emit('Column', reader.index.cursor, field, target);
      return;
    }
  }
  codeTableColumn(ctx, source.table, reader.cursor, column, target);
}

/** The primary key of the row that the loop stands on. */
export function loadKey(
  ctx: CodegenContext,
  source: TableSource,
  columns: readonly { readonly column: number }[],
  key: number,
): void {
  columns.forEach(({ column }, i) => {
    codeSourceColumn(ctx, source, column, key + i);
  });
}

/** Keys of the rows to be deleted, each once. */
interface CollectedKeys {
  add(key: number): void;
  /** Emits the loop over the keys; `emit` gets the register of the key and its field count (0: a record). */
  forEach(key: number, emit: (register: number, count: number) => void): void;
  /** They are not needed after all. */
  cancel(): void;
}

class RowidSet implements CollectedKeys {
  readonly #set: number;

  constructor(private readonly ctx: CodegenContext) {
    this.#set = ctx.program.register();
    ctx.program.emit('Null', 0, this.#set);
  }

  add(key: number): void {
    this.ctx.program.emit('RowSetAdd', this.#set, key);
  }

  forEach(key: number, emit: (register: number, count: number) => void): void {
    const { program } = this.ctx;
    const top = program.emit('RowSetRead', this.#set, 0, key);
    emit(key, 1);
    program.emit('Goto', 0, top);
    program.jumpHere(top);
  }

  cancel(): void {
    // The empty set does no harm.
  }
}

class KeyTable implements CollectedKeys {
  readonly #cursor: number;
  readonly #opening: number;
  readonly #record: number;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly target: WriteTable,
  ) {
    const { program } = ctx;
    this.#cursor = program.cursor();
    this.#record = program.register();
    const { keyColumnCount } = target.primaryKey!.index;
    this.#opening = program.emit(
      'OpenEphemeral',
      this.#cursor,
      keyColumnCount,
      0,
      keyInfoOfPrimaryKey(ctx, target.table),
    );
  }

  add(key: number): void {
    const { ctx, target } = this;
    const primary = target.primaryKey!;
    const count = primary.index.keyColumnCount;
    const affinity = indexAffinity(primary.index, primary.expressions).slice(0, count);
    ctx.program.emit('MakeRecord', key, count, this.#record, affinityConstant(ctx, affinity));
    ctx.program.emit('IdxInsert', this.#cursor, this.#record, key, count);
  }

  forEach(_key: number, emit: (register: number, count: number) => void): void {
    const { program } = this.ctx;
    const top = program.emit('Rewind', this.#cursor, 0);
    program.emit('RowData', this.#cursor, this.#record);
    emit(this.#record, 0);
    program.emit('Next', this.#cursor, top + 1);
    program.jumpHere(top);
  }

  cancel(): void {
    this.ctx.program.erase(this.#opening);
  }
}
