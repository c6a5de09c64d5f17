/**
 * Binds whole schema objects to find out whether they still make sense and what the names in them mean: ALTER TABLE's view of the schema.
 *
 * Owns: the reporting of names by syntax node, and SQLite's `error in view v: ...`. Emits no code.
 */
import type { Database, Relation, Schema, Table, Trigger, View } from '../catalog/schema';
import { Binder, type ReferenceObserver } from '../resolve/binder';
import type { Expression } from '../resolve/ir';
import { rowSource, tableSource } from '../resolve/sources';
import type { CompileOptions } from '../resolve/options';
import { Scope } from '../resolve/scope';
import type { Assignment, ColumnReference, Expr, InsertStatement, QualifiedName, TriggerStep } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { CodegenContext } from './context';
import { bindJoin, joinedItems, targetItem } from './made-query';
import { tableOf, triggerBinder, triggerRows } from './trigger';

/** A column of a table that a syntax node names. */
export interface FoundColumn {
  readonly table: Table;
  /** -1: the rowid. */
  readonly column: number;
  /** The table is called by another name where the column is named. */
  readonly isAliased: boolean;
}

/** What the names of one object mean, by syntax node. */
export class References implements ReferenceObserver {
  readonly columns = new Map<ColumnReference, FoundColumn>();
  /** Tables and views that are named. */
  readonly relations = new Map<QualifiedName, Relation>();

  constructor(readonly sql: string) {}

  column(syntax: ColumnReference, found: Expression): void {
    if (found.kind !== 'column') return;
    const { source, column } = found;
    if (source.kind !== 'table' && source.kind !== 'row') return;
    const isExcluded = source.kind === 'row' && source.name === 'excluded';
    const isAliased = source.alias !== null || (source.kind === 'row' && !isExcluded);
    this.columns.set(syntax, { table: source.table, column, isAliased });
  }

  relation(syntax: QualifiedName, found: Relation): void {
    this.relations.set(syntax, found);
  }
}

/** Binds a view's query. @throws SqlError */
export function bindView(schema: Schema, options: CompileOptions, view: View): References {
  const references = new References(view.sql);
  const binder = new Binder(schema, options, view.sql);
  binder.fixedDatabase = view.database.number === 1 ? null : view.database.name;
  binder.observer = references;
  binder.isNaming = true;
  binder.bindQuery(view.select, null);
  return references;
}

/**
 * Binds what SQLite looks at in a trigger when a table is altered: not the columns that a step writes, and of several ON CONFLICT clauses
 * the first only.
 * @throws SqlError
 */
export function bindTrigger(schema: Schema, options: CompileOptions, trigger: Trigger): References {
  const references = new References(trigger.sql);
  const databaseName = trigger.database.number === 1 ? trigger.tableDatabaseName : trigger.database.name;
  const relation = schema.findRelation(trigger.tableName, databaseName);
  if (relation === null) {
    const place = databaseName === null ? '' : `${databaseName}.`;
    throw new SqlError(`no such table: ${place}${trigger.tableName}`);
  }
  const rows = triggerRows(trigger, tableOf(new CodegenContext(schema, options), relation));
  const newBinder = (): Binder => {
    const binder = triggerBinder(schema, options, trigger, rows);
    binder.observer = references;
    binder.isNaming = true;
    return binder;
  };
  const { when, body } = trigger.statement;
  if (when !== null) {
    const binder = newBinder();
    binder.bindExpression(when, new Scope(binder.triggerScope));
  }
  for (const step of body) bindStep(newBinder(), step);
  return references;
}

function bindStep(binder: Binder, step: TriggerStep): void {
  if (step.kind === 'select') {
    binder.bindQuery(step);
    return;
  }
  if (step.kind === 'insert') {
    if (step.source !== null) binder.bindQuery(step.source);
    bindUpsert(binder, step);
    return;
  }
  const { scope } = bindJoin(binder, step.kind === 'update' ? joinedItems(step) : [targetItem(step)], null);
  if (step.kind === 'update') bindValues(binder, step.assignments, scope);
  if (step.where !== null) binder.bindExpression(step.where, scope);
}

function bindUpsert(binder: Binder, step: InsertStatement): void {
  const { sources, scope } = bindJoin(binder, [targetItem(step)], null);
  const clause = step.upserts[0];
  const target = sources[0];
  if (clause === undefined || target?.kind !== 'table') return;
  const excluded = { name: 'excluded', source: rowSource(target.table, 'excluded', false) } as const;
  const inner = new Scope(scope.parent, [...scope.sources], { rows: [excluded] });
  for (const { expr } of clause.target ?? []) binder.bindExpression(expr, inner);
  bindValues(binder, clause.assignments ?? [], inner);
  for (const condition of [clause.where, clause.targetWhere]) {
    if (condition !== null) binder.bindExpression(condition, inner);
  }
}

function bindValues(binder: Binder, assignments: readonly Assignment[], scope: Scope): void {
  for (const { value } of assignments) {
    if (value.kind === 'subquery') binder.bindQuery(value.select, scope);
    else for (const item of value.kind === 'row' ? value.items : [value]) binder.bindExpression(item, scope);
  }
}

/** Binds expressions that belong to a table: CHECK, generated columns, and those of its indexes. @throws SqlError */
export function bindTableParts(
  schema: Schema,
  options: CompileOptions,
  table: Table,
  parts: readonly { readonly expr: Expr; readonly place: 'check' | 'generated' | 'index' | 'partial-index' }[],
  sql: string,
): References {
  const references = new References(sql);
  const binder = new Binder(schema, options, sql);
  binder.observer = references;
  binder.isNaming = true;
  const source = tableSource(table);
  for (const { expr, place } of parts) binder.bindTableExpression(expr, source, place, sql);
  return references;
}

/** Views and triggers of a database, and of temp, which may name its objects. */
export function dependentObjects(schema: Schema, database: Database): readonly (View | Trigger)[] {
  return homesOf(schema, database).flatMap((home) => [...home.viewsAndTriggers()]);
}

/** Those of them that may concern objects of these names, or are not known to make sense yet. */
export function doubtfulObjects(
  schema: Schema,
  options: CompileOptions,
  database: Database,
  names: readonly string[],
): readonly (View | Trigger)[] {
  return homesOf(schema, database).flatMap((home) => home.doubtful(names, options));
}

const homesOf = (schema: Schema, database: Database): readonly Database[] => [
  ...new Set([database, schema.databases[1] as Database]),
];

/**
 * Binds every view and trigger that is not known to make sense.
 * @param when '' before the change, or `after rename` and the like
 * @param names of objects that the change concerns
 * @throws SqlError `error in view v after rename: no such column: a`
 */
export function testObjects(
  schema: Schema,
  options: CompileOptions,
  database: Database,
  when: string,
  names: readonly string[],
): void {
  if (options.pragmas.writableSchema || options.pragmas.legacyAlterTable) return;
  for (const object of doubtfulObjects(schema, options, database, names)) {
    explainErrors(object, when, () => {
      bindObject(schema, options, object);
    });
    object.database.verify(object, options);
  }
}

/** Before a column gets another name or goes, SQLite edits double-quoted strings in all objects: where one makes no sense it fails. */
export function testQuotes(schema: Schema, options: CompileOptions, database: Database): void {
  if (options.pragmas.writableSchema) return;
  try {
    for (const object of doubtfulObjects(schema, options, database, [])) {
      bindObject(schema, options, object);
      object.database.verify(object, options);
    }
  } catch (error) {
    throw error instanceof SqlError ? new SqlError('SQL logic error') : error;
  }
}

export function bindObject(schema: Schema, options: CompileOptions, object: View | Trigger): void {
  if (object.kind === 'view') bindView(schema, options, object);
  else bindTrigger(schema, options, object);
}

/** Runs `check`; its errors come out as `error in view v after rename: ...`. */
export function explainErrors<T>(
  object: { readonly kind: 'table' | 'index' | 'view' | 'trigger'; readonly name: string },
  when: string,
  check: () => T,
): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const suffix = when === '' ? '' : ` ${when}`;
    const message = error.message.replace(/^malformed database schema \(.*?\) - /, '');
    throw new SqlError(`error in ${object.kind} ${object.name}${suffix}: ${message}`);
  }
}
