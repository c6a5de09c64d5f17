/**
 * Code on sqlite_schema: adding, deleting and changing its rows, and what every schema change does besides.
 *
 * Owns: the layout of a schema row in code, the schema cookie, freeing of trees.
 * Must not know: statements.
 */
import type { Label } from '../bytecode/program-builder';
import { TEMP_DATABASE, type Database, type Table } from '../catalog/schema';
import { sameName } from '../catalog/names';
import type { SchemaRow } from '../catalog/source';
import { operandFlags } from '../../spec/opcodes';
import type { Identifier, QualifiedName } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';

/** Root page of sqlite_schema in every database. */
const SCHEMA_ROOT = 1;
/** Positions in a row of sqlite_schema. */
export const schemaColumns = { type: 0, name: 1, tableName: 2, rootPage: 3, sql: 4 } as const;
const SCHEMA_COLUMN_COUNT = 5;
const SCHEMA_AFFINITY = 'BBBDB';

/** Header fields: numbers of ReadCookie and SetCookie. */
export const headerFields = { schemaCookie: 1, formatNumber: 2, textEncoding: 5 } as const;

const encodingNumbers = { 'UTF-8': 1, 'UTF-16le': 2, 'UTF-16be': 3 } as const;

/** Schema format that new databases get: descending indexes and all later features. */
const FORMAT_NUMBER = 4;

export const BTREE_TABLE = 1;
export const BTREE_INDEX = 2;

/** The statement's text of a name, quotes included: how most messages show it. */
export function tokenText(sql: string, { start, end }: Identifier): string {
  return sql.slice(start, end);
}

/** The name as messages about missing objects show it: `name` or `database.name`. */
export function shownName({ database, name }: QualifiedName): string {
  return database === null ? name.name : `${database.name}.${name.name}`;
}

/** The database that a CREATE statement names; main when it names none. @throws SqlError `unknown database x`. */
export function databaseOf(ctx: CodegenContext, sql: string, name: QualifiedName): Database {
  if (name.database === null) return ctx.schema.databases[0] as Database;
  const database = ctx.schema.findDatabase(name.database.name);
  if (database === null) throw new SqlError(`unknown database ${tokenText(sql, name.database)}`, name.database.start);
  return database;
}

/** Refuses names that SQLite keeps for itself. */
export function checkObjectName(ctx: CodegenContext, name: Identifier): void {
  if (ctx.options.pragmas.writableSchema) return;
  if (/^sqlite_/i.test(name.name)) {
    throw new SqlError(`object name reserved for internal use: ${name.name}`, name.start);
  }
}

/** Marks the statement as one that changes the schema of this database. */
export function beginSchemaChange(ctx: CodegenContext, database: Database): void {
  ctx.writeDatabase(database.number);
  ctx.statement.isMultiWrite = true;
  ctx.statement.mayAbort = true;
  ctx.statement.changesSchema = true;
}

/** Gives a new file its format and encoding before the first table is made. */
export function codeFileFormat(ctx: CodegenContext, database: Database): void {
  const { program } = ctx;
  const format = program.register();
  program.emit('ReadCookie', database.number, format, headerFields.formatNumber);
  const skip = program.emit('If', format);
  program.emit('SetCookie', database.number, headerFields.formatNumber, FORMAT_NUMBER);
  program.emit('SetCookie', database.number, headerFields.textEncoding, encodingNumbers[database.encoding]);
  program.jumpHere(skip);
}

/** Ends a schema change: other connections see it by the cookie, this one by SchemaChanged. */
export function codeSchemaChanged(ctx: CodegenContext, database: Database): void {
  ctx.program.emit('SetCookie', database.number, headerFields.schemaCookie, (database.cookie + 1) | 0);
  ctx.program.emit('SchemaChanged', database.number);
}

export interface NewSchemaRow {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly tableName: string;
  /** Register of the root page; 0: the object has none. */
  readonly root: number;
  /** Null for automatic indexes. */
  readonly sql: string | null;
}

/** Appends a row to sqlite_schema. */
export function codeSchemaRow(ctx: CodegenContext, database: Database, row: NewSchemaRow): void {
  const { program } = ctx;
  const cursor = openSchema(ctx, database);
  const first = program.register(SCHEMA_COLUMN_COUNT);
  const record = program.register();
  const rowid = program.register();
  program.emit('NewRowid', cursor, rowid);
  program.loadString(row.type, first + schemaColumns.type);
  program.loadString(row.name, first + schemaColumns.name);
  program.loadString(row.tableName, first + schemaColumns.tableName);
  if (row.root === 0) program.emit('Integer', 0, first + schemaColumns.rootPage);
  else program.emit('Copy', row.root, first + schemaColumns.rootPage);
  if (row.sql === null) program.loadNull(first + schemaColumns.sql);
  else program.loadString(row.sql, first + schemaColumns.sql);
  program.emit('MakeRecord', first, SCHEMA_COLUMN_COUNT, record, program.string(SCHEMA_AFFINITY));
  program.emit('Insert', cursor, record, rowid, -1, operandFlags.APPEND);
  program.emit('Close', cursor);
}

/** Opens a cursor for writing on sqlite_schema. */
export function openSchema(ctx: CodegenContext, database: Database): number {
  const cursor = ctx.program.cursor();
  ctx.program.emit('OpenWrite', cursor, SCHEMA_ROOT, database.number);
  return cursor;
}

/** A condition on a text column: `field = text`, or `field <> text` when negated. */
export interface FieldTest {
  readonly field: number;
  readonly text: string;
  readonly negated?: boolean;
}

/** Code that jumps to `otherwise` unless every test holds for the cursor's row. */
function codeTests(ctx: CodegenContext, cursor: number, tests: readonly FieldTest[], otherwise: Label): void {
  const { program } = ctx;
  for (const { field, text, negated } of tests) {
    const value = program.register();
    const wanted = program.register();
    program.emit('Column', cursor, field, value);
    program.loadString(text, wanted);
    program.emit(negated === true ? 'Eq' : 'Ne', wanted, otherwise, value, -1, operandFlags.JUMPIFNULL);
  }
}

/** Deletes the rows of a rowid table for which every test holds. */
export function codeDeleteRows(
  ctx: CodegenContext,
  database: Database,
  rootPage: number,
  tests: readonly FieldTest[],
): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const next = program.label();
  const done = program.label();
  program.emit('OpenWrite', cursor, rootPage, database.number);
  program.emit('Rewind', cursor, done);
  const top = program.here;
  codeTests(ctx, cursor, tests, next);
  program.emit('Delete', cursor, 0, 0, -1, operandFlags.SAVEPOSITION);
  program.place(next);
  program.emit('Next', cursor, top);
  program.place(done);
  program.emit('Close', cursor);
}

/** Changes text columns of the rows of a rowid table for which every test holds. */
export function codeUpdateRows(
  ctx: CodegenContext,
  database: Database,
  rootPage: number,
  columnCount: number,
  tests: readonly FieldTest[],
  changes: readonly { readonly field: number; readonly text: string }[],
): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const next = program.label();
  const done = program.label();
  const first = program.register(columnCount);
  const record = program.register();
  const rowid = program.register();
  program.emit('OpenWrite', cursor, rootPage, database.number);
  program.emit('Rewind', cursor, done);
  const top = program.here;
  codeTests(ctx, cursor, tests, next);
  for (let field = 0; field < columnCount; field++) {
    const change = changes.find((candidate) => candidate.field === field);
    if (change === undefined) program.emit('Column', cursor, field, first + field);
    else program.loadString(change.text, first + field);
  }
  program.emit('Rowid', cursor, rowid);
  program.emit('MakeRecord', first, columnCount, record);
  program.emit('Insert', cursor, record, rowid, -1, operandFlags.SAVEPOSITION);
  program.place(next);
  program.emit('Next', cursor, top);
  program.place(done);
  program.emit('Close', cursor);
}

/** A change of one row of sqlite_schema; what is left out stays. */
export interface SchemaRowChange {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly newName?: string;
  readonly newTableName?: string;
  readonly sql?: string;
}

/** Changes rows of sqlite_schema. */
export function codeUpdateSchemaRows(
  ctx: CodegenContext,
  database: Database,
  changes: readonly SchemaRowChange[],
): void {
  const { program } = ctx;
  const cursor = openSchema(ctx, database);
  const rowid = program.register();
  const first = program.register(SCHEMA_COLUMN_COUNT);
  const record = program.register();
  for (const change of changes) {
    const row = database.schemaRow(change.type, change.name);
    if (row === null) continue;
    const gone = seekSchemaRow(ctx, cursor, row, rowid);
    const texts = [undefined, change.newName, change.newTableName, undefined, change.sql];
    for (const [field, text] of texts.entries()) {
      if (text === undefined) program.emit('Column', cursor, field, first + field);
      else program.loadString(text, first + field);
    }
    program.emit('MakeRecord', first, SCHEMA_COLUMN_COUNT, record);
    program.emit('Insert', cursor, record, rowid);
    program.place(gone);
  }
  program.emit('Close', cursor);
}

/** Deletes rows of sqlite_schema. */
export function codeDeleteSchemaRows(ctx: CodegenContext, database: Database, rows: readonly SchemaRow[]): void {
  const { program } = ctx;
  const cursor = openSchema(ctx, database);
  const rowid = program.register();
  for (const row of rows) {
    const gone = seekSchemaRow(ctx, cursor, row, rowid);
    program.emit('Delete', cursor);
    program.place(gone);
  }
  program.emit('Close', cursor);
}

/** Code that finds a row that the catalog knows: the schema cookie vouches for its rowid. @returns where to go without it */
function seekSchemaRow(ctx: CodegenContext, cursor: number, row: SchemaRow, rowid: number): Label {
  const { program } = ctx;
  const gone = program.label();
  program.loadInteger(row.rowid, rowid);
  program.emit('NotExists', cursor, gone, rowid);
  return gone;
}

/** Deletes the rows of sqlite_stat1 ... sqlite_stat4 that speak of a table (`tbl`) or an index (`idx`). */
export function codeClearStatistics(
  ctx: CodegenContext,
  database: Database,
  column: 'tbl' | 'idx',
  name: string,
): void {
  for (let i = 1; i <= 4; i++) {
    const table = database.findRelation(`sqlite_stat${i}`);
    if (table?.kind !== 'table' || table.withoutRowid) continue;
    const field = table.columns.findIndex((candidate) => sameName(candidate.name, column));
    if (field >= 0) codeDeleteRows(ctx, database, table.rootPage, [{ field, text: name }]);
  }
}

/**
 * Frees a tree. In an auto-vacuum database the file's last tree may move to its place: then the row of that tree gets the new root page.
 */
export function codeDestroy(ctx: CodegenContext, database: Database, rootPage: number): void {
  const { program } = ctx;
  if (rootPage < 2) throw new SqlError('corrupt schema');
  const moved = program.register();
  const done = program.label();
  const next = program.label();
  const first = program.register(SCHEMA_COLUMN_COUNT);
  const record = program.register();
  const rowid = program.register();
  ctx.statement.mayAbort = true;
  program.emit('Destroy', rootPage, moved, database.number);
  program.emit('IfNot', moved, done, 1);
  const cursor = openSchema(ctx, database);
  program.emit('Rewind', cursor, done);
  const top = program.here;
  program.emit('Column', cursor, schemaColumns.rootPage, first + schemaColumns.rootPage);
  program.emit('Ne', moved, next, first + schemaColumns.rootPage, -1, operandFlags.JUMPIFNULL);
  for (const field of [schemaColumns.type, schemaColumns.name, schemaColumns.tableName, schemaColumns.sql]) {
    program.emit('Column', cursor, field, first + field);
  }
  program.loadInteger(rootPage, first + schemaColumns.rootPage);
  program.emit('Rowid', cursor, rowid);
  program.emit('MakeRecord', first, SCHEMA_COLUMN_COUNT, record, program.string(SCHEMA_AFFINITY));
  program.emit('Insert', cursor, record, rowid);
  program.goto(done);
  program.place(next);
  program.emit('Next', cursor, top);
  program.place(done);
  program.emit('Close', cursor);
}

/** Frees the trees of a table, the largest root page first: no page of a tree still to be freed moves then. */
export function codeDestroyTable(ctx: CodegenContext, table: Table): void {
  const roots = new Set([table.rootPage, ...table.indexes.map(({ rootPage }) => rootPage)]);
  for (const root of [...roots].sort((a, b) => b - a)) codeDestroy(ctx, table.database, root);
}

/** True for the temp database, whose objects may name those of others. */
export function isTemp(database: Database): boolean {
  return database.number === TEMP_DATABASE;
}
