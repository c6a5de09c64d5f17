/**
 * RETURNING: the rows a statement changed, collected while it runs and delivered when it is done.
 */
import { Affinity } from '../../spec/affinity';
import { affinityOf } from '../resolve/affinity';
import type { Expression, ResultColumn, RowSource, Source } from '../resolve/ir';
import { forEachChild, forEachQueryExpression, queryOf } from '../resolve/walk';
import type { Binder } from '../resolve/binder';
import { Scope } from '../resolve/scope';
import { rowSource } from '../resolve/sources';
import { isConstant } from '../resolve/properties';
import type { Table } from '../catalog/schema';
import type { ResultColumn as ResultColumnSyntax } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import type { RowRegisters } from './dml-rows';
import { codeConstantOnce } from './call';
import { codeExpression } from './expression';

export class Returning {
  columns: readonly ResultColumn[] = [];
  readonly #row: RowSource;
  #cursor = -1;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly binder: Binder,
    table: Table,
    private readonly syntax: readonly ResultColumnSyntax[],
  ) {
    // The statement's alias means nothing here.
    this.#row = rowSource(table, table.name, true);
  }

  /** Binds the clause and opens the table that collects the rows. */
  begin(): void {
    const { ctx, binder, syntax } = this;
    for (const column of syntax) {
      if (column.kind === 'star' && column.table) {
        throw new SqlError('RETURNING may not use "TABLE.*" wildcards', column.start);
      }
    }
    const scope = new Scope(binder.triggerScope, [], { rows: [{ name: null, source: this.#row }] });
    ctx.statement.attemptLast(() => {
      this.columns = binder.bindResultColumns(syntax, scope);
      for (const { expression } of this.columns) markReaders(expression, this.#row);
    });
    this.#cursor = ctx.program.cursor();
    ctx.program.emit('OpenEphemeral', this.#cursor, this.columns.length);
  }

  /**
   * Notes one row. The values of a row just stored are as the table holds them: whole numbers of REAL columns are integers
   * there, and come out as such where an expression only passes them on.
   */
  codeRow(row: RowRegisters, isStored: boolean): void {
    const { ctx } = this;
    const { program } = ctx;
    const count = this.columns.length;
    ctx.statement.reachLast();
    if (isStored) this.#markStoredReals(row);
    ctx.columnReaders.set(this.#row, {
      kind: 'registers',
      first: row.first,
      rowid: row.rowid,
      needsRealAffinity: !isStored,
    });
    const first = program.register(count + 2);
    this.columns.forEach(({ expression }, i) => {
      if (ctx.mayHoist && isConstant(expression)) codeConstantOnce(ctx, expression, first + i);
      else codeExpression(ctx, expression, first + i);
    });
    this.columns.forEach(({ expression }, i) => {
      if (affinityOf(expression) === Affinity.real) program.emit('RealAffinity', first + i);
    });
    program.emit('MakeRecord', first, count, first + count);
    program.emit('NewRowid', this.#cursor, first + count + 1);
    program.emit('Insert', this.#cursor, first + count, first + count + 1);
    ctx.columnReaders.delete(this.#row);
  }

  #markStoredReals(row: RowRegisters): void {
    const { program } = this.ctx;
    const affinities = this.#row.columns.map(({ affinity }) => (affinity === Affinity.real ? 'E' : 'A')).join('');
    const last = affinities.lastIndexOf('E');
    if (last >= 0) program.emit('Affinity', row.first, last + 1, 0, program.string(affinities.slice(0, last + 1)), 1);
  }

  /** Delivers the rows; the end of the statement. */
  codeRows(): void {
    const { program } = this.ctx;
    const count = this.columns.length;
    program.emit('FkCheck');
    const top = program.emit('Rewind', this.#cursor, 0);
    const first = program.register(count);
    for (let i = 0; i < count; i++) program.emit('Column', this.#cursor, i, first + i);
    program.emit('ResultRow', first, count);
    program.emit('Next', this.#cursor, top + 1);
    program.jumpHere(top);
  }
}

/** A subquery that reads the table which the statement changes may have another result after each row, as if it read the row itself. */
function markReaders(expression: Expression, row: RowSource): void {
  const query = queryOf(expression);
  if (query !== null) {
    const last = query.cores.at(-1)!;
    if (last.kind !== 'values' && last.sources.some((source) => isOf(source, row.table))) query.outerSources.add(row);
    forEachQueryExpression(query, (child) => {
      markReaders(child, row);
    });
  }
  forEachChild(expression, (child) => {
    markReaders(child, row);
  });
}

function isOf(source: Source, { name, database }: Table): boolean {
  const shown = source.kind === 'table' ? source.table : source.kind === 'subquery' ? source.view : null;
  return shown?.name === name && shown.database === database;
}
