/**
 * Compiles every statement but queries and data changes.
 *
 * Owns: the dispatch, and what such a statement looks like from outside (columns, read-only).
 */
import type {
  ParsedStatement,
  Select,
  InsertStatement,
  UpdateStatement,
  DeleteStatement,
  Statement,
} from '../syntax/ast';
import { compileAlterTable } from './alter';
import { compileAnalyze } from './analyze';
import { compileAttach, compileDetach, compileVacuum } from './attach';
import type { CodegenContext } from './context';
import { compileDrop } from './ddl-drop';
import { compileCreateIndex, compileReindex } from './ddl-index';
import { compileCreateTable, compileCreateVirtualTable } from './ddl-table';
import { compileCreateTrigger, compileCreateView } from './ddl-view';
import { compilePragma } from './pragma';
import { compileTransaction } from './transaction';

export type DataStatement = Select | InsertStatement | UpdateStatement | DeleteStatement;
export type UtilityStatement = Exclude<Statement, DataStatement>;

export interface UtilityResult {
  /** Names of the result columns; empty when the statement returns no rows. */
  readonly columns: readonly string[];
  /** sqlite3_stmt_readonly: false for all that may write to a file. */
  readonly isReadonly: boolean;
}

const writes: UtilityResult = { columns: [], isReadonly: false };
const readsOnly: UtilityResult = { columns: [], isReadonly: true };

/** A statement that found nothing to do only reads. */
function writesOf(ctx: CodegenContext): UtilityResult {
  return [...ctx.statement.databases.values()].includes(true) ? writes : readsOnly;
}

/** Emits the body of the program; the caller adds transactions (from ctx.statement.databases) and the final Halt. */
export function compileUtility(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  statement: UtilityStatement,
): UtilityResult {
  const { sql } = parsed;
  switch (statement.kind) {
    case 'createTable':
      compileCreateTable(ctx, parsed, statement);
      return writes;
    case 'createVirtualTable':
      compileCreateVirtualTable(ctx, parsed, statement);
      return writes;
    case 'createIndex':
      compileCreateIndex(ctx, parsed, statement);
      return writes;
    case 'createView':
      compileCreateView(ctx, parsed, statement);
      return writes;
    case 'createTrigger':
      compileCreateTrigger(ctx, parsed, statement);
      return writesOf(ctx);
    case 'drop':
      compileDrop(ctx, statement);
      return writes;
    case 'alterTable':
      return { columns: compileAlterTable(ctx, parsed, statement), isReadonly: false };
    case 'begin':
      compileTransaction(ctx, statement);
      return statement.mode === 'deferred' ? readsOnly : writes;
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'release':
      compileTransaction(ctx, statement);
      return readsOnly;
    case 'attach':
      compileAttach(ctx, sql, statement);
      return readsOnly;
    case 'detach':
      compileDetach(ctx, sql, statement);
      return readsOnly;
    case 'vacuum':
      compileVacuum(ctx, sql, statement);
      return writes;
    case 'reindex':
      compileReindex(ctx, sql, statement);
      return writesOf(ctx);
    case 'analyze':
      compileAnalyze(ctx, sql, statement);
      return writes;
    case 'pragma':
      return compilePragma(ctx, sql, statement);
  }
}
