/**
 * What the forms of ALTER TABLE share: which tables may be altered, and how changed rows of sqlite_schema are tested and written.
 */
import type { Catalog } from '../catalog/catalog';
import { sameName } from '../catalog/names';
import { TEMP_DATABASE, type Database, type Index, type Relation, type Schema, type Table } from '../catalog/schema';
import type { TableObject } from '../catalog/table';
import { buildTable } from '../catalog/table-builder';
import type { SchemaRow } from '../catalog/source';
import { Binder } from '../resolve/binder';
import { tableSource } from '../resolve/sources';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { codeFail } from './alter-rows';
import type { CodegenContext } from './context';
import { beginSchemaChange, codeSchemaChanged, codeUpdateSchemaRows, type SchemaRowChange } from './ddl-schema';
import { doubtfulObjects, explainErrors, testObjects, testQuotes } from './schema-objects';

/** @throws SqlError for SQLite's own tables. */
export function requireAlterable(relation: Relation): void {
  const isEponymous = relation.kind === 'table' && relation.module?.eponymous === true;
  if (isEponymous || /^sqlite_/i.test(relation.name)) throw new SqlError(`table ${relation.name} may not be altered`);
}

/** @throws SqlError `cannot rename columns of view "v"`. */
export function requireTable(relation: Relation, what: string): Table {
  requireAlterable(relation);
  const kind = relation.kind === 'view' ? 'view' : relation.module !== null ? 'virtual table' : null;
  if (kind !== null) throw new SqlError(`cannot ${what} ${kind} "${relation.name}"`);
  return relation as Table;
}

/**
 * The table as a new text defines it.
 * @param when see explainErrors; null: the text is part of the statement, its errors come out as they are; what STRICT demands is not tested
 */
export function buildAltered(table: Table, sql: string, when: string | null): TableObject {
  const build = (): TableObject => {
    const { statement } = parseStoredStatement(sql);
    if (statement?.kind !== 'createTable') throw new SqlError('malformed database schema', -1, 'SQLITE_CORRUPT');
    const { database, rootPage } = table;
    const isStored = when !== null;
    return buildTable({
      statement: isStored ? statement : { ...statement, strict: false },
      database,
      rootPage,
      sql,
      isStored,
    });
  };
  return when === null ? build() : explainErrors(table, when, build);
}

/** Binds the expressions of a table's definition. @param isStored as when the schema is read @throws SqlError */
export function bindTable(ctx: CodegenContext, table: Table, sql: string, isStored: boolean): void {
  if (table.checks.length === 0 && !table.hasGeneratedColumns) return;
  const binder = new Binder(ctx.schema, ctx.options, sql);
  binder.isDefining = !isStored;
  const source = tableSource(table);
  for (const { expr } of table.checks) binder.bindTableExpression(expr, source, 'check', sql);
  for (const { generated } of table.columns) {
    if (generated !== null) binder.bindTableExpression(generated.expr, source, 'generated', sql);
  }
}

/**
 * A table with a new text, and its indexes, must make sense.
 * @param when as for explainErrors
 */
export function checkParts(
  ctx: CodegenContext,
  table: Table,
  sql: string,
  indexes: readonly Pick<Index, 'name' | 'sql'>[],
  when: string,
): void {
  const built = buildAltered(table, sql, when);
  explainErrors({ kind: 'table', name: built.name }, when, () => {
    bindTable(ctx, built, sql, false);
  });
  const source = tableSource(built);
  for (const index of [...indexes].reverse()) {
    const statement = index.sql === '' ? null : parseStoredStatement(index.sql).statement;
    if (statement?.kind !== 'createIndex') continue;
    explainErrors({ kind: 'index', name: index.name }, when, () => {
      const binder = new Binder(ctx.schema, ctx.options, index.sql);
      binder.isDefining = true;
      for (const { expr } of statement.columns) {
        if (expr.kind === 'string') requireColumn(built, expr.value);
        else binder.bindTableExpression(expr, source, 'index', index.sql);
      }
      if (statement.where !== null) binder.bindTableExpression(statement.where, source, 'partial-index', index.sql);
    });
  }
}

/** A name in single quotes. */
function requireColumn({ columns }: Table, name: string): void {
  if (!columns.some((column) => sameName(column.name, name))) throw new SqlError(`no such column: ${name}`);
}

/**
 * Errors of `change`, which emits code only when all is well, are those of the program that runs: SQLite edits texts while the statement
 * runs, not while it is prepared.
 */
export function failWhenRun(ctx: CodegenContext, database: Database, change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    rereadSchema(ctx, database);
    beginSchemaChange(ctx, database);
    codeFail(ctx, error.message, error.code);
  }
}

/** Every view and trigger must make sense before a column gets another name or goes. */
export function testColumnChange({ schema, options }: CodegenContext, database: Database): void {
  testObjects(schema, options, database, '', []);
  if (options.pragmas.legacyAlterTable) testQuotes(schema, options, database);
}

/** Changed rows by the database that holds them. */
export type Changes = ReadonlyMap<Database, readonly SchemaRowChange[]>;

/**
 * Writes changed rows after making sure that every view and trigger makes sense with them.
 * @param when `after rename` and the like, for the error; null: no test
 */
export function codeChanges(ctx: CodegenContext, home: Database, changes: Changes, when: string | null): void {
  if (when !== null) {
    testChanges(ctx, home, changes, when);
    // Objects of temp may name what changes: SQLite looks there, which opens the database.
    ctx.useDatabase(TEMP_DATABASE);
  }
  ctx.statement.mayAbort = true;
  beginSchemaChange(ctx, home);
  for (const [database, list] of changes) {
    beginSchemaChange(ctx, database);
    codeUpdateSchemaRows(ctx, database, list);
  }
  for (const database of new Set([home, ...changes.keys()])) codeSchemaChanged(ctx, database);
  rereadSchema(ctx, home);
  if (when !== null) ctx.schema.databases[TEMP_DATABASE]?.noteCacheSize();
}

/** SQLite reads the schema anew after ALTER TABLE, and temp's. */
export function rereadSchema({ schema }: CodegenContext, home: Database): void {
  home.noteReading();
  schema.databases[TEMP_DATABASE]?.noteReading();
}

/** The altered table comes first; what refers to it only gets other names in its foreign keys, which no view or trigger looks at. */
function testChanges(ctx: CodegenContext, home: Database, changes: Changes, when: string): void {
  const own = changes.get(home)?.find(({ type }) => type === 'table');
  const names = own === undefined ? [] : own.newName === undefined ? [own.name] : [own.name, own.newName];
  // Another name of its own leaves the definition of a table as it is.
  const isRedefined = own !== undefined && own.newName === undefined;
  const isObjectEdited = [...changes.values()].flat().some(({ type }) => type === 'view' || type === 'trigger');
  if (!isRedefined && !isObjectEdited && doubtfulObjects(ctx.schema, ctx.options, home, names).length === 0) return;
  const after = schemaAfter(ctx.schema, changes);
  if (isRedefined) {
    explainErrors({ kind: 'table', name: own.name }, when, () => after.findRelation(own.name, home.name));
  }
  testObjects(after, ctx.options, after.databases[home.number] as Database, when, names);
}

/** The schema as it will be. */
export function schemaAfter(schema: Schema, changes: Changes): Catalog {
  let after = schema as Catalog;
  for (const [database, list] of changes) {
    const replaced = new Map<SchemaRow, SchemaRow>();
    for (const { type, name, newName, newTableName, sql } of list) {
      const row = database.schemaRow(type, name);
      if (row === null) continue;
      const changed = { name: newName ?? row.name, tableName: newTableName ?? row.tableName, sql: sql ?? row.sql };
      replaced.set(row, { ...row, ...changed });
    }
    after = after.replacing(database.number, replaced);
  }
  return after;
}
