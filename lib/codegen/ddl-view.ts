/**
 * CREATE VIEW and CREATE TRIGGER.
 *
 * Owns: the checks made when they are created; names inside are resolved only when they are used, as in SQLite.
 */
import { refuseNullsOrder } from '../catalog/key-columns';
import type { Database } from '../catalog/schema';
import type { CreateTriggerStatement, CreateViewStatement, ParsedStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { isSpaceCode } from '../syntax/tokenizer';
import { walkExpr, walkSelect, walkStep, type Visitor } from '../syntax/walk';
import type { CodegenContext } from './context';
import {
  beginSchemaChange,
  checkObjectName,
  codeFileFormat,
  codeSchemaChanged,
  codeSchemaRow,
  databaseOf,
  isTemp,
  shownName,
  tokenText,
} from './ddl-schema';
import { databaseForNew, isNameFree } from './ddl-table';

/**
 * What may stand inside a stored view or trigger: no parameters, and no objects of other databases unless it is a temp one.
 * @param kind `view` or `trigger`, for messages
 * @param shown name of the object as written
 * @param offset of that name, -1 in the body of a trigger
 */
function storedObjectRules(
  ctx: CodegenContext,
  kind: 'view' | 'trigger',
  shown: string,
  home: Database,
  offset: number,
): Visitor {
  return {
    expr(expr) {
      if (expr.kind === 'parameter') throw new SqlError(`${kind} cannot use variables`, expr.start);
    },
    table({ database }) {
      if (database === null || isTemp(home)) return;
      if (ctx.schema.findDatabase(database.name)?.number === home.number) return;
      throw new SqlError(`${kind} ${shown} cannot reference objects in database ${database.name}`, offset);
    },
  };
}

/** Code of CREATE VIEW. */
export function compileCreateView(ctx: CodegenContext, parsed: ParsedStatement, statement: CreateViewStatement): void {
  const { sql } = parsed;
  if (parsed.parameterNames.length > 0) throw new SqlError('parameters are not allowed in views');
  const database = databaseForNew(ctx, sql, statement);
  if (!isNameFree(ctx, sql, database, statement)) return;
  const { name: identifier } = statement.name;
  walkSelect(statement.select, storedObjectRules(ctx, 'view', tokenText(sql, identifier), database, identifier.start));
  let end = parsed.terminator;
  while (isSpaceCode(sql.charCodeAt(end - 1))) end--;
  beginSchemaChange(ctx, database);
  codeFileFormat(ctx, database);
  codeSchemaRow(ctx, database, {
    type: 'view',
    name: identifier.name,
    tableName: identifier.name,
    root: 0,
    sql: `CREATE VIEW ${sql.slice(identifier.start, end)}`,
  });
  codeSchemaChanged(ctx, database);
}

/** Code of CREATE TRIGGER. */
export function compileCreateTrigger(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  statement: CreateTriggerStatement,
): void {
  const { sql } = parsed;
  const { name: identifier } = statement.name;
  const checked = checkTriggerHead(ctx, sql, statement);
  if (checked === null) return;
  const { database, rules } = checked;
  for (const step of statement.body) walkStep(step, rules);
  walkExpr(statement.when, rules);
  for (const step of statement.body) if (step.kind === 'insert') refuseNullsOrder(step.upserts[0]?.target ?? []);
  beginSchemaChange(ctx, database);
  codeFileFormat(ctx, database);
  codeSchemaRow(ctx, database, {
    type: 'trigger',
    name: identifier.name,
    tableName: statement.table.name.name,
    root: 0,
    sql: `CREATE TRIGGER ${sql.slice(identifier.start, statement.end)}`,
  });
  codeSchemaChanged(ctx, database);
}

/**
 * Checks what stands before the body of a trigger; null when the trigger exists already and the statement says IF NOT EXISTS.
 * @throws SqlError
 */
export function checkTriggerHead(
  ctx: CodegenContext,
  sql: string,
  statement: CreateTriggerStatement,
): { readonly database: Database; readonly rules: Visitor } | null {
  const { name: identifier } = statement.name;
  const database = triggerDatabase(ctx, sql, statement);
  const shown = tokenText(sql, identifier);
  storedObjectRules(ctx, 'trigger', shown, database, identifier.start).table?.(statement.table);
  const table = isTemp(database)
    ? ctx.schema.findRelation(statement.table.name.name, statement.table.database?.name ?? null)
    : database.findRelation(statement.table.name.name);
  if (table === null) {
    const place = isTemp(database) ? shownName(statement.table) : `${database.name}.${statement.table.name.name}`;
    throw new SqlError(`no such table: ${place}`, statement.table.start);
  }
  if (table.kind === 'table' && table.module !== null) throw new SqlError('cannot create triggers on virtual tables');
  checkObjectName(ctx, identifier);
  if (database.has('trigger', identifier.name)) {
    if (!statement.ifNotExists) throw new SqlError(`trigger ${shown} already exists`, identifier.start);
    ctx.useDatabase(database.number);
    return null;
  }
  if (/^sqlite_/i.test(table.name)) throw new SqlError('cannot create trigger on system table');
  checkTriggerTime(statement, table.kind);
  return { database, rules: storedObjectRules(ctx, 'trigger', shown, database, -1) };
}

/** A trigger lives with its table; one on a temp table, or created TEMP, in the temp database. */
function triggerDatabase(ctx: CodegenContext, sql: string, statement: CreateTriggerStatement): Database {
  const temp = ctx.schema.databases[1] as Database;
  if (statement.temporary) {
    if (statement.name.database !== null) {
      throw new SqlError('temporary trigger may not have qualified name', statement.name.start);
    }
    return temp;
  }
  const database = databaseOf(ctx, sql, statement.name);
  if (statement.name.database !== null) return database;
  const table = ctx.schema.findRelation(statement.table.name.name, statement.table.database?.name ?? null);
  return table?.database.number === temp.number ? temp : database;
}

function checkTriggerTime({ time, table }: CreateTriggerStatement, kind: 'table' | 'view'): void {
  if (kind === 'view' && time !== 'insteadOf') {
    throw new SqlError(`cannot create ${time.toUpperCase()} trigger on view: ${shownName(table)}`, table.start);
  }
  if (kind === 'table' && time === 'insteadOf') {
    throw new SqlError(`cannot create INSTEAD OF trigger on table: ${shownName(table)}`, table.start);
  }
}
