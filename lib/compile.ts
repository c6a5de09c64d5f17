/**
 * The compiler: SQL text and a schema in, a program out. Pure: no native call, no clock, no I/O.
 *
 * Owns: the order of the phases, the dispatch over statement kinds, transactions at the start of a program, EXPLAIN.
 */
import { programFlags } from '../spec/program';
import { explainRows } from './bytecode/disassembler';
import { ProgramBuilder, type FinishedProgram } from './bytecode/program-builder';
import { TEMP_DATABASE, type Schema } from './catalog/schema';
import { readSequences } from './codegen/autoincrement';
import { type ChangeStatement, columnsOfDeferredChange, isChange } from './codegen/change-deferral';
import { CodegenContext } from './codegen/context';
import { checkUnfinishedTable } from './codegen/ddl-table';
import { checkTriggerHead } from './codegen/ddl-view';
import { mayBeDeferred } from './codegen/deferral';
import { codeDelete } from './codegen/delete';
import { codeInsert } from './codegen/insert';
import { codeQuery } from './codegen/select';
import { codeUpdate } from './codegen/update';
import { compileUtility } from './codegen/utility';
import { Binder } from './resolve/binder';
import { KnownParameters, type ParameterUse } from './plan/known-parameters';
import type { ResultColumn } from './resolve/ir';
import type { CompileOptions } from './resolve/options';
import type { ExplainMode, ParsedStatement, Statement } from './syntax/ast';
import { parseStatement } from './syntax/parser';
import { SqlError } from './syntax/sql-error';

/** A result column: its name, and the table column it shows (null for expressions). */
export interface CompiledColumn {
  readonly name: string;
  readonly column: string | null;
  readonly table: string | null;
  readonly database: string | null;
  /** Declared type of that column. */
  readonly type: string | null;
}

export interface CompiledStatement {
  /** The encoded program, see spec/program.ts. Overwritten by the next compilation. */
  readonly image: Uint8Array;
  readonly columns: readonly CompiledColumn[];
  /** By index from 0, with their prefixes; null for `?`. */
  readonly parameterNames: readonly (string | null)[];
  readonly isReadonly: boolean;
  readonly explain: ExplainMode;
  readonly changesSchema: boolean;
  /** The program calls functions of the application. */
  readonly callsHost: boolean;
  /** The program changes settings, some of which programs depend on. */
  readonly changesSettings: boolean;
  /** Offset after the statement: where the next one starts. */
  readonly tail: number;
  /** Parameters whose values the plan depends on. */
  readonly parameterUses: readonly ParameterUse[];
  readonly program: FinishedProgram;
}

/** A statement of which everything is known but its program, which is made when it is first run. */
export interface DeferredStatement extends Omit<CompiledStatement, 'image' | 'program' | 'parameterUses'> {
  readonly image: null;
  /** Makes the program; to be called once, while the schema is the one that the statement was compiled for. */
  readonly code: () => Pick<CompiledStatement, 'image' | 'parameterUses'>;
}

/**
 * As compile(), but of statements that certainly can be coded the program is left for later (codegen/deferral.ts, change-deferral.ts).
 * @throws SqlError with SQLite's message
 */
export function compileDeferred(
  sql: string,
  schema: Schema,
  options: CompileOptions,
  offset = 0,
): CompiledStatement | DeferredStatement | null {
  return withinStack(() => {
    const parsed = parseFirst(sql, schema, options, offset);
    return parsed === null ? null : compileFirst(parsed, schema, options);
  });
}

function compileFirst(
  parsed: ParsedFirst,
  schema: Schema,
  options: CompileOptions,
): CompiledStatement | DeferredStatement {
  const { statement, explain } = parsed;
  if (explain === 'none' && isChange(statement)) return compileChange(parsed, statement, schema, options);
  if (statement.kind !== 'select' || explain !== 'none') return compileParsed(parsed, statement, schema, options);
  if (options.isSchemaUnread === true) schema.requireReadable();
  const query = new Binder(schema, options, parsed.sql).bindQuery(statement);
  const columns = query.columns.map(describeColumn);
  const { parameterNames, queryCount, tail } = parsed;
  const head: StatementHead = { parameterNames, explain, queryCount, tail };
  // What is left for later may live long: the syntax tree is not part of it.
  const code = (): CompiledStatement => {
    const ctx = makeContext(head, schema, options);
    codeQuery(ctx, query, { kind: 'output' });
    return finishStatement(ctx, head, { columns, isReadonly: true });
  };
  return mayBeDeferred(query) ? deferred(head, options, columns, true, code) : code();
}

function compileChange(
  parsed: ParsedFirst,
  statement: ChangeStatement,
  schema: Schema,
  options: CompileOptions,
): CompiledStatement | DeferredStatement {
  const code = (): CompiledStatement => compileParsed(parsed, statement, schema, options);
  const returned = columnsOfDeferredChange(schema, options, parsed.sql, statement);
  return returned === null ? code() : deferred(parsed, options, returned.map(describeColumn), false, code);
}

function deferred(
  { parameterNames, explain, tail }: StatementHead,
  options: CompileOptions,
  columns: readonly CompiledColumn[],
  isReadonly: boolean,
  code: () => CompiledStatement,
): DeferredStatement {
  return {
    image: null,
    code: () => withinStack(code),
    columns,
    isReadonly,
    parameterNames,
    explain,
    changesSchema: false,
    callsHost: false,
    changesSettings: options.pragmas.deferForeignKeys,
    tail,
  };
}

/**
 * Compiles the first statement at or after `offset`; null when only blanks, comments and semicolons are left.
 * @throws SqlError with SQLite's message
 */
export function compile(sql: string, schema: Schema, options: CompileOptions, offset = 0): CompiledStatement | null {
  return withinStack(() => {
    const parsed = parseFirst(sql, schema, options, offset);
    return parsed === null ? null : compileParsed(parsed, parsed.statement, schema, options);
  });
}

/** Nesting that SQLite's parser would take may be too deep for ours. @throws SqlError then */
function withinStack<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const isStackFull = error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
    throw isStackFull ? new SqlError('Recursion limit') : error;
  }
}

type ParsedFirst = ParsedStatement & { readonly statement: Statement };

/** What a program takes over from the text as it was parsed. */
type StatementHead = Pick<ParsedStatement, 'parameterNames' | 'explain' | 'queryCount' | 'tail'>;

function parseFirst(sql: string, schema: Schema, options: CompileOptions, offset: number): ParsedFirst | null {
  let parsed = parse(sql, offset, schema, options);
  while (parsed.statement === null) {
    if (parsed.tail >= sql.length) return null;
    parsed = parse(sql, parsed.tail, schema, options);
  }
  return parsed as ParsedFirst;
}

/** Parses; what is wrong with the read part of CREATE TABLE or CREATE TRIGGER goes before a syntax error behind it. */
function parse(sql: string, offset: number, schema: Schema, options: CompileOptions): ParsedStatement {
  try {
    return parseStatement(sql, offset);
  } catch (error) {
    if (error instanceof SqlError && error.unfinished !== null) {
      const ctx = new CodegenContext(schema, options);
      if (error.unfinished.kind === 'createTable') checkUnfinishedTable(ctx, sql, error.unfinished);
      else {
        const head = checkTriggerHead(ctx, sql, error.unfinished);
        const isInTemp = head === null || head.database.number === TEMP_DATABASE;
        if (isInTemp && error.message.startsWith('qualified table names')) return parseStatement(sql, offset, true);
      }
    }
    throw error;
  }
}

function compileParsed(
  parsed: ParsedStatement,
  statement: Statement,
  schema: Schema,
  options: CompileOptions,
): CompiledStatement {
  const ctx = makeContext(parsed, schema, options);
  return finishStatement(ctx, parsed, compileBody(ctx, parsed, statement));
}

function makeContext({ parameterNames, explain, queryCount }: StatementHead, schema: Schema, options: CompileOptions) {
  const ctx = new CodegenContext(schema, options);
  ctx.program.parameterCount = parameterNames.length;
  ctx.program.isExplained = explain !== 'none';
  ctx.statement.nextSubqueryNumber = queryCount + 1;
  if (options.parameterValues) ctx.statement.parameters = new KnownParameters(options.parameterValues);
  if (options.limit) {
    const parameter = parameterNames.indexOf(options.limit.parameter) + 1;
    ctx.statement.assumedLimit = { parameter, rows: options.limit.rows };
  }
  return ctx;
}

function finishStatement(ctx: CodegenContext, parsed: StatementHead, { columns, isReadonly }: Body): CompiledStatement {
  const { parameterNames, explain, tail } = parsed;
  ctx.statement.throwProblem();
  const { columnLoop } = ctx.statement;
  if (columnLoop !== null) throw new SqlError(`generated column loop on "${columnLoop}"`);
  const program = finish(ctx);
  const parameterUses = ctx.statement.parameters.uses;
  if (explain !== 'none') {
    const listing = explain === 'explain' ? explainProgram(program) : explainPlan(program);
    const changes = { changesSchema: false, callsHost: false, changesSettings: false };
    return { ...listing, ...changes, parameterNames, isReadonly, explain, tail, parameterUses };
  }
  return {
    image: program.image,
    columns,
    parameterNames,
    isReadonly,
    explain,
    changesSchema: ctx.statement.changesSchema,
    callsHost: ctx.program.callsHost,
    // defer_foreign_keys ends with the transaction, which may be this statement's own.
    changesSettings: ctx.statement.changesSettings || ctx.options.pragmas.deferForeignKeys,
    tail,
    parameterUses,
    program,
  };
}

interface Body {
  readonly columns: readonly CompiledColumn[];
  readonly isReadonly: boolean;
}

function compileBody(ctx: CodegenContext, parsed: ParsedStatement, statement: Statement): Body {
  const binder = new Binder(ctx.schema, ctx.options, parsed.sql);
  binder.nextQueryNumber = parsed.queryCount + 1;
  switch (statement.kind) {
    case 'select': {
      if (ctx.options.isSchemaUnread === true) ctx.schema.requireReadable();
      const query = binder.bindQuery(statement);
      ctx.statement.nextSubqueryNumber = binder.nextQueryNumber;
      codeQuery(ctx, query, { kind: 'output' });
      return { columns: query.columns.map(describeColumn), isReadonly: true };
    }
    case 'insert':
      return dataChange(codeInsert(ctx, binder, statement));
    case 'update':
      return dataChange(codeUpdate(ctx, binder, statement));
    case 'delete':
      return dataChange(codeDelete(ctx, binder, statement));
    default: {
      const { columns, isReadonly } = compileUtility(ctx, parsed, statement);
      return { columns: columns.map(plainColumn), isReadonly };
    }
  }
}

/** INSERT, UPDATE, DELETE: the columns are those of RETURNING. */
const dataChange = (returning: readonly ResultColumn[]): Body => ({
  columns: returning.map(describeColumn),
  isReadonly: false,
});

const describeColumn = ({ name, origin, declaredType }: ResultColumn): CompiledColumn => ({
  name,
  column: origin?.column ?? null,
  table: origin?.table ?? null,
  database: origin?.database ?? null,
  type: declaredType,
});

const plainColumn = (name: string): CompiledColumn => ({
  name,
  column: null,
  table: null,
  database: null,
  type: null,
});

/** Ends the program: transactions of the databases it uses, statement journal. */
function finish(ctx: CodegenContext): FinishedProgram {
  const { program, statement, schema } = ctx;
  program.emit('Halt');
  if (statement.databases.size > 0) {
    const isChecked = ctx.options.isSchemaCertain !== true;
    program.setup(() => {
      for (const [database, isWritten] of statement.databases) {
        const cookie = isChecked ? schema.databases[database]!.cookie : 0;
        program.emit('Transaction', database, isWritten ? 1 : 0, cookie, -1, isChecked ? 1 : 0);
      }
      readSequences(ctx);
    });
  }
  if (statement.isMultiWrite && statement.mayAbort) program.flags |= programFlags.statementJournal;
  return program.finish();
}

// ---------------------------------------------------------------------------------------------------------------------
// EXPLAIN

type Cell = string | number | null;

function explainProgram(program: FinishedProgram) {
  const names = ['addr', 'opcode', 'p1', 'p2', 'p3', 'p4', 'p5', 'comment'];
  return constantRows(names, explainRows(program));
}

function explainPlan(program: FinishedProgram) {
  const rows = program.planNodes.map(({ id, parent, cost, detail }) => [id, parent, cost, detail] as const);
  return constantRows(['id', 'parent', 'notused', 'detail'], rows);
}

/** A program that returns the given rows. */
function constantRows(names: readonly string[], rows: readonly (readonly Cell[])[]) {
  const builder = new ProgramBuilder();
  const first = builder.register(names.length);
  for (const row of rows) {
    row.forEach((cell, i) => {
      if (cell === null) builder.loadNull(first + i);
      else if (typeof cell === 'number') builder.loadInteger(cell, first + i);
      else builder.loadString(cell, first + i);
    });
    builder.emit('ResultRow', first, names.length);
  }
  builder.emit('Halt');
  const program = builder.finish();
  return { image: program.image, program, columns: names.map(plainColumn) };
}
