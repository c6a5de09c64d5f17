/**
 * ALTER TABLE: the dispatch, and renaming of tables and columns.
 *
 * Owns: which rows of sqlite_schema a new name changes. Every object is edited as text at compile time; the program writes the new texts.
 * Must not know: how names are found in text (alter-edits).
 */
import { sameName } from '../catalog/names';
import { TEMP_DATABASE, type Database, type Relation, type Table, type Trigger, type View } from '../catalog/schema';
import type { AlterTableStatement, Identifier, ParsedStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import {
  checkParts,
  codeChanges,
  failWhenRun,
  requireAlterable,
  requireTable,
  schemaAfter,
  testColumnChange,
  type Changes,
} from './alter-changes';
import { compileAddColumn, compileDropColumn } from './alter-columns';
import { compileAlterConstraint } from './alter-constraints';
import { Renamer, type Renaming } from './alter-edits';
import type { CodegenContext } from './context';
import { checkObjectName, codeUpdateRows, shownName, tokenText, type SchemaRowChange } from './ddl-schema';
import { bindObject, dependentObjects, doubtfulObjects, explainErrors } from './schema-objects';

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
    default:
      return compileAlterConstraint(ctx, parsed, relation, action);
  }
}

function findAltered(ctx: CodegenContext, { table }: AlterTableStatement): Relation {
  const relation = ctx.schema.findRelation(table.name.name, table.database?.name ?? null);
  if (relation === null) throw new SqlError(`no such table: ${shownName(table)}`, table.start);
  return relation;
}

function renameTable(ctx: CodegenContext, relation: Relation, to: Identifier): void {
  const { database } = relation;
  if (database.findRelation(to.name) !== null || database.has('index', to.name)) {
    throw new SqlError(`there is already another table or index with this name: ${to.name}`, to.start);
  }
  requireAlterable(relation);
  checkObjectName(ctx, to);
  if (relation.kind === 'view') throw new SqlError(`view ${relation.name} may not be altered`);
  failWhenRun(ctx, database, () => {
    const changes = renamedRows(ctx, { table: relation, column: null, newName: to.name, isQuoted: true });
    if (ctx.options.pragmas.legacyAlterTable) checkRenamedParts(ctx, relation, changes);
    codeChanges(ctx, database, changes, 'after rename');
    codeRenamedSequence(ctx, relation, to.name);
  });
}

/** Names of the table in its own constraints and indexes are left as they are with legacy_alter_table. */
function checkRenamedParts(ctx: CodegenContext, table: Table, changes: Changes): void {
  const rows = changes.get(table.database) ?? [];
  const textOf = (kind: 'table' | 'index', name: string): string =>
    rows.find((row) => row.type === kind && row.name === name)?.sql ?? '';
  const indexes = table.indexes.map(({ name }) => ({ name, sql: textOf('index', name) }));
  if (table.module === null) checkParts(ctx, table, textOf('table', table.name), indexes, 'after rename');
}

/** The AUTOINCREMENT counter goes by the table's name. */
function codeRenamedSequence(ctx: CodegenContext, { name, database }: Table, newName: string): void {
  const sequence = database.findRelation('sqlite_sequence');
  if (sequence?.kind !== 'table') return;
  codeUpdateRows(ctx, database, sequence.rootPage, 2, [{ field: 0, text: name }], [{ field: 0, text: newName }]);
}

function renameColumn(ctx: CodegenContext, sql: string, relation: Relation, from: Identifier, to: Identifier): void {
  const table = requireTable(relation, 'rename columns of');
  const column = table.columns.find(({ name }) => sameName(name, from.name));
  if (column === undefined) throw new SqlError(`no such column: "${tokenText(sql, from)}"`, from.start);
  failWhenRun(ctx, table.database, () => {
    testColumnChange(ctx, table.database);
    const isQuoted = to.quoting !== 'bare';
    const changes = renamedRows(ctx, { table, column: column.number, newName: to.name, isQuoted });
    if (table.database.number === TEMP_DATABASE) testTwice(ctx, changes);
    codeChanges(ctx, table.database, changes, 'after rename');
  });
}

/**
 * SQLite edits the objects of temp once more, already with the new name though the table still has the old one: a view that names the
 * column does not get through.
 */
function testTwice(ctx: CodegenContext, changes: Changes): void {
  const isEdited = ({ type }: SchemaRowChange): boolean => type === 'view' || type === 'trigger';
  const edited = new Map([...changes].map(([database, list]) => [database, list.filter(isEdited)]));
  const after = schemaAfter(ctx.schema, edited);
  for (const object of dependentObjects(after, after.databases[TEMP_DATABASE] as Database)) {
    explainErrors(object, '', () => {
      bindObject(after, ctx.options, object);
    });
  }
}

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
  const own = isTableRenamed ? { newName: renaming.newName, ...newTableName } : {};
  add(table.database, { type: 'table', name: table.name, sql: renamer.table(), ...own }, table.sql);
  for (const { name, sql } of table.database.referringRows(table.name)) {
    if (sql === null || sameName(name, table.name)) continue;
    add(table.database, { type: 'table', name, sql: renamer.child(sql) }, sql);
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
  for (const object of doubtfulObjects(ctx.schema, ctx.options, table.database, [table.name])) {
    const isOnTable = object.kind === 'trigger' && ctx.schema.findTriggerTable(object) === table;
    const own = isOnTable ? newTableName : {};
    const sql = renamedObject(ctx, renamer, object);
    add(object.database, { type: object.kind, name: object.name, sql, ...own }, object.sql);
  }
  return changes;
}

/** The new text of a view or trigger, which is known to make sense then. With writable_schema one that makes no sense stays as it is. */
function renamedObject({ options }: CodegenContext, renamer: Renamer, object: View | Trigger): string {
  const { writableSchema, legacyAlterTable } = options.pragmas;
  try {
    const sql = explainErrors(object, renamer.stageOf(object), () =>
      object.kind === 'view' ? renamer.view(object) : renamer.trigger(object),
    );
    if (!writableSchema && !legacyAlterTable) object.database.verify(object, options);
    return sql;
  } catch (error) {
    if (error instanceof SqlError && writableSchema) return object.sql;
    throw error;
  }
}
