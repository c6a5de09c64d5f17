/**
 * Which INSERT, UPDATE and DELETE statements can be coded later, when they are first run: those of which it is certain by now that code
 * generation finds no error in them.
 *
 * Owns: that judgement. It binds every part of the statement, in any order; "no" is always safe, for coding the statement at once then
 * tells what is wrong, in SQLite's order. Must not know: how anything is coded.
 */
import { foldName } from '../catalog/names';
import type { ForeignKey, Schema, Table } from '../catalog/schema';
import { connectModule } from '../catalog/virtual-table-object';
import { Binder } from '../resolve/binder';
import { findRelation } from '../resolve/bind-from';
import type { Expression, ResultColumn, RowSource, TableSource } from '../resolve/ir';
import type { CompileOptions } from '../resolve/options';
import { Scope } from '../resolve/scope';
import { isRowidName, rowSource, tableSource } from '../resolve/sources';
import type {
  Assignment,
  DeleteStatement,
  Expr,
  InsertStatement,
  Statement,
  TargetTable,
  UpdateStatement,
  UpsertClause,
} from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { sequenceTableOf } from './autoincrement';
import { isCertainValue, isPlain, mayBeDeferred } from './deferral';
import { bindDefault, dmlScope } from './dml-target';
import { bindTargetSource } from './dml-where';
import { findParent, findParentKey } from './parent-key';
import { bindAssignments } from './update-assignments';
import { findConstraint } from './upsert-clauses';

export type ChangeStatement = InsertStatement | UpdateStatement | DeleteStatement;

export const isChange = (statement: Statement): statement is ChangeStatement =>
  statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete';

/** The columns that the statement returns; null when it must be coded at once. */
export function columnsOfDeferredChange(
  schema: Schema,
  options: CompileOptions,
  sql: string,
  statement: ChangeStatement,
): readonly ResultColumn[] | null {
  try {
    return new ChangeJudge(schema, options, sql).columnsOf(statement);
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

/**
 * Whether an INSERT of rows of that width into the table is certain to be without a fault in what the table's definition, its keys and the
 * named columns say.
 */
export const isCertainTarget = (
  schema: Schema,
  options: CompileOptions,
  table: Table,
  { columns }: InsertStatement,
  width: number,
): boolean => isFitting(columns, table, width) && new ChangeJudge(schema, options, table.sql).isSound(table);

/** Tables that foreign key actions may reach from one; more are not looked at. */
const MAX_REACHED = 20;

/** Whether tables may be written without anything being found wrong with their own definitions and what these refer to. */
interface SoundTables {
  readonly options: CompileOptions;
  readonly known: Map<Table, boolean>;
}

const soundTables = new WeakMap<Schema, SoundTables>();

class ChangeJudge {
  readonly #binder: Binder;

  constructor(
    private readonly schema: Schema,
    private readonly options: CompileOptions,
    sql: string,
  ) {
    this.#binder = new Binder(schema, options, sql);
  }

  columnsOf(statement: ChangeStatement): readonly ResultColumn[] | null {
    const { target } = statement;
    if (statement.with !== null || target.indexedBy !== null || this.options.pragmas.countChanges) return null;
    const table = this.#binderTable(target);
    if (table === null || !this.isSound(table)) return null;
    const isCertain =
      statement.kind === 'insert' ? this.#isCertainInsert(statement, table) : this.#isCertainScan(statement, table);
    return isCertain ? this.#returned(statement, table) : null;
  }

  #binderTable(target: TargetTable): Table | null {
    const relation = findRelation(this.#binder, target.name);
    if (relation.kind !== 'table' || relation.isSchemaTable || connectModule(relation) !== null) return null;
    return relation;
  }

  // --- statements -----------------------------------------------------------------------------------------------------

  #isCertainInsert(statement: InsertStatement, table: Table): boolean {
    const { columns, source, upserts } = statement;
    if (source !== null) {
      const query = this.#binder.bindInsertSource(source);
      if (!isFitting(columns, table, query.columns.length) || !mayBeDeferred(query)) return false;
    } else if (columns !== null) return false;
    return upserts.every((clause, number) =>
      this.#isCertainUpsert(clause, number, upserts.length, table, statement.target),
    );
  }

  #isCertainUpsert(clause: UpsertClause, number: number, count: number, table: Table, target: TargetTable): boolean {
    const binder = this.#binder;
    const self = tableSource(table);
    const indexes = table.indexes.map((index) => ({ index, expressions: [], where: null }));
    findConstraint(clause, { binder, table, indexes }, dmlScope(binder, [self]), number, count);
    if (clause.targetWhere !== null) return false;
    if (clause.assignments === null) return true;
    const source = tableSource(table, target.alias?.name ?? null);
    const excluded: RowSource = rowSource(table, 'excluded', false);
    const scope = dmlScope(binder, [source], { rows: [{ name: 'excluded', source: excluded }] });
    return this.#isCertainOrNone(clause.where, scope) && this.#areCertain(clause.assignments, table, scope);
  }

  /** UPDATE and DELETE. */
  #isCertainScan(statement: UpdateStatement | DeleteStatement, table: Table): boolean {
    if (statement.orderBy.length > 0 || statement.limit !== null) return false;
    if (statement.kind === 'update' && statement.from !== null) return false;
    const source: TableSource = bindTargetSource(table, statement.target);
    const scope = dmlScope(this.#binder, [source]);
    if (!this.#isCertainOrNone(statement.where, scope)) return false;
    return statement.kind === 'delete' || this.#areCertain(statement.assignments, table, scope);
  }

  #areCertain(assignments: readonly Assignment[], table: Table, scope: Scope): boolean {
    if (assignments.some(({ row }) => row)) return false;
    const { written } = bindAssignments(this.#binder, assignments, table, scope);
    return written.every(({ value }) => isCertainValue(value));
  }

  #isCertainOrNone(syntax: Expr | null, scope: Scope): boolean {
    return syntax === null || isCertainValue(this.#binder.bindExpression(syntax, scope));
  }

  #returned({ returning }: ChangeStatement, table: Table): readonly ResultColumn[] | null {
    if (returning === null) return [];
    if (returning.some((column) => column.kind === 'star' && column.table !== null)) return null;
    const source = rowSource(table, table.name, true);
    const columns = this.#binder.bindResultColumns(returning, new Scope(null, [], { rows: [{ name: null, source }] }));
    return columns.every(({ expression }) => isCertainValue(expression)) ? columns : null;
  }

  // --- tables ---------------------------------------------------------------------------------------------------------

  isSound(table: Table): boolean {
    let sound = soundTables.get(this.schema);
    if (sound?.options !== this.options) {
      sound = { options: this.options, known: new Map() };
      soundTables.set(this.schema, sound);
    }
    let isSound = sound.known.get(table);
    if (isSound === undefined) {
      isSound = this.#isSoundThrough(table, new Set());
      sound.known.set(table, isSound);
    }
    return isSound;
  }

  /** `reached`: the tables on the way here. */
  #isSoundThrough(table: Table, reached: Set<Table>): boolean {
    if (reached.has(table)) return true;
    if (reached.size === MAX_REACHED) return false;
    reached.add(table);
    return (
      isPlain(table) &&
      this.schema.triggersOn(table).length === 0 &&
      (!table.autoincrement || sequenceTableOf(table) !== null) &&
      this.#hasCertainDefinition(table) &&
      (!this.options.pragmas.foreignKeys || this.#hasSoundKeys(table, reached))
    );
  }

  #hasCertainDefinition(table: Table): boolean {
    const binder = this.#binder;
    const isCertain = (expression: Expression | null): boolean => expression === null || isCertainValue(expression);
    const self = tableSource(table);
    return (
      table.columns.every(({ number }) => isCertain(bindDefault(binder, table, number))) &&
      table.checks.every(({ expr }) => isCertain(binder.bindTableExpression(expr, self, 'check', table.sql)))
    );
  }

  #hasSoundKeys(table: Table, reached: Set<Table>): boolean {
    return (
      table.foreignKeys.every((key) => {
        const parent = findParent(this.schema, key);
        return parent?.kind === 'table' && isPlain(parent) && findParentKey(parent, key) !== null;
      }) &&
      this.schema
        .foreignKeysTo(table)
        .every((key) => findParentKey(table, key) !== null && isPlain(key.child) && this.#hasSoundActions(key, reached))
    );
  }

  /** CASCADE, SET NULL and SET DEFAULT write the child. */
  #hasSoundActions({ onDelete, onUpdate, child }: ForeignKey, reached: Set<Table>): boolean {
    const isPassive = (action: ForeignKey['onDelete']): boolean => action === 'noAction' || action === 'restrict';
    return (isPassive(onDelete) && isPassive(onUpdate)) || this.#isSoundThrough(child, reached);
  }
}

const isColumnName = (table: Table, name: string): boolean =>
  hasColumn(table, name) || (isRowidName(foldName(name)) && !table.withoutRowid);

export function hasColumn({ columns }: Table, name: string): boolean {
  const folded = foldName(name);
  return columns.some((column) => foldName(column.name) === folded);
}

/** As many values as columns, which exist. */
const isFitting = (columns: InsertStatement['columns'], table: Table, width: number): boolean =>
  width === (columns ?? table.columns).length &&
  (columns === null || columns.every(({ name }) => isColumnName(table, name)));
