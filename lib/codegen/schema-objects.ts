/**
 * Binds whole schema objects to find out whether they still make sense and what the names in them mean: ALTER TABLE's view of the schema.
 *
 * Owns: the reporting of names by syntax node, and SQLite's `error in view v: ...`. Emits code into contexts that are thrown away.
 */
import type { Database, Relation, Schema, Table, Trigger, View } from '../catalog/schema';
import { Binder, type ReferenceObserver } from '../resolve/binder';
import type { Expression } from '../resolve/ir';
import { tableSource } from '../resolve/sources';
import type { CompileOptions } from '../resolve/options';
import type { ColumnReference, Expr, QualifiedName } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { CodegenContext } from './context';
import { codeBody, tableOf } from './trigger';

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
  readonly relations = new Map<QualifiedName, Relation>();

  constructor(readonly sql: string) {}

  column(syntax: ColumnReference, found: Expression): void {
    if (found.kind !== 'column') return;
    const { source, column } = found;
    if (source.kind !== 'table' && source.kind !== 'row') return;
    this.columns.set(syntax, {
      table: source.table,
      column,
      isAliased: source.alias !== null || source.kind === 'row',
    });
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
  const query = binder.bindQuery(view.select, null);
  if (view.columnNames !== null && view.columnNames.length !== query.columns.length) {
    throw new SqlError(
      `expected ${view.columnNames.length} columns for '${view.name}' but got ${query.columns.length}`,
    );
  }
  return references;
}

/** Binds a trigger's WHEN clause and statements. @throws SqlError */
export function bindTrigger(schema: Schema, options: CompileOptions, trigger: Trigger): References {
  const references = new References(trigger.sql);
  const outer = new CodegenContext(schema, options);
  // Only the trigger's own statements are of interest, not what they would set off.
  outer.statement.isDropping = true;
  const databaseName = trigger.database.number === 1 ? trigger.tableDatabaseName : trigger.database.name;
  const relation = schema.findRelation(trigger.tableName, databaseName);
  if (relation === null) {
    const place = databaseName === null ? '' : `${databaseName}.`;
    throw new SqlError(`no such table: ${place}${trigger.tableName}`);
  }
  const { context } = outer.createSubprogram({ trigger, conflict: 'default' });
  codeBody(context, trigger, tableOf(context, relation), references);
  return references;
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
  const source = tableSource(table);
  for (const { expr, place } of parts) binder.bindTableExpression(expr, source, place, sql);
  return references;
}

/** Views and triggers of a database, and of temp, which may name its objects. */
export function dependentObjects(schema: Schema, database: Database): readonly (View | Trigger)[] {
  const homes = new Set([database, schema.databases[1] as Database]);
  return [...homes].flatMap((home) => [
    ...[...home.relations()].filter((relation): relation is View => relation.kind === 'view'),
    ...home.triggers(),
  ]);
}

/**
 * Binds every view and trigger.
 * @param when '' before the change, or `after rename` and the like
 * @throws SqlError `error in view v after rename: no such column: a`
 */
export function testObjects(schema: Schema, options: CompileOptions, database: Database, when: string): void {
  for (const object of dependentObjects(schema, database)) {
    explainErrors(object, when, () => {
      if (object.kind === 'view') bindView(schema, options, object);
      else bindTrigger(schema, options, object);
    });
  }
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
