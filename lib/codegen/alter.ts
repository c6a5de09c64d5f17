/**
 * ALTER TABLE: renaming of tables and columns, adding and dropping columns.
 *
 * Owns: the checks and the changes of sqlite_schema. Every object is edited as text at compile time; the program writes the new texts.
 * Must not know: how names are found in text (alter-edits) and how rows are rewritten (alter-rows).
 */
import type { Catalog } from '../catalog/catalog';
import { foldName, sameName } from '../catalog/names';
import type { Database, Relation, Schema, Table } from '../catalog/schema';
import type { SchemaRow } from '../catalog/source';
import type { AlterTableStatement, Identifier, ParsedStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { compileAddColumn, compileDropColumn } from './alter-columns';
import { Renamer, type Renaming } from './alter-edits';
import type { CodegenContext } from './context';
import {
  beginSchemaChange,
  checkObjectName,
  codeSchemaChanged,
  codeUpdateRows,
  codeUpdateSchemaRow,
  shownName,
  tokenText,
  type SchemaRowChange,
} from './ddl-schema';
import { dependentObjects, explainErrors, testObjects } from './schema-objects';

/** Code of ALTER TABLE; returns the names of the result columns. */
export function compileAlterTable(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  statement: AlterTableStatement,
): readonly string[] {
  const { action } = statement;
  const relation = findAltered(ctx, statement);
  switch (action.kind) {
    case 'renameTable':
      renameTable(ctx, relation, action.to);
      return [];
    case 'renameColumn':
      renameColumn(ctx, parsed.sql, relation, action.column, action.to);
      return [];
    case 'addColumn':
      return compileAddColumn(ctx, parsed, relation, action.column);
    case 'dropColumn':
      compileDropColumn(ctx, parsed.sql, requireTable(relation, 'drop column from'), action.column);
      return [];
    case 'dropConstraint':
    case 'dropNotNull':
    case 'setNotNull':
    case 'addConstraint':
      throw new SqlError('ALTER TABLE of constraints is not supported', statement.start);
  }
}

function findAltered(ctx: CodegenContext, { table }: AlterTableStatement): Relation {
  const relation = ctx.schema.findRelation(table.name.name, table.database?.name ?? null);
  if (relation === null) throw new SqlError(`no such table: ${shownName(table)}`, table.start);
  return relation;
}

/** @throws SqlError for SQLite's own tables. */
export function requireAlterable(relation: Relation): void {
  const isEponymous = relation.kind === 'table' && relation.module?.eponymous === true;
  if (isEponymous || /^sqlite_/i.test(relation.name)) throw new SqlError(`table ${relation.name} may not be altered`);
}

/** @throws SqlError `cannot rename columns of view "v"`. */
function requireTable(relation: Relation, what: string): Table {
  requireAlterable(relation);
  const kind = relation.kind === 'view' ? 'view' : relation.module !== null ? 'virtual table' : null;
  if (kind !== null) throw new SqlError(`cannot ${what} ${kind} "${relation.name}"`);
  return relation as Table;
}

function renameTable(ctx: CodegenContext, relation: Relation, to: Identifier): void {
  const { database } = relation;
  if (database.findRelation(to.name) !== null || database.has('index', to.name)) {
    throw new SqlError(`there is already another table or index with this name: ${to.name}`, to.start);
  }
  requireAlterable(relation);
  checkObjectName(ctx, to);
  if (relation.kind === 'view') throw new SqlError(`view ${relation.name} may not be altered`);
  const changes = renamedRows(ctx, { table: relation, column: null, newName: to.name, isQuoted: true });
  codeChanges(ctx, database, changes, 'after rename');
  const sequence = database.findRelation('sqlite_sequence');
  if (sequence?.kind === 'table') {
    codeUpdateRows(
      ctx,
      database,
      sequence.rootPage,
      2,
      [{ field: 0, text: relation.name }],
      [{ field: 0, text: to.name }],
    );
  }
}

function renameColumn(ctx: CodegenContext, sql: string, relation: Relation, from: Identifier, to: Identifier): void {
  const table = requireTable(relation, 'rename columns of');
  const column = table.columns.find(({ name }) => sameName(name, from.name));
  if (column === undefined) throw new SqlError(`no such column: "${tokenText(sql, from)}"`, from.start);
  if (!ctx.options.pragmas.legacyAlterTable) testObjects(ctx.schema, ctx.options, table.database, '');
  const isQuoted = to.quoting !== 'bare';
  const changes = renamedRows(ctx, { table, column: column.number, newName: to.name, isQuoted });
  codeChanges(ctx, table.database, changes, 'after rename');
}

/** Changed rows by the database that holds them. */
type Changes = ReadonlyMap<Database, readonly SchemaRowChange[]>;

/** New rows of all objects that name what is renamed. */
function renamedRows(ctx: CodegenContext, renaming: Renaming): Changes {
  const { table } = renaming;
  const renamer = new Renamer(ctx.schema, ctx.options, renaming);
  const changes = new Map<Database, SchemaRowChange[]>();
  const add = (database: Database, change: SchemaRowChange, before: string): void => {
    const isSame = change.sql === before && change.newName === undefined && change.newTableName === undefined;
    if (isSame) return;
    const list = changes.get(database);
    if (list === undefined) changes.set(database, [change]);
    else list.push(change);
  };
  const isTableRenamed = renaming.column === null;
  const newTableName = isTableRenamed ? { newTableName: renaming.newName } : {};
  for (const relation of table.database.relations()) {
    if (relation.kind !== 'table' || /^sqlite_/i.test(relation.name)) continue;
    const own = relation === table && isTableRenamed ? { newName: renaming.newName, ...newTableName } : {};
    const sql = relation.module === null ? renamer.table(relation) : relation.sql;
    add(relation.database, { type: 'table', name: relation.name, sql, ...own }, relation.sql);
  }
  for (const index of table.indexes) {
    if (index.isTable) continue;
    if (index.sql !== '') {
      add(
        index.database,
        { type: 'index', name: index.name, sql: renamer.index(index.sql), ...newTableName },
        index.sql,
      );
    } else if (isTableRenamed) {
      const number = index.name.slice(index.name.lastIndexOf('_') + 1);
      const newName = `sqlite_autoindex_${renaming.newName}_${number}`;
      add(index.database, { type: 'index', name: index.name, newName, ...newTableName }, '');
    }
  }
  for (const object of dependentObjects(ctx.schema, table.database)) {
    const sql = explainErrors(object, '', () =>
      object.kind === 'view' ? renamer.view(object) : renamer.trigger(object),
    );
    const isOnTable = object.kind === 'trigger' && ctx.schema.triggersOn(table).includes(object);
    const own = isOnTable ? newTableName : {};
    add(object.database, { type: object.kind, name: object.name, sql, ...own }, object.sql);
  }
  return changes;
}

/**
 * Writes changed rows after making sure that every view and trigger makes sense with them.
 * @param when `after rename` and the like, for the error; null: no test
 */
export function codeChanges(ctx: CodegenContext, home: Database, changes: Changes, when: string | null): void {
  if (when !== null && !ctx.options.pragmas.legacyAlterTable) {
    const after = schemaAfter(ctx.schema, changes);
    for (const { type, name, newName } of changes.get(home) ?? []) {
      if (type !== 'table') continue;
      const changed = newName ?? name;
      explainErrors({ kind: 'table', name: changed }, when, () => after.findRelation(changed, home.name));
    }
    testObjects(after, ctx.options, after.databases[home.number] as Database, when);
  }
  ctx.statement.mayAbort = true;
  beginSchemaChange(ctx, home);
  for (const [database, list] of changes) {
    beginSchemaChange(ctx, database);
    for (const change of list) codeUpdateSchemaRow(ctx, database, change);
  }
  for (const database of new Set([home, ...changes.keys()])) codeSchemaChanged(ctx, database);
}

/** The schema as it will be. */
function schemaAfter(schema: Schema, changes: Changes): Schema {
  let after = schema as Catalog;
  for (const [database, list] of changes) {
    const byKey = new Map(list.map((change) => [`${change.type} ${foldName(change.name)}`, change]));
    after = after.withRows(database.number, (row: SchemaRow): SchemaRow => {
      const change = byKey.get(`${row.type} ${foldName(row.name)}`);
      if (change === undefined) return row;
      return {
        type: row.type,
        name: change.newName ?? row.name,
        tableName: change.newTableName ?? row.tableName,
        rootPage: row.rootPage,
        sql: change.sql ?? row.sql,
      };
    });
  }
  return after;
}
