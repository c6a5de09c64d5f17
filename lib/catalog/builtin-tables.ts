/**
 * Tables that no row of sqlite_schema describes: the schema table of each database, and virtual tables.
 *
 * Owns: their columns and their names.
 */
import type { CreateTableStatement } from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { affinityOfType } from './names';
import type { Column, Database } from './schema';
import type { ModuleDeclaration } from './source';
import { TableObject } from './table';
import { buildTable } from './table-builder';

const SCHEMA_TABLE_SQL = 'CREATE TABLE x(type text,name text,tbl_name text,rootpage int,sql text)';

/** Names under which the schema table is found; the first is the one that is shown. */
export const schemaTableNames = ['sqlite_master', 'sqlite_schema'] as const;
/** As above, for the temp database, which also answers to the ordinary ones. */
export const tempSchemaTableNames = ['sqlite_temp_master', 'sqlite_temp_schema'] as const;

function parseTable(sql: string): CreateTableStatement {
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

/** HIDDEN as a word of a type makes a hidden column; the word is no part of the type. */
function hideColumn(column: Column): Column {
  const words = column.declaredType.split(' ');
  const at = words.findIndex((word) => word.toLowerCase() === 'hidden');
  if (at < 0) return column;
  words.splice(at, 1);
  const declaredType = words.join(' ');
  return { ...column, hidden: true, declaredType, affinity: affinityOfType(declaredType) };
}

/** A virtual table named `name` with the columns that its module declares. */
export function virtualTable(
  name: string,
  database: Database,
  module: ModuleDeclaration,
  moduleArguments: readonly string[],
  sql: string,
): TableObject {
  const declaration = module.declare(moduleArguments);
  const statement = parseTable(declaration);
  const table = buildTable({ statement, database, rootPage: 0, sql: declaration, isStored: true });
  return new TableObject({
    name,
    database,
    rootPage: 0,
    sql,
    columns: table.columns.map(hideColumn),
    rowidAlias: table.rowidAlias,
    withoutRowid: table.withoutRowid,
    strict: false,
    autoincrement: false,
    rowidConflict: 'default',
    primaryKeyColumns: table.primaryKeyColumns,
    checks: [],
    foreignKeys: [],
    module: { name: module.name, arguments: moduleArguments, eponymous: sql === '' },
    isSchemaTable: false,
    automaticIndexes: [],
  });
}
