/**
 * Foreign keys at DROP TABLE: the table's rows are deleted first, as far as keys are concerned.
 */
import { errorActions } from '../../spec/opcodes';
import type { Table } from '../catalog/schema';
import type { SchemaRow } from '../catalog/source';
import { Binder } from '../resolve/binder';
import type { DeleteStatement, Identifier } from '../syntax/ast';
import type { CodegenContext } from './context';
import { codeDelete } from './delete';
import { resultCode } from './result-codes';
import { codeStillEmpty, isEmptyNow } from './still-empty';

/** Refuses to drop a table whose rows are still referenced (immediate keys), or counts the violations (deferred ones). */
export function codeForeignKeysOfDroppedTable(ctx: CodegenContext, table: Table): void {
  const { pragmas } = ctx.options;
  if (!pragmas.foreignKeys || table.module !== null) return;
  const { program } = ctx;
  const { database } = table;
  const referring = database.referringRows(table.name);
  if (table.foreignKeys.length === 0 && referring.length === 0) return;
  // No row, no violation; what is wrong with an action is found all the same.
  if (!referring.some(mayHaveAction) && isEmptyNow(ctx, table)) {
    codeStillEmpty(ctx, table);
    return;
  }
  const done = program.label();
  if (ctx.schema.foreignKeysTo(table).length === 0) {
    if (!table.foreignKeys.some(({ deferred }) => deferred) && !pragmas.deferForeignKeys) return;
    if (table.foreignKeys.length === 0) return;
    program.emit('FkIfZero', 1, done);
  }
  codeDeleteRows(ctx, table);
  if (!pragmas.deferForeignKeys) {
    ctx.statement.mayAbort = true;
    const isFine = program.emit('FkIfZero', 0);
    const message = program.string('FOREIGN KEY constraint failed');
    program.emit('Halt', resultCode('SQLITE_CONSTRAINT_FOREIGNKEY'), errorActions.abort, 0, message);
    program.jumpHere(isFine);
  }
  program.place(done);
}

/** A table that may do something about its rows when those that they refer to go. */
const mayHaveAction = ({ sql }: SchemaRow): boolean => sql !== null && /\bdelete\b/i.test(sql);

/** DELETE FROM table, with foreign key actions but without triggers. */
function codeDeleteRows(ctx: CodegenContext, { name, database }: Table): void {
  const nowhere = { start: 0, end: 0 } as const;
  const identifier = (text: string): Identifier => ({ ...nowhere, name: text, quoting: 'double' });
  const statement: DeleteStatement = {
    kind: 'delete',
    ...nowhere,
    with: null,
    target: {
      ...nowhere,
      name: { ...nowhere, database: identifier(database.name), name: identifier(name) },
      alias: null,
      indexedBy: null,
    },
    where: null,
    returning: null,
    orderBy: [],
    limit: null,
    offset: null,
  };
  const { program } = ctx;
  const firstCursor = program.cursorCount;
  ctx.statement.isDropping = true;
  codeDelete(ctx, new Binder(ctx.schema, ctx.options, ''), statement);
  ctx.statement.isDropping = false;
  // The trees are freed next: no cursor may be open on them.
  for (let cursor = firstCursor; cursor < program.cursorCount; cursor++) program.emit('Close', cursor);
}
