/**
 * The table that INSERT, UPDATE or DELETE changes: whether it may be changed, its cursors, and its indexes with their
 * expressions bound.
 *
 * Must not know: the statements. The cursors of a target are consecutive: the table, then each index in the schema's
 * order; the rows of a WITHOUT ROWID table are under the cursor of its primary key.
 */
import type { Index, Relation, Table, View } from '../catalog/schema';
import { findRelation } from '../resolve/bind-from';
import { bindScalar } from '../resolve/bind-expression';
import type { Binder } from '../resolve/binder';
import type { Expression, TableSource } from '../resolve/ir';
import { Scope } from '../resolve/scope';
import { tableSource } from '../resolve/sources';
import type { ConflictAction, Expr, TargetTable } from '../syntax/ast';
import { connectModule } from '../catalog/virtual-table-object';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import { openIndex, openTable } from './table-access';

/** One index of the target. */
export interface WriteIndex {
  readonly index: Index;
  readonly cursor: number;
  /** Position among the table's indexes. */
  readonly position: number;
  /** Bound to the target's `self`, one for each column of the index that is an expression. */
  readonly expressions: readonly (Expression | null)[];
  readonly where: Expression | null;
}

/** A table being written. */
export class WriteTable {
  /** Expressions of the table's own definition read this source; its reader says whether from registers or a cursor. */
  readonly self: TableSource;
  /** First of the consecutive cursors. */
  readonly baseCursor: number;
  readonly firstIndexCursor: number;
  /** Cursor of the rows. */
  readonly dataCursor: number;
  readonly indexes: readonly WriteIndex[];

  constructor(
    readonly table: Table,
    readonly binder: Binder,
    ctx: CodegenContext,
  ) {
    const { program } = ctx;
    this.self = tableSource(table);
    this.baseCursor = program.cursor();
    const cursors = table.indexes.map(() => program.cursor());
    this.firstIndexCursor = this.baseCursor + 1;
    this.indexes = table.indexes.map((index, position) => ({
      index,
      cursor: cursors[position]!,
      position,
      expressions: index.columns.map(({ expr }) =>
        expr ? binder.bindTableExpression(expr, this.self, 'index', index.sql) : null,
      ),
      where: index.where ? binder.bindTableExpression(index.where, this.self, 'partial-index', index.sql) : null,
    }));
    const primary = this.indexes.find(({ index }) => index.isTable);
    this.dataCursor = primary ? primary.cursor : this.baseCursor;
  }

  get primaryKey(): WriteIndex | null {
    return this.indexes.find(({ index }) => index.isTable) ?? null;
  }

  /** The cursor that reads the rows in the loops of UPDATE and DELETE. */
  get scanCursor(): number {
    return this.dataCursor;
  }

  /** Opens those of the cursors that `wanted` accepts, for writing. */
  open(ctx: CodegenContext, wanted: (cursor: number) => boolean, flags = 0): void {
    if (!this.table.withoutRowid && wanted(this.baseCursor))
      openTable(ctx, 'OpenWrite', this.baseCursor, this.table, flags);
    for (const { index, cursor } of this.indexes) {
      if (wanted(cursor)) openIndex(ctx, 'OpenWrite', cursor, index, index.isTable ? 0 : flags);
    }
  }
}

/** The relation that a statement names. @throws SqlError when there is none or it may not be modified */
export function findTarget(ctx: CodegenContext, binder: Binder, target: TargetTable): Relation {
  const relation = findRelation(binder, target.name);
  if (relation.kind === 'table') {
    const isLocked = relation.isSchemaTable && !ctx.options.pragmas.writableSchema;
    if (isLocked || connectModule(relation) !== null) throw new SqlError(`table ${relation.name} may not be modified`);
  }
  return relation;
}

export const viewNotModifiable = (view: View): SqlError =>
  new SqlError(`cannot modify ${view.name} because it is a view`);

/** The statement's conflict action; inside a trigger that of the outer statement goes first. */
export function effectiveConflict(ctx: CodegenContext, written: ConflictAction): ConflictAction {
  const outer = ctx.trigger?.conflict ?? 'default';
  return outer === 'default' ? written : outer;
}

/** The value that a column gets when none is given; null: NULL. */
export function bindDefault(binder: Binder, table: Table, column: number): Expression | null {
  const syntax: Expr | null = table.columns[column]!.default;
  if (!syntax) return null;
  const outer = binder.sql;
  binder.sql = table.sql;
  try {
    return bindScalar(binder, syntax, new Scope(null, [], { fromSchema: true, isDefault: true }));
  } finally {
    binder.sql = outer;
  }
}

/** The scope of a statement's expressions: its sources, inside a trigger also OLD and NEW. */
export const dmlScope = (
  binder: Binder,
  sources: readonly TableSource[],
  extra: ConstructorParameters<typeof Scope>[2] = {},
): Scope => Scope.of(sources, binder.triggerScope, extra);

/** The target as messages name it. */
export function targetName({ name, alias }: TargetTable): string {
  if (alias) return alias.name;
  return name.database ? `${name.database.name}.${name.name.name}` : name.name.name;
}
