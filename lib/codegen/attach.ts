/**
 * ATTACH, DETACH and VACUUM: statements about whole files.
 */
import type { Database } from '../catalog/schema';
import { Binder } from '../resolve/binder';
import type { AttachStatement, DetachStatement, Expr, VacuumStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { codeFail } from './alter-rows';
import type { CodegenContext } from './context';
import { codeExpression } from './expression';

/** Code that leaves the value in a fresh register. A bare word stands for its own text. */
function codeNameOrValue(ctx: CodegenContext, sql: string, expr: Expr): number {
  const { program } = ctx;
  const register = program.register();
  if (expr.kind === 'column' && expr.table === null) {
    program.loadString(expr.column.name, register);
    return register;
  }
  const binder = new Binder(ctx.schema, ctx.options, sql);
  codeExpression(ctx, binder.bindWithoutNames(expr), register);
  return register;
}

/** Code of ATTACH. */
export function compileAttach(ctx: CodegenContext, sql: string, statement: AttachStatement): void {
  ctx.schema.requireReadable();
  const file = codeNameOrValue(ctx, sql, statement.file);
  const schema = codeNameOrValue(ctx, sql, statement.schema);
  if (statement.key !== null) codeNameOrValue(ctx, sql, statement.key);
  ctx.program.emit('Attach', file, schema);
  ctx.statement.changesSchema = true;
}

/** Code of DETACH. */
export function compileDetach(ctx: CodegenContext, sql: string, statement: DetachStatement): void {
  ctx.schema.requireReadable();
  ctx.program.emit('Detach', codeNameOrValue(ctx, sql, statement.schema));
  ctx.statement.changesSchema = true;
}

/** The copy is made by statements that read the schema, whose message is lost. */
/** Whether there is nothing wrong with any schema. */
export function isReadable({ schema }: CodegenContext): boolean {
  try {
    schema.requireReadable();
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

/** In order: of tables whose rowids nothing refers to; SQLite numbers their rows anew as it copies them (lang_vacuum.html). */
function rootsWithoutKeys(database: Database): number[] {
  const roots: number[] = [];
  for (const relation of database.relations()) {
    if (relation.kind !== 'table' || relation.module !== null || relation.withoutRowid) continue;
    if (relation.rowidAlias < 0 && relation.indexes.length === 0) roots.push(relation.rootPage);
  }
  return roots.sort((a, b) => a - b);
}

/** Code of VACUUM. The temp database needs none. */
export function compileVacuum(ctx: CodegenContext, sql: string, statement: VacuumStatement): void {
  let number = 0;
  if (statement.database !== null) {
    const { name, start, end } = statement.database;
    const database = ctx.schema.findDatabase(name);
    if (database === null) throw new SqlError(`unknown database ${sql.slice(start, end)}`, start);
    ({ number } = database);
  }
  if (number === 1) return;
  const readable = isReadable(ctx);
  if (!readable) codeFail(ctx, 'database disk image is malformed', 'SQLITE_CORRUPT');
  // The copy is attached while it is made; main and temp don't count.
  const { attached } = ctx.options.limits;
  if (ctx.schema.databases.length - 2 >= attached) codeFail(ctx, `too many attached databases - max ${attached}`);
  let into = 0;
  if (statement.into !== null) {
    const binder = new Binder(ctx.schema, ctx.options, sql);
    into = ctx.program.register();
    codeExpression(ctx, binder.bindWithoutNames(statement.into), into);
  }
  if (into !== 0) {
    ctx.program.emit('Vacuum', number, into);
    return;
  }
  const rebuilt = ctx.schema.databases[number]!;
  const roots = readable ? rootsWithoutKeys(rebuilt) : [];
  const renumbered = roots.length > 0 ? ctx.program.pool.intArray(roots) : -1;
  ctx.program.emit('Vacuum', number, 0, rebuilt.cookie, renumbered);
  ctx.statement.changesSchema = true;
  for (const database of ctx.schema.databases) database.noteReading();
}
