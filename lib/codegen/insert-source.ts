/**
 * The rows that INSERT puts in: one row of expressions, a query's rows as they come, or a query's rows collected first.
 */
import type { Table } from '../catalog/schema';
import type { Expression, Query } from '../resolve/ir';
import type { CodegenContext } from './context';
import { codeExpression } from './expression';
import { codeQuery } from './select';

/** Delivers the fields of one row after the other. */
export interface InsertSource {
  /** Fields of a row; 0 for DEFAULT VALUES. */
  readonly width: number;
  /** Emits the start of the loop over the rows. */
  begin(): void;
  /** Emits code that leaves a field of the row in `target`. */
  codeField(field: number, target: number): void;
  /** The field is the literal NULL. */
  isNull(field: number): boolean;
  /** Emits the end of the loop. */
  end(): void;
}

/**
 * The source of an INSERT. A query is collected before anything is written when it reads the target, or when
 * `mustCollect` (triggers could change what it reads).
 */
export function openInsertSource(
  ctx: CodegenContext,
  query: Query | null,
  table: Table,
  mustCollect: boolean,
): InsertSource {
  if (!query) return new SingleRow(ctx, []);
  const [core] = query.cores;
  if (query.cores.length === 1 && core?.kind === 'values' && core.rows.length === 1) {
    return new SingleRow(ctx, core.rows[0]!);
  }
  const rows = new QueryRows(ctx, query);
  return mustCollect || readsTable(ctx, table) ? new CollectedRows(ctx, rows) : rows;
}

class SingleRow implements InsertSource {
  readonly width: number;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly values: readonly Expression[],
  ) {
    this.width = values.length;
  }

  begin(): void {
    // One row: there is no loop.
  }

  codeField(field: number, target: number): void {
    codeExpression(this.ctx, this.values[field]!, target);
  }

  isNull(field: number): boolean {
    return this.values[field]!.kind === 'null';
  }

  end(): void {
    // One row: there is no loop.
  }
}

/** A coroutine that yields the query's rows. */
class QueryRows implements InsertSource {
  readonly width: number;
  readonly first: number;
  readonly yieldRegister: number;
  #top = 0;

  constructor(
    private readonly ctx: CodegenContext,
    query: Query,
  ) {
    const { program } = ctx;
    this.width = query.columns.length;
    this.yieldRegister = program.register();
    this.first = program.register(this.width);
    const start = program.emit('InitCoroutine', this.yieldRegister, 0, program.here + 1);
    program.registers.isolate(() => {
      codeQuery(ctx, query, { kind: 'coroutine', yieldRegister: this.yieldRegister, first: this.first });
    });
    program.emit('EndCoroutine', this.yieldRegister);
    program.jumpHere(start);
  }

  begin(): void {
    this.#top = this.ctx.program.emit('Yield', this.yieldRegister, 0);
  }

  codeField(field: number, target: number): void {
    this.ctx.program.emit('Copy', this.first + field, target);
  }

  isNull(): boolean {
    return false;
  }

  end(): void {
    this.ctx.program.emit('Goto', 0, this.#top);
    this.ctx.program.jumpHere(this.#top);
  }
}

/** The query's rows in a temporary table. */
class CollectedRows implements InsertSource {
  readonly width: number;
  readonly #cursor: number;
  #top = 0;

  constructor(
    private readonly ctx: CodegenContext,
    rows: QueryRows,
  ) {
    const { program } = ctx;
    this.width = rows.width;
    this.#cursor = program.cursor();
    const mark = program.registers.mark();
    const record = program.registers.temporary();
    const rowid = program.registers.temporary();
    program.emit('OpenEphemeral', this.#cursor, rows.width);
    rows.begin();
    program.emit('MakeRecord', rows.first, rows.width, record);
    program.emit('NewRowid', this.#cursor, rowid);
    program.emit('Insert', this.#cursor, record, rowid, -1, 0x08);
    rows.end();
    program.registers.releaseTo(mark);
  }

  begin(): void {
    this.#top = this.ctx.program.emit('Rewind', this.#cursor, 0);
  }

  codeField(field: number, target: number): void {
    this.ctx.program.emit('Column', this.#cursor, field, target);
  }

  isNull(): boolean {
    return false;
  }

  end(): void {
    const { program } = this.ctx;
    program.emit('Next', this.#cursor, this.#top + 1);
    program.jumpHere(this.#top);
    program.emit('Close', this.#cursor);
  }
}

/** The code so far opens the table or one of its indexes for reading. */
function readsTable(ctx: CodegenContext, table: Table): boolean {
  const { program } = ctx;
  const roots = new Set([table.rootPage, ...table.indexes.map(({ rootPage }) => rootPage)]);
  for (let address = 1; address < program.here; address++) {
    if (!program.isOpcode(address, 'OpenRead')) continue;
    if (program.operand(address, 3) === table.database.number && roots.has(program.operand(address, 2))) return true;
  }
  return false;
}
