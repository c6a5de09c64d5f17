/**
 * The table that no row of sqlite_schema describes: the schema table of each database.
 *
 * Owns: its columns and its names.
 */
import type { CreateTableStatement } from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import type { Database } from './schema';
import { TableObject } from './table';
import { buildTable } from './table-builder';

const SCHEMA_TABLE_SQL = 'CREATE TABLE x(type text,name text,tbl_name text,rootpage int,sql text)';

/** Names under which the schema table is found; the first is the one that is shown. */
export const schemaTableNames = ['sqlite_master', 'sqlite_schema'] as const;
/** As above, for the temp database, which also answers to the ordinary ones. */
export const tempSchemaTableNames = ['sqlite_temp_master', 'sqlite_temp_schema'] as const;

/** A CREATE TABLE statement that some part of the library wrote. */
export function parseTable(sql: string): CreateTableStatement {
  const { statement } = parseStoredStatement(sql);
  if (statement?.kind !== 'createTable') throw new SqlError('not a CREATE TABLE statement');
  return statement;
}

/** The table that holds a database's schema: always at page 1. */
export function schemaTable(database: Database, isTemp: boolean): TableObject {
  const statement = parseTable(SCHEMA_TABLE_SQL);
  const table = buildTable({ statement, database, rootPage: 1, sql: SCHEMA_TABLE_SQL, isStored: true });
  const name = isTemp ? tempSchemaTableNames[0] : schemaTableNames[0];
  return new TableObject({
    name,
    database,
    rootPage: 1,
    sql: '',
    columns: table.columns,
    rowidAlias: -1,
    withoutRowid: false,
    strict: false,
    autoincrement: false,
    rowidConflict: 'default',
    primaryKeyColumns: [],
    checks: [],
    foreignKeys: [],
    module: null,
    isSchemaTable: true,
    automaticIndexes: [],
  });
}
