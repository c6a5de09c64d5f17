/**
 * DROP TABLE, VIEW, INDEX and TRIGGER.
 *
 * Owns: what goes with a dropped object: triggers, indexes, statistics, AUTOINCREMENT counters, rows that foreign keys guard.
 */
import type { Database, Table, Trigger, View } from '../catalog/schema';
import { connectModule } from '../catalog/virtual-table-object';
import type { DropStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import {
  beginSchemaChange,
  codeClearStatistics,
  codeDeleteRows,
  codeDeleteSchemaRows,
  codeDestroy,
  codeDestroyTable,
  codeSchemaChanged,
  shownName,
} from './ddl-schema';
import { codeForeignKeysOfDroppedTable } from './foreign-key-drop';

/** Code of any DROP statement. */
export function compileDrop(ctx: CodegenContext, statement: DropStatement): void {
  switch (statement.object) {
    case 'table':
    case 'view':
      dropRelation(ctx, statement);
      return;
    case 'index':
      dropIndex(ctx, statement);
      return;
    case 'trigger':
      dropTrigger(ctx, statement);
  }
}

/** With IF EXISTS nothing is done, but that the named database's schema is looked at. */
function missing(ctx: CodegenContext, { name, object, ifExists }: DropStatement): void {
  if (!ifExists) throw new SqlError(`no such ${object}: ${shownName(name)}`, name.start);
  for (const database of ctx.schema.databases) {
    const isMeant = name.database === null || ctx.schema.findDatabase(name.database.name) === database;
    if (isMeant && database.file !== null) ctx.useDatabase(database.number);
  }
}

function dropRelation(ctx: CodegenContext, statement: DropStatement): void {
  const { name, object } = statement;
  const relation = ctx.schema.findRelation(name.name.name, name.database?.name ?? null);
  if (relation?.kind === 'table') connectModule(relation);
  if (relation === null) {
    missing(ctx, statement);
    return;
  }
  if (mayNotBeDropped(relation)) throw new SqlError(`table ${relation.name} may not be dropped`, name.start);
  if (relation.kind !== object) {
    const other = relation.kind;
    throw new SqlError(`use DROP ${other.toUpperCase()} to delete ${other} ${relation.name}`, name.start);
  }
  const { database } = relation;
  beginSchemaChange(ctx, database);
  if (relation.kind === 'table') {
    codeClearStatistics(ctx, database, 'tbl', relation.name);
    codeForeignKeysOfDroppedTable(ctx, relation);
  }
  for (const trigger of ctx.schema.triggersOn(relation)) codeDropTrigger(ctx, trigger);
  if (relation.kind === 'table' && relation.autoincrement) codeClearSequence(ctx, relation);
  codeDeleteSchemaRows(ctx, database, database.rowsOfRelation(relation));
  if (relation.kind === 'table') {
    if (relation.module === null) codeDestroyTable(ctx, relation);
  }
  codeSchemaChanged(ctx, database);
  database.forgetViewColumns();
}

function mayNotBeDropped(relation: Table | View): boolean {
  if (relation.kind === 'table' && relation.module?.eponymous === true) return true;
  return /^sqlite_/i.test(relation.name) && !/^sqlite_(stat|parameters)/i.test(relation.name);
}

function codeClearSequence(ctx: CodegenContext, table: Table): void {
  const sequence = table.database.findRelation('sqlite_sequence');
  if (sequence?.kind !== 'table') return;
  codeDeleteRows(ctx, table.database, sequence.rootPage, [{ field: 0, text: table.name }]);
}

function dropIndex(ctx: CodegenContext, statement: DropStatement): void {
  const { name } = statement;
  const index = ctx.schema.findIndex(name.name.name, name.database?.name ?? null);
  if (index === null) {
    missing(ctx, statement);
    return;
  }
  if (index.origin !== 'c') {
    throw new SqlError('index associated with UNIQUE or PRIMARY KEY constraint cannot be dropped', name.start);
  }
  const { database } = index;
  beginSchemaChange(ctx, database);
  codeDeleteSchemaRow(ctx, database, 'index', index.name);
  codeClearStatistics(ctx, database, 'idx', index.name);
  codeDestroy(ctx, database, index.rootPage);
  codeSchemaChanged(ctx, database);
}

function dropTrigger(ctx: CodegenContext, statement: DropStatement): void {
  const { name } = statement;
  const trigger = ctx.schema.findTrigger(name.name.name, name.database?.name ?? null);
  if (trigger === null) {
    missing(ctx, statement);
    return;
  }
  codeDropTrigger(ctx, trigger);
}

function codeDropTrigger(ctx: CodegenContext, trigger: Trigger): void {
  const database: Database = trigger.database;
  beginSchemaChange(ctx, database);
  codeDeleteSchemaRow(ctx, database, 'trigger', trigger.name);
  codeSchemaChanged(ctx, database);
}

function codeDeleteSchemaRow(ctx: CodegenContext, database: Database, type: 'index' | 'trigger', name: string): void {
  const row = database.schemaRow(type, name);
  if (row !== null) codeDeleteSchemaRows(ctx, database, [row]);
}
